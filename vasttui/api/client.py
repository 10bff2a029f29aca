"""The service, as the rest of the program sees it."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Mapping, Sequence

import httpx

from vasttui.api.engine import Engine
from vasttui.api.exchange import Exchange
from vasttui.api.offers import search_offers
from vasttui.api.operations import OPERATIONS
from vasttui.api.origin import parse_origin
from vasttui.api.protocol import OfferBatch
from vasttui.api.transport import Transport
from vasttui.clock import Clock
from vasttui.errors import BrokenAnswer
from vasttui.models.account import Account
from vasttui.models.decode import account_from
from vasttui.text import clean


class VastClient:
    """Implements `VastAPI` over HTTP."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def exchanges(self) -> Sequence[Exchange]:
        """The last requests, oldest first."""
        return tuple(self._engine.exchanges)

    def search_offers(self, body: Mapping[str, object]) -> AsyncIterator[OfferBatch]:
        return search_offers(self._engine, body)

    async def gpu_names(self) -> tuple[str, ...]:
        """`GET /gpu_names/unique/` (client 1.9.1 `cli/util.py`)."""
        document = await self._engine.read(OPERATIONS["gpu_names"], "/api/v0/gpu_names/unique/")
        names = document.get("gpu_names") if isinstance(document, dict) else None
        if not isinstance(names, list):
            raise BrokenAnswer("The answer of the service holds no GPU names.")
        return tuple(sorted({clean(name) for name in names if isinstance(name, str) and name}))

    async def current_user(self) -> Account:
        """`GET /users/current` (docs: "show user")."""
        document = await self._engine.read(OPERATIONS["account"], "/api/v0/users/current")
        account = account_from(document)
        if account is None:
            raise BrokenAnswer("The answer of the service holds no account.")
        return account

    def force(self) -> None:
        self._engine.force()

    async def aclose(self) -> None:
        await self._engine.aclose()


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

    Raises SettingsError for an address that a key may not be sent to.
    """
    origin = parse_origin(address)
    wire = Transport(origin, key, read_only=read_only, transport=transport)
    local = origin.is_loopback or transport is not None
    return VastClient(Engine(wire, clock, rng, documented_limits=not local))
