"""What became of a request; "nobody knows" is one of the answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from vasttui.errors import (
    BrokenAnswer,
    NetworkError,
    RateLimited,
    ReadOnlyRefused,
    Rejected,
    ServiceDown,
    VastError,
)


class Fate(Enum):
    """Whether the service did what was asked."""

    OK = "done"
    REJECTED = "refused by the service"
    THROTTLED = "refused because of too many requests"
    NOT_SENT = "never reached the service"
    UNKNOWN = "perhaps done, perhaps not"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fate of a request with its answer (`data`, parsed JSON) or the reason against it.

    `status` is the HTTP status, None when no answer came.
    """

    fate: Fate
    data: object = None
    error: VastError | None = None
    status: int | None = None

    def unwrap(self) -> object:
        """The answer. Raises the error where there is none."""
        if self.error is not None:
            raise self.error
        return self.data


def outcome_of(error: VastError) -> Outcome:
    """What an error says about the fate of the request that met it."""
    status = error.status if isinstance(error, Rejected | ServiceDown) else None
    return Outcome(_fate(error), error=error, status=status)


def _fate(error: VastError) -> Fate:
    if isinstance(error, NetworkError | ReadOnlyRefused):
        return Fate.NOT_SENT
    if isinstance(error, RateLimited):
        return Fate.THROTTLED
    if isinstance(error, Rejected):
        return Fate.REJECTED
    assert isinstance(error, BrokenAnswer), type(error)
    return Fate.UNKNOWN
