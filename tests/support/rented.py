"""Requests about the instances of a simulated account."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from tests.support.simulator import BEARER, Answer, ask
from vasttui.clock import VirtualClock
from vasttui.simulator.world import World

LIST = "/api/v1/instances/"


def clock_of(world: World) -> VirtualClock:
    """The clock of a world made with the default one."""
    assert isinstance(world.clock, VirtualClock)
    return world.clock


def page(world: World, **query: object) -> Answer:
    """One page of the list; values other than text are sent as JSON."""
    texts = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in query.items()
    }
    return ask(world, "GET", f"{LIST}?{urlencode(texts)}", headers=BEARER)


def pages(world: World, **query: object) -> Iterator[dict[str, Any]]:
    """All pages, in order."""
    answer = page(world, **query).json
    yield answer
    while answer["next_token"] is not None:
        answer = page(world, **query, after_token=answer["next_token"]).json
        yield answer


def rented(world: World) -> list[dict[str, Any]]:
    """All instances."""
    return [row for answer in pages(world) for row in answer["instances"]]


def called(world: World, label: str) -> dict[str, Any]:
    """The instance with that label, as it is now."""
    return next(row for row in rented(world) if row["label"] == label)


def one(world: World, number: int) -> dict[str, Any] | None:
    """A single instance; None if there is none."""
    answer = ask(world, "GET", f"/api/v0/instances/{number}/?owner=me", headers=BEARER)
    assert answer.status == 200
    row: dict[str, Any] | None = answer.json["instances"]
    return row


def put(world: World, path: str, body: object = None) -> Answer:
    """Send a change; `path` is what follows `/instances/`."""
    return ask(world, "PUT", f"/api/v0/instances/{path}/", body or {}, BEARER)


def destroy(world: World, number: object) -> Answer:
    """Destroy an instance."""
    return ask(world, "DELETE", f"/api/v0/instances/{number}/", {}, BEARER)


def credit(world: World) -> float:
    """The account's remaining credit in $."""
    left: float = ask(world, "GET", "/api/v0/users/current", headers=BEARER).json["credit"]
    return left
