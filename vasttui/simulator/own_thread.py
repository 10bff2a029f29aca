"""A simulated world in a thread of its own, so that its work does not hold up the screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from threading import Thread
from typing import Any, TypeVar

import httpx

from vasttui.simulator.inprocess import SimulatorTransport, Stream
from vasttui.simulator.world import World

Answer = TypeVar("Answer")

_REST = 0.0005
"""Seconds between two slices of work in which the thread does not hold Python's lock: else the
screen waits 5 ms for it each time."""

_SECONDS_TO_END = 5.0


class SimulatorThread(httpx.AsyncBaseTransport):
    """Sends requests to a world in another thread, which alone touches it.

    Answers are as those of `SimulatorTransport`. The next part of one is made when it is read, so
    the thread rests while the screen has the last part to decode. What goes wrong in the thread is
    raised here.
    """

    def __init__(self, make: Callable[[], World]) -> None:
        """`make` is called in the thread, for the first request."""
        self._make = make
        self._made: tuple[World, SimulatorTransport] | None = None
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._loop = self._runner.get_loop()
        self._closed = asyncio.Event()
        self._thread = Thread(target=self._run, name="simulator", daemon=True)
        self._thread.start()

    async def ask(self, question: Callable[[World], Answer]) -> Answer:
        """What `question` returns for the world."""

        async def answer() -> Answer:
            return question(self._there[0])

        return await self._do(answer())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request. Raises `httpx.TransportError` for a planned connection fault."""
        await request.aread()
        response, pieces = await self._do(self._answer(request))
        return httpx.Response(
            response.status_code, headers=response.headers, stream=Stream(self._read(pieces))
        )

    def close(self) -> None:
        """End the thread and wait for that, but not for ever."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._closed.set)
        self._thread.join(_SECONDS_TO_END)

    def _run(self) -> None:
        with self._runner:
            self._runner.run(self._closed.wait())

    @property
    def _there(self) -> tuple[World, SimulatorTransport]:
        if self._made is None:
            world = self._make()
            self._made = world, SimulatorTransport(world, rest=_REST)
        return self._made

    async def _answer(self, request: httpx.Request) -> tuple[httpx.Response, AsyncIterator[bytes]]:
        response = await self._there[1].handle_async_request(request)
        return response, response.aiter_raw()

    async def _read(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        while piece := await self._do(_next(pieces)):
            yield piece

    async def _do(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))


async def _next(pieces: AsyncIterator[bytes]) -> bytes:
    """The next piece; nothing after the last."""
    return await anext(pieces, b"")
