"""The instances as known at one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field, structs
from msgspec.structs import replace

from vasttui.errors import VastError
from vasttui.models.bill import Bill, Burn, Spent
from vasttui.models.ssh_address import has_ssh, ssh_addresses
from vasttui.models.status import Phase
from vasttui.services.snapshot import Snapshot

if TYPE_CHECKING:
    from vasttui.models.account import Account
    from vasttui.models.instance import Instance
    from vasttui.models.price_increase import PriceIncrease
    from vasttui.models.volume import Volume

ACCOUNT_OLD = 180.0
"""Seconds (three readings) after which the balance is shown as old."""


class FleetRow(Struct, frozen=True, kw_only=True):
    """An instance and what follows from it; unchanged, it stays the same object in snapshots.
    `since` (epoch seconds) is when its phase began, or unless `exact` when it was first seen.
    `gone`: it is not listed any more, and this is what was known of it last. `endpoint` is the name
    of the serverless endpoint that lists it as a worker."""

    instance: Instance
    phase: Phase
    since: float
    exact: bool
    bill: Bill
    spent: Spent | None = None
    gone: bool = False
    endpoint: str = ""

    def ended(self, now: float) -> FleetRow:
        """The row of an instance that is not listed any more, as seen at `now` (epoch seconds):
        nothing is billed, and what it cost is a bound, as it may have ended earlier."""
        spent = self.spent and structs.replace(
            self.spent, amount=self.spent.by(now), exact=False, at=now, rate=0.0
        )
        return replace(self, bill=Bill(0.0, 0.0), spent=spent, gone=True)

    @property
    def worker_of(self) -> str:
        """Name or id of the endpoint that it is a worker of; empty for none that is known."""
        number = self.instance.endpoint_id
        return self.endpoint or ("" if number is None else f"{number}")

    @property
    def is_running(self) -> bool:
        """Whether it is listed and runs, so that what is measured on it is of now."""
        return self.phase is Phase.RUNNING and not self.gone

    @property
    def can_log_in(self) -> bool:
        """Whether there is a way into it by SSH now, as far as it is known."""
        return self.is_running and has_ssh(self.instance) and bool(ssh_addresses(self.instance))

    @property
    def id(self) -> int:
        """The id of the instance."""
        return self.instance.id


def end_of(row: FleetRow) -> str:
    """The last digits of its id, which tell it from others of that name."""
    return f"…{row.id % 10_000:04}"


class Fleet(Snapshot[FleetRow], frozen=True, kw_only=True):
    """The instances and the account. `account_as_of` is monotonic seconds. `account_error` and
    `increases_error` are the errors of the last readings, if they failed. `volumes` is None until
    they were read; `burn` counts them from then on."""

    account: Account | None = None
    account_as_of: float | None = None
    account_error: VastError | None = None
    increases: tuple[PriceIncrease, ...] = ()
    increases_error: VastError | None = None
    volumes: tuple[Volume, ...] | None = None
    burn: Burn = field(default_factory=Burn)

    @property
    def is_kept(self) -> bool:
        """Whether the instances are those of an earlier run of the program: nothing is done to
        them before they were read again."""
        return self.number == 0 and self.as_of is not None

    def account_age(self, now: float) -> float:
        """Seconds since the account was read, 0 before that; `now` is monotonic."""
        return 0.0 if self.account_as_of is None else now - self.account_as_of

    def row(self, instance_id: int) -> FleetRow | None:
        """The row of an instance, None if it is not listed."""
        return next((row for row in self.rows if row.id == instance_id), None)

    def volumes_of(self, row: FleetRow) -> list[Volume]:
        """The volumes that an instance has, as far as they were read."""
        ids = {one.id for one in row.instance.volume_info}
        return [
            one for one in self.volumes or ()
            if one.id in ids or row.id in (one.instances or ())
        ]  # fmt: skip

    def called(self, row: FleetRow) -> str:
        """The name of an instance, with the end of its id where another has the same name:
        `batch …0642`."""
        name = row.instance.name
        alike = any(one.instance.name == name and one.id != row.id for one in self.rows)
        return f"{name} {end_of(row)}" if alike else name

    @property
    def away(self) -> set[int]:
        """The machines that are offline, by what their instances report."""
        return {
            row.instance.machine_id for row in self.rows
            if row.phase is Phase.OFFLINE and row.instance.machine_id is not None
        }  # fmt: skip
