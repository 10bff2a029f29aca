"""The account's API keys: each may do what its rights say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.simulator import BEARER, KEY, Answer, ask, demo_world
from vasttui.clock import VirtualClock
from vasttui.models.rights import WATCHING, permissions
from vasttui.simulator.account.api_keys import MAIN
from vasttui.simulator.world import World, WorldConfig

PATH, ACCOUNT = "/api/v0/auth/apikeys/", "/api/v0/users/current"


def send(world: World, method: str, path: str, body: Any = None, key: str = "") -> Answer:
    headers = (("authorization", f"Bearer {key}"),) if key else BEARER
    return ask(world, method, path, body, headers)


def made(world: World, *names: str) -> dict[str, Any]:
    body = {"name": "ci", "permissions": permissions(names)}
    answer = send(world, "POST", PATH, body)
    assert answer.status == 200
    found: dict[str, Any] = answer.json
    return found


def listed(world: World) -> list[int]:
    return [row["id"] for row in send(world, "GET", PATH).json["apikeys"]]


def test_keys_are_listed_without_their_texts() -> None:
    world = demo_world()
    new = made(world, "misc")
    answer = send(world, "GET", PATH)
    assert new["key"] not in answer.body.decode()
    row = answer.json["apikeys"][-1]
    assert (row["id"], row["name"], row["rights"]) == (new["id"], "ci", {"api": {"misc": {}}})
    assert send(world, "GET", f"{PATH}{new['id']}/").json == row


def test_the_account_names_the_key_in_use() -> None:
    world = demo_world()
    assert send(world, "GET", ACCOUNT).json["key_id"] == MAIN
    new = made(world, *WATCHING)
    assert send(world, "GET", ACCOUNT, key=new["key"]).json["key_id"] == new["id"]


def test_a_key_has_its_own_rights_and_none_when_it_is_deleted() -> None:
    world = demo_world()
    new = made(world, *WATCHING)
    assert send(world, "GET", ACCOUNT, key=new["key"]).status == 200
    refused = send(world, "PUT", "/api/v0/instances/7/", {"state": "stopped"}, key=new["key"])
    assert (refused.status, "api.instance_PUT" in refused.json["msg"]) == (401, True)
    answer = send(world, "DELETE", f"{PATH}{new['id']}/")
    assert (answer.status, answer.json) == (200, "Successfully Deleted API Key")
    assert send(world, "GET", ACCOUNT, key=new["key"]).status == 401


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"name": "x"}, "missing_permissions"),
        ({"name": "x", "permissions": []}, "invalid_permissions"),
        ({"name": "x", "permissions": {"read": True}}, "invalid_permissions"),
        ({"name": "x", "permissions": {"api": {"fly": {}}}}, "invalid_permissions"),
    ],
)
def test_documented_refusals(body: object, error: str) -> None:
    world = demo_world()
    answer = send(world, "POST", PATH, body)
    assert (answer.status, answer.json["error"]) == (400, error)
    assert len(listed(world)) == 2


def test_a_narrow_key_lists_keys_and_makes_none_wider_than_itself() -> None:
    world = demo_world(narrow_key=True)
    assert len(listed(world)) == 2
    wide = {"name": "x", "permissions": permissions({"billing_read"})}
    answer = send(world, "POST", PATH, wide)
    assert (answer.status, "not authorized to create" in answer.json["msg"]) == (401, True)
    assert send(world, "DELETE", f"{PATH}51877/").status == 401


@pytest.mark.parametrize("number", ["7", "x"])
def test_an_unknown_key_cannot_be_deleted(number: str) -> None:
    answer = send(demo_world(), "DELETE", f"{PATH}{number}/")
    assert (answer.status, answer.json) == (404, {"msg": "API Key not found."})


def test_a_reset_ends_the_old_key_and_starts_the_new_one() -> None:
    world = demo_world()
    new = send(world, "PUT", "/api/v0/commands/reset_apikey/", {"client_id": "me"}).json
    assert new["success"] is True
    assert send(world, "GET", ACCOUNT).status == 401
    assert send(world, "GET", ACCOUNT, key=new["new_api_key"]).json["key_id"] == MAIN


def test_a_reset_by_a_login_does_not_end_the_login() -> None:
    world = demo_world(second_factor=True)
    world.rights.sessions.add(KEY)
    assert send(world, "PUT", "/api/v0/commands/reset_apikey/", {"client_id": "me"}).status == 200
    assert send(world, "GET", ACCOUNT).status == 200


def test_keys_survive_a_restart(tmp_path: Path) -> None:
    def world() -> World:
        return World(WorldConfig(offers=20), VirtualClock(), tmp_path / "world.json")

    new = made(world(), "misc")
    assert listed(world())[-1] == new["id"]
