"""Vast.ai's own root certificate, which the certificates of instances are signed with.

It is fetched as the official client does, over a connection that is checked in the usual way
(client 1.9.1 `serverless/client/client.py`).
"""

from __future__ import annotations

import asyncio
import ssl

import httpx

from vasttui.api.connections import new_client
from vasttui.api.deadline import Deadline
from vasttui.api.origin import OFFICIAL
from vasttui.clock import Clock
from vasttui.errors import TlsError, VastError

ROOT = f"{OFFICIAL}/static/jvastai_root.cer"

_SECONDS = 15.0
_MOST = 65_536


async def fetch_root(clock: Clock, inner: httpx.AsyncBaseTransport | None = None) -> str:
    """The certificate (PEM); `inner` replaces the network. Raises TlsError."""
    deadline = Deadline(clock, _SECONDS)
    try:
        client = await deadline.wait_for(
            new_client(inner, secure=True, local=False, headers={}, connections=1)
        )
        async with client:
            answer = await deadline.wait_for(client.get(ROOT, timeout=_SECONDS))
        text = answer.text if answer.is_success and len(answer.content) <= _MOST else ""
        await asyncio.to_thread(_check, text)
    except (httpx.HTTPError, VastError, ssl.SSLError, ValueError):
        raise TlsError(
            "Vast.ai's root certificate, which its workers' are checked against, could not be "
            "loaded; nothing was sent to the worker.",
            hint=f"It is at {ROOT}.",
        ) from None
    return text


def _check(text: str) -> None:
    """Raises ssl.SSLError or ValueError for what is no certificate."""
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text)
