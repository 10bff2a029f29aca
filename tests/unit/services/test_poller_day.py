"""A day of polling in seconds: outages, suspend, clock jumps, and the service's limits."""

from __future__ import annotations

import asyncio
import gc
import random
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

import httpx
import pytest

from tests.support.simulator import KEY
from tests.support.virtual_time import Computer, TrueTime, run
from vasttui.api.client import VastClient, open_client
from vasttui.models.instance import InstanceList
from vasttui.services.fleet.history import KEPT, History
from vasttui.services.fleet.poller import Poller
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.fleet.store import FleetStore
from vasttui.services.fleet.timeline import Timeline
from vasttui.simulator.http.canned import failure
from vasttui.simulator.inprocess import SimulatorTransport
from vasttui.simulator.world import World, WorldConfig

MINUTE, HOUR = 60.0, 3_600.0
INSTANCES = 4
LATENCY = 0.15
NOTICED = 1.1
"""Seconds within which a suspend is noticed if the monotonic clock stood still."""

Outage = Literal["refused", "503", "hanging"]


class Line(httpx.AsyncBaseTransport):
    """The connection to the service, which may have an outage."""

    def __init__(self, world: World) -> None:
        self.outage: Outage | None = None
        self._inside = SimulatorTransport(world, latency=LATENCY)
        self._back = asyncio.Event()

    def fail(self, outage: Outage) -> None:
        self.outage = outage
        self._back.clear()

    def recover(self) -> None:
        """The service is back; connections from before are cut off."""
        self.outage = None
        self._back.set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.outage is None:
            return await self._inside.handle_async_request(request)
        if self.outage == "refused":
            raise httpx.ConnectError("Connection refused", request=request)
        if self.outage == "503":
            await asyncio.sleep(LATENCY)
            page = failure(503)
            body = httpx.ByteStream(page.read())
            return httpx.Response(page.status, headers=[*page.headers], stream=body)
        try:
            async with asyncio.timeout(request.extensions["timeout"]["read"]):
                await self._back.wait()
        except TimeoutError:
            raise httpx.ReadTimeout("The read operation timed out", request=request) from None
        raise httpx.ReadError("Connection reset by peer", request=request)


class Api:
    """The client, recording when a reading of the instances was requested."""

    def __init__(self, client: VastClient, true: TrueTime) -> None:
        self._client, self._true = client, true
        self.asked_at = 0.0
        self.readings = 0
        self.at_once = self.most_at_once = 0
        self.account, self.billing = client.account, client.billing
        self.price_increases = client.price_increases
        self.volumes = client.volumes
        self.instances = self

    async def list(self) -> InstanceList:
        self.asked_at = self._true.monotonic()
        self.readings += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return await self._client.instances.list()
        finally:
            self.at_once -= 1


@dataclass
class Figures:
    """Figures of the day."""

    statuses: Counter[str] = field(default_factory=Counter)
    recoveries: list[float] = field(default_factory=list)
    wakings: list[float] = field(default_factory=list)
    ages: int = 0
    on_the_safe_side: int = 0
    wrong_ages: list[str] = field(default_factory=list)
    longest_age: float = 0.0
    objects: list[int] = field(default_factory=list)


