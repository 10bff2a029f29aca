"""Alerts on the status line, by bell and as desktop notices; each can be switched off."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.support.stage import Stage, stage
from vasttui.services.fleet.alerts import Alert
from vasttui.ui.session import Alerting

XTERM = {"TERM": "xterm"}


@asynccontextmanager
async def listening(**changes: object) -> AsyncIterator[tuple[Stage, list[str]]]:
    """The program with running instances, and what it rings and writes."""
    alerting = Alerting(environment=XTERM, **changes)  # type: ignore[arg-type]
    async with stage(instances=4, alerting=alerting) as running:
        heard: list[str] = []
        driver = running.app._driver  # noqa: SLF001
        assert driver is not None
        await running.instances()
        driver.write = lambda data: heard.append(data) if "vasttui" in data else None  # type: ignore[method-assign]
        running.app.bell = lambda: heard.append("bell")  # type: ignore[method-assign]
        yield running, heard


async def put(running: Stage, label: str, state: str) -> None:
    row = next(row for row in running.app.fleet.rows if row.instance.name == label)
    running.world.become(row.id, state)
    await running.poll()


async def test_an_instance_that_goes_offline_is_told_in_three_ways() -> None:
    async with listening() as (running, heard):
        await put(running, "train-a", "offline")
        await running.pause()
        notice, bell = sorted(heard)
        assert bell == "bell"
        assert notice.startswith("\x1b]9;vasttui: train-a: The host is offline")
        await running.press("1")
        await running.pause(1.1)
        assert "! train-a: The host is offline" in running.text.splitlines()[-2]


async def test_nothing_is_told_at_the_start() -> None:
    async with listening() as (running, heard):
        await running.poll()
        assert heard == []
        assert running.said == ""


@pytest.mark.parametrize(
    ("changes", "heard_of"),
    [
        ({"bell": False}, {"notice", "status"}),
        ({"desktop": "off"}, {"bell", "status"}),
        ({"status": False}, {"bell", "notice"}),
        ({"kinds": frozenset({"exited"})}, set()),
    ],
)
async def test_each_way_and_each_kind_can_be_switched_off(
    changes: dict[str, object], heard_of: set[str]
) -> None:
    async with listening(**changes) as (running, heard):
        await put(running, "train-a", "offline")
        found = {"bell" if one == "bell" else "notice" for one in heard}
        found |= {"status"} if "offline" in running.said else set()
        assert found == heard_of


async def test_changes_at_the_same_time_ring_once() -> None:
    async with listening() as (running, heard):
        for row in running.app.fleet.rows[:3]:
            running.world.become(row.id, "running")
        await running.poll()
        heard.clear()
        running.clock.advance(61)
        names = [row.instance.name for row in running.app.fleet.rows[:3]]
        for row in running.app.fleet.rows[:3]:
            running.world.become(row.id, "offline")
        await running.poll()
        assert heard.count("bell") == 1
        (notice,) = [one for one in heard if one != "bell"]
        assert all(f"{name} offline" in notice for name in names)


async def test_privacy_hides_the_name() -> None:
    async with listening() as (running, heard):
        await running.press("P")
        await put(running, "train-a", "offline")
        assert "train-a" not in "".join(heard)
        assert "train-a" not in running.said


async def test_while_ssh_has_the_terminal_nothing_is_written_to_it() -> None:
    async with listening() as (running, heard):
        running.app.terminal_user = object()  # type: ignore[assignment]
        await put(running, "train-a", "offline")
        running.app.terminal_user = None
        assert heard == []
        assert "The host is offline" in running.said


async def test_that_the_credit_is_short_stands_only_while_it_is() -> None:
    async with listening() as (running, _):
        await running.until(lambda: running.app.fleet.account is not None)
        news, now = running.app.news, running.clock.monotonic()
        running.app.alert([Alert("money", "", "Credit lasts 9.6 h.")])
        assert news.standing(now) is None
        running.app.alert([Alert("offline", "train-a", "The host is offline.")])
        assert news.standing(now) is not None
