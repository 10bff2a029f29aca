"""The requests that the official client 1.9.1 sends for its commands about volumes."""

from __future__ import annotations

import pytest

from tests.support.simulator import BEARER, Answer, ask, demo_world
from tests.support.volumes import listed, room
from vasttui.simulator.world import World

BASE = "/api/v0/volumes"
SEARCH = (
    '{"verified": {"eq": true}, "external": {"eq": false}, "disk_space": {"gte": "500"}, '
    '"cpu_ghz": {"gt": "2"}, "order": [["score", "desc"]], "allocated_storage": 1.0}'
)
COLUMNS = (
    "id", "cuda_max_good", "cpu_ghz", "disk_bw", "disk_space", "disk_name", "storage_cost",
    "driver_version", "inet_up", "inet_down", "reliability", "duration", "machine_id",
    "verification", "host_id", "geolocation",
)  # fmt: skip
"""What `search volumes` prints of a row."""


def sent(world: World, method: str, path: str, body: str = "") -> Answer:
    return ask(world, method, f"{BASE}{path}", body.encode(), BEARER)


def test_show_volumes() -> None:
    answer = sent(demo_world(volumes=3), "GET", "?owner=me&type=all_volume")
    assert answer.status == 200
    assert all(isinstance(row["start_date"], float) for row in answer.json["volumes"])


def test_search_volumes() -> None:
    answer = sent(demo_world(), "POST", "/search/", SEARCH)
    assert answer.status == 200
    rows = answer.json["offers"]
    assert rows
    assert all(row["disk_space"] >= 500 and row["cpu_ghz"] > 2 for row in rows)
    assert all(set(COLUMNS) <= set(row) for row in rows)


def test_create_clone_and_delete_volume() -> None:
    world = demo_world(volumes=3)
    offer = room(world, disk_space={"gte": 500})[0]["id"]
    made = sent(world, "PUT", "/", f'{{"size": 20, "id": {offer}, "name": "weights_1"}}')
    assert made.json["volume_name"] == f"V.{made.json['volume_id']}"
    body = f'{{"src_id": 20118502, "dst_id": {offer}, "size": 100.0}}'
    assert sent(world, "POST", "/copy/", body).json["success"] is True
    assert [row["label"] for row in listed(world)][3:] == ["weights_1", "models"]
    assert sent(world, "DELETE", "/?id=20118502", "{}").json == {"success": True}
    assert 20_118_502 not in [row["id"] for row in listed(world)]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "/", '{"size": 20, "id": 3, "name": "a-b"}', 422),
        ("DELETE", "/?id=20118481", "{}", 400),
        ("DELETE", "/?id=7", "{}", 404),
        ("POST", "/search/", '{"disk_space": 5}', 400),
    ],
)
def test_a_refusal_has_the_shape_that_it_prints(
    method: str, path: str, body: str, status: int
) -> None:
    answer = sent(demo_world(volumes=3), method, path, body)
    assert answer.status == status
    assert answer.json["msg"]
