"""Keeps the offers of the requested search fresh: one search at a time, the newest wins."""

from __future__ import annotations

import asyncio
import math
import random
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from vasttui.clock import Clock
from vasttui.errors import SearchQuotaExceeded, VastError
from vasttui.models.offer import Offer
from vasttui.query.wire import ServerQuery
from vasttui.services.backoff import retry_in, stops_everything
from vasttui.services.clock_watch import ClockWatch
from vasttui.services.market.merge import Answer, MergedOffers
from vasttui.services.market.state import Arrived, MarketState
from vasttui.services.market.walk import Market, Progress
from vasttui.services.waiting import Wait, waiting_on

PUBLISH_EVERY = 0.1
SETTLE_COARSE, SETTLE_FULL = 0.35, 0.6
"""Seconds without a change before a search is sent, so that half-typed words send none."""

_CHECK_EVERY = 5.0
_MOST_TOO_WIDE = 32


class MarketFeed:
    """Searches when the loaded rows do not cover the request, and again when they are old.

    A request has two queries: a coarse one, unaffected by most rules, and the full one with every
    rule. The coarse one goes first, as its complete answer makes further typing free; the full one
    only if the coarse one has more offers than may be fetched.

    Errors never remove rows. The loop ends only by cancellation.
    """

    def __init__(
        self,
        market: Market,
        publish: Callable[[MarketState], None],
        *,
        clock: Clock,
        rng: random.Random,
        interval: float = 30.0,
        max_pages: int = 10,
        on_force: Callable[[], None] = lambda: None,
        ended: Callable[[ServerQuery, Sequence[Offer], bool], None] = lambda *_: None,
        wait: Wait | None = None,
        kept: MarketState | None = None,
    ) -> None:
        """`ended` gets each search that ended, with its offers, and whether these are all. `kept`
        is the market of an earlier run: old offers, until a search brings new ones."""
        self.state = kept or MarketState()
        self._market, self._publish = market, publish
        self._clock, self._rng, self._wait = clock, rng, wait or waiting_on(clock)
        self._interval, self._max_pages, self._on_force = interval, max_pages, on_force
        self._ended = ended
        self._wake = asyncio.Event()
        self._paused = False
        self._looked_at = True
        self._forced = False
        self._coarse: ServerQuery | None = None
        self._full: ServerQuery | None = None
        self._requested_at = 0.0
        self._loaded = _answer_of(self.state)
        self._failed: ServerQuery | None = None
        self._too_wide: deque[ServerQuery] = deque(maxlen=_MOST_TOO_WIDE)
        self._running: tuple[ServerQuery, asyncio.Task[None]] | None = None
        self._clocks = ClockWatch(clock)

    def request(self, coarse: ServerQuery, full: ServerQuery) -> None:
        """Request these queries; searches only if the loaded rows do not cover them."""
        if (coarse, full) == (self._coarse, self._full):
            return
        before = self._coarse or self.state.query
        if before is not None and before.type != coarse.type:
            self._forget()
        self._coarse, self._full = coarse, full
        self._requested_at = self._now
        if self._running is not None and not self._useful(self._running[0]):
            self._running[1].cancel()
        if self._covered() != self.state.covered:
            self._set(covered=self._covered())
        self._wake.set()

    @property
    def is_asked(self) -> bool:
        """Whether anything was requested."""
        return self._coarse is not None

    def refresh(self) -> None:
        """Search now; during a search once more after it."""
        self._forced = True
        self._on_force()
        self._wake.set()

    @property
    def paused(self) -> bool:
        """Whether loaded rows may grow old. New requests and retries still search."""
        return self._paused

    @paused.setter
    def paused(self, paused: bool) -> None:
        self._paused = paused
        self._wake.set()

    @property
    def looked_at(self) -> bool:
        """Whether somebody looks at the offers or watches them. Else only `refresh` searches."""
        return self._looked_at

    @looked_at.setter
    def looked_at(self, looked_at: bool) -> None:
        self._looked_at = looked_at
        self._wake.set()

    async def run(self) -> None:
        """Search until cancelled."""
        while True:
            self._wake.clear()
            self._check_clocks()
            query, delay = self._next()
            if query is not None and delay <= 0:
                self._forced = False
                await self._search_until_cancelled(query)
            else:
                await self._wait(self._wake, min(delay, _CHECK_EVERY))

    def _next(self) -> tuple[ServerQuery | None, float]:
        """What to search next, and in how many seconds."""
        if self._coarse is None or self._full is None:
            return None, math.inf
        now, state = self._now, self.state
        next_try = math.inf if state.next_try is None else state.next_try
        query = self._missing(self._coarse, self._full)
        if self._forced:
            return query or self._loaded_query(), 0.0
        if not self._looked_at:
            return None, math.inf
        if query is None and state.as_of is None and state.error is None:
            return self._loaded_query(), 0.0  # that search was cut off: nothing came yet
        if query is None:
            idle = self._paused and state.error is None
            return self._loaded_query(), math.inf if idle else next_try - now
        settle = SETTLE_FULL if query != self._coarse else SETTLE_COARSE
        due = self._requested_at + settle if state.number else now
        if state.error is not None and (stops_everything(state.error) or query == self._failed):
            due = max(due, next_try)
        return query, due - now

    def _missing(self, coarse: ServerQuery, full: ServerQuery) -> ServerQuery | None:
        """The query to search for; None if the loaded rows cover the request."""
        if self._covered():
            return None
        if not any(coarse.covers(one) for one in self._too_wide):
            return coarse
        loaded = self._loaded
        return None if loaded is not None and loaded.ended and loaded.query == full else full

    def _loaded_query(self) -> ServerQuery:
        """The query of the loaded rows."""
        assert self._loaded is not None
        return self._loaded.query

    def _covered(self) -> bool:
        """Whether the loaded rows include everything requested."""
        loaded, full = self._loaded, self._full
        if loaded is None or full is None:
            return False
        return full.nothing or (loaded.complete and loaded.query.covers(full))

    def _useful(self, query: ServerQuery) -> bool:
        """Whether a running search will answer the current request."""
        if query == self._full:
            return True
        if self._covered():
            return query == self._loaded_query()
        return query == self._coarse and query not in self._too_wide

    def _check_clocks(self) -> None:
        """After a sleep or a clock jump the rows are older, and the next try is due."""
        gap, state = self._clocks.check(reading=True), self.state
        if gap is None:
            return
        as_of, next_try, resets_at = state.as_of, state.next_try, state.quota_resets_at
        if as_of is not None:
            as_of -= gap.uncounted
        if next_try is not None:
            next_try = self._now + (0.0 if resets_at is None else resets_at - self._clock.now())
        self._set(as_of=as_of, next_try=next_try)

    def _forget(self) -> None:
        """Drop rows priced for another type of rental."""
        self._loaded = None
        self._set(**_NOTHING)

    async def _search_until_cancelled(self, query: ServerQuery) -> None:
        merged = MergedOffers(query, self._loaded)
        task = asyncio.create_task(self._search(query, merged))
        self._running = query, task
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()
            self._running = None
        if task.cancelled():
            self._set(**self._kept(query, merged))
        else:
            task.result()

    async def _search(self, query: ServerQuery, merged: MergedOffers) -> None:
        started = self._now
        self._set(number=self.state.number + 1, query=query, busy=True)
        try:
            news = await self._gather(query, merged)
        except VastError as error:
            self._failed = query
            failure, wall = self.state.failures + 1, self._clock.now()
            wait = retry_in(error, failure, self._rng, wall)
            self._set(
                **self._kept(query, merged), **_failure(error, self.state, wall),
                next_try=None if wait is None else self._now + wait,
            )  # fmt: skip
        else:
            self._end(query, merged, news, started)

    async def _gather(self, query: ServerQuery, merged: MergedOffers) -> Progress:
        """Take and show the rows as they arrive: at once, then ten times a second and at the end of
        each answer."""
        news = Progress((), 0, 0)
        shown_at, unshown = -math.inf, False
        found = self._market.search(query, max_pages=self._max_pages, same=merged.same)
        async for news in found:
            merged.take(news.new)
            if news.resting and self.state.failures:
                self._set(error=None, arrived=Arrived(news.pages, news.fetched))
            unshown = unshown or bool(news.new)
            if merged.repeats or not unshown or news.done:
                continue
            if news.resting or self._now - shown_at >= PUBLISH_EVERY:
                shown_at, unshown = self._now, False
                self._show(merged)
        return news

    def _show(self, merged: MergedOffers) -> None:
        offers, stable = merged.shown(len(self.state.rows))
        self._set(rows=offers, stable=stable)

    def _kept(self, query: ServerQuery, merged: MergedOffers) -> dict[str, object]:
        """The changes when a search ends early; its rows stay."""
        ended: dict[str, object] = {"busy": False, "arrived": None}
        if self._coarse is None or query.type != self._coarse.type:
            return ended
        self._loaded = merged.so_far(self._now)
        if merged.repeats:
            return ended
        offers, stable = merged.shown(len(self.state.rows))
        return {**ended, "rows": offers, "stable": stable}

    def _end(
        self, query: ServerQuery, merged: MergedOffers, news: Progress, started: float
    ) -> None:
        now = self._now
        self._loaded = merged.ended(news.complete, now)
        self._failed = None
        if not news.complete:
            self._too_wide.append(query)
        offers, stable = merged.last(self._loaded, self.state.rows)
        self._ended(query, merged.fresh, news.complete)
        pause = max(self._interval, news.pages * self._market.budget.seconds_each)
        self._publish_state(
            MarketState(
                number=self.state.number, query=query, rows=offers, stable=stable,
                pages=news.pages, fetched=news.fetched, bad=news.bad, patched=news.patched,
                reasons=news.reasons, complete=news.complete, covered=self._covered(), as_of=now,
                as_of_wall=self._clock.now(), took=now - started, next_try=now + pause,
            )
        )  # fmt: skip

    @property
    def _now(self) -> float:
        return self._clock.monotonic()

    def _set(self, **news: object) -> None:
        """Publish some changes; unless given, the rows stay."""
        state = self.state
        unchanged = {"stable": len(state.rows)}
        self._publish_state(replace(state, **(unchanged | news)))

    def _publish_state(self, state: MarketState) -> None:
        self.state = state
        self._publish(state)


_NOTHING: Mapping[str, object] = {
    "rows": (), "stable": 0, "complete": False, "pages": 0, "fetched": 0, "as_of": None,
    "as_of_wall": None, "kept": False,
}  # fmt: skip
"""The changes when no rows are loaded any more."""


def _failure(error: VastError, state: MarketState, wall: float) -> dict[str, object]:
    """The changes when a search fails at that time (epoch seconds)."""
    return {
        "error": error,
        "failures": state.failures + 1,
        "failing_since": state.failing_since or wall,
        "quota_resets_at": error.resets_at if isinstance(error, SearchQuotaExceeded) else None,
    }


def _answer_of(kept: MarketState) -> Answer | None:
    """The offers of an earlier run as if they were loaded; they cover nothing."""
    if kept.query is None or kept.as_of is None:
        return None
    offers = {offer.id: offer for offer in kept.rows}
    return Answer(kept.query, offers, complete=False, oldest=kept.as_of)
