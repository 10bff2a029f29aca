"""Offers of the market (docs: "search offers"; client 1.9.1 `api/offers.py`)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping

from vasttui.api.answers import not_json, refusal_in, rows_in
from vasttui.api.engine import Call, ResourceClient
from vasttui.api.operations import OPERATIONS
from vasttui.api.outcome import Fate, Outcome, outcome_of
from vasttui.api.stream import OfferStream
from vasttui.api.transport import Answer
from vasttui.errors import VastError
from vasttui.models.decode_json import NotJson
from vasttui.models.offer import Offer, OfferBatch
from vasttui.text import clean

_SEARCH = OPERATIONS["search"]


class OffersClient(ResourceClient):
    """Offers. Raises `VastError`."""

    async def search(self, body: Mapping[str, object]) -> AsyncIterator[OfferBatch]:
        """The offers that match `body`, in batches as they arrive: `POST /bundles/`.

        Rows before a broken connection stay valid; a search without any is retried. The service
        has been seen to cap an answer at 64 offers.
        """
        data = json.dumps(body).encode()
        call = Call(self._engine, _SEARCH)
        again = True
        while again:
            outcome = Outcome(Fate.OK)
            shown = False
            deadline = await call.turn()
            try:
                async with self._engine.transport.open(_SEARCH, deadline, body=data) as answer:
                    async for batch in self._batches(answer):
                        shown = True
                        yield batch
            except VastError as error:
                outcome = outcome_of(error)
            again = await call.settle(outcome, final=shown)
        outcome.unwrap()

    async def get(self, ask_id: int, *, disk: float, bid: bool) -> Offer | None:
        """One offer as it is now, priced with `disk` GB, interruptible if `bid`: `POST /bundles/`.
        None if it is not available, or has no GPU left."""
        # Clients disagree about the field name: some saw `id` match nothing.
        for name in ("ask_contract_id", "id"):
            for found in await self._find({name: {"eq": ask_id}}, disk, bid=bid, limit=4):
                if found.id == ask_id:
                    there = found.rentable is not False and found.num_gpus > 0
                    return found if there else None
        return None

    async def on_machine(
        self, machine_id: int, num_gpus: int, *, disk: float, bid: bool
    ) -> tuple[Offer, ...]:
        """The available offers of so many GPUs of a machine, priced like `get`: `POST
        /bundles/`."""
        wanted = {"machine_id": {"eq": machine_id}, "num_gpus": {"eq": num_gpus}}
        found = await self._find(wanted, disk, bid=bid, limit=64)
        return tuple(
            one for one in found
            if (one.machine_id, one.num_gpus) == (machine_id, num_gpus)
            and one.rentable is not False
        )  # fmt: skip

    async def _find(
        self, wanted: Mapping[str, object], disk: float, *, bid: bool, limit: int
    ) -> list[Offer]:
        kind = "bid" if bid else "on-demand"
        body = {**wanted, "type": kind, "allocated_storage": disk, "limit": limit}
        return [one async for batch in self.search(body) for one in batch.offers]

    async def gpu_names(self) -> tuple[str, ...]:
        """All GPU names, sorted: `GET /gpu_names/unique/` (client 1.9.1 `cli/util.py`)."""
        document = await self._engine.read(OPERATIONS["gpu_names"])
        names = rows_in(document, "gpu_names", "GPU names")
        cleaned = {clean(name) for name in names if isinstance(name, str)}
        return tuple(sorted(cleaned - {""}))

    async def _batches(self, answer: Answer) -> AsyncIterator[OfferBatch]:
        stream = OfferStream()
        try:
            async for chunk in answer.chunks:
                for batch in stream.feed(chunk):
                    if batch is not None:
                        yield batch
                    await asyncio.sleep(0)
            for batch in stream.finish():
                yield batch
                await asyncio.sleep(0)
        except NotJson:
            raise not_json(answer.content_type) from None
        sent_key = self._engine.transport.sends_key(_SEARCH)
        refused = refusal_in(stream.document, status=answer.status, sent_key=sent_key)
        if refused is not None:
            raise refused
        rows_in(stream.document, "offers", "offers")
