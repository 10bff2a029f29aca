"""The offer of the rent dialog: as it was read last, when, and at which price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vasttui.models.offer import Offer
from vasttui.models.rent import Agreed
from vasttui.models.rent_checks import parse_ports
from vasttui.models.rent_terms import agreed_to, price, volume_price
from vasttui.models.template import Template
from vasttui.services.renting.diff import worse
from vasttui.ui.bids import is_low
from vasttui.ui.rent.form import direct_of, volume_of
from vasttui.ui.rent.typed import BID, Typed
from vasttui.words import distinct_prices, hourly

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
        least = _number(hourly(least, up=True), least)  # as it is shown
        return _number(typed.disk, 0.0), _number(typed.bid, least) if typed.rental == BID else None

    def is_low(self, typed: Typed) -> bool:
        """Whether the bid is below the minimum: it would not run."""
        return is_low(self.amounts(typed)[1], self.offer.min_bid)

    def beyond(self, typed: Typed) -> Sequence[str]:
        """The fields with an amount that this host does not take, whatever else is entered."""
        room, most = self.offer.disk_space, self.offer.direct_port_count
        beyond = {
            "disk": room is not None and self.amounts(typed)[0] > room,
            "bid": self.is_low(typed),
            "ports": most is not None and len(parse_ports(typed.ports)[0]) > most,
        }
        return [name for name, is_so in beyond.items() if is_so]

    def price(self, typed: Typed) -> float:
        """$/h while running, disk and a new volume included."""
        return price(self.offer, *self.amounts(typed)) + (self.volume_price(typed) or 0.0)

    def volume_price(self, typed: Typed) -> float | None:
        """$/h of the new volume; None where none is made."""
        return volume_price(self.offer, volume_of(typed.volume, self.offer))

    def agreed(self, typed: Typed, template: Template | None) -> Agreed:
        """What is agreed to by renting it with this form."""
        return agreed_to(
            self.offer, *self.amounts(typed), direct_of(typed, self.offer, template),
            volume_of(typed.volume, self.offer),
        )  # fmt: skip

    def renew(
        self, offer: Offer, now: float, typed: Typed, template: Template | None = None
    ) -> tuple[str, ...]:
        """Take the offer as it is `now` (monotonic seconds). What has to be agreed to again, in
        sentences: the price if it is not the one shown, all else if it is worse (`worse`)."""
        before, cost = self.agreed(typed, template), self.price(typed)
        self.offer, self.checked, self.problem = offer, now, ""
        after = self.agreed(typed, template)
        changes = []
        if abs(self.price(typed) - cost) > SAME_PRICE:
            then, is_now = distinct_prices(cost, self.price(typed))
            changes.append(f"The price changed from {then} to {is_now}.")
        if others := worse(before, after):
            changes.append(f"Changed since it was shown: {' · '.join(map(str, others))}.")
        return tuple(changes)


def _number(text: str, otherwise: float) -> float:
    try:
        value = float(text)
    except ValueError:
        return otherwise
    return value if 0 <= value < 1e9 else otherwise
