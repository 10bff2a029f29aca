"""Reserved instances: what is paid, used, given back, and that it all adds up."""

from __future__ import annotations

import json
from random import Random
from typing import Any
from urllib.parse import quote

import pytest

from tests.support.rented import called, clock_of, credit, destroy, one, put, rented
from tests.support.simulator import BEARER, Answer, ask, demo_world
from vasttui.models.reserved import dollars_for, typical
from vasttui.simulator.world import World

HOUR, DAY = 3_600.0, 86_400.0
MOST = 0.4


@pytest.fixture
def world() -> World:
    return demo_world(offers=20, credit=800.0)


def reserved(world: World, label: str = "train-a") -> int:
    """An instance whose machine gives the largest discount, the only one left."""
    row = called(world, label)
    contract = world.contracts.get(row["id"], world.clock.now())
    assert contract is not None
    object.__setattr__(contract.chunk.machine.listing, "discount_max", MOST)
    for other in rented(world):
        if other["id"] != row["id"]:
            destroy(world, other["id"])
    return int(row["id"])


def pay(world: World, number: object, amount: object) -> Answer:
    return put(world, f"prepay/{number}", {"amount": amount})


def deposit(world: World, number: int) -> Answer:
    return ask(world, "GET", f"/api/v0/instances/balance/{number}/?owner=me", headers=BEARER)


def rows(world: World, path: str, filters: dict[str, object]) -> list[dict[str, Any]]:
    text = quote(json.dumps(filters))
    answer = ask(world, "GET", f"{path}?select_filters={text}&latest_first=false&limit=500",
                 headers=BEARER)  # fmt: skip
    found: list[dict[str, Any]] = answer.json["results"]
    return found


def invoices(world: World) -> list[dict[str, Any]]:
    return rows(world, "/api/v1/invoices/", {"when": {"gte": 0, "lte": 4e9}})


def charged(world: World) -> float:
    """The sum of all charges, by the service's own rows."""
    found = rows(world, "/api/v0/charges/", {"day": {"gte": 0, "lte": 4e9}})
    return float(sum(row["amount"] for row in found))


def month(hourly: float) -> float:
    return round(dollars_for(1, hourly, typical), 2)


def test_a_month_paid_ahead_gives_a_fifth_off_and_is_used_hour_by_hour(world: World) -> None:
    number = reserved(world)
    hourly = called(world, "train-a")["dph_total"]
    price, before = month(hourly), credit(world)
    answer = pay(world, number, price)
    assert answer.json == {"success": True, "timescale": 1.0, "discount_rate": 0.2}
    assert credit(world) == pytest.approx(before - price, abs=1e-6)
    row = called(world, "train-a")
    assert (row["credit_balance"], row["credit_discount"]) == (price, 0.2)
    assert row["credit_discount_max"] == MOST
    assert row["instance"]["discountedTotalPerHour"] == pytest.approx(hourly * 0.8, rel=1e-3)
    clock_of(world).advance(7 * DAY)
    used = hourly * 0.8 * 168
    found = deposit(world, number).json
    assert found["refundable_deposit"] == pytest.approx(price - used, abs=0.01)
    assert found["total_discount"] == pytest.approx(hourly * 0.2 * 168, abs=0.01)
    assert found["discount_months"] == 1.0
    assert credit(world) == pytest.approx(before - price, abs=1e-6)  # the deposit pays


def test_destroyed_early_the_discount_and_a_twentieth_of_it_are_kept(world: World) -> None:
    number = reserved(world)
    hourly, before = called(world, "train-a")["dph_total"], credit(world)
    price = month(hourly)
    pay(world, number, price)
    clock_of(world).advance(15 * DAY)
    left = deposit(world, number).json
    back = left["refundable_deposit"] - 1.05 * left["total_discount"]
    destroy(world, number)
    assert credit(world) == pytest.approx(before - price + back, abs=0.006)
    paid, refunded = invoices(world)[-2:]
    assert (paid["type"], paid["amount"], paid["source"]) == (
        "reserved", price, f"instance-{number}",
    )  # fmt: skip
    assert paid["metadata"]["service"] == "instance_prepay"
    assert (refunded["type"], refunded["source"]) == ("refund", f"instance-{number}")
    assert refunded["amount"] == pytest.approx(-back, abs=0.006)
    assert "destroyed on day 16" in refunded["description"]
    assert deposit(world, number).status == 404


def test_all_that_is_left_comes_back_from_a_machine_that_lost_its_verification(
    world: World,
) -> None:
    number, before = reserved(world), credit(world)
    pay(world, number, 100.0)
    world.become(number, "deverified")
    row = one(world, number)
    assert row is not None
    assert row["verification"] == "deverified"
    destroy(world, number)
    assert credit(world) == pytest.approx(before, abs=0.0005)


def test_paying_more_sets_the_discount_anew_and_it_may_get_worse(world: World) -> None:
    number = reserved(world)
    price = month(called(world, "train-a")["dph_total"])
    assert pay(world, number, price).json["discount_rate"] == 0.2
    clock_of(world).advance(25 * DAY)
    worse = pay(world, number, 10).json
    assert worse["discount_rate"] < 0.1
    assert called(world, "train-a")["credit_discount"] == worse["discount_rate"]
    better = pay(world, number, 2 * price).json
    assert 0.2 < better["discount_rate"] < 0.3
    assert better["timescale"] == deposit(world, number).json["discount_months"]


