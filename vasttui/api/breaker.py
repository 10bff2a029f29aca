"""Stops reading from a service that is down, and looks from time to time whether it is back."""

from __future__ import annotations

from vasttui.clock import Clock

FAILURES = 5
FIRST_PAUSE, LONGEST_PAUSE = 15.0, 120.0


class Breaker:
    """Opens after five failures in a row; lets one probe through after 15 s, 30 s ... 2 min."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures = 0
        self._pause = FIRST_PAUSE
        self._open_until: float | None = None

    def wait(self) -> float:
        """Seconds until a request may go out; 0 when it may now, and then it is the probe."""
        if self._open_until is None:
            return 0.0
        left = self._open_until - self._clock.monotonic()
        if left > 0:
            return left
        self._open_until = self._clock.monotonic() + self._pause
        return 0.0

    def succeeded(self) -> None:
        """The service answered."""
        self._failures, self._pause, self._open_until = 0, FIRST_PAUSE, None

    def failed(self) -> None:
        """The service did not answer, or not sensibly."""
        self._failures += 1
        if self._failures < FAILURES:
            return
        if self._failures > FAILURES:
            self._pause = min(LONGEST_PAUSE, self._pause * 2)
        self._open_until = self._clock.monotonic() + self._pause

    def force(self) -> None:
        """The user wants to know now: the next request goes out."""
        if self._open_until is not None:
            self._open_until = self._clock.monotonic()
