"""A list as known at one moment."""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from vasttui.errors import VastError

Row = TypeVar("Row")


class Snapshot(Struct, Generic[Row], frozen=True, kw_only=True):
    """The rows of the last reading.

    `number` counts complete readings, `bad` unreadable rows, for `reasons` in sentences. `as_of`
    and `next_try` are monotonic seconds, `as_of_wall` and `failing_since` epoch seconds. `busy`: a
    reading is under way. An `error` leaves the rows alone; without a `next_try` only the user
    retries. `resumed_after` is the length in seconds of a sleep or clock jump, until the next
    complete reading.
    """

    rows: tuple[Row, ...] = ()
    number: int = 0
    bad: int = 0
    reasons: tuple[str, ...] = ()
    as_of: float | None = None
    as_of_wall: float | None = None
    busy: bool = False
    error: VastError | None = None
    failures: int = 0
    failing_since: float | None = None
    next_try: float | None = None
    resumed_after: float | None = None

    def only_asks(self, before: Snapshot[Row]) -> bool:
        """Whether all that is new since then is that a reading is under way, or no longer."""
        return replace(self, busy=before.busy) == before
