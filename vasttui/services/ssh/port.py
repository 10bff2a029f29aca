"""Looks whether an SSH server answers at an address, without logging in."""

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

_LINES_BEFORE = 20  # RFC 4253, 4.2: a server may send other lines before its name
_LONGEST_LINE = 1024


class PortState(Enum):
    """What became of a connection."""

    SSH = "an SSH server answers"
    SILENT = "something listens, but is no SSH server"
    REFUSED = "refused"
    TIMED_OUT = "no answer"
    NO_NAME = "no such host"
    UNREACHABLE = "no way there"


@dataclass(frozen=True, slots=True)
class PortAnswer:
    """The state, and what the server calls itself or the reason against it, cleaned."""

    state: PortState
    detail: str = ""


Open = Callable[[SshAddress], Awaitable[PortAnswer]]
"""Looks at one address. Raises nothing."""


async def knock(address: SshAddress, seconds: float = LONGEST_WAIT) -> PortAnswer:
    """The `Open` of the running program: connects, reads the server's name, sends nothing."""
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
            return await _name_of(reader)
    except TimeoutError:
        return PortAnswer(PortState.SILENT, "it says nothing")
    except (OSError, ValueError):
        return PortAnswer(PortState.SILENT, "it broke off")
    finally:
        writer.transport.abort()


async def _name_of(reader: asyncio.StreamReader) -> PortAnswer:
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
