"""Sends one request: key, time limit, size limit, outcome."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from functools import lru_cache
from urllib.parse import quote, urlencode

import httpx
from msgspec import Struct

from vasttui import __version__
from vasttui.api.answers import REFUSAL_BYTES, not_json, refusal, refusal_in
from vasttui.api.body import read_body
from vasttui.api.connections import Wire, WireOptions, certificates, new_wire, wire_over
from vasttui.api.deadline import Deadline
from vasttui.api.early import EarlyConnection
from vasttui.api.faults import vast_error
from vasttui.api.operations import Operation
from vasttui.api.origin import Origin
from vasttui.api.outcome import Fate, Outcome, outcome_of
from vasttui.api.surroundings import proxy_of
from vasttui.clock import Clock, ServiceClock
from vasttui.errors import (
    READ_ONLY,
    AuthRejected,
    BrokenAnswer,
    ReadOnlyRefused,
    Rejected,
    VastError,
)
from vasttui.logs import MASK
from vasttui.models.decode_json import NotJson, read_json
from vasttui.models.exchange import Exchange
from vasttui.models.secret import Secret
from vasttui.text import clean

_CONNECT_SECONDS = 10.0
_CONNECTIONS = 4
_HEADERS = (
    (b"User-Agent", f"vasttui/{__version__}".encode()),
    (b"Accept", b"application/json"),
    (b"Accept-Encoding", b"gzip"),
    (b"Connection", b"keep-alive"),
)
_JSON = (b"Content-Type", b"application/json")
_BODY_SHOWN = 4_000
_log = logging.getLogger(__name__)

Parse = Callable[[bytes], object]
"""Parses the body of an answer. Raises NotJson."""


OnAnswer = Callable[[str, bytes], None]
"""Receives the name of an operation and the body of its answer."""


class Answer(Struct, frozen=True):
    """The head of a 2xx answer and its decompressed body as it arrives (may raise `VastError`)."""

    status: int
    content_type: str
    chunks: AsyncIterator[bytes]


class Transport:
    """Sends requests, and the key, to one origin only; follows no redirects. `inner` replaces the
    network. `on_exchange` receives every request when it is over, `on_answer` the name of the
    operation and the body of every answer that came whole."""

    def __init__(
        self,
        origin: Origin,
        key: str | None,
        *,
        clock: Clock,
        on_exchange: Callable[[Exchange], None] = lambda exchange: None,
        on_answer: OnAnswer | None = None,
        inner: httpx.AsyncBaseTransport | None = None,
        read_only: bool = False,
    ) -> None:
        self._origin, self._on_answer = origin, on_answer
        self._key = Secret(key) if key else None
        self._clock, self._on_exchange, self._inner = clock, on_exchange, inner
        self._read_only = read_only
        self._wire: Wire | None = None
        self._proxy = ""
        self._opening = asyncio.Lock()

    def prepare(self, early: EarlyConnection | None) -> None:
        """Make in advance what the first request needs; it uses the `early` connection. Blocks for
        30 ms. What cannot be made is told by the first request."""
        tls, secure = None, self._origin.scheme == "https" and self._inner is None
        try:
            if secure:
                tls = certificates() if early is None else early.tls.result()
            self._use(wire_over(self._inner, tls, early=early, **self._options))
        except (VastError, OSError):
            if early is not None:
                early.drop()

    @property
    def address(self) -> str:
        """Where requests go."""
        return str(self._origin)

    def sends_key(self, operation: Operation) -> bool:
        """Whether the key is sent with this operation."""
        return self._key is not None and operation.key != "kept"

    def completed(self, operation: Operation, body: Mapping[str, object]) -> Mapping[str, object]:
        """The body as it is sent: with the key, where the operation has it there."""
        if self._key is None or not operation.in_body:
            return body
        return {**body, "api_key": self._key.reveal()}

    async def send(
        self,
        operation: Operation,
        deadline: Deadline,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        parse: Parse = read_json,
        key: Secret | None = None,
    ) -> Outcome:
        """Send once and read the whole answer as JSON; `key` is sent instead of the account's.
        Raises no `VastError`."""
        try:
            async with self.open(operation, deadline, query=query, body=body, key=key) as answer:
                data = b"".join([chunk async for chunk in answer.chunks])
                try:
                    document = parse(data)
                except NotJson:
                    raise not_json(answer.content_type) from None
                sent_key = self.sends_key(operation)
                refused = refusal_in(
                    document, status=answer.status, sent_key=sent_key, right=operation.right
                )
                if refused is not None:
                    raise refused
        except VastError as error:
            return outcome_of(error)
        return Outcome(Fate.OK, document, status=answer.status)

    @asynccontextmanager
    async def open(
        self,
        operation: Operation,
        deadline: Deadline,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        key: Secret | None = None,
    ) -> AsyncIterator[Answer]:
        """Send once and read the answer as it arrives. Raises `VastError`."""
        self._check(operation)
        shown = "(not logged: it may hold secrets)" if operation.private else self._shown(body)
        sent = _Sent(self._clock, operation, shown)
        response: httpx.Response | None = None
        try:
            wire = self._wire
            if wire is None:
                wire = await deadline.wait_for(self._open_wire())
            key = key or (self._key if self.sends_key(operation) else None)
            request = self._request(operation, deadline, query, body, key)
            sent.path = request.url.raw_path.decode()
            answer: httpx.Response = await deadline.wait_for(wire.send(request))
            response, sent.status = answer, answer.status_code
            self._learn_time(answer, sent)
            if not answer.is_success:
                raise await self._refusal(operation, answer, deadline)
            content_type = clean(answer.headers.get("content-type", ""), 80)
            chunks = self._chunks(answer, operation, deadline, sent)
            yield Answer(answer.status_code, content_type, chunks)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            sent.note = type(error).__name__
            raise vast_error(error, self._origin.host, self._proxy) from None
        except VastError as error:
            sent.note = type(error).__name__
            self._mask_error(error, key)
            raise
        except BaseException:
            sent.note = "abandoned"
            raise
        finally:
            if response is not None:
                await response.aclose()
            self._report(sent.exchange())

    def _learn_time(self, response: httpx.Response, sent: _Sent) -> None:
        """The service's time is in the header `Date`; not where a cache answered or an error."""
        fresh = response.is_success and "age" not in response.headers
        date = _epoch(response.headers.get("date", "")) if fresh else None
        if isinstance(self._clock, ServiceClock) and date is not None:
            self._clock.learn(date, sent.seconds)

    async def aclose(self) -> None:
        """Close all connections."""
        if self._wire is not None:
            await self._wire.aclose()

    def _check(self, operation: Operation) -> None:
        if self._read_only and not operation.reads:
            raise ReadOnlyRefused(READ_ONLY)
        if operation.key == "needed" and self._key is None:
            raise AuthRejected("This needs an API key.", status=401, code="no_key")

    def _request(
        self,
        operation: Operation,
        deadline: Deadline,
        query: Mapping[str, str] | None,
        body: bytes | None,
        key: Secret | None,
    ) -> httpx.Request:
        # A stalled answer times out early enough for a second try.
        idle = min(deadline.left, operation.deadline / 2)
        timeout = dict.fromkeys(("read", "write", "pool"), idle)
        timeout["connect"] = min(idle, _CONNECT_SECONDS)
        # httpx would parse an address with parameters twice.
        parameters = f"?{_encoded(tuple(query.items()))}" if query else ""
        url = _url(f"{self._origin}{operation.target}{parameters}")
        headers = [*_HEADERS, *([] if body is None else [_JSON]), *bearer(self._origin, url, key)]
        return httpx.Request(
            operation.method, url, headers=headers, content=body, extensions={"timeout": timeout}
        )

    async def _chunks(
        self, response: httpx.Response, operation: Operation, deadline: Deadline, sent: _Sent
    ) -> AsyncIterator[bytes]:
        kept = bytearray()
        try:
            async for chunk in read_body(response, operation.most, deadline):
                sent.size += len(chunk)
                if self._on_answer is not None:
                    kept += chunk
                yield chunk
            if self._on_answer is not None:
                self._on_answer(operation.name, bytes(kept))
        except httpx.HTTPError as error:
            raise vast_error(error, self._origin.host) from None

    async def _refusal(
        self, operation: Operation, response: httpx.Response, deadline: Deadline
    ) -> VastError:
        data = b""
        try:
            async for chunk in read_body(response, REFUSAL_BYTES, deadline):
                data += chunk
        except (BrokenAnswer, httpx.HTTPError):
            pass  # the status is enough
        if self._key is not None:
            data = data.replace(self._key.reveal().encode(), MASK.encode())
        return refusal(
            response.status_code, response.headers, data,
            sent_key=self.sends_key(operation), now=self._clock.now(), right=operation.right,
        )  # fmt: skip

    def _shown(self, body: bytes | None) -> str:
        return self._masked(body.decode("utf-8", "replace"))[:_BODY_SHOWN] if body else ""

    def _mask_error(self, error: VastError, key: Secret | None) -> None:
        """Remove the keys from an error: the service may echo what it was sent."""
        error.args = tuple(self._masked(str(part), key) for part in error.args)
        error.hint = self._masked(error.hint, key)
        if isinstance(error, Rejected):
            error.code = self._masked(error.code, key)

    def _masked(self, text: str, key: Secret | None = None) -> str:
        """`text` without the keys; a host name may have one in lower case."""
        for secret in filter(None, (self._key, key)):
            text = re.sub(re.escape(secret.reveal()), MASK, text, flags=re.IGNORECASE)
        return text

    async def _open_wire(self) -> Wire:
        async with self._opening:
            if self._wire is None:
                secure = self._origin.scheme == "https"
                self._use(await new_wire(self._inner, secure=secure, **self._options))
        assert self._wire is not None
        return self._wire

    @property
    def _options(self) -> WireOptions:
        return {"local": self._origin.is_loopback, "connections": _CONNECTIONS}

    def _use(self, wire: Wire) -> None:
        self._wire, origin = wire, self._origin
        if self._inner is None and not origin.is_loopback:
            self._proxy = proxy_of(origin.scheme, origin.host)

    def _report(self, exchange: Exchange) -> None:
        # Of good answers to polls there would soon be nothing else in the file.
        level = logging.DEBUG if exchange.reads and not exchange.note else logging.INFO
        _log.log(
            level, "%s: %s, %.0f ms, %d bytes %s",
            exchange.operation, exchange.status or "no answer", exchange.seconds * 1000,
            exchange.size, exchange.note,
        )  # fmt: skip
        self._on_exchange(exchange)


