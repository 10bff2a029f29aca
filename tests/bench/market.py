"""The same offers for every program measured."""

from __future__ import annotations

import asyncio
import random

from vasttui.api.client import open_client
from vasttui.clock import SystemClock
from vasttui.models.offer import Offer
from vasttui.simulator.inprocess import SimulatorTransport
from vasttui.simulator.world import World, WorldConfig


def offers(count: int) -> list[Offer]:
    """That many offers from the simulated market, decoded."""
    return asyncio.run(_offers(count))


async def _offers(count: int) -> list[Offer]:
    clock = SystemClock()
    world = World(WorldConfig(offers=count, seed=1, search_cap=count + 1), clock)
    client = open_client(
        "http://127.0.0.1:1", None, clock=clock, rng=random.Random(1),
        transport=SimulatorTransport(world),
    )  # fmt: skip
    found: list[Offer] = []
    async for batch in client.offers.search({"limit": count}):
        found += batch.offers
    await client.aclose()
    return found
