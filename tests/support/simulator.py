"""The simulated service for tests: a world, requests to it, and a loopback server."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from vasttui.clock import Clock, VirtualClock
from vasttui.simulator.http.wire import Request
from vasttui.simulator.live_side import LiveSide
from vasttui.simulator.server import serve
from vasttui.simulator.world import World, WorldConfig

KEY = "0123456789abcdef" * 4
BEARER = (("authorization", f"Bearer {KEY}"),)


def demo_world(*, clock: Clock | None = None, **overrides: Any) -> World:
    """A small world whose clock stands still unless advanced; see `WorldConfig`."""
    config = WorldConfig(**{"offers": 200, **overrides})
    return World(config, clock or VirtualClock())


@asynccontextmanager
async def running_server(world: World | LiveSide) -> AsyncIterator[str]:
    """The world, or its live side, on a free loopback port; yields its address, without a trailing
    slash."""
    server = await serve(world)
    try:
        yield server.url
    finally:
        await server.close()


@dataclass(frozen=True)
class Answer:
    """A complete answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed as JSON."""
        return json.loads(self.body)


def ask(
    world: World,
    method: str,
    target: str,
    body: object = None,
    headers: tuple[tuple[str, str], ...] = (),
) -> Answer:
    """Send a request straight to the world; `body` is sent as JSON unless it is bytes."""
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    reply = world.handle(Request.of(method, target, headers, data))
    return Answer(reply.status, dict(reply.headers), reply.read())


def search(world: World, body: dict[str, object] | None = None) -> list[dict[str, Any]]:
    """The offers found by a search that must succeed."""
    answer = ask(world, "POST", "/api/v0/bundles/", body or {})
    assert answer.status == 200, answer.body
    offers: list[dict[str, Any]] = answer.json["offers"]
    return offers
