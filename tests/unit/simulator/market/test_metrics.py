"""The figures of the market that accounts which host may read."""

from __future__ import annotations

import random

import pytest

from vasttui.api.client import VastClient, open_client
from vasttui.clock import VirtualClock
from vasttui.errors import AuthRejected
from vasttui.simulator.inprocess import SimulatorTransport
from vasttui.simulator.world import World, WorldConfig


def client_of(machines: int) -> VastClient:
    clock = VirtualClock()
    world = World(WorldConfig(offers=120, seed=1, machines=machines), clock)
    return open_client(
        "http://127.0.0.1:1", "0" * 64, clock=clock, rng=random.Random(1),
        transport=SimulatorTransport(world),
    )  # fmt: skip


async def test_all_figures_of_a_host_agree() -> None:
    client = client_of(2)
    now, places = await client.metrics.current(), await client.metrics.places()
    assert now.keys() == places.keys()
    assert len(now) > 20
    for name, found in now.items():
        where = places[name]
        assert found.total == where.gpus == sum(count for _, count in where.countries)
        assert found.available == where.gpus - where.rented
        assert found.usage == pytest.approx(100 * where.rented / where.gpus, abs=0.05)
        assert not any(code for code, _ in where.countries if len(code) != 2)
    newest = await client.metrics.of_gpu("RTX 4090")
    of_now = now["RTX 4090"]
    assert newest is not None
    assert (newest.available, newest.total) == (of_now.available, of_now.total)
    assert (newest.low, newest.median, newest.high) == (of_now.low, of_now.median, of_now.high)
    await client.aclose()


async def test_a_renter_is_refused_each_of_them() -> None:
    client = client_of(0)
    for ask in (client.metrics.current, client.metrics.places):
        with pytest.raises(AuthRejected):
            await ask()
    with pytest.raises(AuthRejected):
        await client.metrics.of_gpu("RTX 4090")
    await client.aclose()
