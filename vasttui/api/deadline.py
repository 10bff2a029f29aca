"""One time limit for a whole call."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from vasttui.clock import Clock
from vasttui.errors import BrokenAnswer

T = TypeVar("T")


class Deadline:
    """Expires `seconds` after it was made; time asleep counts. Only `wait_for` is interrupted,
    never a consumer at work between two pieces of an answer."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self.seconds, self._clock = seconds, clock
        self._end = clock.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds left, at least 0."""
        return max(0.0, self._end - self._clock.monotonic())

    async def wait_for(self, what: Awaitable[T]) -> T:
        """The result of `what`. Raises BrokenAnswer if time runs out first."""
        try:
            async with asyncio.timeout(self.left):
                return await what
        except TimeoutError:
            raise self._over() from None

    def check(self) -> None:
        """Raises BrokenAnswer if time has run out: timers stop while a computer sleeps."""
        if self.left == 0.0:
            raise self._over()

    def _over(self) -> BrokenAnswer:
        return BrokenAnswer(
            f"No complete answer within {self.seconds:g} s.",
            hint="Vast.ai or the connection is slow.",
        )
