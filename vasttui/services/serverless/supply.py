"""The offers that the search of a worker group would take now."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from vasttui.errors import VastError
from vasttui.models.money import Usage, price_offers
from vasttui.models.offer import OfferBatch
from vasttui.models.search import SearchOptions
from vasttui.models.worker_search import ANY, search_text
from vasttui.query.match import compile_query
from vasttui.query.names import named
from vasttui.query.parse import parse
from vasttui.query.template_filters import wanted_filters
from vasttui.query.wire import server_query
from vasttui.words import per_hour, plural

MOST = 64
"""Offers of one answer, at most."""


class OfferSearch(Protocol):
    """Searches the market."""

    def search(self, body: Mapping[str, object]) -> AsyncIterator[OfferBatch]:
        """The offers that match, as they arrive. Raises VastError."""


@dataclass(frozen=True, slots=True)
class Supply:
    """The prices in $/h of the offers that a search finds now, cheapest first; with `more` there
    may be dearer ones as well."""

    prices: tuple[float, ...] = ()
    more: bool = False

    def words(self, limit: float | None, workers: int | None) -> str:
        """How many workers these are enough for, at a price limit; None: it is not typed yet."""
        some = f"{len(self.prices)}{'+' if self.more else ''}"
        if not self.prices:
            return "Its search finds no offer now: no worker would start."
        cheapest = f"the cheapest {per_hour(self.prices[0], up=True)}"
        if limit is None:
            return f"Its search finds {some} offers now, {cheapest}."
        count = sum(price <= limit for price in self.prices)
        if not count:
            return f"None of the {some} offers of its search costs so little now: {cheapest}."
        some = f"{count}+" if self.more and count == len(self.prices) else f"{count}"
        offers = "1 offer" if some == "1" else f"{some} offers"
        found = f"{offers} of its search now at any price, {cheapest}"
        if limit != ANY:
            verb = "costs" if some == "1" else "cost"
            found = f"{offers} of its search {verb} at most {per_hour(limit, up=True)} now"
        if workers is None or count >= workers or some.endswith("+"):
            return f"{found}."
        return f"{found}; {plural(workers, 'worker')} would need {workers}: the rest would wait."


async def supply_of(
    offers: OfferSearch, text: str, disk: float, gpu_names: Sequence[str], now: float
) -> Supply:
    """What a filter text finds among verified machines, the price of `disk` GB included. Raises
    VastError, also for a text that is no filter."""
    parsed = parse(text)
    if parsed.problems:
        raise VastError(f"{parsed.problems[0]}")
    choice = SearchOptions(usage=Usage(disk=disk))
    query = named(parsed.query, gpu_names)
    wanted = server_query(query, choice, gpu_names, full=True)
    if wanted.nothing:
        return Supply()
    body = wanted.body(order=[("dph_total", "asc")], limit=MOST)
    found = [one async for batch in offers.search(body) for one in batch.offers]
    rows = compile_query(query, now)(price_offers(found, choice.usage, choice.rental))
    prices = sorted(row.price for row in rows)
    return Supply(tuple(prices), more=len(found) >= MOST)


def as_search(text: str, gpu_names: Sequence[str]) -> str:
    """A filter text as the search of a worker group. Raises VastError if it cannot be said in it
    exactly."""
    found = wanted_filters(text, gpu_names)
    if found.problem:
        raise VastError(found.problem.replace("a template", "a search"))
    if "dph_total" in found.filters:
        raise VastError("The price is not part of it: it is asked for below.")
    return search_text(found.filters)
