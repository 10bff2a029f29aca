"""Clocks, passed as parameters so that tests control time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

_TOLERANCE = 5.0
"""Seconds by which the clocks of computers differ without being wrong."""


class Clock(Protocol):
    """A source of time. All values are in seconds."""

    def now(self) -> float:
        """Wall-clock time in epoch seconds (UTC). May jump."""

    def monotonic(self) -> float:
        """Time that never goes back and, where possible, includes time in suspend."""

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds of this clock."""


class SystemClock:
    """The system's time. On Linux `monotonic` includes time in suspend."""

    def __init__(self) -> None:
        self._boottime = getattr(time, "CLOCK_BOOTTIME", None)

    def now(self) -> float:
        """Wall-clock time in epoch seconds."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds since an arbitrary start."""
        if self._boottime is None:
            return time.monotonic()
        return time.clock_gettime(self._boottime)

    async def sleep(self, seconds: float) -> None:
        """Sleep that long."""
        await asyncio.sleep(seconds)


class ServiceClock:
    """The time of the service: that of this computer, corrected by what the answers say.

    What the service counts by time (ages, money, ends of contracts) is counted with its time.
    """

    def __init__(self, own: Clock, on_wrong: Callable[[], None] = lambda: None) -> None:
        """`on_wrong` is called when the computer's clock is first seen to be wrong by so much."""
        self.own = own
        self.on_wrong = on_wrong
        self.ahead = 0.0
        """By how many seconds this computer's clock is ahead of the service's; 0: about right."""

    def now(self) -> float:
        """Epoch seconds as at the service."""
        return self.own.now() - self.ahead

    def monotonic(self) -> float:
        """The computer's own monotonic seconds."""
        return self.own.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Sleep that long."""
        await self.own.sleep(seconds)

    def learn(self, date: float, took: float) -> None:
        """Learn from an answer that came just now, `took` s after its request, with the whole
        second `date` in epoch seconds as its time."""
        most = self.own.now() - date
        least = most - took - 1.0
        for known in (self.ahead, 0.0):
            if least - _TOLERANCE <= known <= most + _TOLERANCE:
                self.ahead = known
                return
        self.ahead = (least + most) / 2
        self.on_wrong()


class VirtualClock:
    """Time that moves only when advanced, or when something sleeps on it."""

    def __init__(self, start: float = 1_790_000_000.0) -> None:
        self._now = start
        self._monotonic = 0.0

    def now(self) -> float:
        """Virtual epoch seconds."""
        return self._now

    def monotonic(self) -> float:
        """Virtual seconds since the start."""
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Advance both times."""
        self._now += seconds
        self._monotonic += seconds

    def jump(self, seconds: float) -> None:
        """Move only the wall-clock time, as a time server or user might."""
        self._now += seconds

    async def sleep(self, seconds: float) -> None:
        """Advance that far and let other tasks run."""
        self.advance(max(0.0, seconds))
        await asyncio.sleep(0)
