"""HTTP connections: certificates, proxy, keep-alive."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from typing import TypedDict

import httpx

from vasttui.api.early import EarlyConnection, usual_certificates
from vasttui.api.early_transport import EarlyTransport
from vasttui.api.surroundings import check_certificates, check_proxies

_KEEP_ALIVE_SECONDS = 15.0


class ClientOptions(TypedDict):
    """What a client is for: as in `new_client`."""

    local: bool
    headers: Mapping[str, str]
    connections: int


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
    tls = None
    if secure and inner is None:
        # Reading the certificates takes 15 ms: not on the event loop.
        tls = await asyncio.to_thread(certificates, root)
    return client_over(inner, tls, local=local, headers=headers, connections=connections)


def client_over(
    inner: httpx.AsyncBaseTransport | None,
    tls: ssl.SSLContext | None,
    *,
    local: bool,
    headers: Mapping[str, str],
    connections: int,
    early: EarlyConnection | None = None,
) -> httpx.AsyncClient:
    """The same with certificates that were read before; None for a client without https. It begins
    with the `early` connection, if there is one."""
    if inner is None and not local:
        check_proxies()
    limits = httpx.Limits(max_connections=connections, keepalive_expiry=_KEEP_ALIVE_SECONDS)
    return httpx.AsyncClient(
        transport=inner if early is None else EarlyTransport(early, tls, limits),
        verify=tls or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),  # no certificates; never used
        headers=headers,
        follow_redirects=False,
        # Local connections must not go through a proxy from the environment.
        trust_env=inner is None and not local,
        limits=limits,
    )


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
