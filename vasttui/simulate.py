"""`vasttui simulate`: the simulated service on a loopback port, until it is stopped."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from vasttui.clock import SystemClock
from vasttui.errors import VastError
from vasttui.simulator.server import serve
from vasttui.simulator.world import World, WorldConfig


def run_simulator(
    *,
    host: str,
    port: int,
    world: Mapping[str, Any],
    tell: Callable[[str], None],
    state: Path | None = None,
) -> int:
    """Serve a simulated world with these settings; returns 0 after SIGINT or SIGTERM.

    `tell` prints its address and how to use it. With a `state` file, resume the world saved there
    and keep saving to it. Raises VastError if it cannot listen there, or if the file is not usable.
    """
    asyncio.run(_serve(World(WorldConfig(**world), SystemClock(), state), host, port, tell))
    return 0


_ANY_KEY = "any-key-will-do-here"


async def _serve(world: World, host: str, port: int, tell: Callable[[str], None]) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Not the loop's own handlers: Windows has none.
        signal.signal(number, lambda number, frame: loop.call_soon_threadsafe(ended.set))
    try:
        server = await serve(world, host, port)
    except OSError as error:
        raise VastError(f"cannot listen on {host}:{port}: {error.strerror}") from error
    try:
        tell(f"listening on {server.url}\n")
        tell(f"try it: VAST_URL={server.url} VAST_API_KEY={_ANY_KEY} vasttui\n")
        await ended.wait()
    finally:
        await server.close()
