"""What instances have cost, and what hosts want to charge (docs: "show charges"; client 1.9.1
`api/billing.py`, `api/price_increase.py`)."""

from __future__ import annotations

import json
import math
from contextlib import aclosing

from vasttui.api.engine import Engine
from vasttui.api.operations import OPERATIONS
from vasttui.api.outcome import Outcome
from vasttui.api.paging import pages
from vasttui.errors import BrokenAnswer
from vasttui.models.charge import Charge
from vasttui.models.decode_records import charge_from, price_increase_from
from vasttui.models.price_increase import PriceIncrease

_PAGE = 100


async def charges(engine: Engine, since: float, until: float) -> tuple[Charge, ...]:
    """`GET /charges/` of instances between two times (epoch seconds).

    Raises `VastError` when a page fails or a row cannot be read: a sum without it would be wrong.
    """
    days = {"gte": math.floor(since), "lte": math.ceil(until)}
    query = {
        "select_filters": json.dumps({"day": days, "type": {"in": ["instance"]}}),
        "format": "table",
        "latest_first": "false",
        "limit": str(_PAGE),
    }
    found: list[Charge] = []
    async with aclosing(pages(engine, OPERATIONS["charges"], query)) as answers:
        async for page in answers:
            rows = page.get("results")
            if not isinstance(rows, list):
                raise BrokenAnswer("The answer of the service holds no list of charges.")
            for row in rows:
                charge = charge_from(row)
                if charge is None:
                    raise BrokenAnswer("A charge cannot be read, so what was spent is unknown.")
                found.append(charge)
    return tuple(found)


async def price_increases(engine: Engine) -> tuple[PriceIncrease, ...]:
    """`GET /instances/pending-price-increases/`. Raises `VastError`."""
    document = await engine.read(OPERATIONS["price_increases"])
    rows = document.get("pending_price_increases") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise BrokenAnswer("The answer of the service holds no list of price increases.")
    found = (price_increase_from(row) for row in rows)
    return tuple(increase for increase in found if increase is not None)


async def answer_price_increase(engine: Engine, increase_id: int, *, accept: bool) -> Outcome:
    """Say yes or no to one of them. The service takes nothing but its number in the body."""
    operation = OPERATIONS["accept_increase" if accept else "reject_increase"]
    return await engine.write(operation, {"pending_price_increase_id": increase_id})
