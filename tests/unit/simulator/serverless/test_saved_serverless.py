"""Serverless survives in the file of a world, and its money with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.simulator import BEARER, ask
from vasttui.clock import VirtualClock
from vasttui.simulator.serverless.workers import status
from vasttui.simulator.world import World, WorldConfig

CONFIG = WorldConfig(offers=60, instances=2, endpoints=2, serverless_load="bursts")


def test_endpoints_workers_and_money_come_back(tmp_path: Path) -> None:
    clock = VirtualClock()
    first = World(CONFIG, clock, tmp_path / "world.json")
    ask(first, "POST", "/api/v0/endptjobs/", {"endpoint_name": "mine"}, BEARER)
    ask(first, "POST", "/get_endpoint_logs/", {"id": 19_392}, BEARER)
    for path in ("workergroups/4471", "endptjobs/19430"):
        ask(first, "DELETE", f"/api/v0/{path}/", None, BEARER)
    ask(first, "POST", "/update_workers/", {"workergroup_id": 4_490}, BEARER)
    for _ in range(12):
        clock.advance(30)
        ask(first, "GET", "/_sim/ledger")
    again = World(CONFIG, clock, tmp_path / "world.json")
    for world in (first, again):
        ask(world, "GET", "/_sim/ledger")
    assert again.serverless.book == first.serverless.book
    assert "mine" in [one.name for one in again.serverless.book.endpoints]
    now = clock.now()
    left, before = (
        {one.id: (status(one), one.workergroup_id) for one in world.contracts.all(now)}
        for world in (again, first)
    )
    assert left == before
    assert again.contracts.credit(now) == pytest.approx(first.contracts.credit(now))


def test_looking_at_workers_writes_nothing(tmp_path: Path) -> None:
    """They are asked for by POST, every few seconds."""
    path = tmp_path / "world.json"
    world = World(CONFIG, VirtualClock(), path)
    ask(world, "POST", "/api/v0/endptjobs/", {"endpoint_name": "mine"}, BEARER)
    before = path.stat().st_mtime_ns
    for name in ("get_endpoint_workers", "get_endpoint_logs", "get_autogroup_logs"):
        ask(world, "POST", f"/{name}/", {"id": 19_392}, BEARER)
    assert path.stat().st_mtime_ns == before
