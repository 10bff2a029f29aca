"""Alerts when new offers match a filter."""

from __future__ import annotations

from collections.abc import Iterable

from vasttui.models.money import PricedOffer


class OfferAlert:
    """Remembers every offer shown since the alert was set."""

    def __init__(self, rows: Iterable[PricedOffer]) -> None:
        self._known = {row.offer.id for row in rows}

    def fresh(self, rows: Iterable[PricedOffer]) -> int:
        """How many of these rows are new; from now on they are known."""
        new = {row.offer.id for row in rows} - self._known
        self._known |= new
        return len(new)
