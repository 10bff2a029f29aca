"""How an action ended for each instance, failures first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from vasttui.services.actions.results import Results
from vasttui.services.actions.state import ActionState, Step
from vasttui.ui.format import fit
from vasttui.ui.modals.frame import CLOSE, Dialog
from vasttui.ui.modals.lines import ByWidth, hanging
from vasttui.ui.privacy import covered
from vasttui.words import plural

_MARKS = {
    Step.DONE: ("✓", "$text-success"),
    Step.SKIPPED: ("·", "$text-muted"),
    Step.UNKNOWN: ("?", "bold $text-warning"),
}
_NAMES = 24
_ROOM = _NAMES - len(" …0000") - 1


class ResultsModal(Dialog[bool]):
    """Returns True to repeat what certainly did nothing."""

    AUTO_FOCUS = "#scroll"
    BINDINGS = [Binding("r", "retry", "Retry", show=False)]

    def __init__(self, results: Results) -> None:
        super().__init__()
        self._results = results
        self._names = _told_apart({one.instance_id: one.name for one in results.states})
        self.heading = Content(results.title)
        again = results.undone
        retry = [("r", f"retry the {len(again)} that failed", "screen.retry")] if again else []
        self.keys = (CLOSE, *retry, ("↑↓", "scroll", ""))

    def body(self) -> ComposeResult:
        with VerticalScroll(id="scroll"):
            for state in self._results.ordered:
                yield Static(ByWidth(partial(self._line, state)), markup=False)
            yield Static(Content.styled(f"\n{self._advice}", "$text-muted"), markup=False)

    def _line(self, state: ActionState, width: int) -> Content:
        mark, style = _MARKS.get(state.step, ("✖", "bold $text-error"))
        texts = self._names[state.instance_id], state.sentence
        name, sentence = (covered(Content(text), self).plain for text in texts)
        text = hanging(name, sentence, _NAMES, max(1, width - 2))
        return Content.assemble((f"{mark} ", style), text)

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


def _told_apart(names: Mapping[int, str]) -> Mapping[int, str]:
    """The names, with the end of its id for each that would look like another where it is cut."""
    alike = Counter(fit(name, _NAMES) for name in names.values())
    return {
        id: name
        if alike[fit(name, _NAMES)] == 1
        else f"{fit(name, _ROOM).rstrip()} …{id % 10_000:04}"
        for id, name in names.items()
    }
