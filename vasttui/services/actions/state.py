"""The progress of an action on an instance."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Step(Enum):
    """How far an action is; `UNKNOWN` ends it unconfirmed."""

    WAITING = "waiting"
    SENDING = "sending"
    CHECKING = "checking"
    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unconfirmed"
    GONE = "gone"
    SKIPPED = "skipped"


OVER = frozenset({Step.DONE, Step.REFUSED, Step.UNKNOWN, Step.GONE, Step.SKIPPED})


@dataclass(frozen=True, slots=True)
class ActionState:
    """An action on one instance: `what` is its verb, `sentence` is to be shown.
    `is_recovered`: an earlier run of the program started it. `is_undone`: it is certain that no
    request of it took effect or will, so that it may be repeated."""

    instance_id: int
    name: str
    what: str
    step: Step
    sentence: str
    is_recovered: bool = False
    is_undone: bool = False

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.step in OVER
