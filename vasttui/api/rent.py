"""Renting, and what has to be known before and after it.

(docs: "create instance", "search offers", "show instances v1", "search templates"; client 1.9.1
`api/instances.py`, `api/offers.py`)
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace

from vasttui.api.engine import Engine
from vasttui.api.instances import instances, instances_where
from vasttui.api.offers import search_offers
from vasttui.api.operations import OPERATIONS
from vasttui.api.outcome import Fate, Outcome
from vasttui.api.protocol import InstanceList, new_contract
from vasttui.errors import AuthRejected, BrokenAnswer, PermissionDenied, RateLimited, Rejected
from vasttui.models.decode_instance import InstanceDecoder
from vasttui.models.decode_template import templates_from
from vasttui.models.offer import Offer
from vasttui.models.rent import RentRequest
from vasttui.models.rent_body import rent_body
from vasttui.models.template import Template

_HASH = re.compile(r"[0-9a-f]{32}\Z")


async def rent(engine: Engine, wanted: RentRequest, nonce: str) -> Outcome:
    """`PUT /asks/{id}/`, once. Without the number of a contract nobody knows what came of it.

    Of the answer only that number is kept: the rest is a key to the instance.
    """
    outcome = await engine.write(OPERATIONS["rent"].at(id=wanted.ask), rent_body(wanted, nonce))
    contract = new_contract(outcome)
    if contract is not None:
        return replace(outcome, data={"new_contract": contract})
    if outcome.fate is Fate.OK:
        error = BrokenAnswer(
            "The service answered, but not which instance it made.",
            hint="It is being looked for by its label.",
        )
        return Outcome(Fate.UNKNOWN, error=error, status=outcome.status)
    return replace(outcome, data=None)


async def offer(engine: Engine, ask_id: int, *, disk: float, bid: bool) -> Offer | None:
    """`POST /bundles/` for one offer. Raises `VastError`."""
    # Clients disagree about the name to look an offer up by: some saw `id` match nothing.
    for name in ("ask_contract_id", "id"):
        body = {
            name: {"eq": ask_id},
            "type": "bid" if bid else "on-demand",
            "allocated_storage": disk,
            "limit": 4,
        }
        offers = [one async for batch in search_offers(engine, body) for one in batch.offers]
        for found in offers:
            if found.id == ask_id:
                return found if found.rentable is not False else None
    return None


async def labelled(engine: Engine, decoder: InstanceDecoder, label: str) -> InstanceList:
    """The instances with that label, filtered by the service where it does that.

    Raises `VastError`.
    """
    try:
        found = await instances_where(engine, {"label": {"in": [label]}})
    except (AuthRejected, PermissionDenied, RateLimited):
        raise
    except Rejected:
        found = await instances(engine, decoder)
    same = tuple(one for one in found.instances if one.label == label)
    return InstanceList(same, found.bad, found.reasons)


async def templates(engine: Engine, words: str) -> tuple[Template, ...]:
    """`GET /template/`. Raises `VastError`."""
    query = {"select_cols": json.dumps(["*"]), "select_filters": json.dumps(_wanted(words))}
    document = await engine.read(OPERATIONS["templates"], query)
    rows = document.get("templates") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise BrokenAnswer("The answer of the service holds no list of templates.")
    return templates_from(rows)


def _wanted(words: str) -> Mapping[str, object]:
    """The documented filters know no part of a name: a whole name or hash id, else what the
    service recommends."""
    if not words:
        return {"recommended": {"eq": True}}
    return {"hash_id" if _HASH.match(words) else "name": {"eq": words}}
