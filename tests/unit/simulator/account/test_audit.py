"""The audit log follows what is done; invoices and credit follow transfers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.simulator import BEARER, ask, demo_world
from vasttui.clock import VirtualClock
from vasttui.simulator.world import World, WorldConfig

TRANSFER = "/api/v0/commands/transfer_credit/"


def log(world: World) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = ask(world, "GET", "/api/v0/audit_logs/", headers=BEARER).json
    return rows


def credit(world: World) -> float:
    return world.contracts.credit(world.clock.now())


def pay(world: World, **body: object) -> Any:
    sent = {"sender": "me", "recipient": "bob@example.com", "amount": 3.0, **body}
    return ask(world, "PUT", TRANSFER, sent, BEARER)


def invoices(world: World, **filters: object) -> Any:
    when = {"gte": 0, "lte": world.clock.now() + 1}
    text = json.dumps({"when": when, **filters})
    return ask(world, "GET", f"/api/v1/invoices/?select_filters={text}", headers=BEARER).json


def test_rents_of_before_are_in_it_and_a_scheduled_job_has_its_own_key() -> None:
    world = demo_world()
    rows = log(world)
    assert [row["created_at"] for row in rows] == sorted(
        (row["created_at"] for row in rows), reverse=True
    )
    assert sum(row["api_route"] == "api.ask_PUT" for row in rows) == 4
    [job] = [row for row in rows if row["ip_address"] is None]
    assert (job["api_key_id"], job["api_route"]) == (88_123, "api.instance_DELETE")


def test_a_stop_is_in_it_once_it_is_done_and_a_refused_one_never() -> None:
    world = demo_world()
    number = world.contracts.all(world.clock.now())[0].id
    before = len(log(world))
    path = f"/api/v0/instances/{number}/"
    world.plan("manage", ["http:400", "commit_then_reset"])
    ask(world, "PUT", path, {"state": "stopped"}, BEARER)
    assert len(log(world)) == before
    ask(world, "PUT", path, {"state": "stopped"}, BEARER)
    ask(world, "PUT", "/api/v0/instances/1/", {"state": "stopped"}, BEARER)
    first, *others = log(world)
    assert len(others) == before
    assert first["api_route"] == "api.instance_PUT"
    assert first["args"] == {"instance_id": number, "target_state": "stopped"}
    assert first["created_at"] == world.clock.now()


def test_what_may_be_secret_is_not_in_it() -> None:
    world = demo_world()
    ask(world, "POST", "/api/v0/ssh/", {"ssh_key": "ssh-ed25519 " + "A" * 68}, BEARER)
    assert log(world)[0]["args"] == {}


def test_a_stop_by_the_service_is_not_in_it() -> None:
    clock = VirtualClock()
    world = demo_world(clock=clock, credit=0.05)
    before = len(log(world))
    clock.advance(86_400)
    assert not any(one.is_running for one in world.contracts.all(clock.now()))
    assert len(log(world)) == before


def test_a_transfer_takes_credit_and_leaves_an_invoice() -> None:
    world = demo_world(credit=20.0)
    assert pay(world).json == {"success": True}
    assert credit(world) == pytest.approx(17.0)
    newest, *others = invoices(world)["results"]
    assert (newest["type"], newest["amount"], newest["source"]) == (
        "transfer", 3.0, "demo@example.com",
    )  # fmt: skip
    assert others[0]["amount"] == -50.0
    assert invoices(world, service={"in": ["transfer"]})["total"] == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"amount": 0}, "invalid_params"),
        ({"amount": "3"}, "invalid_params"),
        ({"recipient": 7}, "invalid_args"),
        ({"recipient": "nobody"}, "invalid_recipient"),
        ({"recipient": "demo@example.com"}, "invalid_recipient"),
        ({"amount": 20.01}, "insufficient_balance"),
    ],
)
def test_a_transfer_that_cannot_be_is_refused(body: dict[str, object], code: str) -> None:
    world = demo_world(credit=20.0)
    answer = pay(world, **body)
    assert (answer.status, answer.json["error"]) == (400, code)
    assert credit(world) == 20.0


def test_invoices_need_a_range_and_come_in_pages() -> None:
    world = demo_world()
    empty = ask(world, "GET", "/api/v1/invoices/?select_filters={}", headers=BEARER)
    assert (empty.status, empty.json["success"]) == (200, False)
    path = '/api/v1/invoices/?limit=1&select_filters={"when":{"gte":0}}'
    first = ask(world, "GET", path, headers=BEARER).json
    second = ask(world, "GET", f"{path}&after_token={first['next_token']}", headers=BEARER).json
    assert second["next_token"] is None
    assert first["results"] != second["results"]


def test_all_of_it_survives_a_restart(tmp_path: Path) -> None:
    config, clock = WorldConfig(offers=20, second_factor=True), VirtualClock()
    world = World(config, clock, tmp_path / "world.json")
    code = {"tfa_method": "totp", "code": "123456"}
    session = ask(world, "POST", "/api/v0/tfa/", code, BEARER).json["session_key"]
    held = (("authorization", f"Bearer {session}"),)
    ask(world, "PUT", "/api/v0/users/", {"balance_threshold": 7.5}, held)
    sent = {"sender": "me", "recipient": "bob@example.com", "amount": 3.0}
    assert ask(world, "PUT", TRANSFER, sent, held).status == 200
    again = World(config, clock, tmp_path / "world.json")
    user = ask(again, "GET", "/api/v0/users/current", headers=held).json
    assert user["balance_threshold"] == 7.5
    assert user["credit"] == pytest.approx(39.5)
    rows = ask(again, "GET", "/api/v0/audit_logs/", headers=held).json
    assert [row["api_route"] for row in rows[:2]] == ["api.commands.transfer_credit_PUT",
                                                      "api.user_PUT"]  # fmt: skip
    assert again.holder.invoices.rows == world.holder.invoices.rows
