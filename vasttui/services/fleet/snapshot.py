"""The instances as they are known at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field

from vasttui.errors import VastError
from vasttui.models.account import Account
from vasttui.models.bill import Bill, Burn, Spent
from vasttui.models.instance import Instance
from vasttui.models.price_increase import PriceIncrease
from vasttui.models.status import Phase


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
class Fleet:
    """A snapshot: the rows of the last whole reading, and how reading goes.

    `number` counts whole readings. `as_of` and `next_try` are monotonic seconds, `as_of_wall` and
    `failing_since` epoch seconds. An `error` leaves the rows as they were. `resumed_after` is the
    length of a sleep or clock jump in seconds until the first reading after it, else None.
    `charges_as_of` is when the service was last asked what things cost, None for never.
    """

    rows: tuple[FleetRow, ...] = ()
    number: int = 0
    as_of: float | None = None
    as_of_wall: float | None = None
    fetching: bool = False
    bad: int = 0
    reasons: tuple[str, ...] = ()
    error: VastError | None = None
    failures: int = 0
    failing_since: float | None = None
    next_try: float | None = None
    resumed_after: float | None = None

    account: Account | None = None
    account_as_of: float | None = None
    account_error: VastError | None = None
    increases: tuple[PriceIncrease, ...] = ()
    charges_as_of: float | None = None
    burn: Burn = field(default_factory=Burn)

    def row(self, instance_id: int) -> FleetRow | None:
        """The row of that instance."""
        return next((row for row in self.rows if row.id == instance_id), None)
