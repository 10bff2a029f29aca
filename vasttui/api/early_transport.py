"""Sends requests over a connection that was opened early, and over new ones beside it."""

from __future__ import annotations

import asyncio
import select
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import httpcore
import httpx

from vasttui.api.early import EarlyConnection

Done = TypeVar("Done")

_PATIENCE = 2.0
"""Seconds to wait for the early connection before another one is opened."""

_FAILURES = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
)


class EarlyTransport(httpx.AsyncBaseTransport):
    """As httpx's own transport without a proxy. The first connection is the early one."""

    def __init__(
        self, early: EarlyConnection, tls: ssl.SSLContext | None, limits: httpx.Limits
    ) -> None:
        self._early = early
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls,
            max_connections=limits.max_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=_Network(early),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it and read the head of the answer. Raises httpx's errors."""
        url = request.url
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        sent = httpcore.Request(
            request.method, target, headers=request.headers.raw, content=request.stream,
            extensions=request.extensions,
        )  # fmt: skip
        with _errors():
            answer = await self._pool.handle_async_request(sent)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer),
            extensions=answer.extensions,
        )  # fmt: skip

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()
        self._early.drop()


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _errors():
            async for part in self._answer.aiter_stream():
                yield part

    async def aclose(self) -> None:
        await self._answer.aclose()


@contextmanager
def _errors() -> Iterator[None]:
    """httpx has an error of the same name for each of httpcore's."""
    try:
        yield
    except _FAILURES as error:
        raise getattr(httpx, type(error).__name__)(str(error)) from error


class _Network(httpcore.AsyncNetworkBackend):
    """Connects; the first time, where somebody has done so already."""

    def __init__(self, early: EarlyConnection) -> None:
        self._early: EarlyConnection | None = early
        self._usual = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - as httpcore has it
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        early, self._early = self._early, None
        if early is not None and (stream := await _stream_of(early)) is not None:
            return stream
        return await self._usual.connect_tcp(host, port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def _stream_of(early: EarlyConnection) -> _Stream | None:
    try:
        async with asyncio.timeout(_PATIENCE):
            return _Stream(await asyncio.shield(asyncio.wrap_future(early.connected)))
    except OSError:  # a TimeoutError is one
        early.drop()
        return None


class _Stream(httpcore.AsyncNetworkStream):
    """A connected socket that does not block, over TLS already if it is to be."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        with _failing_as(httpcore.ReadTimeout, httpcore.ReadError):
            async with asyncio.timeout(timeout):
                return await self._when_ready(lambda: self._socket.recv(max_bytes), writes=False)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        with _failing_as(httpcore.WriteTimeout, httpcore.WriteError):
            async with asyncio.timeout(timeout):
                while buffer:
                    send = partial(self._socket.send, buffer)
                    buffer = buffer[await self._when_ready(send, writes=True) :]

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - as httpcore has it
    ) -> httpcore.AsyncNetworkStream:
        assert isinstance(self._socket, ssl.SSLSocket)
        assert self._socket.context is ssl_context
        return self

    async def aclose(self) -> None:
        self._socket.close()

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object" and isinstance(self._socket, ssl.SSLSocket):
            return self._socket
        if info == "is_readable":
            poll = select.poll()
            poll.register(self._socket, select.POLLIN)
            return bool(poll.poll(0))
        return None

    async def _when_ready(self, act: Callable[[], Done], *, writes: bool) -> Done:
        loop = asyncio.get_running_loop()
        while True:
            try:
                return act()
            except ssl.SSLWantReadError:
                writes = False
            except ssl.SSLWantWriteError:
                writes = True
            except BlockingIOError:
                pass
            add = loop.add_writer if writes else loop.add_reader
            remove = loop.remove_writer if writes else loop.remove_reader
            ready = asyncio.Event()
            add(self._socket, ready.set)
            try:
                await ready.wait()
            finally:
                remove(self._socket)


@contextmanager
def _failing_as(late: type[Exception], broken: type[Exception]) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise late(str(error)) from error
    except OSError as error:
        raise broken(str(error)) from error
