"""One look at the market for a watch: one search of one page."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from msgspec import Struct

from vasttui.models.money import PricedOffer, price_offers
from vasttui.models.offer import Offer
from vasttui.models.price_book import NO_PRICES, PriceBook
from vasttui.models.search import SearchOptions
from vasttui.query.defaults import with_defaults
from vasttui.query.match import compile_query
from vasttui.query.names import named
from vasttui.query.parse import parse
from vasttui.query.wire import CHEAPEST, ServerQuery, server_query
from vasttui.services.market.walk import OfferSearch

Ended = Callable[[ServerQuery, Sequence[Offer], bool], None]

PAGE = 64
"""Offers asked for in a look, the cheapest: as many as the service has been seen to answer with."""


class Wanted(Struct, frozen=True):
    """What a look looks for: a filter as it was typed, the switches, and the highest price, all-in
    $/h (None: every price)."""

    text: str
    options: SearchOptions
    limit: float | None = None

    def is_within(self, row: PricedOffer) -> bool:
        """Whether an offer costs the limit at most; one whose price is unknown does not."""
        return self.limit is None or (row.eff is not None and row.eff <= self.limit)


class Look(Struct, frozen=True):
    """What was found: the offers that match, the lowest all-in price first.

    Every offer with a listed price (GPU and disk, $/h) under `reach` was in the answer: infinite
    where the service had no more, so that `rows` are all there are. `impossible`: nothing was
    asked, as no offer of this market can match.
    """

    wanted: Wanted
    rows: tuple[PricedOffer, ...]
    reach: float = math.inf
    impossible: bool = False

    @property
    def is_partial(self) -> bool:
        """Whether there are, or may be, offers beside these."""
        return self.reach < math.inf

    @property
    def lowest(self) -> float | None:
        """The lowest all-in price, $/h; None if there is none, or it is not known."""
        return self.rows[0].eff if self.rows else None

    @property
    def within(self) -> tuple[PricedOffer, ...]:
        """Those that cost the limit at most."""
        return tuple(row for row in self.rows if self.wanted.is_within(row))


async def look(
    api: OfferSearch,
    wanted: Wanted,
    gpu_names: Sequence[str],
    now: float,
    *,
    avoided: frozenset[int] = frozenset(),
    ended: Ended = lambda *_: None,
    book: PriceBook = NO_PRICES,
) -> Look:
    """Search once, for the cheapest; `gpu_names` are those of the market, `now` is epoch seconds.

    Machines that are `avoided` are left out, and offers without the disk that is wanted. `ended`
    gets the search, every offer of its answer, and whether these are all. Prices are compared with
    the `book`. Raises VastError.
    """
    options = wanted.options
    query = named(parse(wanted.text).query, gpu_names)
    question = server_query(query, options, gpu_names, full=True)
    if question.nothing:
        return Look(wanted, (), impossible=True)
    name, _ = CHEAPEST
    read = 0
    offers: list[Offer] = []
    async for batch in api.search(question.body(order=[(name, "asc")], limit=PAGE)):
        read += len(batch.offers) + batch.bad
        offers += batch.offers
    priced = price_offers(offers, options.usage, options.rental, book)
    select = compile_query(with_defaults(query, options), now)
    kept = [row for row in select(priced) if row.fits and row.offer.machine_id not in avoided]
    kept.sort(key=lambda row: (math.inf if row.eff is None else row.eff, row.offer.id))
    whole = read < PAGE
    ended(question, offers, whole)
    return Look(wanted, tuple(kept), math.inf if whole else _reach(offers))


def _reach(offers: Sequence[Offer]) -> float:
    """Up to which price an answer that may be cut is whole; 0 if it is not in order."""
    prices = [offer.dph_total for offer in offers]
    return prices[-1] if prices and prices == sorted(prices) else 0.0