def test_the_discount_is_never_above_what_the_machine_gives(world: World) -> None:
    number = reserved(world)
    contract = world.contracts.get(number, world.clock.now())
    assert contract is not None
    object.__setattr__(contract.chunk.machine.listing, "discount_max", 0.1)
    assert pay(world, number, 499).json["discount_rate"] == 0.1
    world.prepay.generosity = 0.5
    assert pay(world, number, 1).json["discount_rate"] == 0.05


@pytest.mark.parametrize(
    ("amount", "status", "words"),
    [
        (1e6, 411, "Insufficient credit"), (0, 400, "Invalid amount"), (-5, 400, "Invalid amount"),
        ("50", 400, "Invalid amount"), (True, 400, "Invalid amount"), (None, 400, "Invalid amount"),
    ],
)  # fmt: skip
def test_what_is_refused_pays_nothing(
    world: World, amount: object, status: int, words: str
) -> None:
    number, before = reserved(world), credit(world)
    answer = pay(world, number, amount)
    assert (answer.status, answer.json) == (status, {"success": False, "msg": words})
    assert (credit(world), deposit(world, number).status) == (before, 404)


def test_unknown_instances_and_bids_are_refused() -> None:
    world = demo_world(offers=20, instances=6)
    answer = pay(world, 99, 5)
    assert (answer.status, answer.json) == (400, {"success": False, "msg": "No such instance"})
    assert pay(world, called(world, "spot-e")["id"], 5).status == 400
    unknown = deposit(world, 99)
    assert (unknown.status, unknown.json["error"]) == (404, "no_such_instance")
    assert deposit(world, called(world, "train-a")["id"]).status == 404  # it is not reserved


def test_stopping_lets_others_have_the_gpu_and_the_deposit_pays_the_disk(world: World) -> None:
    number = reserved(world)
    pay(world, number, 100.0)
    before = credit(world)
    put(world, f"{number}", {"state": "stopped"})
    clock_of(world).advance(HOUR)
    again = put(world, f"{number}", {"state": "running"}).json
    assert (again["success"], again["error"]) == (False, "resources_unavailable")
    assert credit(world) == before
    assert deposit(world, number).json["refundable_deposit"] < 100
    clock_of(world).advance(6 * HOUR)
    row = one(world, number)
    assert row is not None
    assert row["actual_status"] == "running"


def test_after_the_deposit_the_price_is_full_again(world: World) -> None:
    number = reserved(world)
    hourly = called(world, "train-a")["dph_total"]
    pay(world, number, 10.0)
    contract = world.contracts.get(number, world.clock.now())
    assert contract is not None
    before, ends = credit(world), contract.deposit_ends_at
    clock_of(world).advance(20 / hourly * HOUR)
    row = called(world, "train-a")
    assert (row["credit_balance"], row["credit_discount"]) == (None, None)
    full = (world.clock.now() - ends) / HOUR * hourly
    assert before - credit(world) == pytest.approx(full, abs=1e-5)


def test_without_credit_it_runs_until_the_deposit_is_used_up() -> None:
    world = demo_world(offers=20, credit=30.0)
    number = reserved(world)
    pay(world, number, 29.99)
    contract = world.contracts.get(number, world.clock.now())
    assert contract is not None
    clock_of(world).advance((contract.deposit_ends_at - world.clock.now()) * 0.9)
    assert called(world, "train-a")["actual_status"] == "running"
    clock_of(world).advance(5 * DAY)
    assert called(world, "train-a")["actual_status"] == "exited"


def test_a_saved_world_keeps_its_deposits(tmp_path: Any) -> None:
    first = demo_world(offers=20, credit=500.0)
    file = tmp_path / "world.json"
    saved = World(first.config, first.clock, file)
    number = reserved(saved)
    pay(saved, number, 50.0)
    clock_of(saved).advance(DAY)
    put(saved, f"{number}", {"label": "kept"})
    again = World(first.config, first.clock, file)
    assert deposit(again, number).json == deposit(saved, number).json
    assert credit(again) == credit(saved)


def test_credit_and_deposits_change_by_what_is_charged_to_the_cent() -> None:
    world, random = demo_world(offers=20, instances=10, credit=5_000.0), Random(5)
    ids = [row["id"] for row in rented(world)]
    first, was = credit(world), charged(world)
    for _ in range(60):
        number = random.choice(ids)
        match random.randrange(5):
            case 0 | 1:
                pay(world, number, random.choice([1, 5.5, 30, 165.31]))
            case 2:
                put(world, f"{number}", {"state": "stopped"})
            case 3:
                put(world, f"{number}", {"state": "running"})
            case 4:
                destroy(world, number)
        clock_of(world).advance(random.uniform(0, 2 * DAY))
    kept = sum(row["credit_balance"] or 0.0 for row in rented(world))
    assert {row["type"] for row in invoices(world)} == {"credit", "reserved", "refund"}
    assert first - credit(world) - kept == pytest.approx(charged(world) - was, abs=0.01)
    moved = sum(row["amount"] for row in invoices(world) if row["type"] != "credit")
    covered = sum(one.covered for one in (*world.contracts.all(0), *world.contracts.gone()))
    assert moved == pytest.approx(kept + covered, abs=0.001)