class Day:
    """The program, the world it polls, and a viewer of the ages it shows."""

    def __init__(self, *, counts_sleep: bool) -> None:
        self.true = TrueTime()
        self.computer = Computer(self.true, counts_sleep=counts_sleep)
        config = WorldConfig(offers=0, instances=INSTANCES, rate_limits=True, credit=5_000.0)
        self.world = World(config, self.true)
        self.line = Line(self.world)
        self.client = open_client(
            "http://127.0.0.1:1", KEY, clock=self.computer, rng=random.Random(1),
            transport=self.line, documented_limits=True,
        )  # fmt: skip
        self.api = Api(self.client, self.true)
        self.history, self.timeline = History(), Timeline()
        self.store = FleetStore(self.published, self.computer)
        self.poller = Poller(
            self.api, self.store, clock=self.computer, rng=random.Random(2),
            on_force=self.client.force,
        )  # fmt: skip
        self.figures = Figures()
        self._number = 0
        self._asked_at = self._answered_at = 0.0
        self._woke_at = -NOTICED
        self._counts_sleep = counts_sleep

    def published(self, fleet: Fleet) -> None:
        self.history.add(fleet)
        self.timeline.add(fleet)
        if fleet.number != self._number:
            self._number = fleet.number
            self._asked_at, self._answered_at = self.api.asked_at, self.true.monotonic()

    def check_age(self) -> None:
        """Compare the age on screen with the time since the last good answer."""
        fleet, now, figures = self.store.fleet, self.true.monotonic(), self.figures
        awake = asyncio.get_running_loop().time() - self._woke_at
        noticed = self._counts_sleep or awake > NOTICED or fleet.resumed_after is not None
        if fleet.as_of is None or not noticed:
            return
        shown = self.computer.monotonic() - fleet.as_of
        least, most = now - self._answered_at - 0.01, now - self._asked_at + 0.01
        figures.ages += 1
        figures.longest_age = max(figures.longest_age, shown)
        if shown > most and fleet.resumed_after is not None:
            figures.on_the_safe_side += 1  # a clock set forward looks like a suspend
        elif not least <= shown <= most:
            figures.wrong_ages.append(f"{shown:.2f} at {now:.1f}: {least:.2f} to {most:.2f}")

    async def observe(self) -> None:
        """Check every age, and record what reached the service."""
        while True:
            for _ in range(120):
                await asyncio.sleep(4.7)
                self.check_age()
            self.tally()

    def tally(self) -> None:
        ledger = self.world.ledger
        self.figures.statuses.update(f"{one.operation} {one.status}" for one in ledger.requests)
        ledger.clear()

    # Events

    async def sit(self, *, looking: bool, focused: bool = True) -> None:
        self.poller.on_screen, self.poller.focused = looking, focused

    async def recovers(self) -> None:
        """The service comes back, and the program notices."""
        self.line.recover()
        self.figures.recoveries.append(await self._next_answer())

    async def fall_asleep(self, seconds: float) -> None:
        self.computer.fall_asleep(seconds)
        self._woke_at = asyncio.get_running_loop().time()
        self.figures.wakings.append(await self._next_answer())

    async def wake_up_without_network(self, seconds: float) -> None:
        """The computer resumes; the network comes up some seconds later."""
        self.line.fail("refused")
        self.computer.fall_asleep(seconds)
        self._woke_at = asyncio.get_running_loop().time()
        await self.sit(looking=True)
        for _ in range(100):
            await asyncio.sleep(0.2)
            self.check_age()
        await self.recovers()

    async def fall_asleep_during_a_reading(self, seconds: float) -> None:
        while not self.api.at_once:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)
        await self.fall_asleep(seconds)

    async def set_wall(self, by: float) -> None:
        self.computer.set_wall(by)
        for _ in range(20):
            await asyncio.sleep(0.1)
            self.check_age()

    async def fail(self, outage: Outage) -> None:
        self.line.fail(outage)

    async def hold_refresh_key(self) -> None:
        """Someone holds the refresh key down."""
        for _ in range(600):
            self.poller.refresh()
            await asyncio.sleep(0.2)

    async def lose_an_instance(self) -> None:
        self.world.become(self.store.fleet.rows[-1].id, "gone")

    async def count_objects(self) -> None:
        self.tally()
        gc.collect()
        self.figures.objects.append(len(gc.get_objects()))

    async def _next_answer(self) -> float:
        started, number = asyncio.get_running_loop().time(), self.store.fleet.number
        asked = self.true.monotonic()
        async with asyncio.timeout(10 * MINUTE):
            while self.store.fleet.number == number or self._asked_at < asked:
                await asyncio.sleep(0.05)
                self.check_age()
        return asyncio.get_running_loop().time() - started


