"""Notices that the computer slept or its clock was set."""

from __future__ import annotations

from typing import NamedTuple

from vasttui.clock import Clock, ServiceClock

EVERY = 1.0
"""Seconds between two checks while nothing is being read."""

_JUMP, _SLEPT = 5.0, 30.0


class Gap(NamedTuple):
    """Time that passed unnoticed, in seconds. `uncounted` of it probably passed while the monotonic
    clock stood still: data is older by it."""

    seconds: float
    uncounted: float


class ClockWatch:
    """Compares wall clock and monotonic clock of this computer with the last check."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock = clock.own if isinstance(clock, ServiceClock) else clock
        self._before = clock.now(), clock.monotonic()

    def check(self, *, reading: bool = False) -> Gap | None:
        """The gap since the last check, None if there is none. While `reading`, a long time between
        two checks is not a gap: many pages take time."""
        wall, monotonic = self._clock.now(), self._clock.monotonic()
        before_wall, before = self._before
        self._before = wall, monotonic
        passed = monotonic - before
        jump = (wall - before_wall) - passed
        seconds = max(abs(jump), 0.0 if reading or passed < _SLEPT else passed)
        return Gap(seconds, max(0.0, jump)) if seconds > _JUMP else None
