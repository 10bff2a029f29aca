"""The instances as they are known at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field

from vasttui.errors import VastError
from vasttui.models.account import Account
from vasttui.models.bill import Bill, Burn, Spent
from vasttui.models.instance import Instance
from vasttui.models.price_increase import PriceIncrease
from vasttui.models.status import Phase
from vasttui.services.snapshot import Snapshot

ACCOUNT_OLD = 180.0
"""Seconds, three readings of the account: an older balance is shown as such."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetRow:
    """One instance with what follows from it.

    `since` (epoch seconds) is when its phase began; not `exact`, when it was in it already as it
    was first seen, so that it has been so at least since then. A row of which nothing changed is
    the same object in the next snapshot.
    """

    instance: Instance
    phase: Phase
    since: float
    exact: bool
    bill: Bill
    spent: Spent | None = None

    @property
    def id(self) -> int:
        return self.instance.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet(Snapshot[FleetRow]):
    """The instances, and what is known of the account.

    `account_as_of` is monotonic seconds. `account_error` and `increases_error` say why the last
    reading of these failed, if it did.
    """

    account: Account | None = None
    account_as_of: float | None = None
    account_error: VastError | None = None
    increases: tuple[PriceIncrease, ...] = ()
    increases_error: VastError | None = None
    burn: Burn = field(default_factory=Burn)

    def account_age(self, now: float) -> float:
        """Seconds since the account was read; `now` is monotonic. 0 before the first reading."""
        return 0.0 if self.account_as_of is None else now - self.account_as_of

    def row(self, instance_id: int) -> FleetRow | None:
        """The row of that instance."""
        return next((row for row in self.rows if row.id == instance_id), None)
