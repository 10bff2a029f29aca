"""The rate of searches."""

from __future__ import annotations

from vasttui.clock import Clock

_RESERVE = 4


class SearchBudget:
    """Spreads searches over time; 10 per minute are allowed (docs: "rate limits and errors").

    Pages after the first leave some searches unused, so that a filter typed during a long
    search is answered without waiting; what is `behind` leaves one more, so that it goes last.
    """

    def __init__(self, clock: Clock, *, per_minute: float = 10.0) -> None:
        self.seconds_each = 60.0 / per_minute
        self._clock = clock
        self._burst = per_minute
        self._tokens = per_minute
        self._counted_at = clock.monotonic()

    async def turn(self, *, first: bool, behind: bool = False) -> None:
        """Return when the next search may be sent."""
        while (seconds := self.wait(first=first, behind=behind)) > 0:
            await self._clock.sleep(seconds)
        self._tokens -= 1.0

    def wait(self, *, first: bool, behind: bool = False) -> float:
        """In how many seconds that is."""
        missing = (1.0 if first else 1.0 + _RESERVE) + behind - self._refill()
        return missing * self.seconds_each if missing > 1e-9 else 0.0

    def _refill(self) -> float:
        now = self._clock.monotonic()
        earned = max(0.0, now - self._counted_at) / self.seconds_each
        self._tokens = min(self._burst, self._tokens + earned)
        self._counted_at = now
        return self._tokens
