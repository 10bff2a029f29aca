"""Charges are added up in threads, and the screen says nothing else meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import pytest

from tests.support.stage import stage
from tests.ui.billing.test_charges import charges
from vasttui.lists.charge_grouping import Grouping
from vasttui.lists.day_range import DayRange
from vasttui.models.charge_sums import ChargeSum
from vasttui.ui import newest
from vasttui.ui.newest import Newest

T = TypeVar("T")


class Threads:
    """Do nothing until they are let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.free = asyncio.Event()
        self.jobs = 0
        monkeypatch.setattr(newest, "to_thread", self._do)

    async def _do(self, job: Callable[[], T]) -> T:
        self.jobs += 1
        await self.free.wait()
        return job()


async def test_of_several_jobs_that_wait_only_the_last_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads, done, running = Threads(monkeypatch), [], []  # type: ignore[var-annotated]
    jobs = Newest(lambda job: running.append(asyncio.create_task(job)))
    for number in range(4):
        jobs.ask(lambda number=number: number, done.append)  # type: ignore[misc]
        await asyncio.sleep(0)
    threads.free.set()
    await asyncio.gather(*running)
    assert (done, threads.jobs, len(running)) == ([3], 2, 1)
    jobs.ask(lambda: 7, done.append)
    await running[-1]
    assert done == [3, 7]


async def test_sums_and_their_words_change_together(monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage(volumes=3) as running:
        screen = await charges(running, 4)
        before = screen.bar.counts.text
        assert "in 4 days" in before
        threads = Threads(monkeypatch)
        screen.choose_range(DayRange(2))
        await running.press("#", "down")
        assert screen.bar.counts.text == before
        assert screen.browse.rows[0].kind == "instance"
        assert "[per day]" in running.text
        await running.press("#")
        assert threads.jobs == 1
        threads.free.set()
        await running.pause()
        assert "in 2 days" in screen.bar.counts.text
        assert screen.added.grouping is Grouping.KIND
        assert screen.browse.rows[0].name == "instances"
        threads.free.clear()
        await running.press("slash", *"volumes")
        assert len(screen.browse.rows) == 1
        threads.free.set()
        await running.pause()
        assert f"{(screen.browse.rows[0].total or 0):,.2f}" in running.text


async def test_an_empty_list_is_not_said_to_have_no_charges_before_they_are_added_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stage(volumes=3) as running:
        threads = Threads(monkeypatch)
        screen = await charges(running, 2)
        assert "Adding up what was charged." in running.text
        assert "No charges" not in running.text
        threads.free.set()
        await running.pause()
        assert screen.browse.rows
        assert "Adding up" not in running.text


async def test_what_is_drawn_asks_a_large_group_for_no_figure_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("vasttui.ui.billing.adding_up._MANY", 2)
    async with stage(volumes=3) as running:
        screen = await charges(running, 4)
        monkeypatch.setattr(ChargeSum, "by_day", None)
        screen.show_detail()
        assert "By day" in running.text
