"""Requests about the volumes of a simulated account, as the official client 1.9.1 sends them."""

from __future__ import annotations

from typing import Any

from tests.support.simulator import BEARER, Answer, ask
from vasttui.simulator.world import World

VOLUMES = "/api/v0/volumes"


def listed(world: World, kind: str = "all_volume") -> list[dict[str, Any]]:
    """`show volumes`: all rows."""
    answer = ask(world, "GET", f"{VOLUMES}?owner=me&type={kind}", headers=BEARER)
    assert answer.status == 200, answer.body
    rows: list[dict[str, Any]] = answer.json["volumes"]
    return rows


def volume(world: World, name: str) -> dict[str, Any]:
    """The volume of that name, as it is now."""
    return next(row for row in listed(world) if row["label"] == name)


def room(world: World, **wanted: Any) -> list[dict[str, Any]]:
    """`search volumes`: the rows found with the official client's defaults, and more."""
    query = {
        "verified": {"eq": True}, "external": {"eq": False}, "disk_space": {"gte": 1},
        "order": [["score", "desc"]], "allocated_storage": 1.0, **wanted,
    }  # fmt: skip
    answer = ask(world, "POST", f"{VOLUMES}/search/", query, BEARER)
    assert answer.status == 200, answer.body
    rows: list[dict[str, Any]] = answer.json["offers"]
    return rows


def create(world: World, offer: object, size: object = 20, name: object = "weights") -> Answer:
    """`create volume`."""
    body = {"size": size, "id": offer, "name": name}
    return ask(world, "PUT", f"{VOLUMES}/", body, BEARER)


def delete(world: World, number: object) -> Answer:
    """`delete volume`: the id in the query, the body empty."""
    return ask(world, "DELETE", f"{VOLUMES}/?id={number}", {}, BEARER)


def clone(world: World, source: object, offer: object, **more: object) -> Answer:
    """`clone volume`."""
    body = {"src_id": source, "dst_id": offer, **more}
    return ask(world, "POST", f"{VOLUMES}/copy/", body, BEARER)
