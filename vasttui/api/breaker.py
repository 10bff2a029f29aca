"""Stops reading from a service that is down, and probes now and then whether it is back."""

from __future__ import annotations

from vasttui.clock import Clock
from vasttui.errors import HeldBack, VastError

FAILURES = 5
FIRST_PAUSE, LONGEST_PAUSE = 15.0, 120.0


class Breaker:
    """Opens after five failures in a row; lets one probe through after 15 s, 30 s ... 2 min. Only
    reads go through it: requests that save money, to stop or destroy, are never held back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures = 0
        self._pause = FIRST_PAUSE
        self._next_probe: float | None = None
        self._probing = False
        self._cause = ""

    @property
    def is_open(self) -> bool:
        """Whether requests are held back; a probe may still pass."""
        return self._next_probe is not None

    def enter(self) -> None:
        """Let a request pass. Raises HeldBack, with the old cause, while it is held back."""
        if self._next_probe is None:
            return
        now = self._clock.monotonic()
        if now < self._next_probe:
            raise HeldBack(self._cause, seconds=self._next_probe - now)
        self._probing = True
        self._next_probe = now + self._pause

    def succeeded(self) -> None:
        """The service answered, if only to refuse."""
        self._failures, self._pause = 0, FIRST_PAUSE
        self._next_probe, self._probing = None, False

    def failed(self, error: VastError) -> None:
        """The service was not reached or sent no usable answer."""
        self._failures += 1
        self._cause = str(error)
        if self._probing:
            self._probing = False
            self._pause = min(LONGEST_PAUSE, self._pause * 2)
        elif self._failures != FAILURES:
            return
        self._next_probe = self._clock.monotonic() + self._pause

    def force(self) -> None:
        """Make the next request a probe, because the user asks."""
        if self._next_probe is not None:
            self._next_probe = self._clock.monotonic()
