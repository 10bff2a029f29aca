"""Keeps to the service's rate limits."""

from __future__ import annotations

from msgspec import Struct

from vasttui.api.operations import Operation
from vasttui.api.policy import LONGEST_WAIT
from vasttui.api.shared_rate import SharedRate
from vasttui.clock import Clock
from vasttui.errors import RateLimited

_LONGEST_INTERVAL = 60.0
_NOTHING = 1e-6


class _Bucket(Struct):
    interval: float
    burst: float
    tokens: float
    counted_at: float
    closed_until: float = 0.0


class Limiter:
    """A token bucket for each operation, slowed down by HTTP 429, and the rate that all share."""

    def __init__(self, clock: Clock, *, documented: bool = True) -> None:
        """Without `documented` intervals (a simulator) only `throttled` slows it down."""
        self._clock, self._documented = clock, documented
        self._buckets: dict[str, _Bucket] = {}
        self._shared = SharedRate(clock, documented=documented)

    def wait(self, operation: Operation) -> float:
        """Seconds until this operation may be sent, as far as its own limit goes; 0 means now."""
        bucket, now = self._bucket(operation), self._clock.monotonic()
        missing = (1.0 - bucket.tokens) * bucket.interval
        wait = max(missing, bucket.closed_until - now)
        return wait if wait > _NOTHING else 0.0

    def interval(self, operation: Operation) -> float:
        """Seconds between two calls that are kept at present; 0 if there is no limit."""
        return self._bucket(operation).interval

    async def turn(self, operation: Operation) -> None:
        """Return when the operation may be sent, and count it. Raises RateLimited at once if the
        service asked for a wait over `LONGEST_WAIT`."""
        ticket = self._shared.ticket()
        await self._own_turn(operation)
        while operation.patient:
            await self._shared.turn(ticket)
            if self.wait(operation) <= 0:
                break
            await self._own_turn(operation)
        self._bucket(operation).tokens -= 1.0
        self._shared.sent(patient=operation.patient)

    async def _own_turn(self, operation: Operation) -> None:
        while (seconds := self.wait(operation)) > 0:
            asked = self._bucket(operation).closed_until - self._clock.monotonic()
            if asked > LONGEST_WAIT:
                raise RateLimited("Rate limited by Vast.ai.", retry_after=asked)
            await self._clock.sleep(seconds)

    def throttled(
        self, operation: Operation, *, wait: float | None, interval: float | None
    ) -> None:
        """The service refused a request as too early; it asked for `wait` s now and for `interval`
        s between calls, if known."""
        bucket = self._bucket(operation)
        if interval is not None:
            bucket.interval = max(bucket.interval, min(interval, _LONGEST_INTERVAL))
        pause = (bucket.interval or operation.interval) if wait is None else wait
        bucket.closed_until = max(bucket.closed_until, self._clock.monotonic() + pause)
        bucket.tokens = 1.0  # one request may go when the pause is over
        if interval is None:
            self._shared.close(pause)

    def _bucket(self, operation: Operation) -> _Bucket:
        now = self._clock.monotonic()
        bucket = self._buckets.get(operation.name)
        if bucket is None:
            burst = float(operation.burst)
            bucket = _Bucket(operation.interval if self._documented else 0.0, burst, burst, now)
            self._buckets[operation.name] = bucket
        passed = max(0.0, now - bucket.counted_at)
        earned = passed / bucket.interval if bucket.interval else bucket.burst
        bucket.tokens = min(bucket.burst, bucket.tokens + earned)
        bucket.counted_at = now
        return bucket
