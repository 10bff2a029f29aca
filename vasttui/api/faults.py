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


def vast_error(error: Exception, host: str, proxy: str = "") -> VastError:
    """The error for an exception of the HTTP library during a request to `host`, through a `proxy`
    unless that is empty."""
    if isinstance(error, _NOT_CONNECTED):
        return _not_connected(error, host, proxy)
    if isinstance(error, _NOT_BUILT):
        return NetworkError("The request could not be built, so nothing was sent.")
    if isinstance(error, httpx.TimeoutException):
        return BrokenAnswer(
            f"{host} stopped answering after the request was sent.",
            hint="Vast.ai or the connection is slow.",
        )
    return BrokenAnswer(f"The connection to {host} broke before the answer was complete.")


def _not_connected(error: Exception, host: str, proxy: str) -> NetworkError:
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLCertVerificationError):
            return TlsError(f"{host} made no secure connection: {_reason(cause)}.")
        if isinstance(cause, ssl.SSLError):
            return TlsError(
                f"The certificate check failed for {host}: {_reason(cause)}.",
                hint="Behind a company proxy, set SSL_CERT_FILE to its certificate.",
            )
    if isinstance(error, httpx.ProxyError):
        return NetworkError(f"The proxy {proxy} did not connect to {host}.".replace("  ", " "))
    if proxy and not isinstance(error, httpx.PoolTimeout):
        return _no_proxy(error, causes, host, proxy)
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return NetworkError(f"{host} cannot be found.", hint="Check your network and DNS.")
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        return NetworkError(f"Connecting to {host} timed out.")
    return NetworkError(f"{host} refused the connection.", hint="Check the address.")


def _no_proxy(error: Exception, causes: list[BaseException], host: str, proxy: str) -> NetworkError:
    """The connection to the proxy, or through it, failed."""
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return NetworkError(f"The proxy {proxy} cannot be found.")
    if isinstance(error, httpx.ConnectTimeout):
        return NetworkError(f"Connecting to {host} through the proxy {proxy} timed out.")
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return NetworkError(f"The proxy {proxy} refused the connection.", hint="Is it running?")
    return NetworkError(f"{host} could not be reached through the proxy {proxy}.")


def _reason(error: ssl.SSLError) -> str:
    words = getattr(error, "verify_message", "") or getattr(error, "reason", "")
    return clean(str(words).replace("_", " ").lower(), 120).rstrip(".") or "no secure connection"


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
