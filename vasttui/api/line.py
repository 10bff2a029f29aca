"""What all resources of one client share: engines, the last requests, whose account it is."""

from __future__ import annotations

import random
from collections import deque

import httpx
from msgspec import Struct

from vasttui.api.engine import Engine
from vasttui.api.origin import Origin, identity_of, parse_origin
from vasttui.api.transport import OnAnswer, Transport
from vasttui.clock import Clock
from vasttui.errors import KeyFileError
from vasttui.models.exchange import Exchange
from vasttui.models.secret import is_api_key

_REMEMBERED = 100


class Exchanges:
    """The last requests. Reads are many: they push out no change."""

    def __init__(self) -> None:
        self._number = 0
        self._kept: dict[bool, deque[tuple[int, Exchange]]] = {
            reads: deque(maxlen=_REMEMBERED) for reads in (True, False)
        }

    def add(self, exchange: Exchange) -> None:
        """Keep it."""
        self._number += 1
        self._kept[exchange.reads].append((self._number, exchange))

    @property
    def all(self) -> tuple[Exchange, ...]:
        """All that are kept, oldest first."""
        kept = sorted((*self._kept[True], *self._kept[False]), key=lambda one: one[0])
        return tuple(exchange for _, exchange in kept)


class Line(Struct, frozen=True, kw_only=True):
    """The line to a service. `live` asks the live side of serverless; `identity` is a digest of the
    service's address and the key, empty without a key; `inner` replaces the network."""

    origin: Origin
    engine: Engine
    live: Engine
    exchanges: Exchanges
    identity: str
    inner: httpx.AsyncBaseTransport | None = None
    read_only: bool = False

    def force(self) -> None:
        """Make the next request even if the service was down, because the user asks."""
        self.engine.breaker.force()
        self.live.breaker.force()

    async def aclose(self) -> None:
        """Close all connections."""
        await self.engine.transport.aclose()
        await self.live.transport.aclose()


def open_line(
    address: str,
    key: str | None,
    *,
    clock: Clock,
    rng: random.Random,
    transport: httpx.AsyncBaseTransport | None = None,
    read_only: bool = False,
    documented_limits: bool | None = None,
    on_answer: OnAnswer | None = None,
) -> Line:
    """A line to the service at `address`; `transport` replaces the network, `on_answer` sees the
    body of every answer.

    `documented_limits` keeps the documented intervals between requests; None does so unless the
    service is local. Raises SettingsError for an unsafe address, KeyFileError for an invalid key.
    """
    if key is not None and not is_api_key(key):
        raise KeyFileError("That is not a valid API key.")
    exchanges = Exchanges()
    origin = parse_origin(address)
    wire, live = (
        Transport(
            one,
            key,
            clock=clock,
            on_exchange=exchanges.add,
            on_answer=on_answer,
            inner=transport,
            read_only=read_only,
        )
        for one in (origin, origin.live)
    )
    local = origin.is_loopback or transport is not None
    limits = not local if documented_limits is None else documented_limits
    engine = Engine(wire, clock, rng, documented_limits=limits)
    return Line(
        origin=origin, engine=engine, live=engine.beside(live), exchanges=exchanges,
        identity=identity_of(f"{origin}", key), inner=transport, read_only=read_only,
    )  # fmt: skip
