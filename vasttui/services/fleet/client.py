"""The part of the client that polling uses. Every read raises VastError."""

from __future__ import annotations

from typing import Protocol

from vasttui.models.account import Account
from vasttui.models.charge import Charge
from vasttui.models.instance import InstanceList
from vasttui.models.price_increase import PriceIncrease
from vasttui.models.volume import VolumeList


class InstanceReadings(Protocol):
    """Reads instances."""

    async def list(self) -> InstanceList:
        """All instances."""


class AccountReadings(Protocol):
    """Reads the account."""

    async def current(self) -> Account:
        """The account with its credit in $."""


class ChargeReadings(Protocol):
    """Reads charges."""

    async def charges(self, since: float, until: float) -> tuple[Charge, ...]:
        """What instances cost in $ between two times (epoch seconds)."""


class IncreaseReadings(Protocol):
    """Reads price increases."""

    async def list(self) -> tuple[PriceIncrease, ...]:
        """All pending increases."""


class VolumeReadings(Protocol):
    """Reads volumes."""

    async def list(self) -> VolumeList:
        """All volumes."""


class FleetClient(Protocol):
    """The resources that polling uses."""

    @property
    def account(self) -> AccountReadings:
        """The account."""

    @property
    def billing(self) -> ChargeReadings:
        """Charges."""

    @property
    def instances(self) -> InstanceReadings:
        """Instances."""

    @property
    def price_increases(self) -> IncreaseReadings:
        """Price increases."""

    @property
    def volumes(self) -> VolumeReadings:
        """Volumes."""
