"""Charges are read a day at a time, newest first, and kept when their day is long over."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from vasttui.clock import VirtualClock
from vasttui.errors import BrokenAnswer, PermissionDenied, Rejected, ServiceDown, VastError
from vasttui.models.billing import Charge, DayCharges
from vasttui.services.billing.history import ChargeHistory
from vasttui.services.billing.view import ChargesView
from vasttui.store.charge_days import ChargeDays
from vasttui.store.sqlite_file import connect

DAY = 86_400
TODAY = 20_700
NOON = TODAY * DAY + DAY // 2


def charge(day: int, mills: int = 1_000) -> Charge:
    return Charge(day, "instance-7", mills, gpu=mills, disk=0, down=0, up=0)


@dataclass
class Service:
    """Charges $1 a day; `errors` are raised by day, `lost` rows are lost, `on_ask` is called."""

    clock: VirtualClock
    asked: list[int] = field(default_factory=list)
    errors: dict[int, VastError] = field(default_factory=dict)
    lost: dict[int, int] = field(default_factory=dict)
    on_ask: Callable[[int], None] = lambda day: None

    async def day(self, day: int) -> DayCharges:
        self.asked.append(day)
        read_at = self.clock.now()
        await self.clock.sleep(2.0)
        self.on_ask(day)
        if day in self.errors:
            raise self.errors[day]
        return DayCharges(day, (charge(day),), self.lost.get(day, 0), read_at)


@dataclass
class Stage:
    clock: VirtualClock
    service: Service
    history: ChargeHistory
    views: list[ChargesView]

    async def read(self) -> list[int]:
        """Read, and which days the service was asked for."""
        self.service.asked.clear()
        await self.history.read()
        return list(self.service.asked)

    async def fail(self) -> list[int]:
        self.service.asked.clear()
        with pytest.raises(VastError):
            await self.history.read()
        return list(self.service.asked)


def stage(
    path: Path | None = None, *, days: int = 5, now: float = NOON, account: str = "me"
) -> Stage:
    clock = VirtualClock(now)
    service, views = Service(clock), list[ChargesView]()
    kept = None if path is None else ChargeDays(path)
    history = ChargeHistory(service, clock, views.append, kept=kept, account=lambda: account)
    history.show(TODAY - days + 1, TODAY)
    return Stage(clock, service, history, views)


NEWEST_FIRST = [TODAY, TODAY - 1, TODAY - 2, TODAY - 3, TODAY - 4]


async def test_a_range_is_a_request_a_day_newest_first_and_the_last_two_again() -> None:
    on = stage()
    assert on.history.view.missing == tuple(NEWEST_FIRST)
    assert on.history.view.is_part
    assert await on.read() == NEWEST_FIRST
    view = on.history.view
    assert (len(view.days), view.missing, view.is_part, view.asking) == (5, (), False, None)
    assert sum(row.amount or 0 for row in view.rows) == 5_000
    assert [row.day for row in view.rows] == NEWEST_FIRST
    assert view.read_at == NOON
    progress = [(one.asked, one.to_ask) for one in on.views if one.asking is not None]
    assert progress == [(0, 5), (1, 5), (2, 5), (3, 5), (4, 5)]
    on.clock.advance(300)
    assert await on.read() == [TODAY, TODAY - 1]
    on.history.show(TODAY - 6, TODAY)
    assert len(on.history.view.days) == 5
    assert await on.read() == [TODAY, TODAY - 1, TODAY - 5, TODAY - 6]


async def test_a_day_is_asked_for_until_it_was_read_when_it_was_long_over() -> None:
    on = stage(days=2)
    assert await on.read() == [TODAY, TODAY - 1]
    on.clock.advance(2 * DAY)
    on.history.show(TODAY - 1, TODAY + 2)
    assert await on.read() == [TODAY + 2, TODAY + 1, TODAY, TODAY - 1]
    on.clock.advance(300)
    assert await on.read() == [TODAY + 2, TODAY + 1]


async def test_closed_days_are_kept_by_account(tmp_path: Path) -> None:
    path = tmp_path / "charges.sqlite3"
    await stage(path).read()
    again = stage(path, now=NOON + 60)
    assert await again.read() == [TODAY, TODAY - 1]
    assert (again.history.view.kept, len(again.history.view.days)) == (3, 5)
    assert again.views[-1].problem == ""
    assert await stage(path, account="other").read() == NEWEST_FIRST
    assert await stage(path, account="").read() == NEWEST_FIRST


async def test_what_was_kept_is_shown_before_anything_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "charges.sqlite3"
    await stage(path).read()
    again = stage(path, now=NOON + 600)
    again.service.on_ask = lambda day: None
    await again.read()
    first = next(view for view in again.views if view.asking is not None)
    assert len(first.days) == 5
    assert first.read_at == NOON


async def test_a_failed_day_costs_no_other_and_only_it_is_asked_again() -> None:
    on = stage()
    on.service.errors[TODAY - 1] = ServiceDown("It is down.", status=502)
    assert await on.fail() == NEWEST_FIRST
    view = on.history.view
    assert (list(view.failed), view.missing, view.is_part) == ([TODAY - 1], (TODAY - 1,), True)
    assert await on.fail() == [TODAY - 1]
    on.service.errors.clear()
    assert await on.read() == [TODAY - 1]
    assert (on.history.view.failed, on.history.view.is_part) == ({}, False)


async def test_a_day_that_always_fails_holds_up_no_other() -> None:
    on = stage(days=9)
    on.service.errors = {
        day: Rejected("It may not be.", status=400) for day in range(TODAY - 4, TODAY)
    }
    assert await on.fail() == [TODAY, TODAY - 1, TODAY - 2, TODAY - 3]
    assert await on.fail() == [TODAY - 4, TODAY - 5, TODAY - 6, TODAY - 7, TODAY - 8,
                               TODAY - 1, TODAY - 2]  # fmt: skip
    assert await on.fail() == [TODAY - 1, TODAY - 2, TODAY - 3]
    assert set(on.history.view.missing) == set(range(TODAY - 4, TODAY))
    on.clock.advance(300)
    assert TODAY in await on.fail()
    on.history.cancel()
    on.service.errors = {}
    assert await on.read() == [TODAY - 1]


async def test_a_service_that_is_down_is_left_alone() -> None:
    on = stage(days=30)
    on.service.errors = dict.fromkeys(range(TODAY + 1), BrokenAnswer("It is broken."))
    assert len(await on.fail()) == 3
    on = stage(days=30)
    on.service.errors = {TODAY: PermissionDenied("It may not.", status=403)}
    assert await on.fail() == [TODAY]
    assert on.history.view.failed == {}  # that says nothing of the day


async def test_a_part_is_called_one_and_asked_for_again_when_the_user_asks(tmp_path: Path) -> None:
    path = tmp_path / "charges.sqlite3"
    on = stage(path)
    on.service.lost = {TODAY - 3: 2}
    await on.read()
    assert (on.history.view.lost, on.history.view.is_part) == (2, True)
    on.clock.advance(300)
    assert await on.read() == [TODAY, TODAY - 1]
    on.service.lost = {}
    on.history.refresh()
    assert await on.read() == [TODAY, TODAY - 1, TODAY - 3]
    assert not on.history.view.is_part


async def test_it_is_cancelled() -> None:
    on = stage()
    on.service.on_ask = lambda day: on.history.cancel() if day == TODAY - 2 else None
    assert await on.read() == [TODAY, TODAY - 1, TODAY - 2]
    assert on.history.view.is_cancelled
    assert on.history.view.missing == (TODAY - 3, TODAY - 4)
    on.clock.advance(300)
    assert await on.read() == [TODAY, TODAY - 1]
    on.service.on_ask = lambda day: None
    on.history.refresh()
    assert await on.read() == NEWEST_FIRST[:2] + NEWEST_FIRST[3:]
    assert not on.history.view.is_cancelled


async def test_nothing_is_asked_while_nobody_looks() -> None:
    on = stage()
    on.history.on_screen = False
    reading = asyncio.create_task(on.history.read())
    for _ in range(20):
        await asyncio.sleep(0)
    assert on.service.asked == []
    on.history.on_screen = True

    def leave(day: int) -> None:
        if day == TODAY - 1:
            on.history.on_screen = False

    on.service.on_ask = leave
    for _ in range(60):
        await asyncio.sleep(0)
    assert on.service.asked == [TODAY, TODAY - 1]
    on.history.show(TODAY - 2, TODAY)  # while nobody looks
    on.history.on_screen = True
    await reading
    assert on.service.asked == NEWEST_FIRST[:3]


async def test_another_range_while_reading() -> None:
    on = stage()
    on.service.on_ask = lambda day: on.history.show(TODAY - 7, TODAY - 6) if day == TODAY else None
    assert await on.read() == [TODAY, TODAY - 6, TODAY - 7]
    assert sorted(on.history.view.days) == [TODAY - 7, TODAY - 6]


async def test_there_are_no_charges_of_the_future() -> None:
    on = stage()
    on.history.show(TODAY + 1, TODAY + 30)
    assert await on.read() == []
    assert (list(on.history.view.range), on.history.view.missing) == ([], ())
    assert on.history.view.read_at is None
    on.history.show(TODAY, TODAY + 30)
    assert await on.read() == [TODAY]


async def test_days_read_with_a_clock_that_was_ahead_are_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "charges.sqlite3"
    await stage(path, now=NOON + 3 * DAY).read()
    right = stage(path)
    assert await right.read() == NEWEST_FIRST
    assert await stage(path, now=NOON + 600).read() == [TODAY, TODAY - 1]


async def test_a_clock_that_goes_back_while_reading_ends_it_all_the_same() -> None:
    on = stage()
    on.service.on_ask = lambda day: on.clock.jump(-DAY)
    assert len(await on.read()) == 5


async def test_a_damaged_file_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "charges.sqlite3"
    await stage(path).read()
    for name in ("charges.sqlite3-wal", "charges.sqlite3-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 9_000)
    again = stage(path, now=NOON + 60)
    assert await again.read() == NEWEST_FIRST
    assert again.history.view.problem == ""
    assert (tmp_path / "charges.sqlite3.damaged").exists()
    assert await stage(path, now=NOON + 90).read() == [TODAY, TODAY - 1]


async def test_one_damaged_day_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "charges.sqlite3"
    await stage(path).read()
    with sqlite3.connect(path) as file:
        file.execute("UPDATE days_2 SET charges = '[[1]]' WHERE day = ?", (TODAY - 3,))
        file.execute("UPDATE days_2 SET read_at = 'soon' WHERE day = ?", (TODAY - 4,))
    assert await stage(path, now=NOON + 60).read() == NEWEST_FIRST[:2] + NEWEST_FIRST[3:]


async def test_a_file_that_cannot_be_used_is_said_and_costs_nothing_else(tmp_path: Path) -> None:
    on = stage(tmp_path)  # a folder
    assert await on.read() == NEWEST_FIRST
    assert "cannot be used" in on.history.view.problem
    assert not on.history.view.is_part


async def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def small(*arguments: Any) -> sqlite3.Connection:
        file = connect(*arguments)
        file.execute("PRAGMA max_page_count = 6")
        return file

    monkeypatch.setattr("vasttui.store.shared_file.connect", small)
    on = stage(tmp_path / "charges.sqlite3", days=60)
    assert len(await on.read()) == 60
    assert "full" in on.history.view.problem
    assert not on.history.view.is_part
    monkeypatch.undo()
    on.clock.advance(300)
    await on.read()
    assert on.history.view.problem == ""


async def test_two_windows_may_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "charges.sqlite3"
    one, other = ChargeDays(path), ChargeDays(path)
    one.save("me", [DayCharges(TODAY, (charge(TODAY, 7),), 0, 20.0)])
    last = DayCharges(TODAY, (charge(TODAY, 5),), 0, 21.0)
    other.save("me", [last])
    assert one.load("me", 0, TODAY) == other.load("me", 0, TODAY) == [last]
    assert one.load("me", 0, TODAY - 1) == []
    both = stage(path), stage(path)
    await asyncio.gather(*(on.history.read() for on in both))
    assert [len(on.history.view.days) for on in both] == [5, 5]
    assert [on.history.view.problem for on in both] == ["", ""]


async def test_the_gpu_of_an_instance_is_known_when_it_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "charges.sqlite3"
    on = stage(path)
    on.history.learn({7: "RTX 4090"})
    assert on.history.view.gpus == {7: "RTX 4090"}
    await on.read()
    on.history.learn({8: "H100"})
    await on.read()
    again = stage(path)
    again.history.learn({7: "RTX 5090"})
    await again.read()
    assert again.history.view.gpus == {7: "RTX 5090", 8: "H100"}
