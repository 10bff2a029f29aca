"""Which lines of a log the service should send."""

from __future__ import annotations

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.containers import HorizontalGroup, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label, Static

from vasttui.models.log import LogRequest
from vasttui.ui.modals.frame import CLOSE, Dialog, button
from vasttui.ui.widgets.line_input import LineInput

MOST_LINES = 100_000
_FILTER_CAP = 200


class LogRequestModal(Dialog[LogRequest | None]):
    """How many lines from the end, and what the service should look for in them."""

    heading = Content("Which lines")
    keys = (CLOSE, ("enter", "fetch", "screen.confirm"), ("tab", "next field", ""))
    AUTO_FOCUS = "#tail"

    def __init__(self, wanted: LogRequest) -> None:
        super().__init__()
        self._wanted = wanted

    def body(self) -> ComposeResult:
        with VerticalScroll(id="scroll", can_focus=False):
            yield Label("Lines from the end of the log", markup=False)
            yield LineInput(str(self._wanted.tail), id="tail", compact=True, max_length=7)
            yield Label("Only lines containing (filtered by the service)", markup=False)
            yield LineInput(self._wanted.filter, id="filter", compact=True, max_length=_FILTER_CAP)
            yield Static(id="hint", markup=False)
        with HorizontalGroup(id="buttons"):
            yield button("Cancel", "cancel")
            yield button("Fetch", "confirm")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.action_confirm()

    def action_confirm(self) -> None:
        tail = self.query_one("#tail", Input).value.strip()
        if not tail.isdecimal() or not 1 <= int(tail) <= MOST_LINES:
            wrong = f"✖ Enter a number from 1 to {MOST_LINES:,}."
            self.query_one("#hint", Static).update(Content.styled(wrong, "$text-error"))
            self.screen.set_focus(self.query_one("#tail", Input))
            return
        text = self.query_one("#filter", Input).value.strip()
        self.dismiss(replace(self._wanted, tail=int(tail), filter=text))
