"""Searches the market beyond the cap on one answer."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field
from msgspec.structs import replace

from vasttui.models.offer import Offer, OfferBatch
from vasttui.query.wire import CHEAPEST, Order, ServerQuery

if TYPE_CHECKING:
    from vasttui.services.market.budget import SearchBudget

ASKED = 20_000
"""The `limit` of a search. The service has been seen to cap at 64 regardless."""

_USUAL_CAP = 64
_LEAST_CAP = 3
_MOST_REASONS = 20
_SPLIT_BY = ("gpu_name", "num_gpus")

Same = Callable[[Offer], Offer]


class OfferSearch(Protocol):
    """The part of the client that searching uses."""

    def search(self, body: Mapping[str, object]) -> AsyncIterator[OfferBatch]:
        """The offers that match `body`, as they arrive. Raises VastError."""


class Progress(Struct, frozen=True):
    """The progress of a search.

    `new` are offers that are new or changed in this search. `resting`: an answer has ended and the
    next request is yet to be sent. `complete` (only with `done`): the service has no more offers.
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


class _Page(Struct):
    """The content of one answer. `lowest` and `highest` are values of the field of the order, or
    their negatives where the largest come first; `ordered`: they ascend."""

    order: Order = CHEAPEST
    rows: int = 0
    offers: list[Offer] = field(default_factory=list)
    lowest: float = math.inf
    highest: float = -math.inf
    ordered: bool = True

    def count(self, batch: OfferBatch) -> None:
        self.rows += len(batch.offers) + batch.bad
        name, down = self.order
        for offer in batch.offers:
            value = getattr(offer, name)
            if value is None:
                continue
            value = -value if down else value
            self.ordered = self.ordered and value >= self.highest
            self.lowest = min(self.lowest, value)
            self.highest = max(self.highest, value)

    def values(self, field: str) -> set[str | int]:
        """The distinct values of a field in its offers."""
        return {getattr(offer, field) for offer in self.offers}


class _Walk(Struct):
    """The running totals of one search."""

    most: int
    same: Same
    patient: bool = False
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
        """The offers that are new or changed. What has no GPU is no offer: it is left out."""
        new = tuple(
            offer for offer in batch.offers
            if offer.num_gpus > 0 and self.seen.get(offer.id) != offer
        )  # fmt: skip
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
    """Searches the offers of the service, one search at a time."""

    def __init__(self, api: OfferSearch, budget: SearchBudget) -> None:
        self.budget, self._api = budget, api
        self._fullest = 0
        """The most rows in any answer. A shorter answer was not capped."""
        self._compared = False

    async def search(
        self, wanted: ServerQuery, *, max_pages: int = 10, patient: bool = False,
        same: Same = lambda offer: offer,
    ) -> AsyncIterator[Progress]:  # fmt: skip
        """Every offer of this search, in up to `max_pages` requests. A `patient` one leaves some
        searches to others that start. `same` gives the object to keep for an offer that came: the
        one that is loaded already, where it has not changed.

        The service caps its answers and has no cursor, so each request starts at the last value of
        the one before. If one value has more offers than an answer holds, its cheapest come first;
        one price is split by GPU. Raises `VastError`; what was yielded before stays valid.
        """
        walk = _Walk(max_pages, same, patient)
        if not wanted.nothing:
            async for news in self._walk(wanted, walk):
                yield news
        yield replace(walk.progress(), done=True, complete=walk.whole)

    async def _walk(self, wanted: ServerQuery, walk: _Walk) -> AsyncIterator[Progress]:
        if walk.spent:
            walk.whole = False
            return
        name, down = wanted.order
        question, reached = wanted, (-math.inf, 0)
        while True:
            page = _Page(wanted.order)
            async for news in self._ask(question, walk, page):
                yield news
            if not await self._may_be_cut(page, wanted):
                break
            if wanted.numbered:
                walk.whole = False
                return
            one_value = page.lowest == page.highest
            before, reached = reached, (page.highest, int(one_value))
            walk.whole = walk.whole and page.ordered
            if reached <= before:
                walk.whole = False  # nothing readable, or off the query: cannot go on
                return
            last = -page.highest if down else page.highest
            if one_value:
                exact = wanted.narrowed(name, "gte", last).narrowed(name, "lte", last)
                async for news in self._equal(exact, walk, page):
                    yield news
            if walk.spent:
                walk.whole = False
                return
            onward = ("lt" if down else "gt") + ("" if one_value else "e")
            question = wanted.narrowed(name, onward, last)
        if question is not wanted and name != CHEAPEST[0] and name not in wanted.filters:
            # Offers without a value come last, and no bound finds them.
            unknown = replace(wanted.narrowed(name, "eq", None), order=CHEAPEST)
            async for news in self._walk(unknown, walk):
                yield news

    async def _equal(self, exact: ServerQuery, walk: _Walk, page: _Page) -> AsyncIterator[Progress]:
        """All offers of one value, of which `page` may hold a part."""
        cheapest = exact.order == CHEAPEST
        if cheapest:
            parts = self._split(exact, _SPLIT_BY, walk, page)
        else:
            parts = self._walk(replace(exact, order=CHEAPEST), walk)
        async for news in parts:
            yield news

    async def _ask(
        self, question: ServerQuery, walk: _Walk, page: _Page
    ) -> AsyncIterator[Progress]:
        await self.budget.turn(first=walk.pages == 0 and not walk.patient)
        walk.pages += 1
        async for came in self._api.search(_body(question, ASKED)):
            page.count(came)  # by what came: what is loaded may have another score or duration
            batch = replace(came, offers=tuple(map(walk.same, came.offers)))
            page.offers += batch.offers
            yield walk.progress(walk.take(batch))
        yield replace(walk.progress(), resting=True)

    async def _may_be_cut(self, page: _Page, wanted: ServerQuery) -> bool:
        """Whether the service may have more offers than this answer.

        The cap is not documented: an answer is complete if a longer one has been seen. Before a
        short one is doubted, one search of the whole market looks for a longer one.
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
        """All offers of a search whose answer `page` may be cut, by the values of a field: those
        seen so far, then what has none of them, until nothing is left."""
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
    name, down = question.order
    return question.body(order=[(name, "desc" if down else "asc")], limit=limit)
