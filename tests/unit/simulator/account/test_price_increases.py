from __future__ import annotations

from typing import Any

import pytest

from tests.support.rented import called, clock_of, credit, destroy, put, rented
from tests.support.simulator import BEARER, Answer, ask, demo_world
from vasttui.simulator.world import World

HOUR = 3_600.0
FIELDS = {
    "pending_price_increase_id", "contract_id", "host_id",
    "new_gpu_costpersec", "old_gpu_costpersec",
    "new_disk_ram_costpersec", "old_disk_ram_costpersec",
    "new_bwu_cost", "old_bwu_cost", "new_bwd_cost", "old_bwd_cost",
    "platform_fee", "contract_end_date", "ask_end_date", "created_at",
}  # fmt: skip


def listed(world: World) -> dict[str, Any]:
    path = "/api/v0/instances/pending-price-increases/"
    answer = ask(world, "GET", path, headers=BEARER)
    assert answer.status == 200
    found: dict[str, Any] = answer.json
    return found


def pending(world: World) -> dict[str, Any]:
    """The increase that is pending at the start."""
    (row,) = listed(world)["pending_price_increases"]
    found: dict[str, Any] = row
    return found


def respond(world: World, word: str, body: object) -> Answer:
    return put(world, f"{word}-price-increase", body)


def by_id(world: World, word: str) -> Answer:
    number = pending(world)["pending_price_increase_id"]
    return respond(world, word, {"pending_price_increase_id": number})


def refused(answer: Answer) -> tuple[int, str]:
    assert answer.json["success"] is False
    return answer.status, answer.json["error"]


GONE = (404, "no_pending_price_increase")


def test_one_host_wants_more_money() -> None:
    world = demo_world()
    answer = listed(world)
    assert (answer["success"], answer["count"], answer["truncated"]) == (True, 1, False)
    row = pending(world)
    assert set(row) == FIELDS
    train = called(world, "train-a")
    assert (row["contract_id"], row["host_id"]) == (train["id"], train["host_id"])
    assert row["contract_end_date"] == train["end_date"]
    assert row["created_at"] < world.clock.now()


def test_prices_are_per_second() -> None:
    world = demo_world()
    row, train = pending(world), called(world, "train-a")
    assert row["old_gpu_costpersec"] * HOUR == pytest.approx(train["dph_base"])
    assert row["new_gpu_costpersec"] > row["old_gpu_costpersec"]
    disk = row["old_disk_ram_costpersec"] * train["disk_space"] * HOUR  # $/GB/s
    assert disk == pytest.approx(train["storage_total_cost"])


def test_a_bid_has_its_own_price() -> None:
    world = demo_world(instances=5)
    spot = called(world, "spot-e")["id"]
    for row in rented(world):
        if row["id"] != spot:
            destroy(world, row["id"])
    world.become(spot, "running")
    assert listed(world)["pending_price_increases"] == []


def test_what_is_stopped_keeps_its_price() -> None:
    world = demo_world()
    put(world, f"{called(world, 'train-a')['id']}", {"state": "stopped"})
    clock_of(world).advance(60)
    assert listed(world)["count"] == 0


def test_without_instances_nobody_wants_anything() -> None:
    answer = listed(demo_world(instances=0))
    assert answer == {
        "success": True, "count": 0, "truncated": False, "pending_price_increases": [],
    }  # fmt: skip


def test_what_is_accepted_is_charged_from_then_on() -> None:
    world = demo_world()
    row, before = pending(world), called(world, "train-a")
    for other in rented(world):
        if other["id"] != before["id"]:
            destroy(world, other["id"])
    clock_of(world).advance(HOUR)
    answer = by_id(world, "accept")
    assert (answer.status, answer.json) == (
        200,
        {
            "success": True,
            "pending_price_increase_id": row["pending_price_increase_id"],
            "contract_id": before["id"],
        },
    )
    after = called(world, "train-a")
    assert after["dph_base"] == pytest.approx(row["new_gpu_costpersec"] * HOUR)
    left = credit(world)
    clock_of(world).advance(HOUR)
    assert left - credit(world) == pytest.approx(after["dph_total"], abs=2e-6)


def test_what_is_rejected_stays_at_its_price() -> None:
    world = demo_world()
    before = called(world, "train-a")["dph_base"]
    answer = by_id(world, "reject")
    assert answer.json["contract_id"] == called(world, "train-a")["id"]
    assert called(world, "train-a")["dph_base"] == before


@pytest.mark.parametrize("second", ["accept", "reject"])
@pytest.mark.parametrize("first", ["accept", "reject"])
def test_it_is_answered_once(first: str, second: str) -> None:
    world = demo_world()
    body = {"pending_price_increase_id": pending(world)["pending_price_increase_id"]}
    assert respond(world, first, body).status == 200
    assert listed(world)["count"] == 0
    price = called(world, "train-a")["dph_base"]
    assert refused(respond(world, second, body)) == GONE
    assert called(world, "train-a")["dph_base"] == price


@pytest.mark.parametrize("number", [0, 1, -1, None, "", "7700", 7700.5, [7700]])
def test_there_is_no_such_increase(number: object) -> None:
    world = demo_world()
    assert refused(respond(world, "accept", {"pending_price_increase_id": number})) == GONE
    assert listed(world)["count"] == 1


@pytest.mark.parametrize("word", ["accept", "reject"])
def test_nothing_else_may_be_said(word: str) -> None:
    world = demo_world()
    number = pending(world)["pending_price_increase_id"]
    for body in (
        {},
        {"id": number},
        {"pending_price_increase_id": number, "client_id": "me"},
    ):
        assert refused(respond(world, word, body)) == (400, "invalid_args")
    assert listed(world)["count"] == 1


def test_with_its_instance_it_goes() -> None:
    world = demo_world()
    row = pending(world)
    destroy(world, row["contract_id"])
    assert listed(world)["count"] == 0
    body = {"pending_price_increase_id": row["pending_price_increase_id"]}
    assert refused(respond(world, "accept", body)) == GONE


def test_it_stays_while_its_instance_is_stopped() -> None:
    world = demo_world()
    row = pending(world)
    put(world, f"{row['contract_id']}", {"state": "stopped"})
    clock_of(world).advance(60)
    assert pending(world) == row


def test_a_key_is_needed() -> None:
    path = "/api/v0/instances/pending-price-increases/"
    assert ask(demo_world(), "GET", path).status == 403


def test_an_answer_counts_although_ours_is_lost() -> None:
    world = demo_world()
    world.plan("accept_increase", ["commit_then_reset"])
    assert by_id(world, "accept").status == 0
    assert listed(world)["count"] == 0
