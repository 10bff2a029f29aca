"""What a watch costs while nobody looks: a search of one page a minute, and the shared file."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx

from vasttui.api.client import open_client
from vasttui.clock import SystemClock
from vasttui.models.money import Usage
from vasttui.models.search import SearchOptions
from vasttui.services.watches.look import look
from vasttui.services.watches.watch import Seen, Watch, after_look
from vasttui.simulator.inprocess import SimulatorTransport
from vasttui.simulator.world import World, WorldConfig
from vasttui.state.watches import WatchFile

_MARKET = 20_000
_SYNCS = 12
"""Times a minute that the file is looked at."""


def percent(rounds: int = 9) -> float:
    """CPU in % of one processor: a watch of 20,000 offers, looked for every 60 s. What the
    simulator takes to answer is left out."""
    return asyncio.run(_percent(rounds))


async def _percent(rounds: int) -> float:
    clock = SystemClock()
    world = World(WorldConfig(offers=_MARKET, seed=1), clock)
    wire, answers = SimulatorTransport(world), dict[str, bytes]()

    async def recorded(request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path not in answers:
            answer = await wire.handle_async_request(request)
            answers[path] = await answer.aread()
        headers = {"content-type": "application/json"}
        return httpx.Response(200, stream=httpx.ByteStream(answers[path]), headers=headers)

    client = open_client(
        "http://127.0.0.1:1", "0" * 64, clock=clock, rng=random.Random(1),
        transport=httpx.MockTransport(recorded), documented_limits=False,
    )  # fmt: skip
    names = await client.offers.gpu_names()
    watch = Watch(
        id="a", name="every offer", text="", options=SearchOptions(usage=Usage()), began=1.0
    )
    with tempfile.TemporaryDirectory() as folder:
        book = WatchFile(Path(folder) / "watches.json", lambda job: job())
        book.put(watch)

        async def once() -> None:
            found = await look(client.offers, watch.wanted, names, clock.now())
            seen = after_look(watch, book.seen.get("a", Seen(1.0)), found, clock.now()).seen
            book.record("a", seen)

        await once()
        looks = sorted([await _cpu(once) for _ in range(rounds)])
        syncs = sorted([await _cpu(book.sync) for _ in range(rounds)])
    await client.aclose()
    half = rounds // 2
    return (looks[half] + _SYNCS * syncs[half]) / 60.0 * 100.0


async def _cpu(what: Callable[[], Awaitable[object]]) -> float:
    start = time.process_time()
    await what()
    return time.process_time() - start
