"""Turns the HTTP library's exceptions into errors. Only a failure before the request leaves is
certainly not sent. Exceptions are never quoted: they may hold a header, and with it the key."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx

from vasttui.errors import BrokenAnswer, NetworkError, TlsError, VastError
from vasttui.text import clean

_NOT_CONNECTED = httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError
_NOT_BUILT = httpx.UnsupportedProtocol | httpx.LocalProtocolError | httpx.InvalidURL | UnicodeError


def vast_error(error: Exception, host: str) -> VastError:
    """The error for an exception of the HTTP library during a request to `host`."""
    if isinstance(error, _NOT_CONNECTED):
        return _not_connected(error, host)
    if isinstance(error, _NOT_BUILT):
        return NetworkError("The request could not be built, so nothing was sent.")
    if isinstance(error, httpx.TimeoutException):
        return BrokenAnswer(
            f"{host} stopped answering after the request was sent.",
            hint="Vast.ai or the connection is slow.",
        )
    return BrokenAnswer(f"The connection to {host} broke before the answer was complete.")


def _not_connected(error: Exception, host: str) -> NetworkError:
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return TlsError(
                f"The certificate check failed for {host}: {_reason(cause)}.",
                hint="Behind a company proxy, set SSL_CERT_FILE to its certificate.",
            )
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return NetworkError(f"{host} cannot be found.", hint="Check your network and DNS.")
    if isinstance(error, httpx.ProxyError):
        return NetworkError(f"The proxy did not connect to {host}.", hint="See HTTPS_PROXY.")
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        return NetworkError(f"Connecting to {host} timed out.")
    return NetworkError(f"{host} refused the connection.", hint="Check the address.")


def _reason(error: ssl.SSLError) -> str:
    words = getattr(error, "verify_message", "") or getattr(error, "reason", "")
    return clean(str(words).replace("_", " ").lower(), 120) or "no secure connection"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and its causes."""
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [cause for cause in (one.__cause__, one.__context__) if cause is not None]
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions
