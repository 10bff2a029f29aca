from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest

from vasttui.clock import SystemClock
from vasttui.simulator.http.wire import Reply, Request
from vasttui.simulator.own_thread import SimulatorThread
from vasttui.simulator.world import World, WorldConfig

SEARCH = "http://127.0.0.1/api/v0/bundles/"


@asynccontextmanager
async def running(
    make: Callable[[], World] | None = None,
) -> AsyncIterator[tuple[httpx.AsyncClient, SimulatorThread]]:
    simulator = SimulatorThread(make or (lambda: World(WorldConfig(offers=40), SystemClock())))
    try:
        async with httpx.AsyncClient(transport=simulator) as client:
            yield client, simulator
    finally:
        simulator.close()


def answering(handle: Callable[[Request], Reply]) -> Callable[[], World]:
    """Makes a world that answers like this."""

    class Answering(World):
        def handle(self, request: Request) -> Reply:
            return handle(request)

    return lambda: Answering(WorldConfig(offers=0), SystemClock())


async def test_the_world_is_touched_in_its_thread_alone() -> None:
    seen: list[str] = []

    def chunks() -> Iterator[bytes]:
        for chunk in (b"", b"one ", b"two"):
            seen.append(threading.current_thread().name)
            yield chunk

    def handle(request: Request) -> Reply:
        seen.append(threading.current_thread().name)
        return Reply(200, (), chunks())

    async with running(answering(handle)) as (client, simulator):
        assert (await client.get(SEARCH)).text == "one two"
        await simulator.ask(lambda world: seen.append(threading.current_thread().name))
    assert seen == ["simulator"] * 5


async def test_the_loop_goes_on_while_an_answer_is_made() -> None:
    gone_on = threading.Event()

    def handle(request: Request) -> Reply:
        return Reply(200, (), (f"{gone_on.wait(30.0)}".encode(),))

    async with running(answering(handle)) as (client, _):
        answer = asyncio.create_task(client.get(SEARCH))
        await asyncio.sleep(0)
        gone_on.set()
        assert (await answer).text == "True"


async def test_a_part_of_an_answer_is_made_when_it_is_read() -> None:
    made: list[int] = []

    def chunks() -> Iterator[bytes]:
        for number in range(3):
            made.append(number)
            yield b"part"

    async with (
        running(answering(lambda request: Reply(200, (), chunks()))) as (client, _),
        client.stream("GET", SEARCH) as answer,
    ):
        parts = answer.aiter_raw()
        assert made == []
        assert (await anext(parts), made) == (b"part", [0])
        assert (await anext(parts), made) == (b"part", [0, 1])


async def test_faults_are_those_of_a_connection_and_the_thread_goes_on() -> None:
    async with running() as (client, simulator):
        await simulator.ask(lambda world: world.plan("search", ["reset"]))
        with pytest.raises(httpx.ReadError):
            await client.post(SEARCH, json={})
        assert len((await client.post(SEARCH, json={})).json()["offers"]) > 10


async def test_what_goes_wrong_in_the_thread_is_raised_here() -> None:
    def wrong(request: Request) -> Reply:
        raise ZeroDivisionError

    async with running(answering(wrong)) as (client, simulator):
        with pytest.raises(ZeroDivisionError):
            await client.get(SEARCH)
        assert await simulator.ask(lambda world: world.config.offers) == 0


async def test_a_request_that_is_cancelled_is_cancelled_there_too() -> None:
    async with running() as (client, simulator):
        await simulator.ask(lambda world: world.plan("search", ["stall:300"]))
        asked = asyncio.create_task(client.post(SEARCH, json={}, timeout=None))
        while not await simulator.ask(lambda world: world.ledger.requests):
            pass
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert (await client.get("http://127.0.0.1/api/v0/gpu_names/unique/")).status_code == 200


async def test_the_thread_ends_in_the_middle_of_an_answer() -> None:
    async with running() as (client, simulator):
        await simulator.ask(lambda world: world.plan("search", ["stall:300"]))
        asked = asyncio.create_task(client.post(SEARCH, json={}, timeout=None))
        while not await simulator.ask(lambda world: world.ledger.requests):
            pass
        simulator.close()
        assert "simulator" not in [one.name for one in threading.enumerate()]
        with pytest.raises(asyncio.CancelledError):
            await asked
