"""A poller with a scripted account, in virtual time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from msgspec.structs import replace

from tests.support.fleet_rows import PLAIN
from tests.support.virtual_time import Computer, TrueTime
from vasttui.errors import VastError
from vasttui.models.account import Account
from vasttui.models.charge import Charge
from vasttui.models.instance import Instance, InstanceList
from vasttui.models.price_increase import PriceIncrease
from vasttui.models.volume import Volume, VolumeList
from vasttui.services.fleet.poller import Poller
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.fleet.store import FleetStore

_PRICES = {"dph_base": 0.3, "storage_total_cost": 0.01, "dph_total": 0.31}
_RUNNING = dict.fromkeys(("actual_status", "cur_state", "next_state", "intended_status"), "running")


def instance(id: int = 7, **changes: Any) -> Instance:
    """A running instance with these changes."""
    return replace(PLAIN, **{**_RUNNING, **_PRICES, "id": id, **changes})


@dataclass(frozen=True)
class Asked:
    """A request that arrived; `at` is monotonic seconds, to the hundredth."""

    at: float
    what: str


class _Part:
    def __init__(self, account: FakeAccount) -> None:
        self.of = account


class _Account(_Part):
    async def current(self) -> Account:
        await self.of.answer("account")
        return Account(id=1, credit=self.of.credit)


class _Billing(_Part):
    async def charges(self, since: float, until: float) -> tuple[Charge, ...]:
        self.of.windows.append((since, until))
        await self.of.answer("charges")
        return self.of.charged


class _Instances(_Part):
    async def list(self) -> InstanceList:
        return await self.of.read()


class _Increases(_Part):
    async def list(self) -> tuple[PriceIncrease, ...]:
        await self.of.answer("increases")
        return self.of.increases


class _Volumes(_Part):
    async def list(self) -> VolumeList:
        await self.of.answer("volumes")
        return VolumeList(self.of.volumes_now)


class FakeAccount:
    """`errors` by request name are used first, one per request; every answer takes `seconds`.

    Answers about instances wait at the `gate`, if there is one.
    """

    def __init__(self, *instances: Instance) -> None:
        self.instances_now = list(instances)
        self.errors: dict[str, list[BaseException]] = {}
        self.always: BaseException | None = None
        self.seconds = 0.1
        self.gate: asyncio.Event | None = None
        self.asked: list[Asked] = []
        self.windows: list[tuple[float, float]] = []
        self.charged: tuple[Charge, ...] = ()
        self.increases: tuple[PriceIncrease, ...] = ()
        self.credit = 25.0
        self.at_once = self.most_at_once = 0
        self.account, self.billing = _Account(self), _Billing(self)
        self.instances, self.price_increases = _Instances(self), _Increases(self)
        self.volumes = _Volumes(self)
        self.volumes_now: tuple[Volume, ...] = ()

    def times(self, what: str = "instances") -> list[float]:
        """When this was requested."""
        return [one.at for one in self.asked if one.what == what]

    def gaps(self) -> list[float]:
        """Seconds between requests for instances, to the tenth."""
        times = self.times()
        return [round(b - a, 1) for a, b in pairwise(times)]

    async def read(self) -> InstanceList:
        """All instances."""
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.answer("instances")
            if self.gate is not None:
                await self.gate.wait()
            if self.always is not None:
                raise self.always
            return InstanceList(tuple(self.instances_now), 0, ())
        finally:
            self.at_once -= 1

    async def answer(self, what: str) -> None:
        """Take the time of an answer, and fail if that is planned."""
        self.asked.append(Asked(round(asyncio.get_running_loop().time(), 2), what))
        await asyncio.sleep(self.seconds)
        planned = self.errors.get(what)
        if planned:
            raise planned.pop(0)


class Watch:
    """A running poller; `published` is every published snapshot."""

    def __init__(
        self, account: FakeAccount, *, counts_sleep: bool, on_force: Callable[[], None]
    ) -> None:
        self.account = account
        self.clock = Computer(TrueTime(), counts_sleep=counts_sleep)
        self.published: list[Fleet] = []
        self.store = FleetStore(self.published.append, self.clock)
        self.poller = Poller(
            account, self.store, clock=self.clock, rng=random.Random(1),
            on_force=on_force,
        )  # fmt: skip

    @property
    def fleet(self) -> Fleet:
        return self.store.fleet

    @property
    def age(self) -> float:
        """The age in seconds as the screen would show it now."""
        assert self.fleet.as_of is not None
        return self.clock.monotonic() - self.fleet.as_of

    async def until(self, ready: Callable[[], object], *, step: float = 0.05) -> float:
        """Let time pass, an hour at most, until a condition holds; returns how long it took."""
        started = asyncio.get_running_loop().time()
        async with asyncio.timeout(3_600):
            while not ready():  # noqa: ASYNC110 - nobody tells of what is awaited here
                await asyncio.sleep(step)
        return asyncio.get_running_loop().time() - started


@asynccontextmanager
async def watching(
    account: FakeAccount,
    *,
    looking: bool = True,
    counts_sleep: bool = True,
    on_force: Callable[[], None] = lambda: None,
) -> AsyncIterator[Watch]:
    """A running poller until the end of the block; it must not end before."""
    watch = Watch(account, counts_sleep=counts_sleep, on_force=on_force)
    watch.poller.on_screen = looking
    task = asyncio.create_task(watch.poller.run())
    try:
        yield watch
    finally:
        if task.done():
            task.result()
            raise AssertionError("the poller ended by itself")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def failing(*errors: VastError) -> FakeAccount:
    """A running instance, hidden at first by these errors."""
    account = FakeAccount(instance())
    account.errors["instances"] = list(errors)
    return account
