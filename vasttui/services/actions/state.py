"""How an action on an instance goes: its steps, and the state that is published."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Step(Enum):
    """How far an action is; `UNKNOWN` is an end that nobody saw."""

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
    """How an action on one instance goes: `what` is its verb, `sentence` is what to show.
    `is_recovered` says that an earlier run of the program began it."""

    instance_id: int
    name: str
    what: str
    step: Step
    sentence: str
    is_recovered: bool = False

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.step in OVER
