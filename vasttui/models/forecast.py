"""How much credit will be left, and what would change it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from vasttui.models.bill import Bill, Burn
from vasttui.models.status import Phase
from vasttui.models.volume import Volume
from vasttui.units import HOUR, HOURS_PER_MONTH

_NOTHING = 1e-6
"""$/h that are what sums of fractions leave of nothing."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """The credit in $ at the end of today, of this week and of this month (UTC), if nothing
    changes. `ends` are these times and `runs_out` the moment that it is used up, in epoch seconds;
    None: it is not. With `is_most` a price is unknown, so that less may be left.
    """

    today: float
    week: float
    month: float
    ends: tuple[float, float, float]
    runs_out: float | None
    is_most: bool = False


def forecast(credit: float, burn: Burn, at: float, now: float) -> Forecast:
    """The forecast at `now` of a credit that was read `at` that time, both epoch seconds, for this
    burn. When the credit is used up everything is stopped, and disks are charged on, below zero
    (docs: "billing")."""
    lasts = credit / burn.total * HOUR if burn.total > 0 and credit > 0 else None
    runs_out = None if lasts is None else at + lasts

    def left(then: float) -> float:
        if credit <= 0:
            return credit - burn.disk * (then - at) / HOUR
        if runs_out is None or then <= runs_out:
            return credit - burn.total * (then - at) / HOUR
        return -burn.disk * (then - runs_out) / HOUR

    ends = ends_of_periods(now)
    today, week, month = map(left, ends)
    return Forecast(today, week, month, ends, runs_out, burn.unknown > 0)


def ends_of_periods(now: float) -> tuple[float, float, float]:
    """When the day, the week (on Monday) and the month after `now` begin, UTC, in epoch seconds."""
    moment = datetime.fromtimestamp(now, UTC)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    week = midnight + timedelta(days=7 - midnight.weekday())
    month = (midnight.replace(day=1) + timedelta(days=32)).replace(day=1)
    return ((midnight + timedelta(days=1)).timestamp(), week.timestamp(), month.timestamp())


@dataclass(frozen=True, slots=True)
class Saving:
    """What stopping or destroying some instances would save of the credit, in $/h: stopped they
    still pay for their disks. `unknown` of them have an unreadable price, so that it is at least
    this."""

    stop: float
    destroy: float
    unknown: int = 0


def saving(bills: Iterable[Bill]) -> Saving:
    """What these instances take from the credit, as a saving: a deposit pays for the others."""
    found = [bill for bill in bills if not bill.prepaid]
    gpu = sum(bill.gpu or 0.0 for bill in found)
    disk = sum(bill.disk or 0.0 for bill in found)
    return Saving(gpu, gpu + disk, sum(bill.hourly is None for bill in found))


def without(burn: Burn, bills: Iterable[Bill], *, destroyed: bool) -> Burn:
    """The burn once the instances with these bills are stopped, or `destroyed`."""
    found = list(bills)
    saved = saving(found)
    disk = burn.disk - (saved.destroy - saved.stop if destroyed else 0.0)
    unknown = burn.unknown - sum(
        bill.hourly is None and (destroyed or bill.disk is not None)
        for bill in found
        if not bill.prepaid
    )
    return Burn(max(0.0, burn.gpu - saved.stop), max(0.0, disk), max(0, unknown))


@dataclass(frozen=True, slots=True)
class End:
    """An instance with this bill is to be stopped, or `destroyed`, at `at` (epoch seconds)."""

    at: float
    bill: Bill
    destroyed: bool


def hours_with(ends: Iterable[End], credit: float, burn: Burn, now: float) -> float | None:
    """Hours until the credit runs out if all of these come as set; None if it does not. `now` is
    epoch seconds."""
    left, at = max(0.0, credit), now
    for end in sorted(ends, key=lambda one: one.at):
        then = max(at, end.at)
        spent = burn.total * (then - at) / HOUR
        if spent >= left:
            break
        left, at = left - spent, then
        burn = without(burn, [end.bill], destroyed=end.destroyed)
    return None if burn.total < _NOTHING else (at - now) / HOUR + left / burn.total


@dataclass(frozen=True, slots=True)
class Waiting:
    """What only waits, and costs money: `instances` that do not run and `volumes` on no instance,
    with their $ a month by id. `unknown` more have an unreadable price."""

    instances: dict[int, float]
    volumes: dict[int, float]
    unknown: int = 0

    @property
    def total(self) -> float:
        """$ a month."""
        return sum(self.instances.values()) + sum(self.volumes.values())


def waiting(
    instances: Iterable[tuple[int, Phase, Bill]], volumes: Iterable[Volume], away: Collection[int]
) -> Waiting:
    """What waits among the instances, by id with their state and what they are charged now, and the
    volumes; those on machines that are `away` (offline) are free."""
    idle = [(number, bill.disk) for number, phase, bill in instances if _waits(phase)]
    free = [
        (one.id, one.storage_total_cost)
        for one in volumes
        if one.in_use is False and one.machine_id not in away
    ]
    unknown = sum(price is None for _, price in (*idle, *free))
    return Waiting(_monthly(idle), _monthly(free), unknown)


def _waits(phase: Phase) -> bool:
    traits = phase.traits
    return (traits.halted and not traits.bills_gpu) or phase is Phase.SCHEDULING


def _monthly(prices: Iterable[tuple[int, float | None]]) -> dict[int, float]:
    return {number: price * HOURS_PER_MONTH for number, price in prices if price}
