"""Looks for instances of a rental whose answer was lost."""

from __future__ import annotations

from collections.abc import Iterator

from vasttui.errors import VastError
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.renting.context import RentedInstances
from vasttui.services.renting.journal_entry import Order
from vasttui.units import DAY

LOOK_FOR = DAY
"""Seconds that an unconfirmed rental is looked for."""

_PAUSES = (2.0, 4.0, 8.0, 16.0)
_LAST_PAUSE = 30.0


class Search:
    """Looks for one order. `trouble` says why the last look told nothing, empty when it did."""

    def __init__(self, api: RentedInstances, order: Order) -> None:
        self.trouble = ""
        self._api = api
        self._order = order

    async def look(self) -> tuple[int, ...] | None:
        """The instances of the order; None when the list could not be read, or not all of it:
        that is not the same as none."""
        try:
            listed = await self._api.labelled(self._order.label)
        except VastError as error:
            self.trouble = f"{error}"
            return None
        ids = tuple(sorted(one.id for one in listed.instances if self._order.is_mine(one)))
        self.trouble = "some rows could not be read" if listed.bad and not ids else ""
        return None if self.trouble else ids

    def among(self, fleet: Fleet) -> tuple[int, ...]:
        """The instances of the order in a reading of all."""
        rows = (row.instance for row in fleet.rows)
        return tuple(sorted(one.id for one in rows if self._order.is_mine(one)))


def pauses() -> Iterator[float]:
    """Seconds before each look, one after the other, without end."""
    yield from _PAUSES
    while True:
        yield _LAST_PAUSE
