"""Searches the market past the number of offers that one answer holds."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from vasttui.models.offer import Offer, OfferBatch
from vasttui.query.wire import ServerQuery
from vasttui.services.market.budget import SearchBudget

ASKED = 20_000
"""The `limit` of a search. The service has been seen to cut at 64 whatever it is."""

_USUAL_CAP = 64
_LEAST_CAP = 3
_MOST_REASONS = 20
_CHEAPEST_FIRST = (("dph_total", "asc"),)
_SPLIT_BY = ("gpu_name", "num_gpus")


class OfferSearch(Protocol):
    """What is asked of the service."""

    def search(self, body: Mapping[str, object]) -> AsyncIterator[OfferBatch]:
        """The offers that `body` asks for, as they arrive. Raises VastError."""


@dataclass(frozen=True, slots=True)
class Progress:
    """News of a search, and the numbers so far.

    `new` holds offers not seen before in this search, or seen otherwise: the newer one counts.
    `resting` says that an answer has ended and the next one is yet to be asked for. `complete`
    (only with `done`) says that the service has nothing more for this search.
    """

    new: tuple[Offer, ...]
    fetched: int
    pages: int
    bad: int = 0
    patched: int = 0
    reasons: tuple[str, ...] = ()
    resting: bool = False
    done: bool = False
    complete: bool = False


@dataclass(slots=True)
class _Page:
    """What one answer held. `ordered`: no offer was cheaper than the one before."""

    rows: int = 0
    offers: list[Offer] = field(default_factory=list)
    lowest: float = math.inf
    highest: float = -math.inf
    ordered: bool = True

    def count(self, batch: OfferBatch) -> None:
        self.rows += len(batch.offers) + batch.bad
        self.offers += batch.offers
        for offer in batch.offers:
            self.ordered = self.ordered and offer.dph_total >= self.highest
            self.lowest = min(self.lowest, offer.dph_total)
            self.highest = max(self.highest, offer.dph_total)

    def values(self, field: str) -> set[str | int]:
        """The different values that its offers have in a field."""
        return {getattr(offer, field) for offer in self.offers}


@dataclass(slots=True)
class _Walk:
    """One search on its way."""

    most: int
    seen: dict[int, Offer] = field(default_factory=dict)
    pages: int = 0
    bad: int = 0
    patched: int = 0
    reasons: tuple[str, ...] = ()
    whole: bool = True

    @property
    def spent(self) -> bool:
        return self.pages >= self.most

    def take(self, batch: OfferBatch) -> tuple[Offer, ...]:
        new = tuple(offer for offer in batch.offers if self.seen.get(offer.id) != offer)
        self.seen.update((offer.id, offer) for offer in new)
        self.bad += batch.bad
        self.patched += batch.patched
        if batch.reasons:
            reasons = dict.fromkeys((*self.reasons, *batch.reasons))
            self.reasons = tuple(reasons)[:_MOST_REASONS]
        return new

    def progress(self, new: tuple[Offer, ...] = ()) -> Progress:
        return Progress(new, len(self.seen), self.pages, self.bad, self.patched, self.reasons)


class Market:
    """One search at a time over the offers of the service."""

    def __init__(self, api: OfferSearch, budget: SearchBudget) -> None:
        self.budget, self._api = budget, api
        self._fullest = 0
        """The most rows any answer held. A shorter answer was certainly not cut."""
        self._compared = False

    async def search(self, wanted: ServerQuery, *, max_pages: int = 10) -> AsyncIterator[Progress]:
        """Every offer of this search, in as many requests as it takes and `max_pages` allow.

        The service cuts its answers and has no cursor, so the walk goes up in price: each request
        starts at the price the last one ended with. Where more offers share one price than an
        answer holds, that price is asked for GPU by GPU. Raises `VastError`; what was yielded
        before stays good.
        """
        walk = _Walk(max_pages)
        question, reached = wanted, (-math.inf, 0)
        while not wanted.nothing:
            page = _Page()
            async for news in self._ask(question, walk, page):
                yield news
            if not await self._may_be_cut(page, wanted):
                break
            one_price = page.lowest == page.highest
            before, reached = reached, (page.highest, int(one_price))
            walk.whole = walk.whole and page.ordered
            if reached <= before:
                walk.whole = False  # nothing readable, or not what was asked for: no way on
                break
            if one_price:
                exact = wanted.narrowed("dph_total", "gte", page.highest)
                exact = exact.narrowed("dph_total", "lte", page.highest)
                async for news in self._split(exact, _SPLIT_BY, walk, page):
                    yield news
            if walk.spent:
                walk.whole = False
                break
            question = wanted.narrowed("dph_total", "gt" if one_price else "gte", page.highest)
        yield replace(walk.progress(), done=True, complete=walk.whole)

    async def _ask(
        self, question: ServerQuery, walk: _Walk, page: _Page
    ) -> AsyncIterator[Progress]:
        await self.budget.turn(first=walk.pages == 0)
        walk.pages += 1
        async for batch in self._api.search(_body(question, ASKED)):
            page.count(batch)
            yield walk.progress(walk.take(batch))
        yield replace(walk.progress(), resting=True)

    async def _may_be_cut(self, page: _Page, wanted: ServerQuery) -> bool:
        """Whether the service may have more than this answer held.

        Where the cap lies is not documented: an answer is known to be whole when a longer one
        has been seen. Before a short one is doubted, the whole market is asked once to see one.
        """
        if page.rows < max(self._fullest, _LEAST_CAP):
            return False
        self._fullest = max(self._fullest, page.rows)
        if page.rows < _USUAL_CAP and not self._compared:
            self._compared = True
            await self.budget.turn(first=True)
            everything = replace(wanted, filters={})
            rows = 0
            async for batch in self._api.search(_body(everything, _USUAL_CAP)):
                rows += len(batch.offers) + batch.bad
            self._fullest = max(self._fullest, rows)
        return page.rows >= self._fullest

    async def _split(
        self, question: ServerQuery, fields: tuple[str, ...], walk: _Walk, page: _Page
    ) -> AsyncIterator[Progress]:
        """All offers of a search whose answer `page` may be cut, one value of a field at a time.

        What has none of the values seen so far is asked for after them, until nothing is left.
        """
        fields = tuple(one for one in fields if "eq" not in question.filters.get(one, {}))
        if not fields:
            walk.whole = False
            return
        field, *rest = fields
        known: set[str | int] = set()
        while fresh := sorted(page.values(field) - known):
            for value in fresh:
                part, answer = question.narrowed(field, "eq", value), _Page()
                async for news in self._part(part, walk, answer):
                    yield news
                if await self._may_be_cut(answer, question):
                    async for news in self._split(part, tuple(rest), walk, answer):
                        yield news
            known.update(fresh)
            page = _Page()
            others = question.narrowed(field, "notin", tuple(known))
            async for news in self._part(others, walk, page):
                yield news
            if not await self._may_be_cut(page, question):
                return
        walk.whole = False

    async def _part(
        self, question: ServerQuery, walk: _Walk, page: _Page
    ) -> AsyncIterator[Progress]:
        if walk.spent:
            walk.whole = False
            return
        async for news in self._ask(question, walk, page):
            yield news


def _body(question: ServerQuery, limit: int) -> dict[str, object]:
    return question.body(order=_CHEAPEST_FIRST, limit=limit)
