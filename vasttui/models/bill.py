"""What instances cost right now, and for how long the money lasts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from vasttui.models.instance import Instance
from vasttui.models.status import Phase
from vasttui.units import HOUR


@dataclass(frozen=True, slots=True)
class Bill:
    """What one instance is charged at this moment, in $/h; None where that cannot be read."""

    gpu: float | None
    disk: float | None

    @property
    def hourly(self) -> float | None:
        """$/h in all."""
        return None if self.gpu is None or self.disk is None else self.gpu + self.disk


@dataclass(frozen=True, slots=True)
class Burn:
    """What all instances are charged together, in $/h.

    `running` is what instances that run cost with their disks, `stored` what the disks of the
    others cost, `unknown` how many instances have a price that cannot be read.
    """

    running: float = 0.0
    stored: float = 0.0
    unknown: int = 0

    @property
    def total(self) -> float:
        """$/h in all, as far as it is known."""
        return self.running + self.stored


@dataclass(frozen=True, slots=True)
class Spent:
    """What an instance had cost in $ by the time `at` (epoch seconds), and the $/h since then.

    `exact` when the service's charges say so, else at most so much: as if it had always run.
    """

    amount: float
    exact: bool
    at: float = 0.0
    rate: float = 0.0

    def by(self, now: float) -> float:
        """$ by that time."""
        return self.amount + self.rate * max(0.0, now - self.at) / HOUR


class Runway(Enum):
    """How urgent it is to add money."""

    FINE = "fine"
    LOW = "low"
    CRITICAL = "critical"


LOW_HOURS = 12.0
CRITICAL_HOURS = 4.0


def counts_gpu(instance: Instance, phase: Phase) -> bool:
    """Whether the GPU is counted as billed.

    Where nobody knows whether it runs, it counts: the worse case. Without a signal it does not
    when the contract was at rest before.
    """
    if phase is Phase.NO_SIGNAL:
        return instance.intended_status != "stopped" or instance.cur_state == "running"
    return phase.traits.bills_gpu


def bill_of(instance: Instance, phase: Phase) -> Bill:
    """What is charged at this moment (docs: "billing").

    The GPU while it runs, not while it loads or is made anew; the disk as long as the contract
    exists and the host is online. A price that could not be read is None.
    """
    if phase is Phase.OFFLINE:
        return Bill(0.0, 0.0)
    unread = set(instance.unread)
    disk = None if "storage_total_cost" in unread else instance.storage_total_cost
    if not counts_gpu(instance, phase):
        return Bill(0.0, disk)
    gpu = instance.dph_base
    if gpu is None and instance.dph_total is not None and disk is not None:
        gpu = max(0.0, instance.dph_total - disk)
    return Bill(gpu, disk)


def burn_of(bills: Iterable[tuple[Phase, Bill]]) -> Burn:
    """What all of them are charged together."""
    running = stored = 0.0
    unknown = 0
    for _, bill in bills:
        if bill.hourly is None:
            unknown += 1
        if bill.gpu:
            running += bill.gpu + (bill.disk or 0.0)
        else:
            stored += bill.disk or 0.0
    return Burn(running, stored, unknown)


def hours_left(credit: float | None, burn: Burn) -> float | None:
    """Hours until the money is gone; None when nothing is charged or the credit is unknown."""
    if credit is None or burn.total <= 0:
        return None
    return max(0.0, credit) / burn.total


def runway_of(credit: float | None, burn: Burn) -> tuple[Runway, float | None]:
    """How urgent it is to add money, and the hours that are left."""
    hours = hours_left(credit, burn)
    if hours is None or hours >= LOW_HOURS:
        return Runway.FINE, hours
    return (Runway.CRITICAL if hours < CRITICAL_HOURS else Runway.LOW), hours


def spent_of(instance: Instance, bill: Bill, charged: float | None, at: float) -> Spent | None:
    """What it has cost so far.

    `charged` is the service's own sum by `at` (epoch seconds), since when it is charged as it is
    now. Without it, or where the present price cannot be read, at most so much as if it had always
    run. None where not even that is known.
    """
    if charged is not None and bill.hourly is not None:
        return Spent(charged, exact=True, at=at, rate=bill.hourly)
    if instance.dph_total is None:
        return None
    if charged is not None:
        return Spent(charged, exact=False, at=at, rate=instance.dph_total)
    if instance.start_date is None:
        return None
    return Spent(0.0, exact=False, at=instance.start_date, rate=instance.dph_total)
