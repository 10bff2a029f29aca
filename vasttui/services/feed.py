"""Polls one list."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

from msgspec.structs import replace

from vasttui.clock import Clock
from vasttui.errors import PermissionDenied, VastError
from vasttui.services.backoff import retry_in
from vasttui.services.clock_watch import EVERY, ClockWatch
from vasttui.services.snapshot import Snapshot
from vasttui.services.waiting import waiting_on

Row = TypeVar("Row")


class Feed(Generic[Row]):
    """One reading at a time; a failed one keeps the rows and is retried with growing pauses. Ends
    only by cancellation. Reads only while `on_screen` and not `paused`, or after `wake`."""

    def __init__(
        self,
        read: Callable[[], Awaitable[Sequence[Row]]],
        publish: Callable[[Snapshot[Row]], None],
        *,
        clock: Clock,
        rng: random.Random,
        every: float,
        on_force: Callable[[], None] = lambda: None,
    ) -> None:
        """`read` raises VastError; `every` is in seconds. `on_force` is called by `refresh`."""
        self.snapshot: Snapshot[Row] = Snapshot()
        self._read, self._publish, self._every = read, publish, every
        self._clock, self._rng, self._wait = clock, rng, waiting_on(clock)
        self._on_force = on_force
        self._clocks = ClockWatch(clock)
        self._event = asyncio.Event()
        self._asked = False
        self._on_screen = False
        self._paused = False
        self._started: float | None = None

    @property
    def on_screen(self) -> bool:
        """Whether the list is on the screen."""
        return self._on_screen

    @on_screen.setter
    def on_screen(self, on_screen: bool) -> None:
        self._on_screen = on_screen
        self._event.set()

    @property
    def paused(self) -> bool:
        """Whether the user paused refreshing."""
        return self._paused

    @paused.setter
    def paused(self, paused: bool) -> None:
        self._paused = paused
        self._event.set()

    def wake(self) -> None:
        """Read soon; during a reading once more after it."""
        self._asked = True
        self._event.set()

    def refresh(self) -> None:
        """Read now, because the user asks."""
        self._on_force()
        self.wake()

    def grow_older(self, seconds: float) -> None:
        """So much time passed that the monotonic clock did not count."""

    async def run(self) -> None:
        """Read until cancelled."""
        while True:
            self._event.clear()
            self._check_clocks()
            delay = self._delay()
            if delay <= 0:
                await self._once()
            else:
                await self._wait(self._event, min(delay, EVERY))

    def _delay(self) -> float:
        """Seconds until the next reading."""
        if self._asked:
            return 0.0
        if self._paused or not self._on_screen:
            return math.inf
        snapshot, now = self.snapshot, self._clock.monotonic()
        if snapshot.error is not None:
            return math.inf if snapshot.next_try is None else snapshot.next_try - now
        return 0.0 if self._started is None else self._started + self._every - now

    async def _once(self) -> None:
        self._asked, self._started = False, self._clock.monotonic()
        self._set(busy=True)
        try:
            rows = tuple(await self._read())
        except VastError as error:
            self._failed(error)
            return
        if self._check_clocks(reading=True):  # perhaps sent before a long sleep
            self._set(busy=False)
            return
        self._set(
            rows=rows, number=self.snapshot.number + 1, as_of=self._started,
            as_of_wall=self._clock.now(), busy=False, error=None, failures=0, failing_since=None,
            next_try=None, resumed_after=None,
        )  # fmt: skip

    def _failed(self, error: VastError) -> None:
        before, now = self.snapshot, self._clock.now()
        failures = before.failures + 1
        denied = isinstance(error, PermissionDenied)  # a key does not get new rights
        pause = None if denied else retry_in(error, failures, self._rng, now)
        self._set(
            busy=False, error=error, failures=failures,
            failing_since=now if before.failing_since is None else before.failing_since,
            next_try=None if pause is None else self._clock.monotonic() + pause,
        )  # fmt: skip

    def _check_clocks(self, *, reading: bool = False) -> bool:
        """Whether time passed unnoticed; the data is then old until read again."""
        gap = self._clocks.check(reading=reading)
        if gap is None:
            return False
        self.grow_older(gap.uncounted)
        if self.snapshot.as_of is not None:
            older = self.snapshot.as_of - gap.uncounted
            self._set(resumed_after=gap.seconds, as_of=older)
        if self._on_screen:
            self.wake()
        return True

    def _set(self, **news: Any) -> None:
        self.snapshot = replace(self.snapshot, **news)
        self._publish(self.snapshot)
