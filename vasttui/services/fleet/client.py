"""What is read of the account again and again. Every read raises VastError."""

from __future__ import annotations

from typing import Protocol

from vasttui.models.account import Account
from vasttui.models.charge import Charge
from vasttui.models.instance import InstanceList
from vasttui.models.price_increase import PriceIncrease


class InstanceReadings(Protocol):
    """What is asked of instances."""

    async def list(self) -> InstanceList:
        """All of them."""


class AccountReadings(Protocol):
    """What is asked of the account."""

    async def current(self) -> Account:
        """Whose it is, and what money is left."""


class ChargeReadings(Protocol):
    """What is asked of billing."""

    async def charges(self, since: float, until: float) -> tuple[Charge, ...]:
        """What instances cost between two times (epoch seconds)."""


class IncreaseReadings(Protocol):
    """What is asked of price increases."""

    async def list(self) -> tuple[PriceIncrease, ...]:
        """All that are pending."""


class FleetClient(Protocol):
    """The part of the client that watching the account uses."""

    @property
    def account(self) -> AccountReadings: ...
    @property
    def billing(self) -> ChargeReadings: ...
    @property
    def instances(self) -> InstanceReadings: ...
    @property
    def price_increases(self) -> IncreaseReadings: ...
