"""A market with more offers than may be fetched."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.support.simulator import search
from tests.support.stage import Stage, stage
from vasttui.ui.offers.no_match import NoMatch
from vasttui.ui.widgets.line import TextLine

MARKET: dict[str, Any] = {"offers": 2_500, "max_pages": 2}
DEFAULTS = {"verified": {"eq": True}, "external": {"eq": False}, "rentable": {"eq": True}}


def line(running: Stage, name: str) -> str:
    return running.app.offers.query_one(f"#{name}", TextLine).text


async def filtered(running: Stage, text: str) -> None:
    await running.press("slash")
    await running.type(text)
    await running.until(lambda: running.app.market.query is not None, step=0.2)
    number = running.app.market.number
    await running.until(
        lambda: running.app.market.covered or running.app.market.number > number, step=0.2
    )
    await running.settle()


async def test_words_find_what_was_not_fetched() -> None:
    async with stage(**MARKET) as running:
        cases: dict[str, dict[str, object]] = {
            "h200 n=2": {"gpu_name": {"in": ["H200", "H200 NVL"]}, "num_gpus": {"eq": 2}},
            '"sweden" h100': {"geolocation": {"eq": "SE"}},
        }
        for text, filters in cases.items():
            running.app.offers.bar.set_text("")
            await running.pause()
            await filtered(running, text)
            rows = running.app.offers.browse.rows
            body = DEFAULTS | filters | {"allocated_storage": 60.0}
            there = {
                one["id"]
                for one in search(running.world, body)
                if "H100" in one["gpu_name"] or "h100" not in text
            }
            assert there, text
            assert {row.offer.id for row in rows} == there, text
            assert "PART" not in line(running, "counts"), text
            await running.press("enter")


async def test_none_among_those_fetched_is_not_none_at_all() -> None:
    async with stage(**MARKET) as running:
        assert "PART" in line(running, "counts")
        await filtered(running, "nosuchcpu")
        await running.until(lambda: running.app.offers.has_class("-empty"))
        for size in ((120, 36), (80, 24)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            title = str(running.app.offers.query_one(NoMatch).border_title)
            fetched = running.app.offers.browse.list.fetched
            assert title == f"None among the {fetched} offers fetched", size
            assert "No offer matches" not in running.text, size
            assert "Vast.ai has more." in running.text, size
            (of_service,) = [one for one in running.text.splitlines() if "applied by the" in one]
            assert "[verified]" in of_service, size
            assert "PART" in line(running, "counts"), size


async def test_a_count_beside_part_is_one_of_a_part() -> None:
    async with stage() as running:
        sizes = ((80, 24), (120, 36))
        for size in sizes:
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert not re.search(r"\d\+", line(running, "counts")), size
        await running.press("p", "h", "h")
        assert not running.app.market.covered
        for size in sizes:
            await running.pilot.resize_terminal(*size)
            assert not running.app.market.covered
            await running.pause()
            assert line(running, "counts").startswith("PART"), size
            assert re.search(r"\d\+", line(running, "counts")), size
            assert running.app.offers.read_count().endswith("+"), size
            assert running.app.offers.left("n=1").endswith("+"), size
        await running.until(lambda: running.app.market.covered)
        for size in sizes:
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert not re.search(r"PART|\d\+", line(running, "counts")), size


async def test_where_everything_was_fetched_no_offer_matches() -> None:
    async with stage(offers=300) as running:
        assert "PART" not in line(running, "counts")
        await filtered(running, "nosuchcpu")
        await running.until(lambda: running.app.offers.has_class("-empty"))
        await running.pause()
        assert "No offer matches" in running.text


async def test_the_order_of_the_table_is_that_of_the_market() -> None:
    async with stage(**MARKET) as running:
        assert "cheapest" in line(running, "status")
        number = running.app.market.number
        running.app.offers.browse.set_sort((("dlperf", True),))
        running.app.offers.sorted()
        await running.until(lambda: running.app.market.number > number, step=0.2)
        await running.settle()
        body = json.loads(running.sent("search")[-1])
        assert body["order"] == [["dlperf", "desc"]]
        best = search(running.world, DEFAULTS | {"order": [["dlperf", "desc"]], "limit": 40})
        shown = [row.offer.dlperf for row in running.app.offers.browse.rows[:40]]
        assert shown == [one["dlperf"] for one in best]
        assert "first" in line(running, "status")
