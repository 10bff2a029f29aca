"""The last requests to the service, each as a curl command."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from vasttui.models.exchange import Exchange
from vasttui.services.copy_as import curl
from vasttui.ui.modals.frame import CLOSE, Dialog
from vasttui.ui.modals.lines import ByWidth, Cell, row
from vasttui.ui.privacy import covered
from vasttui.words import plural


class RequestLog(Dialog[str | None]):
    """Newest request first; returns the command to be copied."""

    heading = Content("Request log")
    AUTO_FOCUS = "OptionList, #scroll"
    BINDINGS = [("y,c", "copy", "Copy"), ("r", "reads", "Reads")]

    def __init__(
        self, exchanges: Iterable[Exchange], address: str, *, hides_reads: bool = False
    ) -> None:
        """`exchanges` come oldest first, `address` is where they went."""
        super().__init__()
        self.hides_reads = hides_reads
        self._exchanges = tuple(exchanges)[::-1]
        self._address = address

    @property
    def _shown(self) -> Sequence[Exchange]:
        return [one for one in self._exchanges if not (self.hides_reads and one.reads)]

    @property
    def commands(self) -> list[str]:
        """The shown requests as commands, newest first."""
        return [curl(one.method, self._address, one.path, one.body) for one in self._shown]

    def body(self) -> ComposeResult:
        if not self._exchanges:
            with VerticalScroll(id="scroll"):
                yield Static("No requests yet.", markup=False)
            return
        yield Static(_HEAD, markup=False, id="head")
        yield OptionList(id="list", markup=False, compact=True)
        with VerticalScroll(id="scroll"):
            yield Static(id="text", markup=False)

    def on_mount(self) -> None:
        self._fill()

    def _fill(self) -> None:
        """List the requests that are to be shown."""
        hidden, shown = self.hides_reads, self._shown
        left = len(self._exchanges) - len(shown)
        without = f", {plural(left, 'read')} hidden" if left else ""
        self.note(f"{plural(len(shown), 'request')}{without} · API key hidden")
        self.keys = (  # as `Dialog` shows them, too, once this is mounted
            CLOSE, ("y enter", "copy as curl", "screen.copy"),
            ("r", "show reads" if hidden else "hide reads", "screen.reads"), ("↑↓", "choose", ""),
        )  # fmt: skip
        self.show_keys(self.keys)
        for options in self.query(OptionList):
            options.set_options(Option(_line(exchange)) for exchange in shown)
            options.highlighted = 0 if shown else None
            if not shown:
                self.query_one("#text", Static).update("Nothing was sent that changes anything.")
                self.query_one("#scroll").border_title = Content("")

    def action_reads(self) -> None:
        """Hide the requests that change nothing, or show them again."""
        self.hides_reads = not self.hides_reads
        self._fill()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        exchange = self._shown[event.option_index]
        command = covered(Content(self.commands[event.option_index]), self)
        self.query_one("#text", Static).update(command)
        self.query_one("#scroll").border_title = Content(f" {exchange.operation}, as curl ")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self.commands[event.option_index])

    def action_copy(self) -> None:
        for options in self.query(OptionList):
            if options.highlighted is not None:
                self.dismiss(self.commands[options.highlighted])


def _cells(*texts: Content) -> ByWidth:
    at, method, path, status, took, size = texts
    return row(
        Cell(at, 8, above=60),
        Cell(method, 6),
        Cell(path),
        Cell(status, 9, right=True),
        Cell(took, 7, right=True),
        Cell(size, 8, right=True, above=60),
    )


_HEAD = _cells(
    *(
        Content.styled(word, "$text-muted")
        for word in ("Time", "Method", "Path", "Status", "ms", "kB")
    )
)


def _line(exchange: Exchange) -> ByWidth:
    status = exchange.status
    good = 0 < status < 400 and not exchange.note
    word = f"{'✓' if good else '✖'} {status or 'none'}"
    path = f"{exchange.path}  {exchange.note}".rstrip()
    return _cells(
        Content(time.strftime("%H:%M:%S", time.localtime(exchange.at))),
        Content(exchange.method),
        Content(path),
        Content.styled(word, "$text-success" if good else "$text-error"),
        Content(f"{exchange.seconds * 1000:,.0f}"),
        Content(f"{exchange.size / 1000:,.1f}"),
    )
