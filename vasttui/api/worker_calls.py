"""Sends a request to a worker of an endpoint (client 1.9.1 `serverless/client/connection.py`).

A worker is a stranger's machine at an address that the router names. It gets the router's answer,
whose signature it checks, and the endpoint's own key, never the account's; over plain http to
another computer not even that one, as anybody on the way could read it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

import httpx
from msgspec.structs import replace

from vasttui.api.body import read_body
from vasttui.api.connections import new_client
from vasttui.api.deadline import Deadline
from vasttui.api.faults import vast_error
from vasttui.api.log_text import shown_lines
from vasttui.api.operations import MEGABYTE
from vasttui.api.origin import Origin, parse_origin
from vasttui.api.surroundings import proxy_of
from vasttui.api.vast_root import fetch_root
from vasttui.clock import Clock
from vasttui.errors import (
    READ_ONLY,
    BrokenAnswer,
    NetworkError,
    ReadOnlyRefused,
    SettingsError,
    TlsError,
    VastError,
)
from vasttui.models.exchange import Exchange
from vasttui.models.route import RouteAnswer, WorkerAnswer
from vasttui.models.secret import Secret
from vasttui.text import clean

PATIENCE = 120.0
"""Seconds for a whole answer."""

KEPT = 65_536
"""Bytes of an answer that are kept to be shown."""

_MOST = 8 * MEGABYTE
_CONNECT_SECONDS = 10.0
_URL = re.compile(r"(?P<origin>https?://[^/?#\s]+)(?P<path>(/\w[\w.-]*)*/?)", re.ASCII)
_PATH = re.compile(r"/[!-~]{0,1023}")
_LINES = 400
_JSON = {"Content-Type": "application/json", "Accept-Encoding": "gzip"}


class WorkerCalls:
    """Requests to workers. `inner` replaces the network."""

    def __init__(
        self,
        origin: Origin,
        clock: Clock,
        *,
        on_exchange: Callable[[Exchange], None] = lambda exchange: None,
        inner: httpx.AsyncBaseTransport | None = None,
        read_only: bool = False,
        root: Callable[[Clock], Awaitable[str]] = fetch_root,
    ) -> None:
        """`root` gives the certificate that workers' are signed with; it may raise TlsError."""
        self._clock, self._inner, self._read_only = clock, inner, read_only
        self._own = origin.is_loopback or inner is not None
        self._on_exchange, self._root = on_exchange, root
        self._clients: dict[bool, httpx.AsyncClient] = {}

    async def call(
        self, route: RouteAnswer, path: str, payload: Mapping[str, object], key: Secret
    ) -> WorkerAnswer:
        """Send `payload` to the worker that the router chose, once: `POST <url><path>`. An answer
        with any HTTP status is one; raises `VastError` if none came."""
        if self._read_only:
            raise ReadOnlyRefused(READ_ONLY)
        worker, below = self._worker(route.url)
        if not _PATH.fullmatch(path):
            raise NetworkError("A path starts with / and has no blanks.")
        body = {"auth_data": dict(route.auth_data), "session_id": None, "payload": dict(payload)}
        headers = dict(_JSON)
        if worker.scheme == "https" or worker.is_loopback:
            headers["Authorization"] = f"Bearer {key.reveal()}"
        started, url = self._clock.monotonic(), f"{worker}{below}{path}"
        sent = Exchange(
            at=self._clock.now(), operation="worker", method="POST", path=url,
            body="(not logged: it may hold secrets)", status=0, seconds=0.0, size=0,
            note="", reads=False,
        )  # fmt: skip
        try:
            answer = await self._send(worker, url, json.dumps(body).encode(), headers)
            sent = replace(sent, status=answer.status, size=answer.size)
        except VastError as error:
            sent = replace(sent, note=type(error).__name__)
            raise
        finally:
            self._on_exchange(replace(sent, seconds=self._clock.monotonic() - started))
        return answer

    async def aclose(self) -> None:
        """Close all connections."""
        for client in self._clients.values():
            await client.aclose()

    def _worker(self, url: str) -> tuple[Origin, str]:
        """Where the worker is, and its path there. Raises BrokenAnswer for an address that nothing
        is sent to."""
        found = _URL.fullmatch(url)
        with suppress(SettingsError):
            worker = parse_origin(found["origin"] if found else "", plain=True)
            if found and (not worker.is_loopback or self._own):
                return worker, found["path"].rstrip("/")
        raise BrokenAnswer("The service named a worker at an address that cannot be used.")

    async def _send(
        self, worker: Origin, url: str, body: bytes, headers: Mapping[str, str]
    ) -> WorkerAnswer:
        deadline = Deadline(self._clock, PATIENCE)
        response: httpx.Response | None = None
        try:
            client = await deadline.wait_for(self._client(worker))
            timeout = httpx.Timeout(PATIENCE, connect=_CONNECT_SECONDS)
            request = client.build_request(
                "POST", url, content=body, headers=dict(headers), timeout=timeout
            )
            started = self._clock.monotonic()
            response = await deadline.wait_for(client.send(request, stream=True))
            first = self._clock.monotonic() - started
            data, size = await _start_of(response, deadline)
            seconds = self._clock.monotonic() - started
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            proxy = "" if self._own else proxy_of(worker.scheme, worker.host)
            raise _worker_error(vast_error(error, worker.host, proxy)) from None
        finally:
            if response is not None:
                await response.aclose()
        lines = await shown_lines(data) if _is_text(response) else ()
        return WorkerAnswer(
            response.status_code, size, first, seconds, lines[:_LINES],
            cut=size > len(data) or len(lines) > _LINES,
        )  # fmt: skip

    async def _client(self, worker: Origin) -> httpx.AsyncClient:
        secure = worker.scheme == "https"
        if secure not in self._clients:
            root = await self._root(self._clock) if secure and self._inner is None else None
            client = await new_client(
                self._inner, secure=secure, local=worker.is_loopback, headers={}, connections=2,
                root=root,
            )  # fmt: skip
            self._clients[secure] = client
        return self._clients[secure]


async def _start_of(response: httpx.Response, deadline: Deadline) -> tuple[bytes, int]:
    """The first bytes of an answer, and the size of all."""
    data, size = bytearray(), 0
    async for chunk in read_body(response, _MOST, deadline):
        data += chunk[: KEPT - len(data)]
        size += len(chunk)
    return bytes(data), size


def _is_text(response: httpx.Response) -> bool:
    kind = clean(response.headers.get("content-type", ""), 80).lower()
    return not kind or kind.startswith("text/") or "json" in kind


def _worker_error(error: VastError) -> VastError:
    if isinstance(error, TlsError):
        return TlsError(
            f"{error}",
            hint="It is checked against Vast.ai's own root, not your system's alone.",
        )
    return error
