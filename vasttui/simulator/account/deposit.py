"""Money paid ahead for one instance (docs: "reserved instances")."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from vasttui.models.reserved import months_for, refund
from vasttui.units import HOUR


@dataclass(slots=True)
class Deposit:
    """What is `left` of it in $, and the discount `had` so far. `rate` is the discount, 0 to 1,
    for the `months` that it was to last when something was last paid in."""

    left: float = 0.0
    rate: float = 0.0
    months: float = 0.0
    had: float = 0.0

    def pay(self, dollars: float, hourly: float, rate: Callable[[float], float]) -> None:
        """Pay in, at `hourly` $/h without a discount. That is set anew for all that is left, by
        `rate` of the months it lasts, and may become less."""
        self.left += dollars
        self.months = months_for(self.left, hourly, rate)
        self.rate = rate(self.months)

    def use(self, dollars: float) -> None:
        """Take a charge, less the discount already."""
        self.left = max(0.0, self.left - dollars)
        self.had += dollars * self.rate / (1 - self.rate)

    def ends_at(self, since: float, hourly: float) -> float:
        """When nothing is left, at `hourly` $/h with the discount, from `since` (epoch seconds)."""
        return since + self.left / hourly * HOUR if hourly else inf

    def back(self, *, whole: bool) -> float:
        """What an end now gives back, in $ and whole cents; all that is left if `whole`."""
        return round(self.left if whole else refund(self.left, self.had), 2)
