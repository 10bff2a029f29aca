"""What every rental needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from vasttui.api.outcome import Outcome
from vasttui.clock import Clock
from vasttui.models.instance import Instance, InstanceList
from vasttui.models.offer import Offer
from vasttui.models.rent import RentRequest
from vasttui.models.ssh_key import SshKey
from vasttui.services.actions.context import Readings
from vasttui.services.fleet.snapshot import Fleet
from vasttui.store.journal import Journal


class RentedInstances(Protocol):
    """Requests about instances. All but `rent` raise VastError."""

    async def get(self, instance_id: int) -> Instance | None:
        """One instance, None if it does not exist."""

    async def list(self) -> InstanceList:
        """All instances."""

    async def labelled(self, label: str) -> InstanceList:
        """All instances with exactly this label."""

    async def rent(self, request: RentRequest, nonce: str) -> Outcome:
        """Rent an offer, once."""


class OfferLookup(Protocol):
    """Requests about offers."""

    async def get(self, ask_id: int, *, disk: float, bid: bool) -> Offer | None:
        """The offer as it is now, priced with `disk` GB; None if it is gone. Raises VastError."""


class InstanceKeys(Protocol):
    """Requests about SSH keys."""

    async def attached(self, instance_id: int) -> tuple[SshKey, ...]:
        """The keys of an instance. Raises VastError."""

    async def attach(self, instance_id: int, text: str) -> Outcome:
        """Attach a public key."""


class RentClient(Protocol):
    """The resources that renting uses."""

    @property
    def instances(self) -> RentedInstances:
        """Instances."""

    @property
    def offers(self) -> OfferLookup:
        """Offers."""

    @property
    def ssh_keys(self) -> InstanceKeys:
        """SSH keys."""


@dataclass(frozen=True, slots=True)
class RentContext:
    """`fleet` returns the newest snapshot."""

    api: RentClient
    readings: Readings
    journal: Journal
    clock: Clock
    fleet: Callable[[], Fleet]