_url = lru_cache(maxsize=256)(httpx.URL)
"""Most requests are sent again and again."""


@lru_cache(maxsize=256)
def _encoded(query: tuple[tuple[str, str], ...]) -> str:
    return urlencode(query, quote_via=quote)


def bearer(origin: Origin, url: httpx.URL, key: Secret | None) -> list[tuple[bytes, bytes]]:
    """The header with the key, for requests to its own origin only."""
    if key is None or not origin.owns(url.scheme, url.host, url.port):
        return []
    return [(b"Authorization", f"Bearer {key.reveal()}".encode("ascii"))]


class _Sent:
    """A request under way, for the request log."""

    def __init__(self, clock: Clock, operation: Operation, body: str) -> None:
        self.path = operation.target
        self.status = 0
        self.size = 0
        self.note = ""
        self._clock, self._operation, self._body = clock, operation, body
        self._at, self._started = clock.now(), clock.monotonic()

    @property
    def seconds(self) -> float:
        """The time since it was sent."""
        return self._clock.monotonic() - self._started

    def exchange(self) -> Exchange:
        return Exchange(
            at=self._at, operation=self._operation.name, method=self._operation.method,
            path=self.path, body=self._body, status=self.status,
            seconds=self.seconds, size=self.size, note=self.note,
            reads=self._operation.reads,
        )  # fmt: skip


@lru_cache(maxsize=4)
def _epoch(date: str) -> float | None:
    """The epoch seconds of an HTTP date, which many pages share; None if it cannot be read."""
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return None
