"""The requests of the official client (client 1.9.1) about the account, answered by the simulator.

Each is as that client sends it: path with its slash, method, bearer key, JSON body.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.simulator import BEARER, Answer, ask, demo_world
from tests.support.ssh_keys import public_key
from vasttui.simulator.world import World


@pytest.fixture
def world() -> World:
    return demo_world(offers=20)


def sent(world: World, method: str, path: str, body: Any = None) -> Answer:
    answer = ask(world, method, f"/api/v0{path}", body, BEARER)
    assert answer.status == 200, answer.body
    return answer


def test_show_create_delete_reset_api_key(world: World) -> None:
    """`show api-keys`, `show api-key`, `create api-key`, `delete api-key`, `reset api-key`
    (`api/auth.py`, `cli/commands/keys.py`)."""
    path = "/auth/apikeys/"
    names = [row["name"] for row in sent(world, "GET", path).json["apikeys"]]
    assert names == ["main", "phone, watching"]
    rights: dict[str, object] = {"api": {"misc": {}, "instance_read": {}}}
    made = sent(world, "POST", path, {"name": "ci", "permissions": rights}).json
    assert (made["permissions"], type(made["id"]), len(made["key"])) == (rights, int, 64)
    assert sent(world, "GET", f"{path}{made['id']}/").json["rights"] == rights
    assert sent(world, "DELETE", f"{path}{made['id']}/").json == "Successfully Deleted API Key"
    reset = sent(world, "PUT", "/commands/reset_apikey/", {"client_id": "me"}).json
    assert reset["success"] is True
    assert reset["new_api_key"]


def test_show_create_update_delete_env_var(world: World) -> None:
    """`show env-vars`, `create env-var`, `update env-var`, `delete env-var` (`api/auth.py`)."""
    path = "/secrets/"
    assert "HF_TOKEN" in sent(world, "GET", path).json["secrets"]
    both = {"key": "API_TOKEN", "value": "abc123xyz"}
    added = sent(world, "POST", path, both).json
    assert (added["success"], added["msg"]) == (True, "Environment variable added successfully")
    assert sent(world, "PUT", path, {**both, "value": "2"}).json["success"] is True
    assert sent(world, "GET", path).json["secrets"]["API_TOKEN"] == "********"
    deleted = sent(world, "DELETE", path, {"key": "API_TOKEN"}).json
    assert deleted["msg"] == "Environment variable deleted successfully"
    assert "API_TOKEN" not in sent(world, "GET", path).json["secrets"]


def test_create_show_update_delete_ssh_key(world: World) -> None:
    """`create ssh-key`, `show ssh-keys`, `update ssh-key`, `delete ssh-key` (`api/keys.py`)."""

    def mine() -> list[str]:
        rows = sent(world, "GET", "/ssh/").json
        return [row["public_key"] for row in rows if row["id"] == number]

    first, second = public_key("first"), public_key("second")
    made = sent(world, "POST", "/ssh/", {"ssh_key": first}).json
    number = made["key"]["id"]
    assert (made["success"], mine()) == (True, [first])
    sent(world, "PUT", f"/ssh/{number}/", {"id": number, "ssh_key": second})
    assert mine() == [second]
    assert sent(world, "DELETE", f"/ssh/{number}/").json["success"] is True
    assert [
        row["deleted_at"] for row in sent(world, "GET", "/ssh/").json if row["id"] == number
    ] != [None]
