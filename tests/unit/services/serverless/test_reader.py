"""What is asked for when, and what stays when a part of it fails."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from vasttui.api.outcome import Outcome
from vasttui.clock import VirtualClock
from vasttui.errors import NetworkError, VastError
from vasttui.lists.serverless_rows import lines_of, worker_summary
from vasttui.models.endpoint_settings import EndpointSettings, GroupSettings
from vasttui.models.secret import Secret
from vasttui.models.serverless import (
    Endpoint,
    EndpointList,
    GroupList,
    Worker,
    WorkerGroup,
    WorkerList,
)
from vasttui.models.serverless_log import ServerlessLog
from vasttui.models.worker_state import Kind
from vasttui.services.serverless.reader import ServerlessReader
from vasttui.services.serverless.rows import EndpointRow, load_of
from vasttui.services.serverless.words import (
    counts,
    most_cell,
    no_workers,
    notes,
    workers_words,
)
from vasttui.ui.serverless.columns import columns
from vasttui.ui.serverless.delete_dialog import DeleteServerlessModal

LLAMA = Endpoint(id=1, endpoint_name="llama", endpoint_state="active", max_workers=16)
WHISPER = Endpoint(id=2, endpoint_name="whisper", endpoint_state="suspended", max_workers=4)


def group(number: int, endpoint: int, search: str = "dph_total<=0.45") -> WorkerGroup:
    return WorkerGroup(id=number, endpoint_id=endpoint, search_params=search)


def worker(number: int, status: str = "idle", **changes: Any) -> Worker:
    return Worker(id=number, status=status, cur_load=98.0, perf=215.0, reqs_working=3, **changes)


@dataclass
class Service:
    """Endpoints, groups and the live side in one; `asked` are the requests."""

    endpoints: list[Endpoint] = field(default_factory=lambda: [LLAMA, WHISPER])
    groups: list[WorkerGroup] = field(default_factory=lambda: [group(11, 1), group(12, 1)])
    workers: dict[int, WorkerList | VastError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    error: VastError | None = None
    address: str = ""
    bad: tuple[int, int] = (0, 0)
    """So many endpoints and groups cannot be read."""

    async def list(self) -> EndpointList:
        self.asked.append("endpoints")
        if self.error is not None:
            raise self.error
        return EndpointList(tuple(self.endpoints), self.bad[0])

    async def endpoint_workers(self, endpoint_id: int) -> WorkerList:
        self.asked.append(f"workers {endpoint_id}")
        found = self.workers.get(endpoint_id, WorkerList())
        if isinstance(found, VastError):
            raise found
        return found

    async def group_workers(self, group_id: int) -> WorkerList:
        self.asked.append(f"group {group_id}")
        found = self.workers.get(group_id, WorkerList())
        if isinstance(found, VastError):
            raise found
        return found

    async def create(self, settings: EndpointSettings) -> Outcome:
        raise NotImplementedError

    async def update(self, endpoint_id: int, settings: EndpointSettings) -> Outcome:
        raise NotImplementedError

    async def delete(self, endpoint_id: int) -> Outcome:
        raise NotImplementedError

    async def endpoint_log(self, endpoint_id: int, tail: int) -> ServerlessLog:
        raise NotImplementedError

    async def group_log(self, group_id: int, tail: int) -> ServerlessLog:
        raise NotImplementedError

    async def update_workers(self, group_id: int, *, cancel: bool = False) -> Outcome:
        raise NotImplementedError

    async def route(self, endpoint: str, key: Secret, cost: float, index: int = 0) -> Outcome:
        raise NotImplementedError


@dataclass
class Groups:
    """The groups of a service."""

    service: Service

    async def list(self) -> GroupList:
        self.service.asked.append("groups")
        return GroupList(tuple(self.service.groups), self.service.bad[1])

    async def create(self, settings: GroupSettings) -> Outcome:
        raise NotImplementedError

    async def update(self, group_id: int, settings: GroupSettings) -> Outcome:
        raise NotImplementedError

    async def delete(self, group_id: int) -> Outcome:
        raise NotImplementedError


async def read_all(reader: ServerlessReader) -> tuple[EndpointRow, ...]:
    """What it has read when nothing is due any more."""
    more = [True]
    reader.wake = lambda: more.append(True)
    while more:
        more.clear()
        rows = await reader.read()
    return rows


class Bench:
    """A reader of a made-up service, in time that is advanced by hand."""

    def __init__(self) -> None:
        self.service, self.clock = Service(), VirtualClock()
        self.known: list[list[int]] = []
        """The ids of the workers whenever others may be known."""
        self.reader = ServerlessReader(
            self.service, Groups(self.service), self.service, self.clock, self._learned
        )

    def _learned(self) -> None:
        self.known.append([one.id for row in self.reader.rows for one in row.workers or ()])

    async def read(self, *, after: float = 0.0) -> tuple[EndpointRow, ...]:
        """Read until nothing is due."""
        self.clock.advance(after)
        self.service.asked.clear()
        return await read_all(self.reader)


async def test_the_lists_are_read_seldom_and_the_workers_of_the_chosen_endpoint_often() -> None:
    bench = Bench()
    bench.reader.chosen = 2
    bench.service.workers = {2: WorkerList((worker(7, "loading"),))}
    await bench.read()
    assert bench.service.asked == ["endpoints", "groups", "workers 2", "workers 1"]
    await bench.read(after=5)
    assert bench.service.asked == []
    await bench.read(after=5)
    assert bench.service.asked == ["workers 2"]
    bench.service.workers = {2: WorkerList((worker(7),))}
    await bench.read(after=10)
    await bench.read(after=10)
    assert bench.service.asked == []  # all is still
    await bench.read(after=20)
    assert bench.service.asked == ["workers 2"]
    await bench.read(after=10)
    assert bench.service.asked == ["endpoints", "groups", "workers 1"]
    bench.reader.refresh()
    await bench.read()
    assert bench.service.asked == ["endpoints", "groups", "workers 2", "workers 1"]
    bench.reader.is_busy = lambda row: row.id == 2  # its workers are updated
    await bench.read(after=10)
    assert bench.service.asked == ["workers 2"]


async def test_workers_of_one_endpoint_may_fail_and_the_others_stay() -> None:
    bench = Bench()
    bench.service.workers = {1: WorkerList((worker(5),)), 2: NetworkError("no answer")}
    llama, whisper = await bench.read()
    assert [row.id for row in llama.workers or ()] == [5]
    assert whisper.workers is None
    assert f"{whisper.error}" == "no answer"
    bench.service.workers = {1: NetworkError("gone"), 2: WorkerList((worker(6),))}
    at = bench.clock.monotonic()
    llama, whisper = await bench.read(after=60)
    assert [row.id for row in llama.workers or ()] == [5]
    assert (llama.as_of, f"{llama.error}", llama.failures) == (at, "gone", 1)
    assert (whisper.error, whisper.failing_since) == (None, None)
    await bench.read(after=10)
    assert bench.service.asked == ["workers 1"]
    assert bench.reader.rows[0].failures == 2


async def test_a_router_that_is_down_is_asked_for_two_endpoints_and_then_seldom() -> None:
    bench = Bench()
    bench.service.endpoints = [Endpoint(id=number) for number in range(1, 201)]
    bench.service.workers = dict.fromkeys(range(1, 201), NetworkError("down"))
    bench.reader.chosen = 150
    rows = await bench.read()
    assert bench.service.asked == ["endpoints", "groups", "workers 150", "workers 1"]
    assert [row.id for row in rows if row.error] == [1, 150]
    await bench.read(after=10)
    assert bench.service.asked == ["workers 150", "workers 2"]
    bench.service.workers = {150: NetworkError("only this one")}
    rows = await bench.read(after=10)
    assert len(bench.service.asked) == 200
    assert [row.id for row in rows if row.error] == [150]


async def test_a_list_that_fails_is_an_error_and_is_due_again() -> None:
    bench = Bench()
    await bench.read()
    bench.service.error = NetworkError("down")
    with pytest.raises(NetworkError):
        await bench.read(after=60)
    assert len(bench.reader.rows) == 2
    bench.service.error = None
    await bench.read()
    assert bench.service.asked[:2] == ["endpoints", "groups"]


async def test_what_the_service_says_instead_of_workers_is_kept() -> None:
    bench = Bench()
    bench.service.workers = {1: WorkerList(said="endpoint is loading")}
    llama, whisper = await bench.read()
    assert (llama.workers, llama.said) == (None, "endpoint is loading")
    assert whisper.workers == ()
    assert llama.of(Kind.READY) is None
    assert whisper.of(Kind.READY) == 0


async def test_workers_are_of_groups_that_are_asked_once() -> None:
    bench = Bench()
    bench.service.endpoints = [LLAMA]
    bench.reader.chosen = 1
    both = WorkerList((worker(5), worker(6, "stopped")))
    bench.service.workers = {1: both, 11: WorkerList((worker(5),)), 12: WorkerList((worker(6),))}
    [row] = await bench.read()
    assert [one.group for one in row.workers or ()] == [11, 12]
    assert [len(one.workers or ()) for one in row.groups] == [1, 1]
    assert bench.service.asked[-3:] == ["workers 1", "group 11", "group 12"]
    [row] = await bench.read(after=30)
    assert bench.service.asked == ["workers 1"]
    bench.service.workers[1] = WorkerList((worker(5), worker(6), worker(7)))
    bench.service.workers[12] = NetworkError("x")
    [row] = await bench.read(after=60)
    assert [one.group for one in row.workers or ()] == [11, 12, None]
    assert [one.workers for one in row.groups] == [None, None]  # one is of an unknown group
    assert row.error is None


async def test_the_time_in_a_state_is_exact_once_it_was_seen_to_change() -> None:
    bench = Bench()
    bench.service.endpoints, bench.reader.chosen = [LLAMA], 1
    start = bench.clock.now()
    bench.service.workers = {
        1: WorkerList((worker(5, loaded_at=start - 3_600), worker(6, "loading")))
    }
    [row] = await bench.read()
    assert [(one.since, one.exact) for one in row.workers or ()] == [
        (start - 3_600, True), (start, False),
    ]  # fmt: skip
    bench.service.workers = {1: WorkerList((worker(5), worker(6, "model_loading")))}
    [row] = await bench.read(after=10)
    assert [(one.since, one.exact) for one in row.workers or ()] == [
        (start - 3_600, True), (start + 10, True),
    ]  # fmt: skip


async def test_every_part_is_shown_as_it_comes() -> None:
    bench = Bench()
    bench.service.workers = {1: WorkerList((worker(5),)), 11: WorkerList((worker(5),))}
    woken: list[int] = []
    bench.reader.wake = lambda: woken.append(len(bench.service.asked))
    rows = await bench.reader.read()
    assert [(row.name, row.workers) for row in rows] == [("llama", None), ("whisper", None)]
    assert bench.service.asked == ["endpoints", "groups"]
    rows = await bench.reader.read()
    assert [one.group for one in rows[0].workers or ()] == [None]
    await bench.reader.read()
    assert bench.service.asked[2:] == ["workers 1", "workers 2"]
    assert woken == [2, 3, 4]
    assert bench.known == [[], [5], [5]]
    rows = await bench.reader.read()
    assert [one.group for one in rows[0].workers or ()] == [11]
    assert woken == [2, 3, 4]


async def test_a_new_endpoint_is_shown_before_it_is_listed_for_a_minute() -> None:
    bench = Bench()
    bench.service.endpoints = [LLAMA]
    bench.reader.expect(WHISPER)
    rows = await bench.read()
    assert [(row.name, row.listed) for row in rows] == [("llama", True), ("whisper", False)]
    bench.service.endpoints = [LLAMA, WHISPER]
    rows = await bench.read(after=10)
    assert [(row.name, row.listed) for row in rows] == [("llama", True), ("whisper", True)]
    bench.service.endpoints = [LLAMA]
    bench.reader.expect(Endpoint(id=3, endpoint_name="lost"))
    await bench.read()
    rows = await bench.read(after=61)
    assert [row.name for row in rows] == ["llama"]


async def test_a_group_that_was_asked_for_is_no_missing_one() -> None:
    bench = Bench()
    bench.service.groups, bench.service.workers = [], {1: WorkerList(), 2: WorkerList()}
    bench.reader.group_comes = lambda number: number == 1
    llama, whisper = await bench.read()
    assert [row.lacks_group for row in (llama, whisper)] == [False, True]
    assert (most_cell(llama, None), most_cell(whisper, None)) == ("?", "no group")
    assert no_workers(llama) == "Its worker group was asked for, and is not listed yet."
    bench.service.groups = [group(11, 1)]
    assert not (await bench.read(after=60))[0].group_comes


async def test_endpoints_with_one_name_know_each_other() -> None:
    bench = Bench()
    bench.service.endpoints = [LLAMA, Endpoint(id=9, endpoint_name="llama"), Endpoint(id=4)]
    rows = await bench.read()
    assert [row.twins for row in rows] == [(9,), (1,), ()]


async def test_loads_are_kept_from_reading_to_reading() -> None:
    bench = Bench()
    bench.service.endpoints, bench.reader.chosen = [LLAMA], 1
    bench.service.workers = {1: WorkerList((worker(5), worker(6, "loading")))}
    await bench.read()
    [row] = await bench.read(after=10)
    assert row.loads == (98.0, 98.0)
    assert load_of(row.workers or ()).share == pytest.approx(98 / 215)


async def test_what_may_be_a_row_that_cannot_be_read_stays_and_is_called_old() -> None:
    bench = Bench()
    await bench.read()
    bench.service.endpoints, bench.service.bad = [WHISPER], (1, 0)
    whisper, llama = await bench.read(after=60)
    assert (whisper.is_old, llama.is_old) == (False, True)
    assert [one.id for one in llama.groups] == [11, 12]
    assert notes(llama)[0] == "llama is listed no more, or unreadable: what stands here is old."
    bench.service.bad = (0, 0)
    assert [row.id for row in await bench.read(after=60)] == [2]


async def test_groups_that_cannot_be_read_are_not_called_missing_and_there_is_no_worst_case() -> (
    None
):
    bench = Bench()
    llama, whisper = await bench.read()
    assert llama.worst == pytest.approx(16 * 0.45)
    assert whisper.lacks_group
    bench.service.groups, bench.service.bad = [group(11, 1)], (0, 1)
    llama, whisper = await bench.read(after=60)
    assert [one.id for one in llama.groups] == [11, 12], "what was there may be what is unreadable"
    assert (llama.worst, whisper.worst, whisper.lacks_group) == (None, None, False)
    bench.service.groups, bench.service.bad = [group(11, 1), WorkerGroup(id=12)], (0, 0)
    llama, whisper = await bench.read(after=60)
    assert (len(llama.groups), llama.worst, whisper.lacks_group) == (1, None, False), "of which?"
    assert llama.limits() == [0.45, None]
    unknown = "A worker group cannot be read: what it may cost at most is not known."
    assert unknown in notes(whisper)
    assert no_workers(whisper) == "It is suspended: it starts no workers."
    assert most_cell(whisper, None) == "?"
    assert counts([llama, whisper]).startswith("2 endpoints, 1 group or more")


async def test_workers_that_cannot_be_read_are_no_zero() -> None:
    bench = Bench()
    bench.service.workers[1] = WorkerList((worker(7),), bad=2)
    bench.service.workers[2] = WorkerList((), bad=1)
    llama, whisper = rows = await bench.read()
    assert counts(rows).endswith(": 1 ready, 0 starting, 0 off, 3 unreadable")
    assert workers_words(llama) == "1 ready, 2 unreadable"
    unread = "1 worker of whisper cannot be read: what it does is not known."
    assert no_workers(whisper) == unread
    assert unread in notes(whisper)
    assert not llama.samples, "a load that is a part is no course"
    assert worker_summary((), 1, 2) == "0 workers: 2 unreadable (of 1 endpoint not known)"
    said = [one.plain for one in DeleteServerlessModal(llama, None, None).lines()]
    assert "1 worker: 7, 2 more that cannot be read" in said
    [line, *_] = lines_of(rows, {})
    drawn = {column.key: column.cell(line)[0] for column in columns(lambda: False)}
    assert [drawn[key] for key in ("ready", "off", "load")] == ["1?", "0?", "?"]
