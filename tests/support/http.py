"""A misbehaving service, over real TCP or in process, and clients for it."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from vasttui.api import transport
from vasttui.api.body import read_body
from vasttui.api.client import VastClient, open_client
from vasttui.api.deadline import Deadline
from vasttui.clock import Clock, VirtualClock

KEY = "a1b2c3d4" * 8
ADDRESS = "https://console.vast.ai"

SMALLER = 64
"""How many times smaller answers may be where `limit_answers` was called."""

Reaction = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def row(id: int = 1, **changes: Any) -> dict[str, Any]:
    """An offer as sent on the wire, with the required fields."""
    return {
        "id": id, "gpu_name": "RTX 4090", "num_gpus": 1, "dph_base": 0.3, "dph_total": 0.31,
        "storage_cost": 0.15, "machine_id": 7, **changes,
    }  # fmt: skip


def rows(count: int, **changes: Any) -> bytes:
    """A whole answer with that many offers."""
    return json.dumps({"offers": [row(number + 1, **changes) for number in range(count)]}).encode()


@dataclass(frozen=True)
class Reply:
    """An answer that can be sent any number of times."""

    status: int
    headers: dict[str, str]
    body: bytes

    def response(self) -> httpx.Response:
        """The httpx response, not read yet, as if it came from the network."""
        return httpx.Response(self.status, headers=self.headers, stream=httpx.ByteStream(self.body))


def reply(
    body: object, status: int = 200, *, kind: str = "application/json", **headers: str
) -> Reply:
    """An answer; a body that is not text is sent as JSON. `_` in header names becomes `-`."""
    text = body if isinstance(body, (bytes, str)) else json.dumps(body)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(
        status, {"content-type": kind, **names}, text.encode() if isinstance(text, str) else text
    )


def limit_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole answers are too large much sooner: to unpack megabytes takes most of a test's time."""

    def read(response: httpx.Response, most: int, deadline: Deadline) -> AsyncIterator[bytes]:
        return read_body(response, most // SMALLER, deadline)

    monkeypatch.setattr(transport, "read_body", read)


class Script:
    """Answers requests from a list, repeating the last entry; an exception is raised instead."""

    def __init__(self, *entries: Reply | Exception) -> None:
        self.requests: list[httpx.Request] = []
        self._entries = entries

    def __call__(self, request: httpx.Request) -> httpx.Response:
        entry = self._entries[min(len(self.requests), len(self._entries) - 1)]
        self.requests.append(request)
        if isinstance(entry, Exception):
            raise entry
        return entry.response()


def client_of(
    handler: Callable[[httpx.Request], httpx.Response] | httpx.AsyncBaseTransport,
    *,
    clock: Clock | None = None,
    key: str | None = KEY,
    address: str = ADDRESS,
) -> VastClient:
    """A client whose requests are answered in this process, with time standing still."""
    transport = (
        handler if isinstance(handler, httpx.AsyncBaseTransport) else httpx.MockTransport(handler)
    )
    return open_client(
        address, key, clock=clock or VirtualClock(), rng=random.Random(1), transport=transport
    )


async def collect(client: VastClient, body: dict[str, object] | None = None) -> list[int]:
    """The ids of all offers of one search."""
    return [offer.id async for batch in client.offers.search(body or {}) for offer in batch.offers]


@dataclass
class RawServer:
    """A loopback server with a scripted reaction to each connection."""

    port: int
    heads: list[str] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def until(self, requests: int) -> None:
        """Return when that many have connected; waits five seconds at most."""
        async with asyncio.timeout(5), self.changed:
            await self.changed.wait_for(lambda: len(self.heads) >= requests)


@asynccontextmanager
async def raw_server(*reactions: Reaction) -> AsyncIterator[RawServer]:
    """One reaction per connection, in order; the last one is repeated."""
    tasks: set[asyncio.Task[None]] = set()
    server: RawServer

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            async with server.changed:
                server.heads.append(head.decode("latin-1"))
                server.changed.notify_all()
            reaction = reactions[min(len(server.heads), len(reactions)) - 1]
            with suppress(ConnectionError):
                await reaction(reader, writer)
        except asyncio.IncompleteReadError:
            pass  # the client only checked that something is listening
        finally:
            writer.transport.abort()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(converse(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    listener = await asyncio.start_server(accept, "127.0.0.1", 0)
    server = RawServer(listener.sockets[0].getsockname()[1])
    try:
        yield server
    finally:
        listener.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def sends(*pieces: bytes) -> Reaction:
    """Writes that and closes the connection cleanly."""

    async def react(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        writer.close()
        await writer.wait_closed()

    return react


def answers(
    body: bytes, status: int = 200, *, length: int | None = None, headers: Iterable[str] = ()
) -> Reaction:
    """A complete answer; a `length` beyond the body makes it look truncated."""
    lines = [
        f"HTTP/1.1 {status} Any",
        "Content-Type: application/json",
        f"Content-Length: {len(body) if length is None else length}",
        "Connection: close",
        *headers,
    ]
    return sends(("\r\n".join(lines) + "\r\n\r\n").encode(), body)


def answers_packed(size: int, *, cut: int = 0) -> Reaction:
    """A gzip answer that unpacks to `size` bytes; its last `cut` bytes are missing."""
    packed = gzip.compress(b'{"offers":[' + b" " * size + b"]}")
    return answers(packed[: len(packed) - cut], headers=["Content-Encoding: gzip"])


async def resets(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The connection breaks before the first byte of an answer."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def stays_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Accepts the request and stays silent until the client closes."""
    await reader.read()


async def drips(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Sends a byte now and then, forever."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.01)
