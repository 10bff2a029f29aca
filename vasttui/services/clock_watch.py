"""Notices that the computer slept or that its clock was set."""

from __future__ import annotations

from typing import NamedTuple

from vasttui.clock import Clock

EVERY = 1.0
"""Seconds between two looks while nothing is being read."""

_JUMP, _SLEPT = 5.0, 30.0


class Gap(NamedTuple):
    """Time that passed unseen, in seconds.

    `uncounted` of it passed, as far as anybody knows, while the monotonic clock stood still: all
    that is known is so much older.
    """

    seconds: float
    uncounted: float


class ClockWatch:
    """Compares the two clocks with what they said at the last look."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._before = clock.now(), clock.monotonic()

    def look(self, *, reading: bool = False) -> Gap | None:
        """The gap since the last look, None where there is none.

        While `reading`, a long time between two looks is no gap: many pages take their time.
        """
        wall, monotonic = self._clock.now(), self._clock.monotonic()
        before_wall, before = self._before
        self._before = wall, monotonic
        passed = monotonic - before
        jump = (wall - before_wall) - passed
        seconds = max(abs(jump), 0.0 if reading or passed < _SLEPT else passed)
        return Gap(seconds, max(0.0, jump)) if seconds > _JUMP else None
