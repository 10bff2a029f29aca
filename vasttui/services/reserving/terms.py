"""What a payment ahead is agreed to: read when it is shown, and again right before it is sent."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol

from vasttui.api.outcome import Outcome
from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.models.account import Account
from vasttui.models.instance import Instance
from vasttui.models.reserved import MOST, Deposit, Plan, plan
from vasttui.services.fleet.snapshot import Fleet
from vasttui.units import HOUR
from vasttui.words import distinct_prices, money

_CENTS = 0.05
"""$ that credit and deposit may differ beside what is billed."""

_SLACK = 1.5
"""Times what is billed: prices and what runs may have changed meanwhile."""

_MINUTE = 60.0


class DepositService(Protocol):
    """Deposits of instances."""

    async def get(self, instance_id: int) -> Deposit:
        """What is paid ahead for an instance. Raises VastError."""

    async def pay(self, instance_id: int, dollars: float) -> Outcome:
        """Pay so much ahead, once."""


class AccountReading(Protocol):
    """Reads the account."""

    async def current(self) -> Account:
        """The account. Raises VastError."""


class InstanceReading(Protocol):
    """Reads an instance."""

    async def get(self, instance_id: int) -> Instance | None:
        """An instance, None if it does not exist. Raises VastError."""


class ReserveClient(Protocol):
    """The resources that paying ahead uses."""

    @property
    def account(self) -> AccountReading:
        """The account."""

    @property
    def deposits(self) -> DepositService:
        """Deposits."""

    @property
    def instances(self) -> InstanceReading:
        """Instances."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """An instance, the credit in $ and its deposit, read at `at` (monotonic seconds). `burn` is
    what takes from the credit, in $/h, as read last; `own` of it is this instance's: nothing once
    its deposit was seen to pay."""

    instance: Instance
    credit: float | None
    deposit: Deposit
    burn: float
    own: float
    at: float

    @property
    def full(self) -> float | None:
        """The price of the running instance without a discount, in $/h; None if it is unknown."""
        return self.instance.dph_total or None

    @property
    def most(self) -> float:
        """The largest discount of its machine; the largest there is, where that is unknown."""
        known = self.instance.credit_discount_max
        return MOST if known is None else min(MOST, known)

    def plan(self, dollars: float) -> Plan | None:
        """What paying so much is expected to do; None if the price is unknown."""
        return None if self.full is None else plan(dollars, self.full, self.most, self.deposit)

    def changes(self, now: Terms) -> list[str]:
        """What is not as it was shown, a sentence each."""
        before, after = self.instance, now.instance
        found = []
        if not after.same_contract(before):
            found.append("Another instance has its id now.")
        if self.full != now.full:
            was, price = distinct_prices(self.full, now.full)
            found.append(f"The price is {price} now, {was} was shown.")
        if before.is_bid != after.is_bid:
            found.append("It is rented in another way now.")
        if self.most != now.most:
            found.append(f"The largest discount is {now.most * 100:.0f} % now.")
        if _day(before.end_date) != _day(after.end_date):
            found.append(f"The contract ends {_day(after.end_date)} now.")
        billed = _CENTS + max(self.burn, now.burn) * (now.at - self.at) / HOUR * _SLACK
        if _differ(self.credit, now.credit, billed):
            found.append(f"The credit is {money(now.credit)} now, {money(self.credit)} was shown.")
        used = _CENTS + (self.full or 0.0) * (now.at - self.at) / HOUR * _SLACK
        if _differ(self.deposit.left, now.deposit.left, used):
            left, was = money(now.deposit.left), money(self.deposit.left)
            found.append(f"The deposit is {left} now, {was} was shown.")
        return found


class TermsChanged(VastError):
    """Something is not as it was shown, so nothing was sent; `terms` are those of now."""

    def __init__(self, terms: Terms, changes: list[str]) -> None:
        super().__init__(f"{' '.join(changes)} Nothing was paid: look again.")
        self.terms = terms


async def read_terms(api: ReserveClient, instance_id: int, fleet: Fleet, clock: Clock) -> Terms:
    """The terms as they are now; `fleet` is the newest snapshot. Raises VastError, also if there is
    no such instance."""
    account = await api.account.current()
    instance = await api.instances.get(instance_id)
    if instance is None:
        raise VastError("The instance no longer exists.")
    deposit = await api.deposits.get(instance_id)
    row = fleet.row(instance_id)
    own = 0.0 if row is None or row.bill.prepaid else row.bill.hourly or 0.0
    return Terms(
        instance=instance, credit=account.credit, deposit=deposit, burn=fleet.burn.total, own=own,
        at=clock.monotonic(),
    )  # fmt: skip


def _differ(before: float | None, after: float | None, most: float) -> bool:
    if before is None or after is None:
        return before is not after
    return abs(before - after) > most


def _day(end: float | None) -> str:
    """A date, to the minute in UTC: the service's own figure wavers by less."""
    if end is None:
        return "at an unknown time"
    return time.strftime("on %Y-%m-%d at %H:%M UTC", time.gmtime(round(end / _MINUTE) * _MINUTE))
