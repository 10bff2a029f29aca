"""Time as a parameter."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """Where a program takes its time from. All values are seconds."""

    def now(self) -> float:
        """Wall time: epoch seconds, UTC. May jump."""

    def monotonic(self) -> float:
        """Time that never goes back and goes on while the computer sleeps, where it can."""

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds of this clock."""


class SystemClock:
    """The computer's own time. `monotonic` counts the time spent asleep (Linux)."""

    def __init__(self) -> None:
        self._boottime = getattr(time, "CLOCK_BOOTTIME", None)

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        if self._boottime is None:
            return time.monotonic()
        return time.clock_gettime(self._boottime)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class VirtualClock:
    """Time that only moves when told to, or when somebody sleeps on it."""

    def __init__(self, start: float = 1_790_000_000.0) -> None:
        self._now = start
        self._monotonic = 0.0

    def now(self) -> float:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Move both times on."""
        self._now += seconds
        self._monotonic += seconds

    def jump(self, seconds: float) -> None:
        """Move the wall time alone, as a time server or a user does."""
        self._now += seconds

    async def sleep(self, seconds: float) -> None:
        self.advance(max(0.0, seconds))
        await asyncio.sleep(0)
