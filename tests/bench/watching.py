"""What polling many instances costs: CPU time, and the longest block of the loop."""

from __future__ import annotations

import asyncio
import gc
import json
import random
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

import httpx

from tests.bench.slices import Gaps
from vasttui.api.client import VastClient, open_client
from vasttui.clock import SystemClock
from vasttui.services.fleet.store import FleetStore
from vasttui.simulator.account.instance_object import instance_object
from vasttui.simulator.world import World, WorldConfig

PAGE = 25
CHANGED = 0.05
ADDRESS = "http://127.0.0.1:1"


class Account:
    """Answers with prepared pages, some rows of which change between polls."""

    def __init__(self, count: int) -> None:
        clock = SystemClock()
        world = World(WorldConfig(offers=0, instances=count), clock)
        now = clock.now()
        self._rows: list[dict[str, Any]] = [
            instance_object(one, now) for one in world.contracts.all(now)
        ]
        self._random = random.Random(1)
        self.pages: list[bytes] = []
        self.turn()

    def turn(self) -> None:
        """Change some rows and encode all pages again: in every row less time is left."""
        for row in self._rows:
            row["duration"] -= 5.0
        for row in self._random.sample(self._rows, int(len(self._rows) * CHANGED)):
            row["gpu_util"] = self._random.uniform(0, 100)
            row["gpu_temp"] = self._random.uniform(40, 80)
        self.pages = []
        for first in range(0, len(self._rows), PAGE):
            more = first + PAGE < len(self._rows)
            self.pages.append(
                json.dumps(
                    {
                        "success": True,
                        "instances_found": PAGE,
                        "total_instances": len(self._rows),
                        "label_counts": {},
                        "next_token": f"page-{first // PAGE + 1}" if more else None,
                        "instances": self._rows[first : first + PAGE],
                    }
                ).encode()
            )

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The requested page."""
        token = request.url.query.partition(b"after_token=page-")[2].partition(b"&")[0]
        page = self.pages[int(token or 0)]
        headers = {"content-type": "application/json"}
        return httpx.Response(200, stream=httpx.ByteStream(page), headers=headers)


@dataclass(frozen=True, slots=True)
class Polls:
    """CPU times of our polls, of their HTTP alone, and of decoding every row each time."""

    ours: list[float]
    http: list[float]
    everything: list[float]


def polls(count: int, rounds: int = 9) -> Polls:
    """CPU time in seconds, poll by poll."""
    return asyncio.run(_polls(count, rounds))


async def _polls(count: int, rounds: int) -> Polls:
    account, clock = Account(count), SystemClock()
    wire = httpx.MockTransport(account.answer)
    client = _client(wire, clock)
    store = FleetStore(lambda fleet: None, clock)
    await _read(client, store)
    found = Polls([], [], [])
    for _ in range(rounds):
        account.turn()
        found.ours.append(await _cpu(_read(client, store)))
        found.http.append(await _cpu(_only_http(wire, len(account.pages))))
        fresh = FleetStore(lambda fleet: None, clock)
        found.everything.append(await _cpu(_read(_client(wire, clock), fresh)))
    await client.aclose()
    return found


def _client(wire: httpx.MockTransport, clock: SystemClock) -> VastClient:
    return open_client(ADDRESS, "0" * 64, clock=clock, rng=random.Random(1), transport=wire)


async def _read(client: VastClient, store: FleetStore) -> None:
    started = time.monotonic()
    await store.fetched(await client.instances.list(), started)


async def _only_http(wire: httpx.MockTransport, pages: int) -> None:
    async with httpx.AsyncClient(transport=wire, verify=False) as client:
        for page in range(pages):
            await client.get(ADDRESS, params={"after_token": f"page-{page}"})


async def _cpu(what: Coroutine[object, object, None]) -> float:
    gc.collect()
    gc.disable()
    start = time.process_time()
    await what
    seconds = time.process_time() - start
    gc.enable()
    return seconds


def slices(address: str, rounds: int = 6) -> list[float]:
    """Seconds of every loop iteration while instances are read over TCP."""
    return asyncio.run(_slices(address, rounds))


async def _slices(address: str, rounds: int) -> list[float]:
    clock = SystemClock()
    client = open_client(address, "0" * 64, clock=clock, rng=random.Random(1))
    store = FleetStore(lambda fleet: None, clock)
    await _read(client, store)
    gaps = Gaps()
    gc.disable()
    watching = asyncio.create_task(gaps.run())
    for _ in range(rounds):
        await _read(client, store)
    watching.cancel()
    gc.enable()
    await client.aclose()
    return gaps.seen
