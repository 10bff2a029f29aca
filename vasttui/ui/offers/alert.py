"""Alerts when new offers match a filter."""

from __future__ import annotations

from collections.abc import Iterable

from vasttui.models.money import PricedOffer
from vasttui.models.search import SearchOptions
from vasttui.query.rules import Query


class OfferAlert:
    """Watches one filter: it knows every offer that was shown for it. While another filter is in
    force it rests."""

    def __init__(self, query: Query, choice: SearchOptions) -> None:
        self._watched = query, choice
        self._known: set[int] | None = None

    def is_for(self, query: Query, choice: SearchOptions) -> bool:
        """Whether this is the watched filter."""
        return self._watched == (query, choice)

    def fresh(self, rows: Iterable[PricedOffer]) -> int:
        """How many of these rows are new; from now on they are known. The first ones are not new:
        they were there when the alert was set."""
        found = {row.offer.id for row in rows}
        new = set() if self._known is None else found - self._known
        self._known = found if self._known is None else self._known | found
        return len(new)
