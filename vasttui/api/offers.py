"""Searching for offers (docs: "search offers"; client 1.9.1 `api/offers.py`)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping

from vasttui.api.answers import not_json, refusal_in
from vasttui.api.engine import Engine
from vasttui.api.operations import OPERATIONS
from vasttui.api.protocol import OfferBatch
from vasttui.api.stream import OfferStream
from vasttui.api.transport import Answer
from vasttui.errors import BrokenAnswer
from vasttui.models.decode import Decoded, NotJson

_SEARCH = OPERATIONS["search"]


async def search_offers(engine: Engine, body: Mapping[str, object]) -> AsyncIterator[OfferBatch]:
    """`POST /bundles/`: the rows as they arrive. Raises `VastError`.

    Rows that came before the answer broke off were good and stay so; a search that brought none
    is tried again.
    """
    data = json.dumps(body).encode()
    async with engine.streaming(_SEARCH, "/api/v0/bundles/", data) as answer:
        async for batch in _batches(answer, engine.has_key):
            yield batch


async def _batches(answer: Answer, sent_key: bool) -> AsyncIterator[OfferBatch]:
    stream = OfferStream()
    async for chunk in answer.chunks:
        for decoded in stream.feed(chunk):
            yield _batch(decoded)
            await asyncio.sleep(0)
    try:
        last = stream.finish()
    except NotJson:
        raise not_json(answer.content_type) from None
    refused = refusal_in(stream.other, sent_key)
    if refused is not None:
        raise refused
    if stream.other is not None and not _has_offers(stream.other):
        raise BrokenAnswer("The answer of the service holds no list of offers.")
    yield _batch(last)


def _has_offers(document: object) -> bool:
    return isinstance(document, dict) and isinstance(document.get("offers"), list)


def _batch(decoded: Decoded) -> OfferBatch:
    return OfferBatch(decoded.offers, decoded.bad, decoded.patched, decoded.reasons)
