"""What is remembered of machines: stars, notes, rentals, when they were seen, what was told."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from tests.support.fake_renting import AGREED
from tests.support.fleet_rows import NOW, fleet_of, fleet_row
from tests.support.offer_rows import PLAIN
from vasttui.clock import VirtualClock
from vasttui.errors import PermissionDenied
from vasttui.models.bill import Spent
from vasttui.models.machine_memory import OwnRental
from vasttui.models.machine_record import Benchmark, Report
from vasttui.models.status import Phase
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.services.market.state import MarketState
from vasttui.services.memory.machines import Lists, Machines
from vasttui.services.memory.memory import Memory
from vasttui.services.memory.told import MachineTold
from vasttui.units import DAY, HOUR

NONE: Lists = (frozenset(), frozenset())
MACHINE = 25991


@dataclass
class Window:
    """A window of the program: its lists in the preferences, and its memory."""

    path: Path | None
    lists: Lists = NONE
    said: list[str] = field(default_factory=list)
    clock: VirtualClock = field(default_factory=lambda: VirtualClock(NOW))

    def __post_init__(self) -> None:
        self.memory = Memory(self.path, self.clock, self.said.append)
        self.machines = Machines(
            self.memory, self.clock, lambda: self.lists, self.lists, self.changed
        )

    def changed(self, lists: Lists | None) -> None:
        self.lists = lists or self.lists


Open = Callable[..., Window]


@pytest.fixture
async def opens(tmp_path: Path) -> AsyncIterator[Open]:
    made: list[Window] = []

    def make(
        lists: Lists = NONE, *, path: Path | None = tmp_path / "memory.sqlite3", at: float = NOW
    ) -> Window:  # fmt: skip
        made.append(Window(path, lists, clock=VirtualClock(at)))
        return made[-1]

    yield make
    for one in made:
        await one.machines.aclose()
        await one.memory.aclose()


async def written(window: Window) -> None:
    """Until all that was said is in the file, and the window has read it."""
    await writes_ended()
    await window.machines.load()
    await writes_ended()  # loading begins some


async def writes_ended() -> None:
    while under_way := [one for one in asyncio.all_tasks() if _is_write(one)]:
        await asyncio.wait(under_way)


def _is_write(task: asyncio.Task[Any]) -> bool:
    return getattr(task.get_coro(), "__qualname__", "").startswith("Machines.")


async def reopened(window: Window, opens: Open) -> Window:
    await window.machines.aclose()
    other = opens(window.lists)
    await other.machines.load()
    return other


async def test_lists_of_before_are_taken_over_once_and_notes_are_kept(opens: Open) -> None:
    first = opens((frozenset({1}), frozenset({2})))
    await first.machines.load()
    assert first.lists == (frozenset({1}), frozenset({2}))
    first.machines.star(1, on=False)
    first.machines.avoid(3, "loading for 22 min\x1b[31m")
    first.machines.note(3, "x" * 400)
    assert first.lists == (frozenset(), frozenset({2, 3}))  # at once
    first.lists = (frozenset({1}), frozenset())  # a copy that is old
    again = await reopened(first, opens)
    assert again.lists == (frozenset(), frozenset({2, 3}))
    mark = again.machines.known.mark(3)
    assert (mark.why, len(mark.note), mark.avoided) == ("loading for 22 min␛[31m", 280, NOW)
    again.machines.forgive(3)
    again.machines.note(3, " ")
    mark = (await reopened(again, opens)).machines.known.mark(3)
    assert (mark.avoided, mark.why, mark.note, mark.noted) == (None, "", "", None)


async def test_what_was_said_before_the_memory_was_read_is_kept(opens: Open) -> None:
    early = opens((frozenset({1}), frozenset()))
    await (await reopened(early, opens)).machines.aclose()
    early = opens((frozenset({1}), frozenset()))
    early.lists = (frozenset({7}), frozenset({8}))
    await early.machines.load()
    assert early.lists == (frozenset({7}), frozenset({8}))
    assert (await reopened(early, opens)).lists == (frozenset({7}), frozenset({8}))


async def test_two_windows_do_not_lose_each_others_stars(opens: Open) -> None:
    one, other = opens(), opens()
    await asyncio.gather(one.machines.load(), other.machines.load())
    for machine in range(20):
        one.machines.star(machine, on=True)
        other.machines.star(100 + machine, on=True)
        other.machines.note(machine, f"of {machine}")
    await asyncio.gather(one.machines.aclose(), other.machines.aclose())
    last = opens()
    await last.machines.load()
    assert last.lists[0] == {*range(20), *range(100, 120)}
    assert [last.machines.known.mark(one).note for one in (0, 19)] == ["of 0", "of 19"]


async def test_what_is_known_outlasts_a_file_that_is_damaged_meanwhile(
    opens: Open, tmp_path: Path
) -> None:
    one, other = opens(), opens()
    await asyncio.gather(one.machines.load(), other.machines.load())
    one.machines.star(5, on=True)
    one.machines.note(6, "fast")
    one.machines.see_market(market(0, 5))
    seen(one, 1, 5, row(Phase.RUNNING))
    await written(one)
    for window in (one, other):  # the last one to close it leaves no WAL, which would heal it
        await window.memory.aclose()
    (tmp_path / "memory.sqlite3").write_bytes(b"nonsense" * 5_000)
    one.machines.avoid(8)
    await written(one)
    other.machines.star(9, on=True)
    await other.machines.aclose()
    assert "kept aside as memory.broken-" in one.said[0]
    last = (await reopened(one, opens)).machines.known
    assert last.lists == (frozenset({5, 9}), frozenset({8}))
    assert last.mark(6).note == "fast"
    assert (last.seen[5][0], len(last.of(MACHINE))) == (NOW, 1)


async def test_without_a_disk_it_lasts_until_the_end(tmp_path: Path, opens: Open) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    window = opens(path=tmp_path / "state" / "memory.sqlite3")
    await window.machines.load()
    window.machines.star(5, on=True)
    await window.machines.aclose()
    assert window.machines.known.mark(5).starred == NOW
    [said] = window.said
    assert "Stars and notes last until you quit." in said


def listed(number: int, at: float, *rows: FleetRow) -> Fleet:
    return structs.replace(fleet_of(*rows), number=number, as_of_wall=NOW + at)


def seen(
    window: Window, number: int, at: float, *rows: FleetRow, charged: float = 0.0
) -> OwnRental:  # fmt: skip
    window.machines.see_fleet(listed(number, at, *rows), "me", {7: charged, 8: 1.0})
    return window.machines.known.of(MACHINE)[-1]


def row(phase: Phase, since: float = 0.0, **changes: Any) -> FleetRow:
    return fleet_row(7, phase, since=NOW + since, start_date=NOW, dph_total=0.287, **changes)


async def test_a_rental_that_went_well(opens: Open) -> None:
    window = opens()
    await window.machines.load()
    seen(window, 1, 5, row(Phase.LOADING))
    seen(window, 2, 60, row(Phase.LOADING))
    rental = seen(window, 3, 80, row(Phase.RUNNING, 80, spent=Spent(1.5, True, NOW + 80)))
    assert (rental.ran, rental.ready_after, rental.paid, rental.trouble) == (True, 80, 1.5, "")
    window.machines.rented(7, "me", as_asked=True)
    ended = seen(window, 4, HOUR)
    assert (ended.ended, ended.hours) == (NOW + HOUR, 1.0)
    ended = seen(window, 5, HOUR + 900, charged=1.75)  # charges come late
    assert ended.paid == 1.75
    again = await reopened(window, opens)
    assert again.machines.known.of(MACHINE) == [ended]
    assert (ended.vram, ended.price, ended.is_bid, ended.each) == (24, 0.287, False, 0.287)
    assert ended.as_asked is True
    assert again.machines.known.failed(MACHINE) == 0


@pytest.mark.parametrize(
    ("readings", "kind", "cause"),
    [
        ([(5, row(Phase.LOADING)), (1_320, row(Phase.LOADING))], "stuck", "loading for 22 min"),
        ([(5, row(Phase.LOADING)), (420, row(Phase.LOADING)), (450, row(Phase.RUNNING, 450))],
         "slow", "loading for 7 min"),
        ([(5, row(Phase.LOADING)), (480, row(Phase.LOADING))], "", "loading for 8 min"),
        ([(5, row(Phase.LOADING)), (480, row(Phase.LOADING)), (490, None)],
         "stuck", "loading for 8 min"),
        ([(5, row(Phase.LOADING)), (80, row(Phase.LOADING)), (90, None)],
         "never", "gone while loading, 1 min old"),
        ([(5, row(Phase.LOADING)), (900, None)], "", ""),  # it may have run meanwhile
        ([(5, row(Phase.LOADING)), (480, row(Phase.LOADING)), (4_000, None)],
         "", "loading for 8 min"),
        ([(5, row(Phase.LOADING)), (9, None), (14, row(Phase.RUNNING, 14))], "", ""),
        ([(5, row(Phase.RUNNING)), (900, row(Phase.OFFLINE, 900))], "lost", "its host is offline"),
        ([(5, row(Phase.LOADING)), (9, row(Phase.FAILED, 9))], "bad", "failed to start"),
        ([(5, row(Phase.LOADING)), (9, row(Phase.EXITED, 9))], "bad", "its container exited"),
        ([(5, row(Phase.RUNNING)), (9, row(Phase.EXITED, 9))], "", ""),
    ],
)  # fmt: skip
async def test_what_went_wrong_is_known_by_its_cause(
    opens: Open, readings: list[tuple[float, FleetRow | None]], kind: str, cause: str
) -> None:
    window = opens(path=None)
    for number, (at, one) in enumerate(readings, 1):
        rental = seen(window, number, at, *([one] if one else []))
    assert (rental.trouble, rental.cause) == (kind, cause)
    assert window.machines.known.failed(MACHINE) == bool(kind)


async def test_less_is_known_of_what_was_not_watched(opens: Open) -> None:
    window = opens(path=None)
    rental = seen(window, 1, 9_000, row(Phase.RUNNING, 9_000))
    assert (rental.ran, rental.ready_after, rental.as_asked, rental.paid) == (True,) + (None,) * 3
    window = opens(path=None)
    seen(window, 1, 5, row(Phase.LOADING))
    assert seen(window, 2, 200, row(Phase.RUNNING, 200)).ready_after is None  # slept meanwhile
    window.machines.see_fleet(structs.replace(listed(3, 300), bad=1), "me", {})
    assert window.machines.known.of(MACHINE)[0].ended is None  # a part of the list
    window.machines.see_fleet(listed(4, 310), "another account", {})
    assert window.machines.known.of(MACHINE)[0].ended is None


async def test_a_rental_that_never_came(opens: Open) -> None:
    agreed = replace(AGREED, machine=MACHINE, gpu_name="RTX 4090", num_gpus=2, gpu_ram=24_564)
    window = opens()
    window.machines.gone((7,), agreed, NOW, "me")  # what is kept of it is not read yet
    await window.machines.load()
    window.machines.gone((6,), agreed, NOW - 5, "me")  # an earlier run of the program sent it
    seen(window, 1, 5, row(Phase.RUNNING))
    window.clock.advance(300)
    window.machines.gone((7, 8), agreed, NOW, "me")
    [came, never] = window.machines.known.of(MACHINE)
    assert (came.instance, came.trouble) == (7, "")
    assert (never.instance, never.trouble, never.cause) == (8, "never", "accepted, but not listed")
    assert (never.gpus, never.vram, never.price, never.ran) == (2, 24, agreed.price, False)
    window.clock.advance(3_600)
    window.machines.gone((9,), agreed, NOW, "me")  # nobody looked for an hour
    assert (await reopened(window, opens)).machines.known.failed(MACHINE) == 1


@pytest.mark.parametrize(("at", "after"), [(95, 95), (70, None), (80 + 181, None)])
async def test_the_first_login_soon_after_it_ran_is_known(
    opens: Open, at: float, after: float | None
) -> None:
    window = opens()
    await window.machines.load()
    window.machines.logged_in(7, NOW)
    seen(window, 1, 60, row(Phase.LOADING))
    window.machines.logged_in(7, NOW + 60)
    seen(window, 2, 80, row(Phase.RUNNING, 80))
    window.machines.logged_in(7, NOW + at)
    window.machines.logged_in(7, NOW + 120 if after else NOW + 900)
    [rental] = (await reopened(window, opens)).machines.known.of(MACHINE)
    assert (rental.ready_after, rental.login_after) == (80, after)


async def test_a_window_does_not_forget_what_only_another_one_knows(opens: Open) -> None:
    one, other = opens(), opens()
    await asyncio.gather(one.machines.load(), other.machines.load())
    for window in (one, other):
        seen(window, 1, 60, row(Phase.LOADING))
        seen(window, 2, 80, row(Phase.RUNNING, 80))
    one.machines.logged_in(7, NOW + 90)
    one.machines.rented(7, "me", as_asked=True)
    await one.machines.aclose()
    seen(other, 3, HOUR)
    [rental] = (await reopened(other, opens)).machines.known.of(MACHINE)
    assert (rental.login_after, rental.as_asked, rental.ended) == (90, True, NOW + HOUR)


async def test_a_file_of_before_is_read_and_what_it_lacks_stays_unknown(
    opens: Open, tmp_path: Path
) -> None:
    first = opens()
    await first.machines.load()
    seen(first, 1, 60, row(Phase.RUNNING, 60))
    await first.machines.aclose()
    with closing(sqlite3.connect(tmp_path / "memory.sqlite3")) as file:
        file.execute("DROP TABLE machine_rental_terms")
        file.execute("UPDATE machine_rentals SET ended = seen")
        file.commit()
    [rental] = (await reopened(first, opens)).machines.known.of(MACHINE)
    assert (rental.gpu, rental.ran) == ("RTX 4090", True)
    assert (rental.vram, rental.price, rental.is_bid, rental.login_after) == (None,) * 4


async def test_the_clock_set_back_during_a_rental(opens: Open) -> None:
    window = opens(path=None)
    seen(window, 1, 5, row(Phase.LOADING))
    rental = seen(window, 2, 5 - 2 * HOUR, row(Phase.RUNNING))
    assert (rental.ran, rental.ready_after, rental.trouble) == (True, None, "")
    window = opens(path=None)
    seen(window, 1, 5 - HOUR, row(Phase.LOADING))  # behind the clock of the service
    assert seen(window, 2, 80 - HOUR, row(Phase.RUNNING)).ready_after is None


def market(at: float, *machines: int) -> MarketState:
    offers = tuple(structs.replace(PLAIN, id=100 + one, machine_id=one) for one in machines)
    return MarketState(rows=offers, number=1, as_of=at, as_of_wall=NOW + at)


async def test_a_machine_is_new_where_others_were_known_before(opens: Open) -> None:
    window = opens()
    await window.machines.load()
    window.machines.see_market(market(1, 1, 2))
    assert not window.machines.known.is_new(1)  # all would be
    await window.machines.aclose()
    later = opens(at=NOW + DAY)
    await later.machines.load()
    later.machines.see_market(market(DAY + 5, 2, 3))
    known = later.machines.known
    assert [known.is_new(one) for one in (1, 2, 3)] == [False, False, True]
    assert known.seen[2] == (NOW + 1, NOW + DAY + 5)
    assert known.sets["new"] == {3}
    later.machines.see_market(structs.replace(market(DAY + 9, 4), kept=True))
    assert known.last_seen(4) is None


async def test_every_machine_of_a_large_market_is_remembered(opens: Open) -> None:
    window = opens()
    await window.machines.load()
    window.machines.see_market(market(0, *range(1, 702)))
    later = await reopened(window, opens)
    later.machines.see_market(market(DAY, *range(1, 700)))
    last = (await reopened(later, opens)).machines.known.seen
    assert set(last) == set(range(1, 702))
    assert [last[one] for one in (1, 699, 701)] == [
        (NOW, NOW + DAY), (NOW, NOW + DAY), (NOW, NOW)
    ]  # fmt: skip


async def test_machines_are_not_new_because_the_clock_was_set_back(opens: Open) -> None:
    window = opens()
    await window.machines.load()
    window.machines.see_market(market(0, 1, 2))
    await window.machines.aclose()
    later = opens(at=NOW - 2 * HOUR)
    await later.machines.load()
    assert not later.machines.known.is_new(1)
    later.machines.see_market(market(-2 * HOUR, 1, 3))
    known = later.machines.known
    assert [known.is_new(one) for one in (1, 2, 3)] == [False, False, True]
    assert known.seen[1] == (NOW - 2 * HOUR, NOW - 2 * HOUR)
    later.machines.see_market(market(-3 * HOUR, 1))  # and again, while it runs
    assert later.machines.known.seen[1] == (NOW - 3 * HOUR, NOW - 3 * HOUR)
    again = await reopened(later, opens)
    assert again.machines.known.seen[1] == (NOW - 3 * HOUR, NOW - 3 * HOUR)


class Service:
    """Counts what is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.refuses = False

    async def reports(self, machine_id: int) -> tuple[Report, ...]:
        self.asked.append("reports")
        if self.refuses:
            words = "This key may not read machines (it lacks machine_read)."
            raise PermissionDenied(words, status=403)
        return (Report("slow", NOW),)

    async def benchmarks(self, machine_id: int) -> tuple[Benchmark, ...]:
        self.asked.append("benchmarks")
        return (Benchmark(10.5, "vllm", 1, NOW, "L4"),)