Step = Callable[[Day], Awaitable[None]]
PLAN: list[tuple[float, Step]] = [
    (0.0, lambda day: day.sit(looking=True)),
    (10 * MINUTE, lambda day: day.fail("refused")),
    (20 * MINUTE, lambda day: day.recovers()),
    (25 * MINUTE, lambda day: day.sit(looking=False)),
    (1.0 * HOUR, lambda day: day.set_wall(HOUR)),
    (1.5 * HOUR, lambda day: day.sit(looking=True, focused=False)),
    (2.5 * HOUR, lambda day: day.count_objects()),
    (5 * HOUR, lambda day: day.fail("503")),
    (7 * HOUR - 5, lambda day: day.sit(looking=True)),
    (7 * HOUR, lambda day: day.recovers()),
    (7.1 * HOUR, lambda day: day.sit(looking=True, focused=False)),
    (8 * HOUR, lambda day: day.wake_up_without_network(4 * HOUR)),
    (12.1 * HOUR, lambda day: day.fail("hanging")),
    (12.4 * HOUR, lambda day: day.recovers()),
    (12.42 * HOUR, lambda day: day.hold_refresh_key()),
    (12.5 * HOUR, lambda day: day.sit(looking=False)),
    (13 * HOUR, lambda day: day.set_wall(-1.5 * HOUR)),
    (13.1 * HOUR, lambda day: day.lose_an_instance()),
    (13.5 * HOUR, lambda day: day.sit(looking=False, focused=False)),
    (15.95 * HOUR, lambda day: day.sit(looking=True)),
    (16 * HOUR, lambda day: day.fall_asleep_during_a_reading(2 * HOUR)),
    (18.2 * HOUR, lambda day: day.sit(looking=False, focused=False)),
    (20 * HOUR, lambda day: day.set_wall(-12.0)),
    (22 * HOUR, lambda day: day.set_wall(0.5 * HOUR)),
    (24 * HOUR, lambda day: day.count_objects()),
]
"""The events by time of day."""


async def live(day: Day) -> None:
    watching = asyncio.create_task(day.poller.run())
    observing = asyncio.create_task(day.observe())
    for at, step in PLAN:
        await asyncio.sleep(at - day.true.monotonic())
        await step(day)
        day.check_age()
    assert not watching.done(), "the poller ended by itself"
    for task in (watching, observing):
        task.cancel()
    await asyncio.gather(watching, observing, return_exceptions=True)
    await day.client.aclose()


@pytest.mark.parametrize("counts_sleep", [True, False], ids=["counts sleep", "stands still"])
def test_a_day_of_watching(counts_sleep: bool) -> None:
    async def lived() -> Day:
        day = Day(counts_sleep=counts_sleep)
        await live(day)
        return day

    day = run(lived())
    figures, fleet = day.figures, day.store.fleet
    sys.stdout.write(f"\n{day.api.readings} readings, {fleet.number} of them good, {figures}\n")
    refused = [what for what in figures.statuses if what.endswith(" 429")]
    assert refused == []
    assert day.api.most_at_once == 1
    assert day.api.readings > 1_500
    assert figures.wrong_ages == []
    assert figures.ages > 10_000
    assert 0 < figures.on_the_safe_side < 40
    assert 4 * HOUR < figures.longest_age < 4 * HOUR + 100
    assert len(figures.recoveries) == 4
    assert max(figures.recoveries) <= 3.0
    assert len(figures.wakings) == 1
    assert max(figures.wakings) <= 3.0
    assert (len(fleet.rows), fleet.error) == (INSTANCES - 1, None)
    assert {len(day.history.of(row.id)) for row in fleet.rows} == {KEPT}
    assert max(len(day.timeline.of(row.id)) for row in fleet.rows) <= 50
    assert len(day.client.exchanges) <= 100
    early, late = figures.objects
    assert late - early < 2_000
