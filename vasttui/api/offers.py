"""Searching for offers (docs: "search offers"; client 1.9.1 `api/offers.py`)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping

from vasttui.api.answers import not_json, refusal_in
from vasttui.api.engine import Call, Engine
from vasttui.api.operations import OPERATIONS
from vasttui.api.outcome import Fate, Outcome, outcome_of
from vasttui.api.protocol import OfferBatch
from vasttui.api.stream import OfferStream
from vasttui.api.transport import Answer
from vasttui.errors import BrokenAnswer, VastError
from vasttui.models.decode import Decoded, NotJson

_SEARCH = OPERATIONS["search"]


async def search_offers(engine: Engine, body: Mapping[str, object]) -> AsyncIterator[OfferBatch]:
    """`POST /bundles/`: the rows as they arrive. Raises `VastError`.

    Rows that came before the answer broke off were good and stay so; a search that brought none
    is tried again.
    """
    data = json.dumps(body).encode()
    call = Call(engine, _SEARCH)
    again = True
    while again:
        outcome = Outcome(Fate.OK)
        shown = False
        deadline = await call.turn()
        try:
            async with engine.transport.open(_SEARCH, deadline, body=data) as answer:
                async for batch in _batches(answer, engine.transport.sends_key(_SEARCH)):
                    shown = True
                    yield batch
        except VastError as error:
            outcome = outcome_of(error)
        again = await call.settle(outcome, final=shown)
    outcome.unwrap()


async def _batches(answer: Answer, sent_key: bool) -> AsyncIterator[OfferBatch]:
    stream = OfferStream()
    try:
        async for chunk in answer.chunks:
            for decoded in stream.feed(chunk):
                if decoded is not None:
                    yield _batch(decoded)
                await asyncio.sleep(0)
        for decoded in stream.finish():
            yield _batch(decoded)
            await asyncio.sleep(0)
    except NotJson:
        raise not_json(answer.content_type) from None
    refused = refusal_in(stream.document, status=answer.status, sent_key=sent_key)
    if refused is not None:
        raise refused
    if not isinstance(stream.document, dict) or not isinstance(stream.document.get("offers"), list):
        raise BrokenAnswer("The answer of the service holds no list of offers.")


def _batch(decoded: Decoded) -> OfferBatch:
    return OfferBatch(decoded.offers, decoded.bad, decoded.patched, decoded.reasons)
