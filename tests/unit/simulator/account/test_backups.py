"""Backups that the simulated service made."""

from __future__ import annotations

import json

import pytest

from tests.support.rented import clock_of
from tests.support.simulator import BEARER, Answer, ask, demo_world
from vasttui.simulator.world import World


def backups(world: World, query: str = "") -> Answer:
    return ask(world, "GET", f"/api/v0/instance_backups/{query}", headers=BEARER)


def files(world: World, number: object) -> Answer:
    return ask(world, "GET", f"/api/v0/instance_backups/{number}/download/", headers=BEARER)


def test_the_newest_comes_first_with_the_documented_keys() -> None:
    rows = backups(demo_world()).json["backups"]
    assert {row["status"] for row in rows} == {"pending", "success", "error"}
    assert [row["created_at"] for row in rows] == sorted(
        (row["created_at"] for row in rows), reverse=True
    )
    assert set(rows[0]) == {
        "id", "contract_id", "type", "machine_id", "status", "created_at", "info",
    }  # fmt: skip


def test_those_of_one_contract() -> None:
    world = demo_world()
    number = backups(world).json["backups"][1]["contract_id"]
    rows = backups(world, f"?contract_id={number}").json["backups"]
    assert {row["contract_id"] for row in rows} == {number}
    assert backups(world, "?contract_id=5").json == {"backups": []}
    assert backups(world, "?contract_id=x").status == 400


def test_one_under_way_ends() -> None:
    world = demo_world()
    [row] = [one for one in backups(world).json["backups"] if one["status"] == "pending"]
    assert files(world, row["contract_id"]).json["files"] == []
    clock_of(world).advance(600)
    assert "pending" not in [one["status"] for one in backups(world).json["backups"]]
    assert len(files(world, row["contract_id"]).json["files"]) == 1


def test_files_come_with_a_token_that_is_none_of_the_url() -> None:
    world = demo_world()
    rows = backups(world).json["backups"]
    volume = next(row for row in rows if row["type"] == "volume")
    answer = files(world, volume["contract_id"]).json
    assert set(answer) == {"authorization_token", "expires_in_sec", "truncated", "files"}
    assert answer["truncated"] is True
    assert set(answer["files"][0]) == {"name", "size", "url"}
    assert answer["authorization_token"] not in json.dumps(answer["files"])


@pytest.mark.parametrize("number", [5, "x"])
def test_there_is_no_such_backup(number: object) -> None:
    assert files(demo_world(), number).status == 404


def test_both_need_a_key() -> None:
    world = demo_world()
    assert ask(world, "GET", "/api/v0/instance_backups/").status == 403
