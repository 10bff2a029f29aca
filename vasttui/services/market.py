"""Searches the market past the number of offers that one answer holds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field

from vasttui.api.protocol import OfferBatch, VastAPI
from vasttui.errors import VastError
from vasttui.models.offer import Offer
from vasttui.query.wire import ServerQuery
from vasttui.services.pace import Pace

ASKED = 20_000
"""The `limit` of a search. The service has been seen to cut at 64 whatever it is."""

_CHEAPEST_FIRST = (("dph_total", "asc"),)
_GPU_COUNTS: tuple[tuple[int, int | None], ...] = ((0, 1), (2, 2), (3, 4), (5, 8), (9, None))


@dataclass(frozen=True, slots=True)
class Progress:
    """News of a search: offers not seen before, and the numbers so far.

    `complete` (only with `done`) says that the service has nothing more for this search.
    """

    new: tuple[Offer, ...]
    fetched: int
    pages: int
    bad: int = 0
    patched: int = 0
    reasons: tuple[str, ...] = ()
    done: bool = False
    complete: bool = False


@dataclass(slots=True)
class _Page:
    """What one answer held."""

    rows: int = 0
    fresh: int = 0
    lowest: float | None = None
    highest: float | None = None

    def count(self, batch: OfferBatch, fresh: int) -> None:
        self.rows += len(batch.offers) + batch.bad
        self.fresh += fresh
        for offer in batch.offers:
            price = offer.dph_total
            self.lowest = price if self.lowest is None else min(self.lowest, price)
            self.highest = price if self.highest is None else max(self.highest, price)


@dataclass(slots=True)
class _Walk:
    """One search on its way."""

    most: int
    seen: dict[int, None] = field(default_factory=dict)
    names: dict[str, None] = field(default_factory=dict)
    pages: int = 0
    bad: int = 0
    patched: int = 0
    reasons: tuple[str, ...] = ()
    whole: bool = True

    @property
    def spent(self) -> bool:
        return self.pages >= self.most

    def take(self, batch: OfferBatch) -> tuple[Offer, ...]:
        new = tuple(offer for offer in batch.offers if offer.id not in self.seen)
        self.seen.update(dict.fromkeys(offer.id for offer in new))
        self.names.update(dict.fromkeys(offer.gpu_name for offer in new))
        self.bad += batch.bad
        self.patched += batch.patched
        self.reasons = (*self.reasons, *batch.reasons)[:20]
        return new

    def progress(self, new: tuple[Offer, ...] = (), *, done: bool = False) -> Progress:
        return Progress(
            new, len(self.seen), self.pages, self.bad, self.patched, self.reasons,
            done, done and self.whole,
        )  # fmt: skip


class Market:
    """One search at a time over the offers of the service."""

    def __init__(self, api: VastAPI, pace: Pace) -> None:
        self.pace = pace
        self._api = api
        self._fullest = 0
        """The most rows any answer held. A shorter answer was certainly not cut."""
        self._uncut = 0
        """The most rows of an answer that was seen not to be cut: asking on brought nothing."""

    async def search(self, wanted: ServerQuery, *, max_pages: int = 10) -> AsyncIterator[Progress]:
        """Every offer of this search, in as many requests as it takes and `max_pages` allow.

        The service cuts its answers and has no cursor, so the walk goes up in price: each request
        starts at the price the last one ended with. Where more offers share one price than an
        answer holds, that price is asked for GPU by GPU. Raises `VastError`; what was yielded
        before stays good.
        """
        walk = _Walk(max_pages)
        question, before = wanted, 0
        while not wanted.nothing:
            if walk.spent:
                walk.whole = False
                break
            page = _Page()
            async for new in self._page(question, walk, page):
                yield walk.progress(new)
            if not page.fresh:
                self._uncut = max(self._uncut, before)
            if not page.fresh or not self._may_be_cut(page):
                break
            if page.highest is None:
                walk.whole = False  # not one row could be read: there is no price to go on from
                break
            op = "gte"
            if page.lowest == page.highest:
                op = "gt"
                async for new in self._split(wanted, page.highest, walk):
                    yield walk.progress(new)
            question, before = wanted.narrowed("dph_total", op, page.highest), page.rows
        yield walk.progress(done=True)

    async def _page(
        self, question: ServerQuery, walk: _Walk, page: _Page
    ) -> AsyncIterator[tuple[Offer, ...]]:
        await self.pace.turn(first=walk.pages == 0)
        walk.pages += 1
        body = question.body(order=_CHEAPEST_FIRST, limit=ASKED)
        async for batch in self._api.search_offers(body):
            new = walk.take(batch)
            page.count(batch, len(new))
            yield new

    def _may_be_cut(self, page: _Page) -> bool:
        """Whether the service may have more than this answer held."""
        if page.rows < self._fullest or page.rows <= self._uncut:
            return False
        self._fullest = page.rows
        return True

    async def _split(
        self, wanted: ServerQuery, price: float, walk: _Walk
    ) -> AsyncIterator[tuple[Offer, ...]]:
        """All offers of exactly one price, GPU by GPU, then by their number."""
        exact = wanted.narrowed("dph_total", "gte", price).narrowed("dph_total", "lte", price)
        for name in await self._names(wanted, walk):
            page = _Page()
            async for new in self._part(exact.narrowed("gpu_name", "eq", name), walk, page):
                yield new
            if self._may_be_cut(page):
                for part in _by_count(exact.narrowed("gpu_name", "eq", name)):
                    page = _Page()
                    async for new in self._part(part, walk, page):
                        yield new
                    if self._may_be_cut(page):
                        walk.whole = False

    async def _part(
        self, question: ServerQuery, walk: _Walk, page: _Page
    ) -> AsyncIterator[tuple[Offer, ...]]:
        if walk.spent:
            walk.whole = False
            return
        async for new in self._page(question, walk, page):
            yield new

    async def _names(self, wanted: ServerQuery, walk: _Walk) -> Sequence[str]:
        asked = wanted.filters.get("gpu_name", {})
        if "in" in asked and isinstance(asked["in"], tuple):
            return [str(name) for name in asked["in"]]
        if "eq" in asked:
            return [str(asked["eq"])]
        try:
            return sorted({*await self._api.gpu_names(), *walk.names})
        except VastError:
            walk.whole = False  # a GPU nobody has seen yet may be missed
            return sorted(walk.names)


def _by_count(question: ServerQuery) -> Iterator[ServerQuery]:
    for low, high in _GPU_COUNTS:
        part = question.narrowed("num_gpus", "gte", low)
        yield part if high is None else part.narrowed("num_gpus", "lte", high)
