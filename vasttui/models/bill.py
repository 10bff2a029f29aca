"""What instances cost right now, and how long the credit lasts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from vasttui.models.status import Phase
from vasttui.units import HOUR

if TYPE_CHECKING:
    from vasttui.models.instance import Instance
    from vasttui.models.volume import Volume


class Bill(Struct, frozen=True):
    """What an instance is charged right now, in $/h; None if unreadable. `prepaid`: a deposit pays
    it, not the credit."""

    gpu: float | None
    disk: float | None
    prepaid: bool = False

    @property
    def hourly(self) -> float | None:
        """GPU and disk together, in $/h; None if unknown."""
        return None if self.gpu is None or self.disk is None else self.gpu + self.disk


class Burn(Struct, frozen=True):
    """What all instances and volumes together take from the credit, in $/h.

    `gpu` is for those that run, `disk` for the disks of all and for volumes; `unknown` is the
    number of those with an unreadable price, `unknown_volumes` how many of them are volumes.
    """

    gpu: float = 0.0
    disk: float = 0.0
    unknown: int = 0
    unknown_volumes: int = 0

    @property
    def unknown_instances(self) -> int:
        """The instances with an unreadable price."""
        return self.unknown - self.unknown_volumes

    @property
    def total(self) -> float:
        """The known total in $/h."""
        return self.gpu + self.disk


class Spent(Struct, frozen=True):
    """What an instance had cost in $ at `at` (epoch seconds), and its rate since then in $/h.

    `exact` if it comes from the service's charges; otherwise an upper limit for GPU and disk, as if
    always running: `traffic` may come on top of that.
    """

    amount: float
    exact: bool
    at: float = 0.0
    rate: float = 0.0
    traffic: bool = False

    def by(self, now: float) -> float:
        """The cost in $ at that time."""
        return self.amount + self.rate * max(0.0, now - self.at) / HOUR


class Runway(Enum):
    """How urgent it is to add credit."""

    FINE = "fine"
    LOW = "low"
    CRITICAL = "critical"


LOW_HOURS = 12.0
CRITICAL_HOURS = 4.0


def counts_gpu(instance: Instance, phase: Phase, *, is_worker: bool = False) -> bool:
    """Whether the GPU is counted as billed.

    If it is unknown whether the instance is running, it counts as billed, the worse case; without a
    signal, only if it was not stopped before. A worker of a serverless endpoint, by its own word or
    as `is_worker` tells, is billed while it loads, too (docs: serverless "pricing").
    """
    if phase is Phase.LOADING and (is_worker or instance.endpoint_id is not None):
        return True
    if phase is Phase.NO_SIGNAL:
        return instance.intended_status != "stopped" or instance.cur_state == "running"
    return phase.traits.bills_gpu


def bill_of(instance: Instance, phase: Phase, *, is_worker: bool = False) -> Bill:
    """What is charged right now (docs: "billing"); `is_worker` as in `counts_gpu`.

    The GPU while running, but not while recycling, nor, except for workers, while loading; the disk
    as long as the contract exists and the host is online. With a deposit both have its discount
    (docs: "reserved instances"). An unreadable price is None.
    """
    if phase is Phase.OFFLINE:
        return Bill(0.0, 0.0)
    unread = set(instance.unread)
    disk = None if "storage_total_cost" in unread else instance.storage_total_cost
    gpu = instance.dph_base
    if not counts_gpu(instance, phase, is_worker=is_worker):
        gpu = 0.0
    elif gpu is None and instance.dph_total is not None and disk is not None:
        gpu = max(0.0, instance.dph_total - disk)
    if not instance.is_reserved:
        return Bill(gpu, disk)
    part = 1 - min(1.0, max(0.0, instance.credit_discount or 0.0))
    return Bill(None if gpu is None else gpu * part, None if disk is None else disk * part, True)


def burn_of(bills: Iterable[Bill]) -> Burn:
    """What these instances take from the credit together."""
    gpu = disk = 0.0
    unknown = 0
    for one in bills:
        if one.prepaid:
            continue
        if one.gpu is None or one.disk is None:
            unknown += 1
        gpu += one.gpu or 0.0
        disk += one.disk or 0.0
    return Burn(gpu, disk, unknown)


def with_volumes(burn: Burn, volumes: Iterable[Volume] | None, away: Collection[int]) -> Burn:
    """`burn` and what these volumes cost, attached or not; on machines that are `away` (offline)
    they are free (docs: "volumes"). None: they were not read, so that one may cost something."""
    prices: list[float | None] = [None]
    if volumes is not None:
        prices = [one.storage_total_cost for one in volumes if one.machine_id not in away]
    known = [price for price in prices if price is not None]
    unknown = len(prices) - len(known)
    return Burn(burn.gpu, burn.disk + sum(known), burn.unknown + unknown, unknown)


def hours_left(credit: float | None, burn: Burn) -> float | None:
    """Hours until the credit runs out; None if nothing is charged or the credit is unknown."""
    if credit is None or burn.total <= 0:
        return None
    return max(0.0, credit) / burn.total


def runway_of(credit: float | None, burn: Burn) -> tuple[Runway, float | None]:
    """How urgent it is to add credit, and the hours left."""
    hours = hours_left(credit, burn)
    if hours is None or hours >= LOW_HOURS:
        return Runway.FINE, hours
    return (Runway.CRITICAL if hours < CRITICAL_HOURS else Runway.LOW), hours


def spent_of(instance: Instance, bill: Bill, charged: float | None, at: float) -> Spent | None:
    """What an instance has cost so far.

    `charged` is the service's total in $ at `at` (epoch seconds); the current rate applies since
    then. Without it, or if the current price is unreadable, the result is an upper limit, as if the
    instance had always been running, without traffic; None if not even that is known.
    """
    traffic, rate = instance.bills_traffic, instance.dph_total
    if charged is not None and bill.hourly is not None:
        return Spent(charged, exact=True, at=at, rate=bill.hourly, traffic=traffic)
    if rate is None:
        return None
    if charged is not None:
        return Spent(charged, exact=False, at=at, rate=rate, traffic=traffic)
    if instance.start_date is None:
        return None
    return Spent(0.0, exact=False, at=instance.start_date, rate=rate, traffic=traffic)
