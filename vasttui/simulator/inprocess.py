"""Connects an httpx client to a world in the same process and event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable

import httpx

from vasttui.simulator.http.wire import Reply, Request, Trouble
from vasttui.simulator.live_side import HOST, LiveSide
from vasttui.simulator.world import World

_PIECE = 65_536


class SimulatorTransport(httpx.AsyncBaseTransport):
    """Sends requests to a world; connection faults raise the errors httpx would.

    Requests to the host of the live side reach that alone. `latency` (seconds of the world's clock)
    passes before each answer. Large answers are produced while they are read, so that other tasks
    run every few milliseconds; where nothing is to be read yet, it rests `rest` seconds for them.
    """

    def __init__(self, world: World, *, latency: float = 0.0, rest: float = 0.0) -> None:
        self._world, self._live = world, LiveSide(world)
        self._latency, self._rest = latency, rest

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request. Raises `httpx.TransportError` for a planned connection fault."""
        body = await request.aread()
        headers = ((name, value) for name, value in request.headers.multi_items())
        incoming = Request.of(request.method, str(request.url), headers, body)
        if self._latency:
            await self._world.clock.sleep(self._latency)
        else:
            await asyncio.sleep(0)
        here = self._live if request.url.host == HOST else self._world
        reply = here.handle(incoming)
        if reply.trouble is not None:
            await self._before_answer(reply.trouble, request)
        return httpx.Response(
            reply.status,
            headers=reply.head(self._world.clock.now()),
            stream=self._stream(reply, request),
        )

    async def _before_answer(self, trouble: Trouble, request: httpx.Request) -> None:
        if trouble.kind == "reset":
            raise httpx.ReadError("Connection reset by peer", request=request)
        if trouble.kind == "garbage":
            raise httpx.RemoteProtocolError("illegal status line", request=request)
        if trouble.kind == "stall":
            await self._pass_time(trouble.amount, request)

    def _stream(self, reply: Reply, request: httpx.Request) -> httpx.AsyncByteStream:
        if reply.trouble is None or reply.trouble.kind == "stall":
            return Stream(self._pieces(reply.chunks))
        if reply.trouble.kind == "drip":
            return Stream(self._drip(reply, reply.trouble.amount, request))
        return Stream(_cut(reply, int(reply.trouble.amount), request))

    async def _pieces(self, chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
        for chunk in chunks:
            for start in range(0, len(chunk), _PIECE):
                yield chunk[start : start + _PIECE]
                await asyncio.sleep(0)
            if not chunk:
                await asyncio.sleep(self._rest)

    async def _drip(
        self, reply: Reply, seconds: float, request: httpx.Request
    ) -> AsyncIterator[bytes]:
        for byte in reply.read():
            await self._pass_time(seconds, request)
            yield bytes((byte,))

    async def _pass_time(self, seconds: float, request: httpx.Request) -> None:
        """Wait, but no longer than the client's read timeout."""
        timeout = request.extensions.get("timeout", {}).get("read")
        if timeout is not None and seconds > timeout:
            await self._world.clock.sleep(timeout)
            raise httpx.ReadTimeout("The read operation timed out", request=request)
        await self._world.clock.sleep(seconds)


class Stream(httpx.AsyncByteStream):
    """The pieces of a body as httpx wants them."""

    def __init__(self, pieces: AsyncIterator[bytes]) -> None:
        self._pieces = pieces

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._pieces


async def _cut(reply: Reply, size: int, request: httpx.Request) -> AsyncIterator[bytes]:
    body = reply.read()
    yield body[:size]
    if size < len(body):
        raise httpx.RemoteProtocolError(
            "peer closed connection without sending complete message body", request=request
        )
