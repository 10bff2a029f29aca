"""Charges for instances, and answers to price increases."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.http import Reply, Script, client_of, reply
from vasttui.api.outcome import Fate
from vasttui.errors import BrokenAnswer, Rejected, ServiceDown, VastError
from vasttui.models.charge import Charge
from vasttui.models.price_increase import PriceIncrease

INCREASE = {
    "pending_price_increase_id": 3, "contract_id": 7, "host_id": 9, "new_gpu_costpersec": 2e-4,
    "old_gpu_costpersec": 1e-4, "contract_end_date": 1_735_689_600, "bwu_cost": 0.1,
}  # fmt: skip


def charge(id: int = 7, **changes: Any) -> dict[str, Any]:
    return {
        "start": 1_730_419_200, "end": 1_730_678_400, "type": "instance",
        "source": f"instance-{id}", "description": "Charges", "amount": 38.421, "metadata": {},
        "items": [], **changes,
    }  # fmt: skip


def page(*rows: object, token: object = None) -> Reply:
    return reply({"success": True, "count": len(rows), "next_token": token, "results": list(rows)})


async def test_charges_of_all_pages() -> None:
    script = Script(page(charge(7), token="a"), page(charge(8, end=None, amount=-1)))
    client = client_of(script)
    assert await client.billing.charges(1_730_419_200.5, 1_730_700_000.5) == (
        Charge("instance-7", 38.421),
        Charge("instance-8", -1.0),
    )
    first, second = (request.url for request in script.requests)
    assert first.path == "/api/v0/charges/"
    assert json.loads(first.params["select_filters"]) == {
        "day": {"gte": 1_730_419_200, "lte": 1_730_700_001}, "type": {"in": ["instance"]},
    }  # fmt: skip
    assert (first.params["latest_first"], second.params["after_token"]) == ("false", "a")
    await client.aclose()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (page(charge(), charge(amount="38.421")), BrokenAnswer),
        (page(charge(), charge(source=None)), BrokenAnswer),
        (page(charge(), None), BrokenAnswer),
        (reply({"success": True, "results": None}), BrokenAnswer),
        (reply({"success": True}), BrokenAnswer),
        (reply([charge()]), BrokenAnswer),
        (reply({"success": False, "error": "Invalid date range", "results": []}), Rejected),
        (reply({"error": "invalid_token", "results": []}), Rejected),
        (page(charge(), token="a"), BrokenAnswer),
        (reply("", 502), ServiceDown),
    ],
)
async def test_a_sum_that_would_be_wrong_is_none(fault: Reply, error: type[VastError]) -> None:
    client = client_of(Script(fault))
    with pytest.raises(error):
        await client.billing.charges(0, 1)
    await client.aclose()


async def test_details_of_a_charge_may_be_unreadable() -> None:
    client = client_of(Script(page(charge(start="then", end=True))))
    assert await client.billing.charges(0, 1) == (Charge("instance-7", 38.421),)
    await client.aclose()


async def test_price_increases() -> None:
    rows = [INCREASE, {**INCREASE, "pending_price_increase_id": None}, 7]
    script = Script(reply({"success": True, "count": 3, "pending_price_increases": rows}))
    client = client_of(script)
    [increase] = await client.price_increases.list()
    assert increase == PriceIncrease(
        pending_price_increase_id=3, contract_id=7, new_gpu_costpersec=2e-4,
        old_gpu_costpersec=1e-4,
    )  # fmt: skip
    assert increase.new_hourly == pytest.approx(0.72)
    assert script.requests[0].url.path == "/api/v0/instances/pending-price-increases/"
    await client.aclose()


async def test_a_price_that_cannot_be_read_is_unknown() -> None:
    rows = [{**INCREASE, "new_gpu_costpersec": "more", "old_gpu_costpersec": -1}]
    client = client_of(Script(reply({"pending_price_increases": rows})))
    [increase] = await client.price_increases.list()
    assert (increase.new_hourly, increase.old_hourly) == (None, None)
    await client.aclose()


@pytest.mark.parametrize("body", [{}, [], {"pending_price_increases": None}, None])
async def test_no_list_of_increases_is_no_empty_list(body: object) -> None:
    client = client_of(Script(reply(json.dumps(body))))
    with pytest.raises(BrokenAnswer):
        await client.price_increases.list()
    await client.aclose()


@pytest.mark.parametrize(("accept", "word"), [(True, "accept"), (False, "reject")])
async def test_an_answer_to_an_increase(accept: bool, word: str) -> None:
    script = Script(reply({"success": True, "contract_id": 7}))
    client = client_of(script)
    assert (await client.price_increases.answer(3, accept=accept)).fate is Fate.OK
    [request] = script.requests
    assert request.method == "PUT"
    assert request.url.path == f"/api/v0/instances/{word}-price-increase/"
    assert json.loads(request.content) == {"pending_price_increase_id": 3}
    await client.aclose()


@pytest.mark.parametrize("status", [404, 409])
async def test_an_increase_that_was_withdrawn(status: int) -> None:
    client = client_of(
        Script(reply({"success": False, "error": "no_pending_price_increase"}, status))
    )
    assert (await client.price_increases.answer(3, accept=True)).fate is Fate.REJECTED
    await client.aclose()


async def test_a_day_is_asked_for_alone_and_all_of_it() -> None:
    first, second = charge(7, items=[]), charge(8)
    script = Script(page(first, token="a"), page(second))
    client = client_of(script)
    day = await client.billing.day(20_682)
    assert [row.source for row in day.rows] == ["instance-7", "instance-8"]
    assert (day.day, day.is_whole) == (20_682, True)
    asked = script.requests[0].url.params
    assert json.loads(asked["select_filters"]) == {
        "day": {"gte": 1_786_924_800, "lte": 1_787_011_199}
    }
    assert (asked["format"], asked["limit"], asked["latest_first"]) == ("table", "500", "true")
    assert script.requests[1].url.params["after_token"] == "a"
    await client.aclose()


@pytest.mark.parametrize(
    ("answer", "lost"),
    [
        ({"results": [charge()], "count": 1, "total": 1}, 0),
        ({"results": [charge()], "count": 2, "total": 2}, 1),
        ({"results": [charge()], "count": 1, "total": 3}, 2),
        ({"results": [charge()]}, 0),
        ({"results": [charge(), 7, {}], "count": 3, "total": "many"}, 1),
        ({"results": []}, 0),
    ],
)
async def test_half_a_page_is_a_part(answer: dict[str, Any], lost: int) -> None:
    client = client_of(Script(reply({"success": True, "next_token": None, **answer})))
    assert (await client.billing.day(1)).lost == lost
    await client.aclose()


async def test_all_invoices_of_a_range() -> None:
    rows = [{"type": "credit", "amount": -25.0, "end": None}, 7]
    script = Script(page(*rows))
    client = client_of(script)
    assert [one.amount for one in await client.billing.invoices(10.5, 20.5)] == [-25.0, None]
    assert script.requests[0].url.path == "/api/v1/invoices/"
    assert json.loads(script.requests[0].url.params["select_filters"]) == {
        "when": {"gte": 10, "lte": 21}
    }
    await client.aclose()


async def test_earnings_are_asked_for_with_both_ends() -> None:
    script = Script(reply({"summary": {}, "current": {}, "per_machine": [], "per_day": []}))
    client = client_of(script)
    assert (await client.billing.earnings(20_731, 20_732)).days == ()
    url = script.requests[0].url
    assert url.path == "/api/v0/users/me/machine-earnings"
    assert dict(url.params) == {"owner": "me", "sday": "20731", "eday": "20733"}
    await client.aclose()
