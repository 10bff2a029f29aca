"""Workers' certificates are checked against Vast.ai's own root, over a real connection."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.tls import ELSEWHERE, HERE, KEY, OTHER_ROOT, ROOT
from vasttui.api.origin import parse_origin
from vasttui.api.worker_calls import WorkerCalls
from vasttui.clock import Clock, SystemClock
from vasttui.errors import TlsError
from vasttui.models.route import RouteAnswer
from vasttui.models.secret import Secret

_ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok"


@asynccontextmanager
async def worker(folder: Path, certificate: str) -> AsyncIterator[str]:
    """A worker with this certificate; yields its address. It closes after every answer."""
    (folder / "worker.pem").write_text(certificate + KEY)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "worker.pem")

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(_ANSWER)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def calls(root: str) -> WorkerCalls:
    async def given(clock: Clock) -> str:
        return root

    return WorkerCalls(parse_origin("http://127.0.0.1:9"), SystemClock(), root=given)


async def test_a_worker_signed_by_vasts_root_is_trusted(tmp_path: Path) -> None:
    async with worker(tmp_path, HERE) as address:
        client = calls(ROOT)
        answer = await client.call(RouteAnswer(address), "/x", {}, Secret("k"))
        assert answer.lines == ("ok",)
        await client.aclose()


async def test_one_for_another_address_is_not(tmp_path: Path) -> None:
    async with worker(tmp_path, ELSEWHERE) as address:
        client = calls(ROOT)
        with pytest.raises(TlsError, match="mismatch") as caught:
            await client.call(RouteAnswer(address), "/x", {}, Secret("k"))
        assert "Vast.ai's own root" in caught.value.hint
        await client.aclose()


async def test_nor_is_one_that_another_root_signed(tmp_path: Path) -> None:
    async with worker(tmp_path, HERE) as address:
        client = calls(OTHER_ROOT)
        with pytest.raises(TlsError, match="certificate check failed"):
            await client.call(RouteAnswer(address), "/x", {}, Secret("k"))
        await client.aclose()
