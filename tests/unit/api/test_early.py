"""The connection that begins while the program loads, over real sockets."""

from __future__ import annotations

import asyncio
import json
import random
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import httpx
import pytest

from tests.support.http import collect, row
from tests.support.tls import BY_STRICT_ROOT, ELSEWHERE, KEY, OTHER_ROOT, STRICT_ROOT
from vasttui.api import early_transport
from vasttui.api.client import VastClient
from vasttui.api.early import EarlyConnection, may_connect_early
from vasttui.api.early_transport import EarlyTransport
from vasttui.api.line import open_line
from vasttui.api.market_client import MarketClient
from vasttui.api.origin import parse_origin
from vasttui.clock import SystemClock
from vasttui.endpoint import connect_early, find_service
from vasttui.errors import NetworkError, TlsError

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

ACCOUNT_KEY = "0123456789abcdef" * 4
OFFERS = json.dumps({"offers": [row(3), row(1)]}).encode()


class Service:
    """Answers every request alike; `ends` is set when a client has closed a connection."""

    def __init__(self, body: bytes = OFFERS) -> None:
        self.body, self.connections, self.requests = body, 0, 0
        self.ends = asyncio.Event()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
                await reader.readexactly(int(length or 0))
                self.requests += 1
                writer.write(
                    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                    b"content-length: %d\r\n\r\n%b" % (len(self.body), self.body)
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            self.ends.set()


@asynccontextmanager
async def listening(talk: Talk, certificate: Path | None = None) -> AsyncIterator[str]:
    """A server; yields its address."""
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    talks: list[asyncio.Task[None]] = []

    async def talking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.append(cast("asyncio.Task[None]", asyncio.current_task()))
        try:
            await talk(reader, writer)
        finally:
            writer.transport.abort()

    async with await asyncio.start_server(talking, "127.0.0.1", 0, ssl=context) as server:
        scheme = "http" if context is None else "https"
        yield f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await asyncio.sleep(0)


def certificate(folder: Path, text: str = BY_STRICT_ROOT) -> Path:
    (folder / "server.pem").write_text(text + KEY)
    return folder / "server.pem"


def trust(root: str) -> Callable[[], ssl.SSLContext]:
    return lambda: ssl.create_default_context(cadata=root)


async def prepared(address: str, early: EarlyConnection) -> VastClient:
    """A client that was prepared with it, as in the thread that loads."""
    line = open_line(address, ACCOUNT_KEY, clock=SystemClock(), rng=random.Random(1))
    market = MarketClient(line)
    await asyncio.to_thread(market.prepare, early)
    return market.whole()


@pytest.mark.parametrize("secure", [False, True])
async def test_requests_use_the_connection_that_began_early(secure: bool, tmp_path: Path) -> None:
    service = Service()
    async with listening(service.talk, certificate(tmp_path) if secure else None) as address:
        early = EarlyConnection(parse_origin(address), trust(STRICT_ROOT))
        await asyncio.wrap_future(early.connected)
        client = await prepared(address, early)
        assert await collect(client) == [3, 1]
        assert await collect(client) == [3, 1]
        assert (service.connections, service.requests) == (1, 2)
        await client.aclose()
        await service.ends.wait()


async def test_requests_at_once_get_connections_of_their_own() -> None:
    service = Service()
    async with listening(service.talk) as address:
        client = await prepared(address, EarlyConnection(parse_origin(address)))
        assert await asyncio.gather(*(collect(client) for _ in range(3))) == [[3, 1]] * 3
        assert service.connections == 3
        await client.aclose()


async def test_a_large_answer_and_a_large_request_come_whole(tmp_path: Path) -> None:
    service = Service(b"0123456789abcdef" * 500_000)
    async with listening(service.talk, certificate(tmp_path)) as address:
        early = EarlyConnection(parse_origin(address), trust(STRICT_ROOT))
        tls = await asyncio.wrap_future(early.tls)
        async with httpx.AsyncClient(transport=EarlyTransport(early, tls, httpx.Limits())) as http:
            answer = await http.post(address, content=b"x" * 5_000_000)
            assert answer.content == service.body
        assert service.connections == 1


@pytest.mark.parametrize(("root", "text"), [(OTHER_ROOT, BY_STRICT_ROOT), (STRICT_ROOT, ELSEWHERE)])
async def test_a_certificate_that_is_not_trusted_is_told_by_the_request(
    root: str, text: str, tmp_path: Path
) -> None:
    service = Service()
    async with listening(service.talk, certificate(tmp_path, text)) as address:
        early = EarlyConnection(parse_origin(address), trust(root))
        client = await prepared(address, early)
        with pytest.raises(TlsError, match="certificate check failed"):
            await client.offers.gpu_names()
        assert service.requests == 0
        await client.aclose()


async def test_certificates_that_cannot_be_read_are_told_by_the_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file")
    address = "https://127.0.0.1:9"
    client = await prepared(address, EarlyConnection(parse_origin(address)))
    with pytest.raises(NetworkError, match="SSL_CERT_FILE"):
        await client.offers.gpu_names()
    await client.aclose()


async def test_where_nobody_listens_the_request_says_so() -> None:
    async with listening(Service().talk) as address:
        pass
    client = await prepared(address, EarlyConnection(parse_origin(address)))
    with pytest.raises(NetworkError, match="refused the connection"):
        await client.offers.gpu_names()
    await client.aclose()


async def test_one_that_takes_too_long_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(early_transport, "_PATIENCE", 0.01)
    service = Service()
    async with listening(service.talk) as address:
        early = EarlyConnection(parse_origin(address))
        connected = await asyncio.wrap_future(early.connected)
        early.connected = Future()
        client = await prepared(address, early)
        assert await collect(client) == [3, 1]
        early.connected.set_result(connected)
        await service.ends.wait()
        assert service.connections == 2
        await client.aclose()


async def test_one_that_is_not_used_is_closed() -> None:
    service = Service()
    async with listening(service.talk) as address:
        client = await prepared(address, EarlyConnection(parse_origin(address)))
        await client.aclose()
        await service.ends.wait()
        assert (service.connections, service.requests) == (1, 0)


@pytest.mark.parametrize(
    ("answer", "error"),
    [(b"", httpx.RemoteProtocolError), (b"HTTP/1.1 200 OK\r\nco", httpx.RemoteProtocolError),
     (None, httpx.ReadTimeout)],
)  # fmt: skip
async def test_errors_are_those_of_any_other_connection(
    answer: bytes | None, error: type[Exception]
) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if answer is None:
            await reader.read()
        writer.write(answer or b"")
        writer.close()
        await writer.wait_closed()

    async with listening(talk) as address:
        early = EarlyConnection(parse_origin(address))
        transport = EarlyTransport(early, None, httpx.Limits())
        async with httpx.AsyncClient(transport=transport) as http:
            with pytest.raises(error):
                await http.get(address, timeout=httpx.Timeout(5.0, read=0.05))


def test_only_without_a_proxy() -> None:
    assert may_connect_early({"HTTPS_PROXY": "", "PATH": "/bin"}, "linux")
    assert not may_connect_early({"https_proxy": "http://proxy:3128"}, "linux")
    assert not may_connect_early({"ALL_PROXY": "socks5://proxy"}, "linux")
    assert not may_connect_early({}, "darwin")


def test_not_in_the_demo_and_not_without_a_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    begun: list[str] = []
    monkeypatch.setattr("vasttui.api.early.EarlyConnection", lambda one: begun.append(one.host))
    monkeypatch.setattr("vasttui.api.early.may_connect_early", lambda environ: True)
    assert connect_early(None) is None
    assert connect_early(find_service({}, tmp_path, None)) is None
    assert begun == []
    connect_early(find_service({"VAST_API_KEY": ACCOUNT_KEY}, tmp_path, None))
    assert begun == ["console.vast.ai"]
