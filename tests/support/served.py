"""A simulated service on a port, for commands that run to their end in the test's own thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from vasttui.simulator.server import serve
from vasttui.simulator.world import World


@contextmanager
def served(world: World) -> Iterator[str]:
    """The world on a free loopback port, in a thread of its own; its address."""
    started, addresses = threading.Event(), []
    loop = asyncio.new_event_loop()
    ended = asyncio.Event()

    async def listen() -> None:
        server = await serve(world)
        addresses.append(server.url)
        started.set()
        await ended.wait()
        await server.close()

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(listen())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    started.wait(10)
    try:
        yield addresses[0]
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(10)
