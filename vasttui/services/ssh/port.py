"""Checks whether an SSH server answers at an address, without logging in."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum

from vasttui.models.ssh_address import SshAddress
from vasttui.text import clean

LONGEST_WAIT = 6.0
"""Seconds for a connection and the server's first line."""

_LINES_BEFORE = 20  # RFC 4253, 4.2: a server may send other lines before its banner
_LONGEST_LINE = 1024


class PortState(Enum):
    """The result of a connection."""

    SSH = "an SSH server answers"
    SILENT = "something listens, but is no SSH server"
    REFUSED = "refused"
    TIMED_OUT = "no answer"
    NO_NAME = "no such host"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class PortAnswer:
    """The state, with the server's banner or the reason, cleaned."""

    state: PortState
    detail: str = ""


Open = Callable[[SshAddress], Awaitable[PortAnswer]]
"""Checks one address. Raises nothing."""


async def probe_port(address: SshAddress, seconds: float = LONGEST_WAIT) -> PortAnswer:
    """The default `Open`: connects, reads the banner, sends nothing."""
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(
                address.host, address.port, limit=_LONGEST_LINE
            )
    except TimeoutError:
        return PortAnswer(PortState.TIMED_OUT)
    except OSError as error:
        return _no_connection(error)
    try:
        async with asyncio.timeout(seconds):
            return await _read_banner(reader)
    except TimeoutError:
        return PortAnswer(PortState.SILENT, "it says nothing")
    except (OSError, ValueError):
        return PortAnswer(PortState.SILENT, "it broke off")
    finally:
        writer.transport.abort()


async def _read_banner(reader: asyncio.StreamReader) -> PortAnswer:
    line = b""
    for _ in range(_LINES_BEFORE):
        line = await reader.readline()
        if line.startswith(b"SSH-"):
            return PortAnswer(PortState.SSH, clean(line.decode("utf-8", "replace"), cap=80))
        if not line:
            return PortAnswer(PortState.SILENT, "it closed the connection")
    said = clean(line.decode("utf-8", "replace"), cap=80)
    return PortAnswer(PortState.SILENT, f"it says {said!r}")


def _no_connection(error: OSError) -> PortAnswer:
    if isinstance(error, socket.gaierror):
        return PortAnswer(PortState.NO_NAME)
    if error.errno in (errno.ECONNREFUSED, errno.ECONNRESET):
        return PortAnswer(PortState.REFUSED)
    if error.errno == errno.ETIMEDOUT:
        return PortAnswer(PortState.TIMED_OUT)
    return PortAnswer(PortState.UNREACHABLE, clean(error.strerror or "", cap=80))
