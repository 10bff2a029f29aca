"""A service that answers searches from a list of offers, with the real one's limits."""

from __future__ import annotations

import asyncio
import math
import operator
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from vasttui.errors import VastError
from vasttui.models.offer import Offer, OfferBatch

_OPS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq, "neq": operator.ne, "gt": operator.gt, "gte": operator.ge,
    "lt": operator.lt, "lte": operator.le,
    "in": lambda value, wanted: value in wanted,
    "notin": lambda value, unwanted: value not in unwanted,
}  # fmt: skip
_OPTIONS = {"order", "limit", "type", "allocated_storage"}


def offer(id: int, price: float = 1.0, gpu: str = "RTX 4090", **more: Any) -> Offer:
    """An offer with the given fields."""
    fields: dict[str, Any] = {
        "num_gpus": 1, "dph_base": price, "storage_cost": 0.0, "rentable": True,
        "verification": "verified", "machine_id": id, "inet_down_cost": 0.0, "inet_up_cost": 0.0,
    }  # fmt: skip
    fields.update(more)
    return Offer(id=id, gpu_name=gpu, dph_total=price, **fields)


class FakeMarket:
    """The offers of the client. `script` holds errors (or None) for the next searches.

    Fields in `ignored` filter nothing; without `orders` the answers are unsorted.
    """

    def __init__(self, offers: Sequence[Offer], cap: int = 64) -> None:
        self.offers = list(offers)
        self.cap = cap
        self.bodies: list[Mapping[str, object]] = []
        self.script: list[VastError | None] = []
        self.gate: asyncio.Event | None = None
        self.ignored: set[str] = set()
        self.orders = True

    async def search(self, body: Mapping[str, object]) -> AsyncIterator[OfferBatch]:
        self.bodies.append(body)
        if self.gate is not None:
            await self.gate.wait()
        error = self.script.pop(0) if self.script else None
        if error is not None:
            raise error
        hits = [one for one in self.offers if self._matches(one, body)]
        if self.orders:
            order: Any = body["order"]
            name, way = order[0]
            hits.sort(key=lambda one: _rank(getattr(one, name), way == "desc"))
        limit = body.get("limit", self.cap)
        assert isinstance(limit, int)
        page = hits[: min(self.cap, limit)]
        for start in range(0, len(page), 5):
            await asyncio.sleep(0)
            yield OfferBatch(tuple(page[start : start + 5]))

    def _matches(self, one: Offer, body: Mapping[str, object]) -> bool:
        for name, conditions in body.items():
            if name in _OPTIONS or name in self.ignored or not hasattr(one, name):
                continue
            assert isinstance(conditions, dict)
            value = getattr(one, name)
            if name == "external":
                value = bool(value)
            if not all(_holds(value, op, wanted) for op, wanted in conditions.items()):
                return False
        return True


def _holds(value: Any, op: str, wanted: Any) -> bool:
    """As in SQL, nothing is true of null but that it is null."""
    if value is None or wanted is None:
        return op == "eq" and value is wanted
    return _OPS[op](value, wanted)


def _rank(value: float | None, down: bool) -> float:
    """Its place in the order; null comes last."""
    return math.inf if value is None else -value if down else value
