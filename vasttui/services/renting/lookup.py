"""Finds the instances of a rental by its label, or by the variable in its environment."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, repeat

from vasttui.errors import VastError
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.renting.context import RentedInstances
from vasttui.services.renting.journal_entry import Order
from vasttui.units import DAY

SEARCH_FOR = DAY
"""Seconds to search for an unconfirmed rental."""


class Search:
    """Searches for the instances of one order; `trouble` says why the last try failed."""

    def __init__(self, api: RentedInstances, order: Order) -> None:
        self.trouble = ""
        self._api, self._order = api, order

    async def find(self) -> tuple[int, ...] | None:
        """The ids of its instances; None if the list could not be read completely."""
        try:
            listed = await self._api.labelled(self._order.label)
            if not listed.instances:
                listed = await self._api.list()
        except VastError as error:
            self.trouble = f"{error}"
            return None
        ids = tuple(sorted(one.id for one in listed.instances if self._order.made(one)))
        self.trouble = "some rows could not be read" if listed.bad and not ids else ""
        return None if self.trouble else ids

    def among(self, fleet: Fleet) -> tuple[int, ...]:
        """The ids of its instances in a snapshot."""
        rows = (row.instance for row in fleet.rows)
        return tuple(sorted(one.id for one in rows if self._order.made(one)))


def pauses() -> Iterator[float]:
    """Seconds to wait before each try, without end."""
    return chain((2.0, 4.0, 8.0, 16.0), repeat(30.0))
