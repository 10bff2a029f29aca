"""How long the event loop is blocked while a large market arrives."""

from __future__ import annotations

import asyncio
import gc
import json
import random
import threading
import time

from vasttui.api.client import open_client
from vasttui.clock import SystemClock
from vasttui.models.decode import decode_offers
from vasttui.models.search import SearchOptions
from vasttui.query.rules import Query
from vasttui.query.wire import server_query
from vasttui.services.market.budget import SearchBudget
from vasttui.services.market.feed import MarketFeed
from vasttui.services.market.state import MarketState
from vasttui.services.market.walk import Market


class Gaps:
    """Runs as often as the loop allows and records each wait, in seconds that this process worked:
    what the loop did itself, and of the rest what threads did, which held Python's lock. Others do
    not count."""

    def __init__(self) -> None:
        self.seen: list[float] = []

    async def run(self) -> None:
        wall, own, others = time.perf_counter(), time.thread_time(), _others()
        while True:
            await asyncio.sleep(0)
            before = wall, own, others
            wall, own, others = time.perf_counter(), time.thread_time(), _others()
            did = own - before[1]
            theirs = sum(spent - before[2].get(one, 0.0) for one, spent in others.items())
            self.seen.append(did + min(theirs, max(0.0, wall - before[0] - did)))


def _others() -> dict[int, float]:
    """The processor time of each other thread. That of the process has theirs in steps of a tick of
    the kernel, 4 ms at most."""
    return {
        one.ident: time.clock_gettime(time.pthread_getcpuclockid(one.ident))
        for one in threading.enumerate()
        if one.ident is not None and one is not threading.current_thread()
    }


def slices(address: str) -> list[float]:
    """Seconds of every loop iteration while the market at this address is fetched."""
    return asyncio.run(_slices(address))


async def _slices(address: str) -> list[float]:
    clock, rng = SystemClock(), random.Random(1)
    client = open_client(address, None, clock=clock, rng=rng)
    done = asyncio.Event()

    def arrived(state: MarketState) -> None:
        if state.as_of is not None or state.error is not None:
            done.set()

    watch = MarketFeed(
        Market(client.offers, SearchBudget(clock, per_minute=600)), arrived, clock=clock, rng=rng
    )
    query = server_query(Query(), SearchOptions(trust="any"), (), full=False)
    watch.request(query, query)
    gaps = Gaps()
    gc.disable()
    running = [asyncio.create_task(watch.run()), asyncio.create_task(gaps.run())]
    await done.wait()
    gc.enable()
    for task in running:
        task.cancel()
    await client.aclose()
    return gaps.seen


def at_once(address: str, count: int) -> float:
    """Seconds the loop is blocked if all offers are decoded in one go."""
    return asyncio.run(_at_once(address, count))


async def _at_once(address: str, count: int) -> float:
    client = open_client(address, None, clock=SystemClock(), rng=random.Random(1))
    rows: list[object] = []
    async for batch in client.offers.search({"limit": count}):
        rows += (
            {name: getattr(offer, name) for name in offer.__struct_fields__}
            for offer in batch.offers
        )
    await client.aclose()
    data = json.dumps(rows).encode()
    start = time.perf_counter()
    decode_offers(data)
    return time.perf_counter() - start
