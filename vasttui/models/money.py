"""What an offer really costs: GPU, disk and traffic for the intended usage."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from msgspec import Struct, field

from vasttui.models.offer import Offer
from vasttui.models.price_book import NO_PRICES, PriceBook
from vasttui.units import HOURS_PER_MONTH

RentalType = Literal["on-demand", "bid", "reserved"]
"""How a GPU is rented: on demand at the host's price, interruptible for a bid, or prepaid."""


class Usage(Struct, frozen=True):
    """The usage that prices are computed for: disk and traffic in GB, time in hours."""

    disk: float = 10.0
    down: float = 0.0
    up: float = 0.0
    hours: float = 8.0


class Cost(Struct, frozen=True):
    """The price of one offer for one usage.

    `gpu` and `disk` are $/h (the disk is billed while stopped, too), `traffic` is a one-time cost
    in $. If the host's traffic price is unknown, `traffic`, `total` and `effective` are None.
    """

    gpu: float
    disk: float
    traffic: float | None
    hours: float

    @property
    def running(self) -> float:
        """GPU and disk in $/h, while running."""
        return self.gpu + self.disk

    @property
    def total(self) -> float | None:
        """The cost of all hours in $, traffic included."""
        return None if self.traffic is None else self.running * self.hours + self.traffic

    @property
    def effective(self) -> float | None:
        """The all-in price in $/h: the total spread over the hours."""
        return None if self.traffic is None else self.running + self.traffic / self.hours


def gpu_price(offer: Offer, rental: RentalType) -> float:
    """The GPU price in $/h: for a bid the minimum, for a reservation the discounted price."""
    if rental == "bid" and offer.min_bid is not None:
        return offer.min_bid
    if rental == "reserved" and offer.discounted_dph_total is not None:
        return max(0.0, offer.discounted_dph_total - (offer.storage_total_cost or 0.0))
    return offer.dph_base


def disk_price(offer: Offer, gigabytes: float) -> float:
    """The price of a disk of that size on this host, in $/h."""
    return offer.storage_cost * gigabytes / HOURS_PER_MONTH


class PriceParts(NamedTuple):
    """What the price of an offer for any usage follows from: `gpu` in $/h, `storage` in
    $/GB/month, `down` and `up` in $/GB (None: unknown)."""

    gpu: float
    storage: float
    down: float | None
    up: float | None

    def cost(self, usage: Usage) -> Cost:
        """What it costs for that usage."""
        return Cost(
            gpu=self.gpu,
            disk=self.storage * usage.disk / HOURS_PER_MONTH,
            traffic=_traffic(self.down, self.up, usage),
            hours=usage.hours,
        )

    def all_in(self, usage: Usage) -> float:
        """The all-in price in $/h, without the traffic where its price is unknown."""
        traffic = _traffic(self.down, self.up, usage) or 0.0
        return self.gpu + self.storage * usage.disk / HOURS_PER_MONTH + traffic / usage.hours


def price_parts(offer: Offer, rental: RentalType) -> PriceParts:
    """What the price of this offer follows from."""
    return PriceParts(
        gpu_price(offer, rental), offer.storage_cost, offer.inet_down_cost, offer.inet_up_cost
    )


def cost(offer: Offer, usage: Usage, rental: RentalType = "on-demand") -> Cost:
    """What this offer costs for that usage."""
    return price_parts(offer, rental).cost(usage)


def _traffic(down: float | None, up: float | None, usage: Usage) -> float | None:
    dollars = 0.0
    for gigabytes, price in ((usage.down, down), (usage.up, up)):
        if gigabytes:
            if price is None:
                return None
            dollars += gigabytes * price
    return dollars


class PricedOffer(Struct, frozen=True, eq=False, gc=False):
    """A row of the offer table: an offer and its prices for the intended usage.

    `price` is $/h while running, `eff` all-in $/h (None: unknown), `value` DLPerf per all-in $/h,
    `text` the lower-case text that bare words of the filter are searched in, `gpu` the name that is
    filtered most. Not `fits`: the host has less free disk than is wanted, so the prices cannot be
    had.
    """

    offer: Offer
    price: float
    eff: float | None
    value: float | None
    text: str
    gpu: str
    fits: bool = True
    book: PriceBook = field(default_factory=lambda: NO_PRICES)

    @property
    def cheap(self) -> float | None:
        """By how many % `eff` is above (or, negative, below) the median of the last 30 days."""
        return self.book.cheap(self.offer, self.eff)

    @property
    def first_seen(self) -> float | None:
        """When the machine was first seen, epoch seconds."""
        return self.book.first(self.offer)

    @property
    def moved(self) -> float | None:
        """By how many % the price moved since the offer was seen before that."""
        return self.book.moved(self.offer)


def price_offer(
    offer: Offer, usage: Usage, rental: RentalType, book: PriceBook = NO_PRICES
) -> PricedOffer:
    """One priced row."""
    paid = cost(offer, usage, rental)
    price, eff = paid.running, paid.effective
    if eff == price:
        eff = price  # most rows are without traffic: one number less for each
    value = offer.dlperf / eff if offer.dlperf is not None and eff else None
    words = (
        offer.gpu_name,
        offer.geolocation or "",
        offer.cpu_name or "",
        f"m:{offer.machine_id}" if offer.machine_id is not None else "",
        f"h:{offer.host_id}" if offer.host_id is not None else "",
        str(offer.id),
    )
    fits = offer.disk_space is None or offer.disk_space >= usage.disk
    text = "\n".join(words).lower()
    return PricedOffer(offer, price, eff, value, text, offer.gpu_name, fits, book)


def price_offers(
    offers: Iterable[Offer], usage: Usage, rental: RentalType, book: PriceBook = NO_PRICES
) -> list[PricedOffer]:
    """The priced rows of all offers."""
    return [price_offer(offer, usage, rental, book) for offer in offers]
