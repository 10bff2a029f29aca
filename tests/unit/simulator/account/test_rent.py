"""Renting from the simulated service: accepted, refused, late, lost, and not as requested."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.rented import called, clock_of, credit, destroy, rented
from tests.support.simulator import BEARER, Answer, ask, demo_world, search
from vasttui.simulator.world import World

MARK = "vt-abcdefghij"
BODY: dict[str, Any] = {
    "client_id": "me", "image": "vastai/pytorch", "disk": 20.0, "label": f"train {MARK}",
    "env": {"VASTTUI_INTENT": "abcdefghij"}, "runtype": "ssh_direc ssh_proxy",
}  # fmt: skip


def world_with(**rules: Any) -> World:
    world = demo_world(instances=0)
    if rules:
        rule(world, **rules)
    return world


def rule(world: World, **rules: Any) -> None:
    answer = ask(world, "POST", "/_sim/rent", rules)
    assert answer.status == 200, answer.body


def offers(world: World, **filters: Any) -> list[dict[str, Any]]:
    return search(world, {"rentable": {"eq": True}, **filters})


def rent(world: World, number: int, **changes: Any) -> Answer:
    return ask(world, "PUT", f"/api/v0/asks/{number}/", {**BODY, **changes}, BEARER)


def contracts(world: World) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = ask(world, "GET", "/_sim/contracts").json["contracts"]
    return made


def mine(world: World) -> dict[str, Any]:
    return called(world, BODY["label"])


def error(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["error"]


def test_yes_is_a_new_instance_that_loads_and_then_runs() -> None:
    world = world_with()
    offer = offers(world)[0]
    answer = rent(world, offer["id"])
    assert answer.status == 200
    assert answer.json["success"] is True
    assert mine(world)["id"] == answer.json["new_contract"]
    assert mine(world)["machine_id"] == offer["machine_id"]
    assert mine(world)["disk_space"] == 20.0
    assert mine(world)["intended_status"] == "running"
    clock_of(world).advance(120)
    assert mine(world)["actual_status"] == "running"
    before = credit(world)
    clock_of(world).advance(3_600)
    assert before - credit(world) == pytest.approx(mine(world)["dph_total"], rel=0.05)


@pytest.mark.parametrize(("gone", "code"), [(404, "invalid_args"), (410, "no_such_ask")])
def test_an_offer_is_gone_once_it_is_rented(gone: int, code: str) -> None:
    world = world_with(gone=gone)
    number = offers(world)[0]["id"]
    assert rent(world, number).status == 200
    assert number not in {one["id"] for one in offers(world)}
    answer = rent(world, number)
    assert answer.status in (404, 410)
    assert "no_such_ask" in answer.json["msg"]
    assert len(contracts(world)) == 1
    missing = rent(world, 5)
    assert error(missing) == (gone, code)


def test_it_comes_back_when_the_instance_is_destroyed() -> None:
    world = world_with()
    offer = offers(world)[0]
    destroy(world, rent(world, offer["id"]).json["new_contract"])
    clock_of(world).advance(60)
    assert rented(world) == []
    assert any(one["machine_id"] == offer["machine_id"] for one in offers(world))


def test_asks_may_be_reusable() -> None:
    world = world_with(reusable=True)
    number = offers(world)[0]["id"]
    assert [rent(world, number).status for _ in range(3)] == [200, 200, 200]
    assert [one["nonce"] for one in contracts(world)] == ["abcdefghij"] * 3
    assert len({one["id"] for one in contracts(world)}) == 3


@pytest.mark.parametrize("rules", ["vanish", "vanish_in"])
def test_offers_vanish_while_somebody_reads_them(rules: str) -> None:
    world = world_with()
    number = offers(world)[0]["id"]
    rule(world, **{rules: number if rules == "vanish" else {str(number): 30}})
    if rules == "vanish_in":
        assert number in {one["id"] for one in offers(world)}
        clock_of(world).advance(31)
    assert rent(world, number).status == 404
    assert contracts(world) == []


@pytest.mark.parametrize(
    ("changes", "status", "code", "words"),
    [
        ({"env": {"A": "x" * 33_000}}, 400, "invalid_args", "32KB"),
        ({"label": "x" * 257}, 400, "invalid_args", "256"),
        ({"label": 5}, 400, "invalid_args", "label"),
        ({"price": 0.0001}, 400, "invalid_price", "0.001"),
        ({"price": "cheap"}, 400, "invalid_price", "0.001"),
        ({"disk": "much"}, 400, "invalid_args", "disk"),
        ({"disk": 1e9}, 400, "invalid_args", "disk"),
        ({"image": ""}, 400, "invalid_args", "image"),
        ({"onstart": "x" * 5_000}, 400, "invalid_args", "too long"),
        ({"runtype": "telnet"}, 400, "invalid_args", "telnet"),
        ({"template_hash_id": "nosuch"}, 400, "invalid_args", "template_hash_id"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    changes: dict[str, Any], status: int, code: str, words: str
) -> None:
    world = world_with()
    answer = rent(world, offers(world)[0]["id"], **changes)
    assert error(answer) == (status, code)
    assert words in answer.json["msg"]
    assert contracts(world) == []


def test_a_number_that_is_none_is_refused() -> None:
    world = world_with()
    answer = ask(world, "PUT", "/api/v0/asks/x/", BODY, BEARER)
    assert error(answer) == (400, "invalid_args")


def test_without_credit_nothing_is_rented() -> None:
    world = demo_world(instances=0, credit=0.0)
    answer = rent(world, offers(world)[0]["id"])
    assert error(answer) == (400, "insufficient_credit")
    assert contracts(world) == []


def test_an_account_of_a_host_rents_its_own_machines_only() -> None:
    world = world_with(host_only=True)
    answer = rent(world, offers(world)[0]["id"])
    assert error(answer)[0] == 403
    assert "Hosts can only rent their own machines" in answer.json["msg"]


def test_a_bid_that_is_too_low_leaves_a_stopped_contract_behind() -> None:
    world = world_with()
    offer = offers(world, type="bid")[0]
    answer = rent(world, offer["id"], price=offer["min_bid"] / 2)
    assert error(answer) == (400, "invalid_price")
    assert answer.json["success"] is False
    assert mine(world)["id"] == answer.json["new_contract"]
    assert mine(world)["intended_status"] == "stopped"
    assert mine(world)["is_bid"] is True


def test_a_bid_that_wins_is_what_it_costs() -> None:
    world = world_with()
    offer = offers(world, type="bid")[0]
    assert rent(world, offer["id"], price=offer["min_bid"] + 0.01).status == 200
    assert mine(world)["is_bid"] is True
    assert mine(world)["dph_base"] == pytest.approx(offer["min_bid"] + 0.01)


# Not as requested


def test_the_disk_may_be_capped() -> None:
    world = world_with(disk_cap=12.0)
    rent(world, offers(world)[0]["id"])
    assert mine(world)["disk_space"] == 12.0


def test_the_price_may_be_another() -> None:
    plain, dear = world_with(), world_with(factor=1.5)
    for world in (plain, dear):
        rent(world, offers(world)[0]["id"])
    assert mine(dear)["dph_base"] == pytest.approx(1.5 * mine(plain)["dph_base"])


def test_the_machine_may_be_another() -> None:
    world = world_with(swap=True)
    offer = offers(world)[0]
    rent(world, offer["id"])
    assert mine(world)["machine_id"] != offer["machine_id"]


def test_a_rule_that_does_not_exist_is_refused() -> None:
    world = world_with()
    assert ask(world, "POST", "/_sim/rent", {"cheat": True}).status == 400
    assert ask(world, "POST", "/_sim/rent", {"gone": 418}).status == 400


# Several at once, late and lost


def test_many_offers_are_rented_in_one_request() -> None:
    world = world_with()
    machines = {one["machine_id"]: one["id"] for one in offers(world)}
    numbers = list(machines.values())[:3]
    body = {**BODY, "ids": numbers}
    answer = ask(world, "POST", "/api/v0/asks/bulk", body, BEARER)
    assert answer.json == {"success": True}
    assert len(rented(world)) == 3
    clock_of(world).advance(10)
    assert ask(world, "POST", "/api/v0/asks/bulk", body, BEARER).json == {"success": False}
    assert len(rented(world)) == 3


@pytest.mark.parametrize(("fault", "made"), [("reset", 0), ("commit_then_reset", 1)])
def test_an_answer_gets_lost_before_or_after_it_was_done(fault: str, made: int) -> None:
    world = world_with()
    world.plan("rent", [fault])
    number = offers(world)[0]["id"]
    rent(world, number)
    assert len(contracts(world)) == made
    assert (number in {one["id"] for one in offers(world)}) is not bool(made)
