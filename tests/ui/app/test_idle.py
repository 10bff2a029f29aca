"""What goes on while nobody presses a key: counted, as times depend on the machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import call, patch

import pytest
from textual.widget import Widget

from tests.support.stage import Stage, stage
from vasttui.services.memory.machines import Machines
from vasttui.store.database import Database
from vasttui.ui.header import header
from vasttui.ui.lists.changes import KeptCells
from vasttui.ui.lists.table import VirtualTable
from vasttui.ui.places import PLACES, Place
from vasttui.units import MINUTE

LONG = 60
"""Seconds until a section has read all that it reads once."""

ACCOUNT = {"endpoints": 2, "past": True, "machines": 2, "rate_limits": True}
"""The simulator refuses what is asked more often than is documented."""

ANYWHERE = {
    "instances": 4, "account": 1, "price_increases": 1, "charges": 1, "volumes": 1,
}  # fmt: skip
"""Requests a minute of what every screen shows: the first line and what needs attention."""

EVERY_5_S = {"instances": 12}
SERVERLESS = {"endpoints": 1, "workergroups": 1, "endpoint_workers": 7}
MORE = {
    "offers": {"search": 2},
        "instances": EVERY_5_S, "timers": EVERY_5_S, "transfers": EVERY_5_S,
    "volumes": {"volumes": 2}, "backups": {"backups": 1},
    "endpoints": SERVERLESS, "deployments": SERVERLESS | {"deployments": 1},
    "ssh_keys": {"account_keys": 2, "instance_keys": 5},
    "charges": {"charges": 16},  # those of the last days, at the rate there is
    "variables": {"variables": 1},
    "api_keys": {"api_keys": 1},
}  # fmt: skip
"""Those of one section beside that."""

format_row = KeptCells.format  # each call formats every cell of a row

MOST_DRAWN = 180
"""Widgets a minute: the age and what counts down each second, and what was read."""


async def pass_seconds(running: Stage, seconds: int) -> None:
    for _ in range(seconds):
        running.clock.advance(1.0)
        await running.pause(1.0)


@contextmanager
def counted() -> Iterator[Counter[tuple[str, bool]]]:
    """How often each kind of widget is asked to be drawn, or laid out (True)."""
    drawn, refresh = Counter[tuple[str, bool]](), Widget.refresh

    def count(widget: Widget, *regions: object, layout: bool = False, **how: object) -> Widget:
        drawn[type(widget).__name__, layout] += 1
        return refresh(widget, *regions, layout=layout, **how)  # type: ignore[arg-type]

    with patch.object(Widget, "refresh", count):
        yield drawn


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
async def test_no_screen_asks_for_more_than_it_shows_nor_lays_out_anything(place: Place) -> None:
    async with stage(instances=1, volumes=1, account=ACCOUNT, limits=True) as running:
        for section in place.sections:
            running.app.go(section.name)
            await pass_seconds(running, LONG)
            running.world.ledger.clear()
            with counted() as drawn:
                await pass_seconds(running, int(MINUTE))
            requests = running.world.ledger.requests
            assert [one.status for one in requests if one.status != 200] == []
            asked = Counter(one.operation for one in requests)
            most = ANYWHERE | MORE.get(section.name, {})
            assert {name: n for name, n in asked.items() if n > most.get(name, 0)} == {}, section
            assert [name for (name, laid_out) in drawn if laid_out] == [], section
            assert drawn.total() <= MOST_DRAWN, (section, drawn)


async def test_whether_another_window_left_work_is_looked_up_once_for_all_of_it() -> None:
    async with stage(instances=1) as running:
        await pass_seconds(running, LONG)
        with (
            patch.object(Database, "kinds_left_behind", return_value=set()) as looked,
            patch.object(Database, "left_behind", return_value=[]) as read,
        ):
            await pass_seconds(running, int(MINUTE))
        assert 0 < looked.call_count <= 12
        read.assert_not_called()


async def test_a_minute_of_polls_works_out_each_thing_once() -> None:
    async with stage(instances=50) as running:
        await running.instances()
        await pass_seconds(running, LONG)
        table = running.app.screen.query_one(VirtualTable)
        changed = running.app.fleet_changed
        with (
            patch.object(KeptCells, "format", autospec=True, side_effect=format_row) as formats,
            patch("vasttui.ui.lists.clock.header", side_effect=header) as headers,
            patch.object(Machines, "see_fleet") as learnt,
            patch.object(changed, "publish", side_effect=changed.publish) as told,
        ):
            await pass_seconds(running, int(MINUTE))
        assert 12 * table.page <= formats.call_count <= 14 * table.page
        assert 12 <= headers.call_count <= 18
        assert 12 <= learnt.call_count <= 15
        assert 12 <= told.call_count <= 15


async def test_what_is_learnt_of_machines_is_drawn_where_it_is_seen() -> None:
    async with stage(instances=50) as running:
        offers = running.app.offers
        await running.instances()
        await pass_seconds(running, LONG)
        assert running.app.live is not None
        known = running.app.live.machines.known
        with patch.object(offers, "show_rows", side_effect=offers.show_rows) as drawn:
            await pass_seconds(running, 2 * MINUTE)
            assert running.app.live.machines.known is not known
            drawn.assert_not_called()
            await running.press("1")
            assert drawn.call_args_list[0] == call()  # before there is news of the market
