"""How an action ended for each instance, failures first."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from vasttui.services.actions.results import Results
from vasttui.services.actions.state import ActionState, Step
from vasttui.ui.modals.frame import CLOSE, Dialog
from vasttui.ui.modals.lines import ByWidth, hanging
from vasttui.words import plural

_MARKS = {
    Step.DONE: ("✓", "$text-success"),
    Step.SKIPPED: ("·", "$text-muted"),
    Step.UNKNOWN: ("?", "bold $text-warning"),
}
_NAMES = 24


class ResultsModal(Dialog[bool]):
    """Returns True to repeat what certainly did nothing."""

    AUTO_FOCUS = "#scroll"
    BINDINGS = [Binding("r", "retry", "Retry", show=False)]

    def __init__(self, results: Results) -> None:
        super().__init__()
        self._results = results
        self.heading = Content(results.title)
        again = results.undone
        retry = [("r", f"retry the {len(again)} that failed", "screen.retry")] if again else []
        self.keys = (CLOSE, *retry, ("↑↓", "scroll", ""))

    def body(self) -> ComposeResult:
        with VerticalScroll(id="scroll"):
            for state in self._results.ordered:
                yield Static(_line(state), markup=False)
            yield Static(Content.styled(f"\n{self._advice}", "$text-muted"), markup=False)

    @property
    def _advice(self) -> str:
        kept = len(self._results.failed) - len(self._results.undone)
        if not kept:
            return ""
        them = plural(kept, "is", "are")
        return f"{them} not retried: the request may have taken effect, or the instance is gone."

    def on_mount(self) -> None:
        self.note(self._results.counts)

    def action_retry(self) -> None:
        if self._results.undone:
            self.dismiss(True)

    def action_cancel(self) -> None:
        self.dismiss(False)


def _line(state: ActionState) -> ByWidth:
    mark, style = _MARKS.get(state.step, ("✖", "bold $text-error"))

    def made(width: int) -> Content:
        text = hanging(state.name, state.sentence, _NAMES, max(1, width - 2))
        return Content.assemble((f"{mark} ", style), text)

    return ByWidth(made)
