"""Keeps the intervals between requests that the service asks for."""

from __future__ import annotations

from dataclasses import dataclass

from vasttui.api.operations import Operation
from vasttui.clock import Clock


@dataclass(slots=True)
class _Bucket:
    interval: float
    burst: int
    tokens: float
    counted_at: float
    closed_until: float = 0.0


_LEARNED = 12.0
"""Seconds: a longer pause is a penalty of the moment, not the interval of the operation."""


class Limiter:
    """A token bucket for each operation; it slows down when the service says so."""

    def __init__(self, clock: Clock, *, documented: bool = True) -> None:
        """Without the `documented` intervals (a simulator) only what it is told slows it down."""
        self._clock = clock
        self._documented = documented
        self._buckets: dict[str, _Bucket] = {}

    def wait(self, operation: Operation) -> float:
        """Seconds until this operation may be sent; 0 means now."""
        bucket, now = self._bucket(operation), self._clock.monotonic()
        missing = (1.0 - bucket.tokens) * bucket.interval
        wait = max(missing, bucket.closed_until - now)
        return wait if wait > 1e-6 else 0.0

    async def turn(self, operation: Operation) -> None:
        """Return when the operation may be sent, and count it."""
        while (seconds := self.wait(operation)) > 0:
            await self._clock.sleep(seconds)
        self._bucket(operation).tokens -= 1.0

    def throttled(self, operation: Operation, seconds: float | None) -> None:
        """The service refused: wait that long, and from now on at least that long each time."""
        bucket = self._bucket(operation)
        pause = bucket.interval if seconds is None else seconds
        bucket.closed_until = self._clock.monotonic() + pause
        bucket.tokens = min(bucket.tokens, 1.0)
        if seconds is not None and seconds <= _LEARNED:
            bucket.interval = max(bucket.interval, seconds)

    def _bucket(self, operation: Operation) -> _Bucket:
        now = self._clock.monotonic()
        bucket = self._buckets.get(operation.name)
        if bucket is None:
            interval = operation.interval if self._documented else 0.0
            bucket = _Bucket(interval, operation.burst, float(operation.burst), now)
            self._buckets[operation.name] = bucket
        earned = (now - bucket.counted_at) / bucket.interval if bucket.interval else bucket.burst
        bucket.tokens = min(float(bucket.burst), bucket.tokens + max(0.0, earned))
        bucket.counted_at = now
        return bucket
