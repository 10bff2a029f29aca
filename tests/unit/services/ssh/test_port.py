from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from vasttui.models.ssh_address import SshAddress
from vasttui.services.ssh.port import PortAnswer, PortState, knock


@asynccontextmanager
async def listening(say: bytes, close: bool = False) -> AsyncIterator[tuple[SshAddress, bytearray]]:
    """A loopback server that sends a banner; what it received is available at the end."""
    heard = bytearray()
    served = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(say)
        if not close:
            with suppress(ConnectionError):
                heard.extend(await reader.read())
        writer.close()
        served.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield SshAddress("127.0.0.1", port, direct=True), heard
        await served.wait()


async def test_an_ssh_server_is_known_by_its_name_and_is_sent_nothing() -> None:
    async with listening(b"SSH-2.0-OpenSSH_8.9p1 Ubuntu-3\r\n") as (address, heard):
        assert await knock(address) == PortAnswer(PortState.SSH, "SSH-2.0-OpenSSH_8.9p1 Ubuntu-3")
    assert heard == b""


async def test_lines_before_the_name_are_allowed() -> None:
    async with listening(b"Welcome\r\nto the machine\r\nSSH-2.0-x\r\n") as (address, _):
        assert (await knock(address)).state is PortState.SSH


@pytest.mark.parametrize(
    ("said", "close", "words"),
    [
        (b"", False, "it says nothing"),
        (b"", True, "closed the connection"),
        (b"SSH-2.0-never ends", False, "it says nothing"),
        (b"x" * 5000, False, "broke off"),
        (b"HTTP/1.1 400 \x1b[2J\r\n" * 30, False, "it says 'HTTP/1.1 400 ␛[2J'"),
    ],
)
async def test_what_listens_but_is_no_ssh_server(said: bytes, close: bool, words: str) -> None:
    async with listening(said, close) as (address, _):
        answer = await knock(address, seconds=0.2)
    assert answer.state is PortState.SILENT
    assert words in answer.detail


async def test_a_hostile_name_becomes_harmless() -> None:
    async with listening(b"SSH-2.0-\x1b]0;owned\x07\xff\n") as (address, _):
        assert (await knock(address)).detail.isprintable()


async def test_a_closed_port_refuses() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        address = SshAddress("127.0.0.1", held.getsockname()[1], direct=True)
        assert (await knock(address)).state is PortState.REFUSED


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), PortState.NO_NAME),
        (OSError(errno.EHOSTUNREACH, "No route to host"), PortState.UNREACHABLE),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), PortState.UNREACHABLE),
        (OSError("Multiple exceptions: a, b"), PortState.UNREACHABLE),
        (ConnectionResetError(errno.ECONNRESET, "reset"), PortState.REFUSED),
        (OSError(errno.ETIMEDOUT, "Connection timed out"), PortState.TIMED_OUT),
        (TimeoutError(), PortState.TIMED_OUT),
    ],
)
async def test_why_there_is_no_connection(
    monkeypatch: pytest.MonkeyPatch, error: OSError, state: PortState
) -> None:
    async def fail(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr(asyncio, "open_connection", fail)
    assert (await knock(SshAddress("ssh5.vast.ai", 10600, direct=False))).state is state


async def test_a_connection_that_never_comes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def wait(*args: object, **kwargs: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio, "open_connection", wait)
    address = SshAddress("192.0.2.1", 22, direct=True)
    assert (await knock(address, seconds=0.01)).state is PortState.TIMED_OUT
