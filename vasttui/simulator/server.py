"""Serves a world or its live side on a loopback port with asyncio and h11, faults included."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import struct
from collections.abc import Iterable
from contextlib import suppress
from http.client import responses

import h11

from vasttui.errors import VastError
from vasttui.simulator.http.wire import Reply, Request
from vasttui.simulator.live_side import LiveSide
from vasttui.simulator.world import World

_READ_SIZE = 65_536
_BODY_LIMIT = 16 * 1024 * 1024
_GARBAGE = b"\x16\x03\x01\x02\x00\x01\xfc\x03\x03 this is no HTTP\r\n\r\n\x00\xff\xfe"


async def serve(world: World | LiveSide, host: str = "127.0.0.1", port: int = 0) -> SimulatorServer:
    """Listen; port 0 picks a free one. Raises VastError if `host` is not a loopback address."""
    if not _is_loopback(host):
        raise VastError(
            f"The simulator only listens on localhost, not on {host!r}.",
            hint="Use 127.0.0.1, ::1 or localhost.",
        )
    connections = _Connections(world)
    listener = await asyncio.start_server(connections.accept, host, port)
    return SimulatorServer(listener, connections)


class SimulatorServer:
    """A listening simulator."""

    def __init__(self, listener: asyncio.Server, connections: _Connections) -> None:
        self._listener = listener
        self._connections = connections
        self.host, self.port = listener.sockets[0].getsockname()[:2]

    @property
    def url(self) -> str:
        """The base URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    async def close(self) -> None:
        """Stop listening, close all connections and wait until they are closed."""
        self._listener.close()
        await self._connections.close()
        await self._listener.wait_closed()


class _Connections:
    """The open connections of one listener."""

    def __init__(self, world: World | LiveSide) -> None:
        self._world = world
        self._tasks: set[asyncio.Task[None]] = set()

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(_Connection(self._world, reader, writer).run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Connection:
    """One client connection; requests are answered in turn until either side closes it."""

    def __init__(
        self, world: World | LiveSide, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._world = world
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER)

    async def run(self) -> None:
        try:
            await self._converse()
            await self._hang_up()
        finally:
            self._writer.transport.abort()  # no effect after a clean close

    async def _converse(self) -> None:
        try:
            while (request := await self._request()) is not None:
                await self._answer(self._world.handle(request))
                if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
                    break
                self._http.start_next_cycle()
        except h11.RemoteProtocolError as error:
            await self._refuse(error.error_status_hint)
        except OSError:
            pass  # the client went away

    async def _request(self) -> Request | None:
        """The next request; None when the client is done."""
        head: h11.Request | None = None
        body = bytearray()
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                if self._http.they_are_waiting_for_100_continue:
                    await self._send(h11.InformationalResponse(status_code=100, headers=[]))
                self._http.receive_data(await self._reader.read(_READ_SIZE))
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > _BODY_LIMIT:
                    raise h11.RemoteProtocolError("body too large", error_status_hint=413)
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                headers = ((name.decode(), value.decode("latin-1")) for name, value in head.headers)
                return Request.of(head.method.decode(), head.target.decode(), headers, bytes(body))
            else:
                return None

    async def _answer(self, reply: Reply) -> None:
        trouble = reply.trouble
        if trouble is None:
            await self._write(reply, reply.chunks)
        elif trouble.kind == "reset":
            self._reset()
        elif trouble.kind == "garbage":
            self._writer.write(_GARBAGE)
            await self._writer.drain()
            self._http.send_failed()
        elif trouble.kind == "stall":
            await self._world.clock.sleep(trouble.amount)
            await self._write(reply, reply.chunks)
        elif trouble.kind == "drip":
            await self._drip(reply, trouble.amount)
        else:
            await self._cut(reply, int(trouble.amount))

    async def _write(self, reply: Reply, chunks: Iterable[bytes]) -> None:
        await self._send(self._head(reply))
        for chunk in chunks:
            if chunk:
                await self._send(h11.Data(data=chunk))
            await asyncio.sleep(0)
        await self._send(h11.EndOfMessage())

    async def _drip(self, reply: Reply, seconds: float) -> None:
        await self._send(self._head(reply))
        for byte in reply.read():
            await self._world.clock.sleep(seconds)
            await self._send(h11.Data(data=bytes((byte,))))
        await self._send(h11.EndOfMessage())

    async def _cut(self, reply: Reply, size: int) -> None:
        body = reply.read()
        await self._send(self._head(reply))
        await self._send(h11.Data(data=body[:size]))
        if size >= len(body):
            await self._send(h11.EndOfMessage())

    def _head(self, reply: Reply) -> h11.Response:
        return h11.Response(
            status_code=reply.status, headers=reply.head(self._world.clock.now()),
            reason=responses.get(reply.status, ""),
        )  # fmt: skip

    async def _send(self, event: h11.Event) -> None:
        data = self._http.send(event)
        if data:
            self._writer.write(data)
            await self._writer.drain()

    def _reset(self) -> None:
        """Close so that the client sees a reset instead of a normal close."""
        connection = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._http.send_failed()
        self._writer.transport.abort()

    async def _refuse(self, status: int) -> None:
        """Reject a request that is malformed or too large."""
        if self._http.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return
        with suppress(OSError):
            await self._send(h11.Response(status_code=status, headers=[("content-length", "0")]))

    async def _hang_up(self) -> None:
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
