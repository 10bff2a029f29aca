"""Fetches the files with logs and command output (docs: "show logs", "execute").

They are on a third party's storage: no key is sent there, and no other host is contacted
(client 1.9.1 `api/instances.py`).
"""

from __future__ import annotations

import re

import httpx
from msgspec import Struct

from vasttui.api.body import read_body
from vasttui.api.connections import new_client
from vasttui.api.deadline import Deadline
from vasttui.api.faults import vast_error
from vasttui.api.operations import MEGABYTE
from vasttui.api.origin import Origin
from vasttui.api.surroundings import proxy_of
from vasttui.clock import Clock
from vasttui.errors import (
    AnswerTooLarge,
    BrokenAnswer,
    NetworkError,
    Redirected,
    ServiceDown,
    TlsError,
    VastError,
)

PATIENCE = 20.0
"""Seconds to wait for a file to appear."""

KEPT = 2 * MEGABYTE
"""Bytes kept of the end of a file."""

_MOST_READ = 64 * MEGABYTE
_FIRST_WAIT, _GROWTH, _LONGEST_WAIT = 0.3, 1.5, 3.0
_CONNECT_SECONDS = 10.0
_CONNECTIONS = 2
_NOT_THERE_YET = (403, 404)
_BUSY = (408, 429)
_FINAL = (TlsError, Redirected, AnswerTooLarge)

_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_STORAGE = re.compile(
    rf"https://(?:(?:{_LABEL}\.)+vast\.ai"
    rf"|(?:{_LABEL}\.)*s3(?:[.-](?:dualstack\.)?{_LABEL})?\.amazonaws\.com)(?::443)?/[!-~]*"
)
"""Matches the whole address: no user name, no other port, no ambiguity."""
_PRINTABLE = re.compile(r"[!-~]{1,8192}")


class ResultFile(Struct, frozen=True):
    """A file, or its end if `cut`."""

    data: bytes
    cut: bool = False


class ResultFiles:
    """Fetches files without sending a key. `inner` replaces the network."""

    def __init__(
        self, origin: Origin, clock: Clock, *, inner: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._origin, self._clock, self._inner = origin, clock, inner
        self._clients: dict[bool, httpx.AsyncClient] = {}

    def allows(self, address: str) -> bool:
        """Whether the address is on storage that Vast.ai uses, or on a local service."""
        if not _PRINTABLE.fullmatch(address):
            return False
        return self._is_own(address) or _STORAGE.fullmatch(address) is not None

    async def fetch(self, address: str) -> ResultFile:
        """The file at `address`, which may take seconds to appear. Raises `VastError`."""
        if not self.allows(address):
            raise BrokenAnswer(
                "Vast.ai named a file on an untrusted server; it was not fetched.",
                hint="View the log in the Vast.ai console.",
            )
        deadline = Deadline(self._clock, PATIENCE)
        wait = _FIRST_WAIT
        while True:
            trouble: VastError = BrokenAnswer(
                f"The text did not arrive within {PATIENCE:g} s.",
                hint="The host may be offline or busy: try again.",
            )
            try:
                found = await self._ask(address, deadline)
            except _FINAL:
                raise
            except (NetworkError, BrokenAnswer) as error:
                found, trouble = None, error
            if found is not None:
                return found
            if wait >= deadline.left:
                raise trouble
            await self._clock.sleep(wait)
            wait = min(wait * _GROWTH, _LONGEST_WAIT)

    async def aclose(self) -> None:
        """Close all connections."""
        for client in self._clients.values():
            await client.aclose()

    def _is_own(self, address: str) -> bool:
        local = self._origin.is_loopback or self._inner is not None
        return local and address.startswith(f"{self._origin}/")

    async def _ask(self, address: str, deadline: Deadline) -> ResultFile | None:
        """Ask once; None while the file does not exist."""
        host = address.split("/", 3)[2]
        response: httpx.Response | None = None
        try:
            client = await deadline.wait_for(self._client(address))
            left = deadline.left
            timeout = httpx.Timeout(left, connect=min(left, _CONNECT_SECONDS))
            request = client.build_request("GET", address, timeout=timeout)
            response = await deadline.wait_for(client.send(request, stream=True))
            if response.status_code in _NOT_THERE_YET:
                return None
            _check_status(response.status_code, host)
            return await _end_of(response, deadline)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            direct = self._inner is not None or self._is_own(address)
            proxy = "" if direct else proxy_of(address.partition(":")[0], host)
            raise vast_error(error, host, proxy) from None
        finally:
            if response is not None:
                await response.aclose()

    async def _client(self, address: str) -> httpx.AsyncClient:
        local = self._is_own(address)
        if local not in self._clients:
            self._clients[local] = await new_client(
                self._inner, secure=address.startswith("https:"), local=local,
                headers={"Accept-Encoding": "gzip"}, connections=_CONNECTIONS,
            )  # fmt: skip
        return self._clients[local]


def _check_status(status: int, host: str) -> None:
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise Redirected(
            f"{host} redirected elsewhere; the redirect was not followed.",
            hint="View the log in the Vast.ai console.",
        )
    if status >= 500 or status in _BUSY:
        raise ServiceDown(
            f"{host} is having problems (HTTP {status}).", status=status, hint="Try again."
        )
    raise BrokenAnswer(f"{host} refused to send the text (HTTP {status}).", hint="Try again.")


async def _end_of(response: httpx.Response, deadline: Deadline) -> ResultFile:
    """Read all, keeping only the end."""
    data, size = bytearray(), 0
    async for chunk in read_body(response, _MOST_READ, deadline):
        data += chunk
        size += len(chunk)
        if len(data) > 2 * KEPT:
            del data[:-KEPT]
    return ResultFile(bytes(data[-KEPT:]), cut=size > KEPT)
