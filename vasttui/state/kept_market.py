"""The last market, shown at the start until the service has answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any

from vasttui.clock import Clock
from vasttui.models.money import RentalType
from vasttui.models.offer import Offer
from vasttui.query.wire import ServerQuery
from vasttui.services.market.state import MarketState
from vasttui.state.json_file import Write
from vasttui.state.kept_rows import Kept, KeptRows

MOST = 320
"""Offers that are kept: the first ones, which are the cheapest unless another order was asked. More
would delay the first frame."""

_NAMES = Offer.__struct_fields__
_VALUES: Callable[[Offer], tuple[Any, ...]] = attrgetter(*_NAMES)
_LISTS = tuple(
    _NAMES.index(name) for name, kind in Offer.__annotations__.items() if "tuple" in kind
)


class KeptMarket:
    """Keeps the offers of one service, named by its `address`. With `path` None nothing is kept."""

    def __init__(self, path: Path | None, write: Write, address: str) -> None:
        self._file = KeptRows(path, write, lambda: _NAMES)
        self._address = address
        self.save = self._file.save

    def load(self, rental: RentalType, clock: Clock) -> MarketState:
        """The market as it was, its age included; an empty one if nothing is kept, for another
        service, type of rental or a time that is yet to come."""
        kept = self._file.load()
        head = kept.head if kept else {}
        saved_at = head.get("saved_at", 0.0)
        age = clock.now() - saved_at
        wanted = head.get("address") == self._address and head.get("type") == rental
        if kept is None or not wanted or age < 0:
            return MarketState()
        return MarketState(
            rows=tuple(map(_offer, kept.rows)), kept=True, query=_query(head),
            fetched=head.get("of", len(kept.rows)), as_of=clock.monotonic() - age,
            as_of_wall=saved_at,
        )  # fmt: skip

    def see(self, state: MarketState, now: float) -> None:
        """Keep the offers of a search that has ended, now (monotonic seconds) or soon."""
        query, rows = state.query, state.rows[:MOST]
        if state.kept or state.as_of is None or query is None:
            return
        head = {
            "address": self._address, "saved_at": state.as_of_wall, "type": query.type,
            "filters": {name: dict(ops) for name, ops in query.filters.items()},
            "disk": query.allocated_storage, "order": query.order, "of": len(state.rows),
        }  # fmt: skip
        self._file.see(lambda: Kept(head, [_VALUES(offer) for offer in rows]), now)


def _offer(kept: Sequence[Any]) -> Offer:
    values = list(kept)
    for at in _LISTS:
        if values[at] is not None:
            values[at] = tuple(values[at])
    return Offer(**dict(zip(_NAMES, values, strict=True)))


def _query(head: Mapping[str, Any]) -> ServerQuery:
    filters = {
        name: MappingProxyType(
            {op: tuple(one) if isinstance(one, list) else one for op, one in ops.items()}
        )
        for name, ops in head["filters"].items()
    }
    order = (head["order"][0], head["order"][1])
    return ServerQuery(MappingProxyType(filters), head["type"], head["disk"], order)
