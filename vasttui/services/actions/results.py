"""How an action ended for each of its instances."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from vasttui.services.actions.kinds import Action
from vasttui.services.actions.state import ActionState, Step
from vasttui.words import plural

_FINE = frozenset({Step.DONE, Step.SKIPPED})
_ORDER = (Step.REFUSED, Step.UNKNOWN, Step.GONE, Step.SKIPPED, Step.DONE)


@dataclass(frozen=True)
class Results:
    """The ended states of an action; None: an earlier run of the program started it."""

    action: Action | None
    states: tuple[ActionState, ...]

    @cached_property
    def ordered(self) -> list[ActionState]:
        """All states, failures first."""
        return sorted(self.states, key=lambda state: _ORDER.index(state.step))

    @cached_property
    def failed(self) -> list[ActionState]:
        """Those that did not end as they should: refused, unconfirmed, gone."""
        return [state for state in self.ordered if state.step not in _FINE]

    @cached_property
    def undone(self) -> list[ActionState]:
        """Those that certainly did nothing: only these may be repeated."""
        return [state for state in self.states if state.is_undone and self.action is not None]

    @property
    def title(self) -> str:
        """`stop train-a`, `stop 5 instances`."""
        first, number = self.states[0], len(self.states)
        name = first.name if number == 1 else plural(number, "instance")
        return f"{first.what} {name}"

    @property
    def words(self) -> str:
        """All of it in one sentence."""
        first = self.ordered[0]
        if len(self.states) == 1:
            return f"{self.title}: {first.sentence}"
        if not self.failed:
            done = sum(state.step is Step.DONE for state in self.states)
            same = all(state.sentence == first.sentence for state in self.states)
            return f"{self.title}: {self._of_all if same else f'{done} done'}"
        names = ", ".join(state.name for state in self.failed)
        return f"{self.title}: {self.counts} · {names}"

    @property
    def _of_all(self) -> str:
        """The sentence that is true of each of several."""
        action, sentence = self.action, self.states[0].sentence
        several = action.promises if action is not None and sentence == action.promise else ""
        return several or sentence

    @property
    def counts(self) -> str:
        """`1 refused, 2 unconfirmed, 3 done`, failures first."""
        steps = [state.step for state in self.states]
        return ", ".join(f"{steps.count(step)} {step.value}" for step in _ORDER if step in steps)