async def test_what_was_told_is_kept_a_day_and_a_week(opens: Open) -> None:
    window, service, news = opens(), Service(), list[int]()
    told = MachineTold(service, window.memory, window.clock, lambda: news.append(1))
    assert told.of(5).reports is None
    await asyncio.gather(told.ask(5), told.ask(5))
    assert (service.asked, told.count(5), len(news)) == (["reports", "benchmarks"], 1, 3)
    other = MachineTold(service, window.memory, window.clock, lambda: None)
    await other.ask(5)
    assert len(service.asked) == 2
    assert (other.of(5).reports, other.of(5).reports_at) == ([Report("slow", NOW)], NOW)
    assert other.of(5).benchmarks == [Benchmark(10.5, "vllm", 1, NOW, "L4")]
    assert other.others(5) == []
    assert other.others(6) == other.of(5).benchmarks
    window.clock.advance(DAY)
    await other.ask(5)
    window.clock.advance(6 * DAY)
    service.refuses = True
    await other.ask(5)
    assert service.asked[2:] == ["reports", "reports", "benchmarks"]
    assert other.of(5).reports == (Report("slow", NOW),)
    assert "machine_read" in str(other.of(5).reports_error)
    await other.ask(6)
    assert service.asked[5:] == ["benchmarks"]  # the key may not: that is not asked again
    assert "machine_read" in str(other.of(6).reports_error)
    fresh = MachineTold(service, window.memory, window.clock, lambda: None)
    await fresh.ask(7)
    kept, *_ = fresh.others(7)
    assert (kept.value, kept.compared_by) == (10.5, ("vllm", "L4", 1)), "told in an earlier run"
