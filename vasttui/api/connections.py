"""How connections are made: which certificates, which proxy, how long they are kept."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping

import httpx

_KEEP_ALIVE_SECONDS = 15.0


async def new_client(
    inner: httpx.AsyncBaseTransport | None,
    *,
    secure: bool,
    local: bool,
    headers: Mapping[str, str],
    connections: int,
) -> httpx.AsyncClient:
    """A client that follows no redirects; `inner` replaces the network.

    `secure` says that it will use https, `local` that it will not leave this computer.
    """
    if secure and inner is None:
        # Reading the certificates takes 15 ms: not on the event loop.
        tls = await asyncio.to_thread(httpx.create_ssl_context)
    else:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # knows no certificate; never used
    return httpx.AsyncClient(
        transport=inner,
        verify=tls,
        headers=headers,
        follow_redirects=False,
        # A proxy from the environment must not come between us and our own computer.
        trust_env=inner is None and not local,
        limits=httpx.Limits(max_connections=connections, keepalive_expiry=_KEEP_ALIVE_SECONDS),
    )
