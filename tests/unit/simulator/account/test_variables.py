"""The account's environment variables, as documented."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.simulator import BEARER, ask, demo_world
from vasttui.clock import VirtualClock
from vasttui.simulator.account.variables import FIRST, MOST
from vasttui.simulator.world import World, WorldConfig

PATH = "/api/v0/secrets/"


def send(world: World, method: str, **body: Any) -> tuple[int, Any]:
    answer = ask(world, method, PATH, body or None, BEARER)
    return answer.status, answer.json


def test_values_are_masked() -> None:
    status, body = send(demo_world(), "GET")
    assert (status, body) == (200, {"success": True, "secrets": dict.fromkeys(FIRST, "********")})


def test_add_change_and_delete() -> None:
    world = demo_world()
    assert send(world, "POST", key="lr", value="0.1") == (
        200, {"success": True, "msg": "Environment variable added successfully"},
    )  # fmt: skip
    assert world.variables.values["LR"] == "0.1"
    assert send(world, "PUT", key="lr", value="0.2")[0] == 200
    assert world.variables.values["LR"] == "0.2"
    assert send(world, "DELETE", key="LR")[0] == 200
    assert "LR" not in world.variables.values


@pytest.mark.parametrize(
    ("method", "body", "error"),
    [
        ("POST", {"key": "A"}, "missing_input"),
        ("POST", {"key": "", "value": "1"}, "missing_input"),
        ("POST", {"key": "A", "value": 7}, "missing_input"),
        ("POST", {"key": "hf_token", "value": "1"}, "existing_key"),
        ("POST", {"key": "2A", "value": "1"}, "invalid_characters"),
        ("POST", {"key": "A" * 256, "value": "1"}, "input_too_long"),
        ("PUT", {"key": "MODE"}, "missing_input"),
        ("PUT", {"key": "MODE", "value": ""}, "empty_input"),
        ("PUT", {"key": "NONE", "value": "1"}, "nonexistent_key"),
        ("PUT", {"key": "MODE", "value": "1" * 5_000}, "input_too_long"),
        ("DELETE", {"other": "1"}, "missing_input"),
        ("DELETE", {"key": "NONE"}, "nonexistent_key"),
    ],
)
def test_documented_errors(method: str, body: dict[str, object], error: str) -> None:
    world = demo_world()
    status, answer = send(world, method, **body)
    assert (status, answer["success"], answer["error"]) == (400, False, error)
    assert world.variables.values == FIRST


def test_there_is_a_most() -> None:
    world = demo_world()
    world.variables.values = {f"N{number}": "1" for number in range(MOST)}
    assert send(world, "POST", key="A", value="1")[1]["error"] == "max_secrets"


@pytest.mark.parametrize("value", ["a b", "https://x", "ü"])
def test_other_characters_are_taken_or_refused_by_a_switch(value: str) -> None:
    assert send(demo_world(), "POST", key="A", value=value)[0] == 200
    status, answer = send(demo_world(strict_values=True), "POST", key="A", value=value)
    assert (status, answer["error"]) == (400, "invalid_characters")


def test_the_documented_intervals_hold() -> None:
    world = demo_world(rate_limits=True)
    assert send(world, "GET")[0] == 200
    assert ask(world, "GET", PATH, None, BEARER).status == 429
    assert send(world, "POST", key="A", value="1")[0] == 200
    assert ask(world, "POST", PATH, {"key": "B", "value": "1"}, BEARER).status == 429
    assert "B" not in world.variables.values


def test_they_survive_a_restart(tmp_path: Path) -> None:
    def world() -> World:
        return World(WorldConfig(offers=20), VirtualClock(), tmp_path / "world.json")

    send(world(), "POST", key="A", value="1")
    assert world().variables.values == {**FIRST, "A": "1"}
