"""Invoices in their three lists, and what a host earns."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.support.rented import clock_of, credit
from tests.support.simulator import BEARER, Answer, ask, demo_world
from vasttui.simulator.world import World

DAY = 86_400.0


def get(world: World, path: str, **query: object) -> Answer:
    texts = {name: one if isinstance(one, str) else json.dumps(one) for name, one in query.items()}
    return ask(world, "GET", f"/api{path}?{urlencode(texts)}", headers=BEARER)


def invoices(world: World, service: object = None, **query: object) -> list[dict[str, Any]]:
    filters = {"when": {"gte": 0, "lte": world.clock.now()}}
    if service is not None:
        filters["service"] = service  # type: ignore[assignment]
    answer = get(world, "/v1/invoices/", select_filters=filters, **query)
    assert answer.status == 200, answer.body
    rows: list[dict[str, Any]] = answer.json["results"]
    return rows


def transfer(world: World, amount: float) -> None:
    body = {"sender": "me", "recipient": "bob@example.com", "amount": amount}
    answer = ask(world, "PUT", "/api/v0/commands/transfer_credit/", body, BEARER)
    assert answer.json["success"] is True


def charged(world: World) -> float:
    days = {"day": {"gte": 0, "lte": world.clock.now()}}
    rows = get(world, "/v0/charges/", select_filters=days, limit=500).json["results"]
    total: float = sum(row["amount"] for row in rows)
    return total


@pytest.mark.parametrize("past", [False, True])
def test_what_came_in_less_what_went_out_is_the_credit(past: bool) -> None:
    world = demo_world(instances=12, volumes=3, traffic=True, past=past)
    clock_of(world).advance(6 * 3_600.0)
    transfer(world, 10.25)
    clock_of(world).advance(0.5 * DAY)
    paid = -sum(row["amount"] for row in invoices(world) if row["end"] is not None)
    assert paid - charged(world) == pytest.approx(credit(world), abs=0.0099)


def test_an_invoice_that_is_not_paid_has_no_end_and_is_no_credit() -> None:
    world = demo_world(past=True)
    [unpaid] = [row for row in invoices(world) if row["end"] is None]
    assert (unpaid["type"], unpaid["source"], unpaid["amount"]) == ("credit", "coinbase", -25.0)
    assert credit(world) == 42.5
    assert all(row["end"] for row in invoices(demo_world()))


def test_the_order_and_the_services_are_chosen() -> None:
    world = demo_world(past=True)
    transfer(world, 7.0)
    starts = [row["start"] for row in invoices(world)]
    assert starts == sorted(starts, reverse=True)
    assert [row["start"] for row in invoices(world, latest_first="False")] == starts[::-1]
    by_amount = invoices(world, order_by=[{"col": "amount_cents", "dir": "asc"}])
    amounts = [row["amount"] for row in by_amount]
    assert amounts == sorted(amounts)
    for rule, services in (
        ({"in": ["transfer"]}, {"transfer"}),
        ({"eq": "coinbase"}, {"coinbase"}),
        ({"neq": "stripe_payments"}, {"transfer", "coinbase"}),
        ({"notin": ["coinbase", "transfer"]}, {"stripe_payments"}),
    ):
        assert {row["metadata"]["service"] for row in invoices(world, rule)} == services


def test_pages_of_invoices() -> None:
    world = demo_world(past=True)
    filters = {"when": {"gte": 0, "lte": world.clock.now()}}
    first = get(world, "/v1/invoices/", select_filters=filters, limit=2).json
    second = get(
        world, "/v1/invoices/", select_filters=filters, limit=2, after_token=first["next_token"]
    ).json
    assert (first["count"], second["count"], first["total"]) == (2, 1, 3)
    assert [*first["results"], *second["results"]] == invoices(world)
    assert second["next_token"] is None
    for wrong in ({"limit": "many"}, {"after_token": "x"}, {"order_by": "x"},
                  {"order_by": [{"col": "colour"}]}):  # fmt: skip
        assert get(world, "/v1/invoices/", select_filters=filters, **wrong).status == 400
    no_range = get(world, "/v1/invoices/", select_filters={}).json
    assert no_range == {"success": False, "error": "Invalid date range", "count": 0, "total": 0,
                        "results": [], "next_token": None}  # fmt: skip


def test_the_raw_list_is_an_array_in_cents() -> None:
    world = demo_world(past=True)
    transfer(world, 7.0)
    rows = get(world, "/v0/invoices/", select_filters={}, limit=20).json
    assert rows[0]["amount_cents"] == 700
    assert [row["is_credit"] for row in rows] == [False, True, True, True]
    assert rows[1]["paid_on"] is None
    got = get(world, "/v0/invoices", select_filters={"is_credit": False}).json
    assert got == rows[:1]
    since = {"when": {"gte": world.clock.now() - 3 * DAY}}
    assert get(world, "/v0/invoices", select_filters=since, limit=1).json == rows[:1]
    assert get(world, "/v0/invoices", select_filters={"colour": 1}).status == 400


def test_the_statement_has_payments_and_the_parts_of_charges() -> None:
    world = demo_world(traffic=True)
    query = {"owner": "me", "sdate": 0.0, "edate": world.clock.now()}
    answer = get(world, "/v0/users/me/invoices", **query, inc_charges="True").json
    payments = [row for row in answer["invoices"] if row["type"] == "payment"]
    charges = [row for row in answer["invoices"] if row["type"] == "charge"]
    assert sum(float(row["amount"]) for row in charges) == pytest.approx(charged(world), abs=0.02)
    paid = sum(float(row["amount"]) for row in payments)
    assert paid == pytest.approx(charged(world) + credit(world), abs=0.01)
    for row in answer["invoices"]:
        assert {"description", "quantity", "rate", "amount", "timestamp", "type"} <= set(row)
    assert all("instance_id" in row for row in charges)
    assert answer["current"]["credit"] == 42.5
    only = get(world, "/v0/users/me/invoices", **query, inc_charges="False").json
    assert only["invoices"] == payments
    assert get(world, "/v0/users/me/invoices", sdate="soon", edate=1).status == 400


def earnings(world: World, **query: object) -> dict[str, Any]:
    answer = get(world, "/v0/users/me/machine-earnings", owner="me", **query)
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.json
    return found


def test_a_renter_earns_nothing() -> None:
    world = demo_world()
    today = world.clock.now() / DAY
    found = earnings(world, sday=today - 30, eday=today)
    assert (found["per_machine"], found["per_day"]) == ([], [])
    assert set(found["summary"].values()) == {0}
    assert set(found["current"]) == {"balance", "service_fee", "total", "credit"}
    user = get(world, "/v0/users/current").json
    assert (user["balance"], user["host_agreement_accepted"]) == (0, 0)


def test_a_host_earns_by_day_and_by_machine() -> None:
    world = demo_world(machines=2)
    today = int(world.clock.now() // DAY)
    found = earnings(world, sday=today - 6, eday=today + 1)
    assert [row["day"] for row in found["per_day"]] == list(range(today - 6, today + 1))
    assert len(found["per_machine"]) == 2
    parts = (("total_gpu", "gpu_earn"), ("total_stor", "sto_earn"), ("total_bwu", "bwu_earn"),
             ("total_bwd", "bwd_earn"))  # fmt: skip
    for total, part in parts:
        for rows in (found["per_day"], found["per_machine"]):
            assert sum(row[part] for row in rows) == pytest.approx(found["summary"][total])
    one = found["per_machine"][0]["machine_id"]
    alone = earnings(world, sday=today - 6, eday=today + 1, machid=one)
    assert alone["per_machine"] == found["per_machine"][:1]
    user = get(world, "/v0/users/current").json
    assert user["balance"] == found["current"]["balance"] > 0
    assert user["host_agreement_accepted"] == 1
    before = found["per_day"][-1]["sto_earn"]
    clock_of(world).advance(0.2 * DAY)
    again = earnings(world, sday=today - 6, eday=today + 1)
    assert again["per_day"][-1]["sto_earn"] > before
    assert again["per_day"][:-1] == found["per_day"][:-1]


def test_the_range_of_the_official_client_is_empty() -> None:
    world = demo_world(machines=1)
    day = world.clock.now() / DAY - 1
    assert earnings(world, sday=day, eday=day)["per_day"] == []
    assert earnings(world)["per_day"] == []
    assert len(earnings(world, last_days=3, machid="null")["per_day"]) == 4
    assert get(world, "/v0/users/7/machine-earnings", last_days=1).json["per_day"]
    assert get(world, "/v0/users/me/machine-earnings", sday="soon").status == 400
