"""The requests of the official client (client 1.9.1) about the account, answered by the simulator.

Each is as that client sends it: path with its slash, method, bearer key, JSON body.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.simulator import BEARER, Answer, ask, demo_world
from vasttui.simulator.world import World


@pytest.fixture
def world() -> World:
    return demo_world(offers=20)


def sent(world: World, method: str, path: str, body: Any = None) -> Answer:
    answer = ask(world, method, f"/api/v0{path}", body, BEARER)
    assert answer.status == 200, answer.body
    return answer


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
