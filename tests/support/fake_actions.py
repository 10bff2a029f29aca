"""A service, a poller and a clock, for tests of actions on instances."""

from __future__ import annotations

import asyncio
import heapq
import random
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeVar

from msgspec import structs
from msgspec.structs import replace

from tests.support.fleet_rows import fleet_row
from vasttui.api.outcome import Fate, Outcome
from vasttui.clock import VirtualClock
from vasttui.errors import VastError
from vasttui.models.instance import Instance
from vasttui.models.remake import Remake
from vasttui.models.snapshot import SnapshotRequest
from vasttui.models.status import Phase, phase_of
from vasttui.services.actions.context import ActionContext
from vasttui.services.actions.runner import ActionRunner
from vasttui.services.actions.state import ActionState
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.store.journal import Journal
from vasttui.text import clean

P = ParamSpec("P")
T = TypeVar("T")

OK = Outcome(Fate.OK, data={"success": True}, status=200)
_QUIET_ROUNDS = 60


class OwnTime(VirtualClock):
    """Time that jumps to the next timer once nothing else is left to do."""

    def __init__(self) -> None:
        super().__init__()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._number = 0

    async def sleep(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._number += 1
        heapq.heappush(self._sleepers, (self.monotonic() + seconds, self._number, future))
        await future

    async def quiet(self) -> None:
        """Return when nothing is left to do at this moment."""
        for _ in range(_QUIET_ROUNDS):
            await asyncio.sleep(0)

    async def until(self, ready: Callable[[], bool]) -> None:
        """Let time pass until a condition holds."""
        await self.quiet()
        while not ready():
            self._next()
            await self.quiet()

    async def finish(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of a coroutine, with all the time it takes."""
        task = asyncio.ensure_future(work)
        await self.until(task.done)
        return task.result()

    def _next(self) -> None:
        while self._sleepers:
            due, _, future = heapq.heappop(self._sleepers)
            if not future.done():
                self.advance(max(0.0, due - self.monotonic()))
                future.set_result(None)
                return
        raise AssertionError("everybody waits for something that will never happen")


class SameThread(ThreadPoolExecutor):
    """Runs thread jobs in the calling thread, so that tests run the same way each time."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits
            future.set_exception(error)
        return future


@dataclass(frozen=True)
class Answer:
    """How the service answers a request, whether it acts on it, and the delay in s."""

    outcome: Outcome = OK
    does: bool = True
    seconds: float = 0.1


@dataclass(frozen=True)
class Sent:
    """A request as received; `at` in monotonic seconds."""

    at: float
    what: str
    instance_id: int
    value: object = None


class Service:
    """Instances that change on request, unless `answers` or `always` says otherwise.

    `sent` are the requests received, `done` those carried out. They wait at the `gate`, if any.
    """

    def __init__(self, clock: OwnTime, *instances: Instance) -> None:
        self.clock = clock
        self.instances = {one.id: one for one in instances}
        self.answers: list[Answer] = []
        self.always: Answer | None = None
        self.sent: list[Sent] = []
        self.done: list[Sent] = []
        self.at_once: dict[int, int] = {}
        self.most_at_once = 0
        self.refuses_readings: list[VastError] = []
        self.refuses_reads: VastError | None = None
        self.reads = 0
        self.read_at: float | None = None
        self.shows: Instance | None = None
        self.hurries = 0
        self.readings = 0
        self.before: dict[int, Phase] = {}
        self.gate: asyncio.Event | None = None

    def change(self, instance_id: int, **fields: Any) -> None:
        self.instances[instance_id] = replace(self.instances[instance_id], **fields)

    def fleet(self) -> Fleet:
        """The instances as they are now."""
        rows = [self.row(one.id) for one in self.instances.values()]
        return Fleet(rows=tuple(rows), number=self.readings, as_of=self.read_at)

    def row(self, instance_id: int) -> FleetRow:
        instance = self.instances[instance_id]
        phase = phase_of(instance, self.before.get(instance_id))
        return structs.replace(fleet_row(instance_id, phase), instance=instance)

    # The client's methods

    async def set_state(self, instance_id: int, state: Literal["running", "stopped"]) -> Outcome:
        def do() -> None:
            actual = "running" if state == "running" else "exited"
            self.change(
                instance_id, intended_status=state, cur_state=state, next_state=state,
                actual_status=actual,
            )  # fmt: skip

        return await self._take(state, instance_id, None, do)

    async def set_label(self, instance_id: int, label: str) -> Outcome:
        return await self._take(
            "label",
            instance_id,
            label,
            lambda: self.change(instance_id, label=clean(label) or None),
        )

    async def reboot(self, instance_id: int) -> Outcome:
        return await self._take(
            "reboot", instance_id, None,
            lambda: self.change(instance_id, actual_status="rebooting"),
        )  # fmt: skip

    async def recycle(self, instance_id: int) -> Outcome:
        return await self._take(
            "recycle", instance_id, None,
            lambda: self.change(instance_id, actual_status="recycling"),
        )  # fmt: skip

    async def snapshot(self, instance_id: int, request: SnapshotRequest) -> Outcome:
        return await self._take("snapshot", instance_id, request.repository, lambda: None)

    async def update(self, instance_id: int, change: Remake) -> Outcome:
        names = self.instances[instance_id].env_names if change.env is None else change.env
        return await self._take(
            "update", instance_id, change.image,
            lambda: self.change(
                instance_id, image_uuid=change.image, env_names=tuple(sorted(names)),
                actual_status="recycling",
            ),
        )  # fmt: skip

    async def change_bid(self, instance_id: int, price: float) -> Outcome:
        return await self._take(
            "bid", instance_id, price, lambda: self.change(instance_id, dph_base=price)
        )

    async def destroy(self, instance_id: int) -> Outcome:
        return await self._take(
            "destroy", instance_id, None, lambda: self.instances.pop(instance_id, None)
        )

    async def get(self, instance_id: int) -> Instance | None:
        self.reads += 1
        if self.refuses_reads is not None:
            raise self.refuses_reads
        return self.shows or self.instances.get(instance_id)

    async def answer(self, increase_id: int, *, accept: bool) -> Outcome:
        return await self._take("accept" if accept else "reject", increase_id, None, lambda: None)

    async def _take(
        self, what: str, number: int, value: object, do: Callable[[], object]
    ) -> Outcome:
        request = Sent(self.clock.monotonic(), what, number, value)
        self.sent.append(request)
        answer = self.answers.pop(0) if self.answers else self.always or Answer()
        self.at_once[number] = self.at_once.get(number, 0) + 1
        self.most_at_once = max(self.most_at_once, self.at_once[number])
        try:
            if self.gate is not None:
                await self.gate.wait()
            await self.clock.sleep(answer.seconds)
        finally:
            self.at_once[number] -= 1
        if answer.does:
            do()
            self.done.append(request)
        return answer.outcome

    # The poller's methods

    async def fresh(self) -> Fleet:
        await self.clock.sleep(2.0)
        self.readings += 1
        if self.refuses_readings:
            raise self.refuses_readings.pop(0)
        return self.fleet()

    @contextmanager
    def hurry(self) -> Iterator[None]:
        self.hurries += 1
        yield
        self.hurries -= 1

    def wake(self) -> None:
        """Do nothing: the next reading comes anyway."""


@dataclass(frozen=True)
class ServiceClient:
    """The client of a service."""

    instances: Service
    price_increases: Service


@dataclass
class Bench:
    """A runner with a service; `published` is everything published. Requests under way at the end
    get `grace` s of the computer's own time."""

    clock: OwnTime
    service: Service
    journal: Journal
    published: list[ActionState] = field(default_factory=list)
    grace: float = 0.05

    def __post_init__(self) -> None:
        self.runner = ActionRunner(
            ActionContext(
                ServiceClient(self.service, self.service), self.service, self.journal,
                self.clock, self.published.append, self.service.fleet, random.Random(3),
            ),
            grace=self.grace,
        )  # fmt: skip

    def finish(self, work: Coroutine[Any, Any, T]) -> Awaitable[T]:
        return self.clock.finish(work)

    def rows(self, *ids: int) -> list[FleetRow]:
        return [self.service.row(number) for number in ids]


def running(id: int = 7, **changes: Any) -> Instance:
    """A running instance."""
    state: dict[str, Any] = dict.fromkeys(
        ("actual_status", "cur_state", "next_state", "intended_status"), "running"
    )
    return replace(fleet_row(id).instance, **state | {"dph_base": 0.3} | changes)


def stopped(id: int = 7, **changes: Any) -> Instance:
    """A stopped instance."""
    state: dict[str, Any] = dict.fromkeys(("cur_state", "next_state", "intended_status"), "stopped")
    return running(id, **state | {"actual_status": "exited"} | changes)


def bench(*instances: Instance, path: Path | None = None) -> Bench:
    """Call it inside the event loop; nothing here uses threads."""
    asyncio.get_running_loop().set_default_executor(SameThread())
    clock = OwnTime()
    return Bench(clock, Service(clock, *instances or (running(),)), Journal(path))
