"""Charges (docs: "show charges"; client 1.9.1 `api/billing.py`)."""

from __future__ import annotations

import json
import math
from contextlib import aclosing

from vasttui.api.answers import rows_in
from vasttui.api.engine import ResourceClient
from vasttui.api.operations import OPERATIONS
from vasttui.api.paging import pages
from vasttui.errors import BrokenAnswer
from vasttui.models.charge import Charge
from vasttui.models.decode_records import charge_from

_PAGE = 100


class BillingClient(ResourceClient):
    """The account's charges. Raises `VastError`."""

    async def charges(self, since: float, until: float) -> tuple[Charge, ...]:
        """What instances cost in $ between two times (epoch seconds): `GET /charges/`, all pages.

        Each amount is for the whole time span. An unreadable row raises too: sums would be wrong.
        """
        days = {"gte": math.floor(since), "lte": math.ceil(until)}
        query = {
            "select_filters": json.dumps({"day": days, "type": {"in": ["instance"]}}),
            "format": "table",
            "latest_first": "false",
            "limit": str(_PAGE),
        }
        found: list[Charge] = []
        async with aclosing(pages(self._engine, OPERATIONS["charges"], query)) as answers:
            async for page in answers:
                for row in rows_in(page, "results", "charges"):
                    charge = charge_from(row)
                    if charge is None:
                        raise BrokenAnswer("A charge cannot be read, so the total is unknown.")
                    found.append(charge)
        return tuple(found)
