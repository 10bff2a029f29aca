"""Polls account, pending price increases, charges and volumes, less often than the instances. They
never delay the instances; what the key lacks permission for is not read again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

from msgspec import Struct

from vasttui.clock import Clock
from vasttui.errors import PermissionDenied, VastError
from vasttui.services.backoff import retry_in
from vasttui.services.fleet.client import FleetClient
from vasttui.services.fleet.store import FleetStore
from vasttui.units import DAY

ACCOUNT_EVERY, INCREASES_EVERY, CHARGES_EVERY, VOLUMES_EVERY = 60.0, 300.0, 300.0, 300.0
LEAST_RETRY = 5.0
"""Minimum seconds after a failure."""

_LONGEST_BACK = 60 * DAY


class _Reading(Struct):
    """What to read, how often (s), and when next (monotonic seconds, None: never)."""

    read: Callable[[], Awaitable[None]]
    every: float
    due: float | None = 0.0
    failures: int = 0


class AccountPoller:
    """Reads what is due, one after the other."""

    def __init__(
        self, api: FleetClient, store: FleetStore, clock: Clock, rng: random.Random,
        read_instances: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        """`read_instances` is called when the account waits for them."""
        self._api, self._store, self._clock, self._rng = api, store, clock, rng
        self._read_instances = read_instances
        self._account = _Reading(self._read_account, ACCOUNT_EVERY)
        self._increases = _Reading(self._read_increases, INCREASES_EVERY)
        self._readings = (
            self._account,
            self._increases,
            _Reading(self._read_charges, CHARGES_EVERY),
            _Reading(self._read_volumes, VOLUMES_EVERY),
        )
        self._task: asyncio.Task[None] | None = None

    def soon(self) -> None:
        """Read account and price increases next, as an action may have changed them."""
        for reading in (self._account, self._increases):
            if reading.due is not None:
                reading.due = 0.0

    def retry(self) -> None:
        """Read everything next, even what was refused, because the user asks."""
        for reading in self._readings:
            reading.due = 0.0

    def start(self) -> None:
        """Start reading what is due, unless that is under way."""
        if self._task is not None and self._task.done():
            task, self._task = self._task, None
            task.result()  # anything but a `VastError` is fatal
        if self._task is None and self._due():
            self._task = asyncio.create_task(self._run())

    def stop(self) -> None:
        """Cancel what is being read."""
        if self._task is not None:
            self._task.cancel()

    def _due(self) -> list[_Reading]:
        # The charges need the instances' start dates.
        now, known = self._clock.monotonic(), self._store.fleet.number > 0
        return [
            one
            for one in self._readings
            if one.due is not None and one.due <= now and (known or one is self._account)
        ]

    async def _run(self) -> None:
        for reading in self._due():
            reading.due = self._clock.monotonic() + reading.every
            try:
                await reading.read()
                reading.failures = 0
            except PermissionDenied as error:
                reading.due = None
                self._failed(reading, error)
            except VastError as error:
                reading.failures += 1
                pause = retry_in(error, reading.failures, self._rng, self._clock.now())
                now = self._clock.monotonic()
                reading.due = None if pause is None else now + max(pause, LEAST_RETRY)
                self._failed(reading, error)

    def _failed(self, reading: _Reading, error: VastError) -> None:
        if reading is self._account:
            self._store.account_failed(error)
        elif reading is self._increases:
            self._store.increases_failed(error)

    async def _read_account(self) -> None:
        if self._store.account_fetched(await self._api.account.current()):
            self._read_instances()

    async def _read_increases(self) -> None:
        self._store.increases_fetched(await self._api.price_increases.list())

    async def _read_charges(self) -> None:
        now = self._clock.now()
        starts = [row.instance.start_date for row in self._store.fleet.rows]
        oldest = min((start for start in starts if start is not None), default=now)
        since = max(now - _LONGEST_BACK, oldest - DAY)
        self._store.charges_fetched(await self._api.billing.charges(since, now), now)

    async def _read_volumes(self) -> None:
        self._store.volumes_fetched((await self._api.volumes.list()).volumes)
