"""Paying ahead for an instance: what it costs, saves and gives back (docs: "reserved instances",
"prepay instance").

The service sets the discount when it takes the money and does not publish how; here are the
figures that its documentation names.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from msgspec import Struct

from vasttui.units import DAY, HOUR, HOURS_PER_MONTH

MOST = 0.4
"""The largest discount there is."""

PERIODS = (1, 3, 6)
"""The months that the service offers."""

_KEPT = 1.05
_TYPICAL = ((0.0, 0.0), (0.546, 0.035), (1.0, 0.2), (3.0, 0.3), (6.0, MOST))
_HALVINGS = 60


class Deposit(Struct, frozen=True):
    """What is left of the money paid ahead for an instance, in $, the discount `had` so far, in $,
    and the months that the discount was set for (docs: "show deposit"). None: unknown."""

    left: float
    had: float | None = None
    months: float | None = None


NO_DEPOSIT = Deposit(0.0, 0.0, 0.0)
"""That of an instance that is not reserved."""


class Prepaid(Struct, frozen=True):
    """What a payment buys: how many `months`, at which discount `rate`, 0 to 1 (docs: "prepay
    instance"). None: unknown."""

    months: float | None = None
    rate: float | None = None


def typical(months: float, most: float = MOST) -> float:
    """The usual discount, 0 to 1, for so many months on a machine that gives `most`."""
    for (first, low), (last, high) in pairwise(_TYPICAL):
        if months <= last:
            return min(most, low + (high - low) * (max(0.0, months) - first) / (last - first))
    return min(most, MOST)


def dollars_for(months: float, hourly: float, rate: Callable[[float], float]) -> float:
    """What so many months cost in $, at `hourly` $/h less the discount `rate` of them."""
    return months * HOURS_PER_MONTH * hourly * (1 - rate(months))


def months_for(dollars: float, hourly: float, rate: Callable[[float], float]) -> float:
    """How many months this amount pays for."""
    low, high = 0.0, dollars / (HOURS_PER_MONTH * hourly * (1 - MOST)) if hourly else 0.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if dollars_for(middle, hourly, rate) < dollars else (low, middle)
    return high


def refund(left: float, had: float) -> float:
    """What destroying it early gives back, in $: `left` of the deposit, less the discount `had` so
    far, less 5 % of that. Worked out from the service's one example."""
    return max(0.0, left - _KEPT * had)


class Plan(Struct, frozen=True):
    """What a payment is expected to do: with it `total` $ are paid ahead, for `months`, at the
    discount `rate` of `full` $/h; `had` is the discount so far, in $."""

    dollars: float
    total: float
    months: float
    rate: float
    full: float
    had: float = 0.0

    @property
    def hourly(self) -> float:
        """The price with the discount, in $/h."""
        return self.full * (1 - self.rate)

    @property
    def seconds(self) -> float:
        """How long the deposit lasts."""
        return self.months * HOURS_PER_MONTH * HOUR

    def back_after(self, days: float) -> float:
        """What destroying it so many days later gives back, in $."""
        used = min(self.total, self.hourly * days * DAY / HOUR)
        return refund(self.total - used, self.had + used * self.rate / (1 - self.rate))


def plan(dollars: float, full: float, most: float, before: Deposit) -> Plan:
    """What paying so much is expected to do, on top of what is left of a deposit."""

    def rate(months: float) -> float:
        return typical(months, most)

    total = before.left + dollars
    months = months_for(total, full, rate)
    return Plan(dollars, total, months, rate(months), full, before.had or 0.0)


def price_of(months: float, full: float, most: float) -> float:
    """What so many months are expected to cost, in $ and whole cents."""
    return round(dollars_for(months, full, lambda length: typical(length, most)), 2)
