"""Pending price increases (client 1.9.1 `api/price_increase.py`; not in the docs)."""

from __future__ import annotations

from vasttui.api.answers import rows_in
from vasttui.api.engine import ResourceClient
from vasttui.api.operations import OPERATIONS
from vasttui.api.outcome import Outcome
from vasttui.models.decode_records import price_increase_from
from vasttui.models.price_increase import PriceIncrease


class PriceIncreasesClient(ResourceClient):
    """Increases that await the user's answer."""

    async def list(self) -> tuple[PriceIncrease, ...]:
        """All that are pending: `GET /instances/pending-price-increases/`. Raises `VastError`."""
        document = await self._engine.read(OPERATIONS["price_increases"])
        rows = rows_in(document, "pending_price_increases", "price increases")
        found = (price_increase_from(row) for row in rows)
        return tuple(increase for increase in found if increase is not None)

    async def answer(self, increase_id: int, *, accept: bool) -> Outcome:
        """Accept or reject one, once: `PUT /instances/accept-price-increase/` or `.../reject-...`.
        The service refuses a body with any other field."""
        operation = OPERATIONS["accept_increase" if accept else "reject_increase"]
        return await self._engine.write(operation, {"pending_price_increase_id": increase_id})
