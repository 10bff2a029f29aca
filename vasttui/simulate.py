"""`vasttui simulate`: the simulated service on a loopback port, until it is stopped."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from vasttui.clock import SystemClock
from vasttui.errors import VastError
from vasttui.simulator.live_side import LiveSide
from vasttui.simulator.server import SimulatorServer, serve
from vasttui.simulator.world import World, WorldConfig


def run_simulator(
    *,
    host: str,
    port: int,
    live_port: int,
    world: Mapping[str, Any],
    tell: Callable[[str], None],
    state: Path | None = None,
) -> int:
    """Serve a simulated world with these settings; returns 0 after SIGINT or SIGTERM.

    Its live side, which the service has at run.vast.ai, listens on `live_port`.
    `tell` prints both addresses and how to use it. With a `state` file, resume the world saved
    there and keep saving to it. Raises VastError if it cannot listen there, or if the file is not
    usable.
    """
    made = World(WorldConfig(**world), SystemClock(), state)
    asyncio.run(_serve(made, host, port, live_port, tell))
    return 0


_ANY_KEY = "any-key-will-do-here"


async def _serve(
    world: World, host: str, port: int, live_port: int, tell: Callable[[str], None]
) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Not the loop's own handlers: Windows has none.
        signal.signal(number, lambda number, frame: loop.call_soon_threadsafe(ended.set))
    server = await _listen(world, host, port)
    live = await _listen(LiveSide(world), host, live_port)
    try:
        tell(f"listening on {server.url}\n")
        tell(f"serverless (run.vast.ai) on {live.url}\n")
        tell(f"try it: VAST_URL={server.url} VAST_API_KEY={_ANY_KEY} vasttui\n")
        await ended.wait()
    finally:
        await server.close()
        await live.close()


async def _listen(what: World | LiveSide, host: str, port: int) -> SimulatorServer:
    try:
        return await serve(what, host, port)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise VastError(f"cannot listen on {host}:{port}: {reason}") from error
