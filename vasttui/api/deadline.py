"""One time limit for everything that a call waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from vasttui.clock import Clock
from vasttui.errors import BrokenAnswer

T = TypeVar("T")


class Deadline:
    """Runs out `seconds` after it was made.

    Time that the computer spent asleep counts. Only the waits given to `wait_for` are cut short,
    so a consumer that works between two pieces of an answer is never interrupted.
    """

    def __init__(self, clock: Clock, seconds: float) -> None:
        self.seconds, self._clock = seconds, clock
        self._end = clock.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds left, at least 0."""
        return max(0.0, self._end - self._clock.monotonic())

    async def wait_for(self, what: Awaitable[T]) -> T:
        """The result of `what`. Raises BrokenAnswer when the time is over first."""
        try:
            async with asyncio.timeout(self.left):
                return await what
        except TimeoutError:
            raise self._over() from None

    def check(self) -> None:
        """Raises BrokenAnswer when the time is over: timers stand still while a computer sleeps."""
        if self.left == 0.0:
            raise self._over()

    def _over(self) -> BrokenAnswer:
        return BrokenAnswer(
            f"No complete answer within {self.seconds:g} s.",
            hint="The service or the line is slow.",
        )
