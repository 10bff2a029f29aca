"""One request in one place: key, deadline, size limit, and what became of it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from pydantic import SecretStr

from vasttui import __version__
from vasttui.api.answers import not_json, refusal, refusal_in
from vasttui.api.operations import Operation
from vasttui.api.origin import Origin
from vasttui.api.outcome import Fate, Outcome
from vasttui.errors import (
    AnswerTooLarge,
    BrokenAnswer,
    NetworkError,
    RateLimited,
    ReadOnlyRefused,
    TlsError,
    VastError,
)
from vasttui.models.decode import NotJson, read_json
from vasttui.text import clean

_CONNECT_SECONDS = 10.0
_REFUSAL_BYTES = 262_144


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of a good answer, and its decoded body as it arrives.

    `chunks` raises BrokenAnswer where the body ends too early, AnswerTooLarge past the limit.
    """

    status: int
    content_type: str
    chunks: AsyncIterator[bytes]


class Transport:
    """Sends requests to one origin. Redirects are not followed; the key goes nowhere else."""

    def __init__(
        self,
        origin: Origin,
        key: str | None,
        *,
        read_only: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._origin = origin
        self._key = SecretStr(key) if key else None
        self._read_only = read_only
        self._inner = transport
        self._client: httpx.AsyncClient | None = None

    @property
    def has_key(self) -> bool:
        return self._key is not None

    async def send(
        self,
        operation: Operation,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        counted: Callable[[int], None] = lambda size: None,
    ) -> Outcome:
        """Send once and read the whole answer as JSON. Never raises a `VastError`."""
        data = bytearray()
        try:
            async with self.open(operation, path, query=query, body=body) as answer:
                async for chunk in answer.chunks:
                    data += chunk
        except VastError as error:
            return outcome_of(error)
        finally:
            counted(len(data))
        try:
            document = read_json(bytes(data))
        except NotJson:
            return Outcome(Fate.UNKNOWN, error=not_json(answer.content_type), status=answer.status)
        refused = refusal_in(document, self.has_key)
        if refused is not None:
            return Outcome(Fate.REJECTED, document, refused, answer.status)
        return Outcome(Fate.OK, document, status=answer.status)

    @asynccontextmanager
    async def open(
        self,
        operation: Operation,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> AsyncIterator[Answer]:
        """Send once and read the answer as it arrives. Raises `VastError`.

        The deadline of the operation covers everything up to the last byte.
        """
        if self._read_only and not operation.reads:
            raise ReadOnlyRefused("Read-only mode: nothing was sent.")
        request = self._request(operation, path, query, body)
        try:
            async with asyncio.timeout(operation.deadline):
                response = await self._open_client().send(request, stream=True)
                try:
                    if not 200 <= response.status_code < 300:
                        raise await self._refusal(response)
                    yield Answer(
                        response.status_code,
                        clean(response.headers.get("content-type", ""), 80),
                        _limited(response, operation.most),
                    )
                finally:
                    await response.aclose()
        except TimeoutError:
            raise BrokenAnswer(
                f"No complete answer within {operation.deadline:g} s.",
                hint="The service or the line is slow.",
            ) from None
        except httpx.HTTPError as error:
            raise _network_error(error, self._origin.host) from None

    async def aclose(self) -> None:
        """Close all connections."""
        if self._client is not None:
            await self._client.aclose()

    def _request(
        self,
        operation: Operation,
        path: str,
        query: Mapping[str, str] | None,
        body: bytes | None,
    ) -> httpx.Request:
        headers = {"User-Agent": f"vasttui/{__version__}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        request = httpx.Request(
            operation.method, f"{self._origin}{path}", params=query, headers=headers, content=body,
            extensions={"timeout": httpx.Timeout(None, connect=_CONNECT_SECONDS).as_dict()},
        )  # fmt: skip
        target = (request.url.scheme, request.url.host, request.url.port)
        if self._key is not None and target == _target(self._origin):
            request.headers["Authorization"] = f"Bearer {self._key.get_secret_value()}"
        return request

    async def _refusal(self, response: httpx.Response) -> VastError:
        data = bytearray()
        try:
            async for chunk in _limited(response, _REFUSAL_BYTES):
                data += chunk
        except BrokenAnswer:
            pass  # the status alone says enough
        return refusal(response.status_code, response.headers, bytes(data), self.has_key)

    def _open_client(self) -> httpx.AsyncClient:
        if self._client is None:
            local = self._inner is not None or self._origin.is_loopback
            secure = self._origin.scheme == "https" and self._inner is None
            self._client = httpx.AsyncClient(
                transport=self._inner,
                verify=ssl.create_default_context() if secure else False,
                follow_redirects=False,
                trust_env=not local,
                limits=httpx.Limits(max_connections=4, keepalive_expiry=15.0),
            )
        return self._client


def outcome_of(error: VastError) -> Outcome:
    """What an error says about the request that met it."""
    status = getattr(error, "status", 0)
    if isinstance(error, ReadOnlyRefused | NetworkError):
        return Outcome(Fate.NOT_SENT, error=error, status=status)
    if isinstance(error, BrokenAnswer):
        return Outcome(Fate.UNKNOWN, error=error, status=status)
    if isinstance(error, RateLimited):
        return Outcome(Fate.THROTTLED, error=error, status=status)
    return Outcome(Fate.REJECTED, error=error, status=status)


async def _limited(response: httpx.Response, most: int) -> AsyncIterator[bytes]:
    """The decoded body; a small compressed body can hold gigabytes, so it is counted here."""
    size = 0
    try:
        async for chunk in response.aiter_bytes(65_536):
            size += len(chunk)
            if size > most:
                raise AnswerTooLarge(f"The answer is larger than {most // 1_048_576} MB: dropped.")
            yield chunk
    except httpx.HTTPError as error:
        raise BrokenAnswer(
            "The connection broke in the middle of the answer.", hint=type(error).__name__
        ) from None


def _target(origin: Origin) -> tuple[str, str, int | None]:
    default = {"https": 443, "http": 80}[origin.scheme]
    return origin.scheme, origin.host, None if origin.port == default else origin.port


def _network_error(error: httpx.HTTPError, host: str) -> VastError:
    """Sent or not sent: only what fails before the request leaves is certainly not sent."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            reason = clean(str(getattr(cause, "verify_message", "") or cause.reason or ""), 120)
            return TlsError(
                f"The certificate of {host} was not accepted: {reason or 'unknown reason'}.",
                hint="Behind a company proxy, set SSL_CERT_FILE to its certificate.",
            )
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return NetworkError(
            f"{host} cannot be reached.", hint="Is the network up? The name server?"
        )
    if isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError):
        return NetworkError("The request could not be built; nothing was sent.")
    return BrokenAnswer("The connection broke before the answer came.", hint=type(error).__name__)
