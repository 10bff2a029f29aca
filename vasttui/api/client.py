"""The service, as the rest of the program sees it."""

from __future__ import annotations

import random
import re
from collections import deque
from collections.abc import AsyncIterator, Mapping

import httpx

from vasttui.api import account, catalogue, offers
from vasttui.api.engine import Engine
from vasttui.api.exchange import Exchange
from vasttui.api.origin import parse_origin
from vasttui.api.protocol import OfferBatch
from vasttui.api.transport import Transport
from vasttui.clock import Clock
from vasttui.errors import KeyFileError
from vasttui.models.account import Account

_REMEMBERED = 100
_HEADER_SAFE = re.compile(r"[!-~]{8,512}")


class VastClient:
    """Implements `VastAPI` over HTTP."""

    def __init__(self, engine: Engine, exchanges: deque[Exchange]) -> None:
        self._engine = engine
        self._exchanges = exchanges

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The last requests, oldest first, without the key."""
        return tuple(self._exchanges)

    def search_offers(self, body: Mapping[str, object]) -> AsyncIterator[OfferBatch]:
        """`POST /bundles/` with that body; batches arrive as they are decoded."""
        return offers.search_offers(self._engine, body)

    async def gpu_names(self) -> tuple[str, ...]:
        """Every GPU name the market knows, sorted."""
        return await catalogue.gpu_names(self._engine)

    async def current_user(self) -> Account:
        """The account behind the key."""
        return await account.current_user(self._engine)

    def force(self) -> None:
        """The user wants an answer now: do not wait for a service that was down."""
        self._engine.breaker.force()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._engine.transport.aclose()


def open_client(
    address: str,
    key: str | None,
    *,
    clock: Clock,
    rng: random.Random,
    transport: httpx.AsyncBaseTransport | None = None,
    read_only: bool = False,
) -> VastClient:
    """A client of the service at `address`; `transport` replaces the network.

    Raises SettingsError for an address that a key may not be sent to, KeyFileError for a key that
    cannot be one.
    """
    if key is not None and not _HEADER_SAFE.fullmatch(key):
        raise KeyFileError("The API key holds characters that no key has, or is too short.")
    exchanges: deque[Exchange] = deque(maxlen=_REMEMBERED)
    origin = parse_origin(address)
    wire = Transport(
        origin, key, clock=clock, on_exchange=exchanges.append, inner=transport,
        read_only=read_only,
    )  # fmt: skip
    local = origin.is_loopback or transport is not None
    return VastClient(Engine(wire, clock, rng, documented_limits=not local), exchanges)
