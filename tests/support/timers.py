"""Timers of a simulated account, for tests of the services."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from tests.support.http import KEY
from tests.support.simulator import demo_world
from vasttui.api.client import VastClient, open_client
from vasttui.clock import Clock, VirtualClock
from vasttui.errors import Unconfirmed, VastError
from vasttui.models.scheduled_job import Act, JobPlan, ScheduledJob
from vasttui.services.fleet.alerts import Alert
from vasttui.services.fleet.store import FleetStore
from vasttui.services.timers.book import JobBook
from vasttui.services.timers.jobs import How, SetResult
from vasttui.services.timers.kept import TimerMemory
from vasttui.services.timers.timers import Timers
from vasttui.simulator.inprocess import SimulatorTransport
from vasttui.simulator.world import World
from vasttui.state.timers import TimerFile

AT_16 = 1_790_006_400.0
"""Monday, 16:00 UTC; a demo world begins at 14:13:20."""


STRAY = 77_003
"""The job that is there at the start."""


def client_for(world: World, clock: VirtualClock, *, read_only: bool = False) -> VastClient:
    return open_client(
        "http://127.0.0.1", KEY, clock=clock, rng=random.Random(1), read_only=read_only,
        transport=SimulatorTransport(world),
    )  # fmt: skip


def memory() -> TimerFile:
    return TimerFile(None, lambda job: job())


@dataclass
class Bench:
    """An account with timers, read by hand."""

    world: World
    clock: VirtualClock
    client: VastClient
    memory: TimerMemory
    timers: Timers
    store: FleetStore

    async def see(self, *, seconds: float = 0.0) -> list[Alert]:
        """What is news by a reading of the instances, after so long."""
        self.clock.advance(seconds)
        listed = await self.client.instances.list()
        await self.store.fetched(listed, self.clock.monotonic())
        return self.timers.see(self.store.fleet)

    async def pass_by(self, until: float, every: float = 60.0) -> list[tuple[str, str]]:
        """Live on until then, read by read, and return what was told: time and sentence."""
        told = []
        while self.clock.now() < until:
            for alert in await self.see(seconds=min(every, until - self.clock.now())):
                told.append((self.time, alert.whole))
            await self.timers.step()
        return told

    @property
    def time(self) -> str:
        seconds = int(self.clock.now() - AT_16) + 16 * 3600
        return f"{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"

    def instance(self, label: str = "train-a") -> int:
        return next(row.id for row in self.store.fleet.rows if row.instance.title == label)

    def again(self) -> Bench:
        """The same after vasttui was closed and opened."""
        return bench_of(self.world, self.clock, self.memory)


def bench_of(world: World, clock: VirtualClock, kept: TimerMemory | None = None) -> Bench:
    client, remembered = client_for(world, clock), kept or memory()
    timers = Timers(client.scheduled_jobs, remembered, clock, lambda: ("me",))
    return Bench(world, clock, client, remembered, timers, FleetStore(lambda fleet: None, clock))


async def bench(**config: Any) -> Bench:
    clock = VirtualClock()
    made = bench_of(demo_world(clock=clock, offers=20, **config), clock)
    await made.see()
    return made


def sent(world: World, operation: str) -> int:
    """How often this was asked."""
    return [one.operation for one in world.ledger.requests].count(operation)


def raise_for(result: SetResult) -> None:
    """As an error, unless it is set as sent."""
    if result.how is How.MISSING:
        raise Unconfirmed(f"{result.error or result.sentence}")
    if result.error is not None:
        raise result.error
    if not result.is_good:
        raise VastError(result.sentence)


async def job_of(client: VastClient, number: int) -> ScheduledJob | None:
    jobs = (await client.scheduled_jobs.list()).jobs
    return next((job for job in jobs if job.instance_id == number), None)


def stop_at_16(number: int) -> JobPlan:
    return JobPlan(number, Act.STOP, AT_16)


def _book(client: VastClient, clock: Clock) -> JobBook:
    return JobBook(client.scheduled_jobs, memory(), clock, lambda: ("me",))


async def _first(client: VastClient) -> int:
    return (await client.instances.list()).instances[0].id


async def set_job(client: VastClient, clock: Clock) -> None:
    """Set a job for the first instance."""
    raise_for(await _book(client, clock).set(stop_at_16(await _first(client)), "train-a"))


async def has_job(client: VastClient, world: World) -> bool:
    return any(job.id != STRAY for job in world.jobs.book.jobs)


async def replace_job(client: VastClient, clock: Clock) -> None:
    """Make another of the job that is there at the start."""
    [old] = [job for job in (await client.scheduled_jobs.list()).jobs if job.id == STRAY]
    plan = stop_at_16(old.target or 0)
    raise_for(await _book(client, clock).replace(old, plan, "train-a"))


async def has_new_job(client: VastClient, world: World) -> bool:
    return any(job.hour_of_the_day == 16 for job in world.jobs.book.jobs)


async def take_job_back(client: VastClient, clock: Clock) -> None:
    """Take back the job that is there at the start."""
    await _book(client, clock).take_back(STRAY)


async def lacks_job(client: VastClient, world: World) -> bool:
    return all(job.id != STRAY for job in world.jobs.book.jobs)
