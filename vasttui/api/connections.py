"""HTTP connections: certificates, proxy, keep-alive."""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from importlib.util import find_spec
from typing import NamedTuple, TypedDict

import httpx

from vasttui.api.early import EarlyConnection, usual_certificates
from vasttui.api.early_transport import EarlyTransport
from vasttui.api.surroundings import check_certificates, check_proxies, names_proxy

_KEEP_ALIVE_SECONDS = 15.0

if find_spec("sniffio") is None:
    # httpcore tries to import it for each of its locks, six times with a request. Python remembers
    # no failure unless it is told: it would search all of its path each time.
    sys.modules["sniffio"] = None  # type: ignore[assignment]


class WireOptions(TypedDict):
    """What a wire is for: as in `new_wire`."""

    local: bool
    connections: int


class Wire(NamedTuple):
    """Sends requests that are complete; the body of an answer is read from it afterwards."""

    send: Callable[[httpx.Request], Awaitable[httpx.Response]]
    aclose: Callable[[], Awaitable[None]]


async def new_client(
    inner: httpx.AsyncBaseTransport | None,
    *,
    secure: bool,
    local: bool,
    headers: Mapping[str, str],
    connections: int,
    root: str | None = None,
) -> httpx.AsyncClient:
    """A client that follows no redirects; `inner` replaces the network. `secure`: it will use
    https; `local`: it will connect to this computer only; `root` is a certificate (PEM) to trust
    besides the usual ones. Raises NetworkError if the environment names a proxy or certificates
    that cannot be used."""
    tls = await _certificates(root) if secure and inner is None else None
    if inner is None and not local:
        check_proxies()
    return _client(inner, tls, local=local, headers=headers, connections=connections)


async def new_wire(
    inner: httpx.AsyncBaseTransport | None, *, secure: bool, local: bool, connections: int
) -> Wire:
    """The same, for requests that have all their headers."""
    tls = await _certificates() if secure and inner is None else None
    return wire_over(inner, tls, local=local, connections=connections)


def wire_over(
    inner: httpx.AsyncBaseTransport | None,
    tls: ssl.SSLContext | None,
    *,
    local: bool,
    connections: int,
    early: EarlyConnection | None = None,
) -> Wire:
    """The same with certificates that were read before; None for one without https. It begins with
    the `early` connection, if there is one.

    A client is only needed where a proxy may be: it looks into each answer for cookies, which takes
    as long as all else that it does for one.
    """
    if inner is None and not local:
        check_proxies()
        if early is None and names_proxy():
            client = _client(None, tls, local=False, headers={}, connections=connections)
            return Wire(partial(client.send, stream=True), client.aclose)
    limits = _limits(connections)
    if early is not None:
        inner = EarlyTransport(early, tls, limits)
    elif inner is None:
        inner = httpx.AsyncHTTPTransport(verify=tls or _no_certificates(), limits=limits)
    return Wire(inner.handle_async_request, inner.aclose)


def _client(
    inner: httpx.AsyncBaseTransport | None,
    tls: ssl.SSLContext | None,
    *,
    local: bool,
    headers: Mapping[str, str],
    connections: int,
) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=inner,
        verify=tls or _no_certificates(),
        headers=headers,
        follow_redirects=False,
        # Local connections must not go through a proxy from the environment.
        trust_env=inner is None and not local,
        limits=_limits(connections),
    )


def _limits(connections: int) -> httpx.Limits:
    return httpx.Limits(max_connections=connections, keepalive_expiry=_KEEP_ALIVE_SECONDS)


def _no_certificates() -> ssl.SSLContext:
    """For connections without TLS, which never use it."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


async def _certificates(root: str | None = None) -> ssl.SSLContext:
    """Reading them takes 15 ms: not on the event loop."""
    return await asyncio.to_thread(certificates, root)


def certificates(root: str | None = None) -> ssl.SSLContext:
    """What servers are checked against, with `root` (PEM) besides. Blocks for 15 ms. Raises
    NetworkError."""
    check_certificates()
    context = usual_certificates()
    if root is not None:
        context.load_verify_locations(cadata=root)
        # Vast.ai's root lacks a usage bit that the strict mode of Python 3.13 insists on; chain,
        # signatures, dates and host name are checked all the same (client 1.9.1
        # `serverless/client/client.py`).
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context
