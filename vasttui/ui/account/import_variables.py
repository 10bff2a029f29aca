"""Shows how an import of variables goes, and goes on after a stop."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from vasttui.models.variable import Planned
from vasttui.services.variables import Import
from vasttui.ui.modals.frame import Dialog

_STOP = ("esc", "stop here", "screen.cancel")
_BEFORE = 3
"""Lines in view above the one that is being sent."""

_CLOSE = ("esc", "close", "screen.cancel")


class ImportModal(Dialog[None]):
    """Sends the variables; closes by itself when all are there."""

    heading = Content("Import variables")
    keys = (_STOP,)
    AUTO_FOCUS = "#scroll"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("r", "again", "Go on", show=False)]

    def __init__(self, run: Import) -> None:
        super().__init__()
        self._import = run

    def body(self) -> ComposeResult:
        yield Static(markup=False, id="how")
        with VerticalScroll(id="scroll"):
            yield Static(markup=False, id="lines")

    def on_mount(self) -> None:
        self._import.on_change = self._show
        self._start()

    def _start(self) -> None:
        # Of the application: it ends its request whatever happens to the dialog.
        self.app.run_worker(self._import.run(), group="import", description="")

    def _show(self) -> None:
        run = self._import
        if not run.running and (run.stopping or not (run.left or run.problem)):
            self.dismiss(None)
            return
        stopping = " Stopping after this one." if run.stopping else ""
        style = "$text-error" if run.problem else ""
        self.query_one("#how", Static).update(Content.styled(f"{run.sentence}{stopping}", style))
        lines = [self._line(at, one) for at, one in enumerate(run.planned)]
        self.query_one("#lines", Static).update(Content("\n").join(lines))
        self.query_one("#scroll").scroll_to(y=len(run.done) - _BEFORE, animate=False)
        self.show_keys((_STOP,) if run.running else (_CLOSE, ("r", "go on", "screen.again")))

    def _line(self, at: int, one: Planned) -> Content:
        run = self._import
        if at < len(run.done):
            return Content.assemble(("✓ ", "$text-success"), one.name)
        if at == len(run.done) and run.running:
            return Content.assemble("… ", (one.name, "bold"))
        if at == len(run.done) and run.problem:
            return Content.assemble(("✖ ", "$text-error"), one.name)
        return Content.styled(f"  {one.name}", "$text-muted")

    def action_again(self) -> None:
        if not self._import.running:
            self._start()

    def action_cancel(self) -> None:
        if self._import.running:
            self._import.stopping = True
            self._show()
        else:
            self.dismiss(None)
