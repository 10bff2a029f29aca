"""What became of a request; "nobody knows" is one of the answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from vasttui.errors import VastError


class Fate(Enum):
    """Whether the service did what was asked."""

    OK = "done"
    REJECTED = "refused by the service"
    THROTTLED = "refused because of too many requests"
    NOT_SENT = "never reached the service"
    UNKNOWN = "perhaps done, perhaps not"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fate of a request with its answer (`data`, parsed JSON) or the reason against it."""

    fate: Fate
    data: object = None
    error: VastError | None = None
    status: int = 0

    def unwrap(self) -> object:
        """The answer. Raises the error where there is none."""
        if self.error is not None:
            raise self.error
        return self.data
