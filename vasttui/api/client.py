"""The service, as the rest of the program sees it."""

from __future__ import annotations

import random
import re
from collections import deque
from collections.abc import AsyncIterator, Mapping
from typing import Literal

import httpx

from vasttui.api import (
    account,
    billing,
    catalogue,
    instances,
    manage,
    offers,
    remote_text,
    rent,
    ssh_keys,
)
from vasttui.api.engine import Engine
from vasttui.api.exchange import Exchange
from vasttui.api.origin import parse_origin
from vasttui.api.outcome import Outcome
from vasttui.api.protocol import InstanceList, LogRequest, OfferBatch, TextAnswer
from vasttui.api.result_files import ResultFiles
from vasttui.api.transport import Transport
from vasttui.clock import Clock
from vasttui.errors import KeyFileError
from vasttui.models.account import Account
from vasttui.models.charge import Charge
from vasttui.models.decode_instance import InstanceDecoder
from vasttui.models.instance import Instance
from vasttui.models.offer import Offer
from vasttui.models.price_increase import PriceIncrease
from vasttui.models.rent import RentRequest
from vasttui.models.ssh_key import SshKey
from vasttui.models.template import Template

_REMEMBERED = 100
_HEADER_SAFE = re.compile(r"[!-~]{8,512}")


class VastClient:
    """Implements `VastAPI` over HTTP."""

    def __init__(self, engine: Engine, files: ResultFiles, exchanges: deque[Exchange]) -> None:
        self._engine = engine
        self._files = files
        self._exchanges = exchanges
        self._decoder = InstanceDecoder()

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

    async def instances(self) -> InstanceList:
        """All instances; one that did not change is the same object as before."""
        return await instances.instances(self._engine, self._decoder)

    async def instance(self, instance_id: int) -> Instance | None:
        """One instance; None when there is none with that number."""
        return await instances.instance(self._engine, instance_id)

    async def raw_instance(self, instance_id: int) -> Mapping[str, object] | None:
        """One instance as it was sent, without secrets."""
        return await instances.raw_instance(self._engine, instance_id)

    async def set_state(self, instance_id: int, state: Literal["running", "stopped"]) -> Outcome:
        """Start or stop an instance."""
        return await manage.set_state(self._engine, instance_id, state)

    async def set_label(self, instance_id: int, label: str) -> Outcome:
        """Name an instance; empty takes the name away."""
        return await manage.set_label(self._engine, instance_id, label)

    async def reboot(self, instance_id: int) -> Outcome:
        """Stop and start the container."""
        return await manage.reboot(self._engine, instance_id)

    async def recycle(self, instance_id: int) -> Outcome:
        """Make the container anew from its image."""
        return await manage.recycle(self._engine, instance_id)

    async def change_bid(self, instance_id: int, price: float) -> Outcome:
        """Bid that many $/h."""
        return await manage.change_bid(self._engine, instance_id, price)

    async def destroy(self, instance_id: int) -> Outcome:
        """Delete an instance with its disk; gone already is done."""
        return await manage.destroy(self._engine, instance_id)

    async def rent(self, wanted: RentRequest, nonce: str) -> Outcome:
        """Ask once for an instance."""
        return await rent.rent(self._engine, wanted, nonce)

    async def offer(self, ask_id: int, *, disk: float, bid: bool) -> Offer | None:
        """One offer as it is now."""
        return await rent.offer(self._engine, ask_id, disk=disk, bid=bid)

    async def labelled(self, label: str) -> InstanceList:
        """The instances with exactly that label."""
        return await rent.labelled(self._engine, self._decoder, label)

    async def templates(self, words: str = "") -> tuple[Template, ...]:
        """Recommended templates, or the one with that name or hash id."""
        return await rent.templates(self._engine, words)

    async def logs(self, instance_id: int, wanted: LogRequest) -> TextAnswer:
        """The end of a log."""
        return await remote_text.logs(self._engine, self._files, instance_id, wanted)

    async def execute(self, instance_id: int, command: str) -> TextAnswer:
        """Run a command once and return what it printed."""
        return await remote_text.execute(self._engine, self._files, instance_id, command)

    async def charges(self, since: float, until: float) -> tuple[Charge, ...]:
        """What instances cost between two times (epoch seconds)."""
        return await billing.charges(self._engine, since, until)

    async def price_increases(self) -> tuple[PriceIncrease, ...]:
        """What hosts want to charge from now on."""
        return await billing.price_increases(self._engine)

    async def answer_price_increase(self, increase_id: int, *, accept: bool) -> Outcome:
        """Say yes or no to one of them."""
        return await billing.answer_price_increase(self._engine, increase_id, accept=accept)

    async def account_keys(self) -> tuple[SshKey, ...]:
        """The public keys of the account."""
        return await ssh_keys.account_keys(self._engine)

    async def instance_keys(self, instance_id: int) -> tuple[SshKey, ...]:
        """The public keys of an instance."""
        return await ssh_keys.instance_keys(self._engine, instance_id)

    async def add_account_key(self, text: str) -> Outcome:
        """Give a public key to the account."""
        return await ssh_keys.add_account_key(self._engine, text)

    async def delete_account_key(self, key_id: int) -> Outcome:
        """Take a public key away from the account."""
        return await ssh_keys.delete_account_key(self._engine, key_id)

    async def attach_key(self, instance_id: int, text: str) -> Outcome:
        """Give a public key to an instance; there already is done."""
        return await ssh_keys.attach_key(self._engine, instance_id, text)

    async def detach_key(self, instance_id: int, key_id: int) -> Outcome:
        """Take a public key away from an instance."""
        return await ssh_keys.detach_key(self._engine, instance_id, key_id)

    def force(self) -> None:
        """The user wants an answer now: do not wait for a service that was down."""
        self._engine.breaker.force()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._engine.transport.aclose()
        await self._files.aclose()


def open_client(
    address: str,
    key: str | None,
    *,
    clock: Clock,
    rng: random.Random,
    transport: httpx.AsyncBaseTransport | None = None,
    read_only: bool = False,
    documented_limits: bool | None = None,
) -> VastClient:
    """A client of the service at `address`; `transport` replaces the network.

    `documented_limits` keeps the documented intervals between requests; None keeps them where
    requests leave this computer.

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
    limits = not local if documented_limits is None else documented_limits
    engine = Engine(wire, clock, rng, documented_limits=limits)
    return VastClient(engine, ResultFiles(origin, clock, inner=transport), exchanges)
