"""The offer of the rent dialog: as it was read last, when, and at which price."""

from __future__ import annotations

from dataclasses import dataclass

from vasttui.models.offer import Offer
from vasttui.ui.rent.form import price
from vasttui.ui.rent.typed import BID, Typed

SAME_PRICE = 0.0005
"""$/h by which a price may have moved without being shown and agreed to again."""


@dataclass(slots=True)
class Quote:
    """`checked` is when the offer was read last (monotonic seconds), None while it was not;
    `problem` says why it is not known to be available, empty when it is."""

    offer: Offer
    checked: float | None = None
    problem: str = ""

    def amounts(self, typed: Typed) -> tuple[float, float | None]:
        """Disk (GB) and bid ($/h, None for on-demand), as far as they can be read."""
        least = self.offer.min_bid or 0.0
        return _number(typed.disk, 0.0), _number(typed.bid, least) if typed.rental == BID else None

    def price(self, typed: Typed) -> float:
        """$/h while running, disk included."""
        return price(self.offer, *self.amounts(typed))

    def renew(self, offer: Offer, now: float, typed: Typed) -> tuple[float, float] | None:
        """Take the offer as it is `now` (monotonic seconds). The old and the new price in $/h where
        they differ."""
        before = self.price(typed)
        self.offer, self.checked, self.problem = offer, now, ""
        after = self.price(typed)
        return (before, after) if abs(after - before) > SAME_PRICE else None


def _number(text: str, otherwise: float) -> float:
    try:
        value = float(text)
    except ValueError:
        return otherwise
    return value if 0 <= value < 1e9 else otherwise
