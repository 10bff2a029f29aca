"""What every rental works with."""

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
    """What is asked of instances. All but `rent` raise VastError."""

    async def get(self, instance_id: int) -> Instance | None:
        """One instance; None when there is none."""

    async def labelled(self, label: str) -> InstanceList:
        """All with exactly that label."""

    async def rent(self, request: RentRequest, nonce: str) -> Outcome:
        """Rent it, once."""


class OfferLookup(Protocol):
    """What is asked of offers."""

    async def get(self, ask_id: int, *, disk: float, bid: bool) -> Offer | None:
        """The offer as it is now, priced with `disk` GB; None when it is gone. Raises VastError."""


class InstanceKeys(Protocol):
    """What is asked of SSH keys."""

    async def attached(self, instance_id: int) -> tuple[SshKey, ...]:
        """The keys of an instance. Raises VastError."""

    async def attach(self, instance_id: int, text: str) -> Outcome:
        """Attach a public key."""


class RentClient(Protocol):
    """The part of the client that renting uses."""

    @property
    def instances(self) -> RentedInstances: ...
    @property
    def offers(self) -> OfferLookup: ...
    @property
    def ssh_keys(self) -> InstanceKeys: ...


@dataclass(frozen=True, slots=True)
class RentContext:
    """`fleet` gives the newest snapshot of the instances."""

    api: RentClient
    readings: Readings
    journal: Journal
    clock: Clock
    fleet: Callable[[], Fleet]
