"""Polls the account's instances; nothing else in the program does."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from vasttui.clock import Clock
from vasttui.errors import RateLimited, VastError
from vasttui.services.backoff import retry_in
from vasttui.services.clock_watch import EVERY, ClockWatch
from vasttui.services.fleet.account import AccountPoller
from vasttui.services.fleet.client import FleetClient
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.fleet.store import FleetStore
from vasttui.services.waiting import waiting_on

ON_SCREEN, ELSEWHERE, UNFOCUSED = 5.0, 15.0, 60.0
"""Seconds between readings: instances on screen or changing, another screen, no focus."""

MIN_INTERVAL = 2.0
"""Minimum seconds between readings."""

_RETRY_ON_SCREEN = 2.5
"""Seconds after a failure while on screen, so that the service's return shows within 3 s."""


class Poller:
    """One reading at a time, most often while on screen. Ends only by cancellation."""

    def __init__(
        self,
        api: FleetClient,
        store: FleetStore,
        *,
        clock: Clock,
        rng: random.Random,
        on_force: Callable[[], None] = lambda: None,
    ) -> None:
        self.store = store
        self.side = AccountPoller(api, store, clock, rng, self._read_soon)
        self._api, self._clock, self._rng = api, clock, rng
        self._on_force, self._wait = on_force, waiting_on(clock)
        self._wake = asyncio.Event()
        self._on_screen = False
        self._focused = True
        self._paused = False
        self._asked = False
        self._hurries = 0
        self._started: float | None = None
        self._tickets: list[asyncio.Future[Fleet]] = []
        self._clocks = ClockWatch(clock)

    @property
    def interval(self) -> float:
        """The current seconds between readings."""
        if self._hurries or any(row.phase.traits.settles for row in self.store.fleet.rows):
            return ON_SCREEN
        if not self._focused:
            return UNFOCUSED
        return ON_SCREEN if self._on_screen else ELSEWHERE

    @property
    def on_screen(self) -> bool:
        """Whether the instances are on screen."""
        return self._on_screen

    @on_screen.setter
    def on_screen(self, on_screen: bool) -> None:
        self._on_screen = on_screen
        self._reconsider()

    @property
    def focused(self) -> bool:
        """Whether the terminal has the focus, if it reports that."""
        return self._focused

    @focused.setter
    def focused(self, focused: bool) -> None:
        self._focused = focused
        self._reconsider()

    @property
    def paused(self) -> bool:
        """Whether it reads only on request, and then until that succeeds."""
        return self._paused

    @paused.setter
    def paused(self, paused: bool) -> None:
        self._paused = paused
        self._wake.set()

    def wake(self) -> None:
        """Read soon; during a reading once more after it."""
        self.side.soon()
        self._read_soon()

    def _read_soon(self) -> None:
        self._asked = True
        self._wake.set()

    def refresh(self) -> None:
        """Read now, because the user asks."""
        self._on_force()
        self.side.retry()
        self.wake()

    @contextmanager
    def hurry(self) -> Iterator[None]:
        """Poll fast while an action is under way."""
        self._hurries += 1
        self._wake.set()
        try:
            yield
        finally:
            self._hurries -= 1

    async def fresh(self) -> Fleet:
        """The first snapshot whose reading starts after now. Raises its `VastError`."""
        ticket: asyncio.Future[Fleet] = asyncio.get_running_loop().create_future()
        self._tickets.append(ticket)
        self.wake()
        return await ticket

    @property
    def _watched(self) -> bool:
        """Whether the user or an action waits for news."""
        return (self._on_screen and self._focused) or self._hurries > 0

    def _reconsider(self) -> None:
        """Adapt to a change of screen or focus; on screen, a failed reading is retried at once."""
        if self._watched and self.store.fleet.next_try is not None:
            self._asked = True
        self._wake.set()

    async def run(self) -> None:
        """Poll until cancelled."""
        try:
            while True:
                self._wake.clear()
                self._check_clocks()
                self.side.start()
                delay = self._delay()
                if delay <= 0:
                    await self._read()
                else:
                    await self._wait(self._wake, min(delay, EVERY))
        finally:
            self.side.stop()
            for ticket in self._tickets:
                ticket.cancel()

    def _delay(self) -> float:
        """Seconds until the next reading."""
        fleet, now = self.store.fleet, self._clock.monotonic()
        since = math.inf if self._started is None else now - self._started
        least = max(0.0, MIN_INTERVAL - since)
        if isinstance(fleet.error, RateLimited) and fleet.next_try is not None:
            return max(least, fleet.next_try - now)
        if self._asked:
            return least
        if fleet.error is not None:
            return math.inf if fleet.next_try is None else max(least, fleet.next_try - now)
        return math.inf if self._paused else max(least, self.interval - since)

    async def _read(self) -> None:
        started = self._clock.monotonic()
        self._asked, self._started = False, started
        served, self._tickets = self._tickets, []
        if self._watched:
            self._on_force()
        self.store.fetching()
        try:
            listed = await self._api.instances.list()
            if self._check_clocks(reading=True):  # perhaps sent before a long sleep
                self._tickets = served + self._tickets
                self.store.dropped()
                return
            await self.store.fetched(listed, started)
        except VastError as error:
            self._failed(error)
            for ticket in served:
                if not ticket.done():
                    ticket.set_exception(error)
        except BaseException:
            self._tickets = served + self._tickets
            raise
        else:
            for ticket in served:
                if not ticket.done():
                    ticket.set_result(self.store.fleet)
        self._check_clocks(reading=True)

    def _failed(self, error: VastError) -> None:
        failures = self.store.fleet.failures + 1
        pause = retry_in(error, failures, self._rng, self._clock.now())
        if pause is not None and not isinstance(error, RateLimited):
            pause = min(pause, _RETRY_ON_SCREEN) if self._watched else max(pause, self.interval)
        next_try = None if pause is None else self._clock.monotonic() + pause
        self.store.failed(error, next_try)

    def _check_clocks(self, *, reading: bool = False) -> bool:
        """Whether time passed unnoticed since the last check; then everything is read again."""
        gap = self._clocks.check(reading=reading)
        if gap is None:
            return False
        self.store.resumed(gap.seconds, gap.uncounted)
        self.wake()
        return True
