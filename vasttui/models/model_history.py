"""What a GPU model cost in the last days, as the user's own searches showed it."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from vasttui.models.past_price import DayPrices
from vasttui.models.price_book import ENOUGH_DAYS


@dataclass(frozen=True, slots=True)
class ModelHistory:
    """The days on which it was seen, in order, of the last `span` days up to `today` (UTC days
    since 1970-01-01)."""

    days: tuple[DayPrices, ...]
    today: int
    span: int

    @property
    def is_new(self) -> bool:
        """Whether there are too few days to compare a price with."""
        return len(self.days) < ENOUGH_DAYS

    @property
    def usual(self) -> float | None:
        """The median of the daily medians, $/h per GPU; None of too few days on which all offers
        were seen."""
        whole = [day.median for day in self.days if day.whole]
        return median(whole) if len(whole) >= ENOUGH_DAYS else None

    @property
    def change(self) -> float | None:
        """By how many % the last median is above (or, negative, below) the usual one; None where
        that is not known, as on a day of which only the cheapest offers were seen."""
        usual = self.usual
        if not usual or not self.days or not self.days[-1].whole:
            return None
        return (self.days[-1].median / usual - 1) * 100

    @property
    def lowest(self) -> DayPrices | None:
        """The day with the lowest price."""
        return min(self.days, key=lambda day: day.low, default=None)

    @property
    def searches(self) -> int:
        """The searches that showed it."""
        return sum(day.searches for day in self.days)
