"""Earnings on the screen: for accounts that host."""

from __future__ import annotations

import json

from tests.support.stage import Stage, stage
from vasttui.ui.billing.earnings import EarningsScreen


async def earnings(running: Stage) -> EarningsScreen:
    """Go there and wait until they were read."""
    await running.until(lambda: running.app.fleet.account is not None, step=0.5)
    running.app.go("earnings")
    screen = running.app.get_screen("earnings")
    assert isinstance(screen, EarningsScreen)
    await running.until(lambda: screen.snapshot.number or screen.snapshot.error)
    await running.pause()
    return screen


async def test_a_host_sees_what_each_machine_and_each_day_earned() -> None:
    async with stage(account={"machines": 2}) as running:
        screen = await earnings(running)
        assert "[Earnings 2]" in running.text
        assert len(screen.browse.rows) == 2
        machines = sum(row.earned.total or 0 for row in screen.browse.rows)
        assert machines > 0
        assert f"2 machines · ${machines / 1000:,.2f} {screen.in_range}" in running.text
        said = screen.detail_lines(screen.browse.rows[0], 80)
        assert "now, of all machines: balance $" in "".join(line.plain for line in said)
        assert screen.resource.columns[0].title == "Machine"
        await running.press("P")
        said = screen.detail_lines(screen.browse.rows[0], 80)
        assert "balance •••, the service's share •••" in "".join(line.plain for line in said)
        await running.press("P")
        await running.press("#")
        assert "[per day]" in running.text
        assert screen.resource.columns[0].title == "Day"
        days = [row.number for row in screen.browse.rows]
        assert len(days) > 2
        assert days == sorted(days, reverse=True)
        newest = screen.browse.rows[0]
        shown = newest.title(screen.today)
        assert f"{shown} · $" in running.text
        assert newest.name not in running.text
        await running.press("slash", *shown.lower(), "enter")
        assert newest in screen.browse.rows
        await running.press("escape")
        text, count = screen.export(as_json=True)
        assert len(json.loads(text)) == count == len(screen.browse.rows)
        assert screen.export(as_json=False)[0].startswith("what,gpu_usd,disk_usd,")
        await running.press("colon", *"longer")
        await running.until(lambda: "A longer time" in running.text)
        await running.press("escape")
        asked = len(running.world.ledger.of("earnings"))
        await running.press("+")
        await running.until(lambda: len(running.world.ledger.of("earnings")) > asked)


async def test_each_grouping_keeps_its_own_order() -> None:
    async with stage(account={"machines": 2}) as running:
        screen = await earnings(running)
        saved = running.app.session.preferences
        await running.press("#")
        assert screen.browse.sort == (("name", True),)
        await running.press(">", "I")
        by_day = screen.browse.sort
        assert by_day[0][0] != "name"
        await running.press("#")
        assert screen.browse.sort == (("total", True),)
        assert saved.list_of("earnings").sort == ()
        await running.press("#")
        assert screen.browse.sort == by_day == tuple(saved.list_of("earnings-day").sort)
        shown = [getattr(row.earned, by_day[0][0]) for row in screen.browse.rows]
        assert shown == sorted(shown, reverse=by_day[0][1])
        assert "[per day]" in running.text


async def test_a_renter_has_no_such_section_but_may_ask() -> None:
    async with stage() as running:
        running.app.go("charges")
        await running.until(lambda: running.app.fleet.account is not None, step=0.5)
        await running.pause()
        assert "Earnings" not in running.text
        await running.press("tab", "tab", "tab")
        assert running.app.current_mode == "charges"
        await earnings(running)
        assert "[Earnings" in running.text
        assert "No machine of this account earned anything from " in running.text
