"""Keeps the offers of the wanted search fresh: one search at a time, the newest wins."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from vasttui.clock import Clock
from vasttui.errors import AuthRejected, RateLimited, SearchQuotaExceeded, VastError
from vasttui.models.offer import Offer
from vasttui.query.wire import ServerQuery
from vasttui.services.market import Market, Progress
from vasttui.services.market_state import MarketState
from vasttui.services.waiting import Wait, wait_or_wake

PUBLISH_EVERY = 0.1
DEBOUNCE = 0.6
BACKOFF_FIRST, BACKOFF_CAP = 2.0, 60.0
_NEVER = 3_600.0
_LOOK_EVERY = 5.0
_JUMP = 5.0


@dataclass(slots=True)
class _Answer:
    """The offers in hand and the search they answer."""

    query: ServerQuery
    offers: dict[int, Offer]
    complete: bool


class OfferWatch:
    """Searches when the rows in hand cannot answer what is wanted, and again when they are old.

    A question has two forms: the coarse one, which a change of most rules leaves alone, and the
    full one with every rule in it. The coarse one is asked first, because its complete answer
    makes all further typing free of requests; the full one only where the coarse one turned out
    to have more offers than may be fetched.

    Errors never take rows away. The loop ends only by cancellation.
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
        wait: Wait = wait_or_wake,
    ) -> None:
        self.state = MarketState()
        self.paused = False
        self._market, self._publish = market, publish
        self._clock, self._rng, self._wait = clock, rng, wait
        self._interval, self._max_pages, self._on_force = interval, max_pages, on_force
        self._wake = asyncio.Event()
        self._coarse: ServerQuery | None = None
        self._full: ServerQuery | None = None
        self._have: _Answer | None = None
        self._too_wide: set[ServerQuery] = set()
        self._asked_at = 0.0
        self._refresh = False
        self._running: tuple[ServerQuery, asyncio.Task[None]] | None = None

    # What the screens say

    def want(self, coarse: ServerQuery, full: ServerQuery) -> None:
        """This is what is looked at now. Asks the service only where the rows in hand cannot do."""
        if (coarse, full) == (self._coarse, self._full):
            return
        self._coarse, self._full = coarse, full
        self._asked_at = self._clock.monotonic()
        if self._running is not None and not self._useful(self._running[0]):
            self._running[1].cancel()
        self._set(replace(self.state, covered=self._covered()))
        self._wake.set()

    def refresh(self) -> None:
        """Search now, whatever the timers say. During a search: once more after it."""
        self._refresh = True
        self._on_force()
        self._wake.set()

    # The loop

    async def run(self) -> None:
        """Watch until cancelled."""
        wall_then, then = self._clock.now(), self._clock.monotonic()
        while True:
            self._wake.clear()
            query, delay = self._next()
            if query is not None and delay <= 0:
                self._refresh = False
                await self._search_unless_outrun(query)
                wall_then, then = self._clock.now(), self._clock.monotonic()
                continue
            await self._wait(self._wake, min(delay, _LOOK_EVERY))
            wall, now = self._clock.now(), self._clock.monotonic()
            if abs((wall - wall_then) - (now - then)) > _JUMP:
                self._refresh = True  # every age and every contract end was wrong until now
            wall_then, then = wall, now

    def _next(self) -> tuple[ServerQuery | None, float]:
        """What to search next, and in how many seconds."""
        if self._coarse is None or self._full is None:
            return None, _NEVER
        due = max(0.0, self._due_at() - self._clock.monotonic())
        query = self._missing()
        if query is None:
            return self._again(), 0.0 if self._refresh else due
        if self._refresh:
            return query, 0.0
        if self.state.error is not None and self.state.query == query:
            return query, due
        if query == self._coarse:
            return query, 0.0
        return query, max(0.0, self._asked_at + DEBOUNCE - self._clock.monotonic())

    def _missing(self) -> ServerQuery | None:
        """The search whose answer is needed and not in hand."""
        assert self._coarse is not None
        assert self._full is not None
        if self._covered():
            return None
        have = self._have
        if self._coarse not in self._too_wide:
            return self._coarse
        return None if have is not None and have.query == self._full else self._full

    def _again(self) -> ServerQuery:
        """The search to repeat when the rows have grown old."""
        assert self._have is not None
        return self._have.query

    def _covered(self) -> bool:
        """Whether the rows in hand are all there are for what is wanted."""
        have, full = self._have, self._full
        return have is not None and have.complete and full is not None and have.query.covers(full)

    def _useful(self, query: ServerQuery) -> bool:
        """Whether a search on its way will answer what is wanted now."""
        if query == self._full:
            return True
        return query == self._coarse and not (self._have and self._covered())

    def _due_at(self) -> float:
        """When the rows are old enough to be fetched again (monotonic)."""
        state = self.state
        if self.paused and state.error is None:
            return float("inf")
        return state.next_try if state.next_try is not None else float("inf")

    # One search

    async def _search_unless_outrun(self, query: ServerQuery) -> None:
        task = asyncio.create_task(self._search(query))
        self._running = query, task
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()
            self._running = None
        if not task.cancelled():
            task.result()
        elif self.state.searching:
            self._set(replace(self.state, searching=False))

    async def _search(self, query: ServerQuery) -> None:
        started = self._clock.monotonic()
        gathering = _Gathering(query, self._have)
        self._set(self._begun(query, gathering))
        told = started
        try:
            async for news in self._market.search(query, max_pages=self._max_pages):
                gathering.take(news.new)
                now = self._clock.monotonic()
                if not news.done and now - told >= PUBLISH_EVERY and gathering.visible:
                    told = now
                    self._set(self._partial(gathering, news.pages))
        except VastError as error:
            self._keep(gathering)
            self._failed(error)
            return
        except asyncio.CancelledError:
            self._keep(gathering)
            raise
        self._have = _Answer(query, gathering.fresh, news.complete)
        if not news.complete:
            self._too_wide.add(query)
        self._done(gathering, news, started)

    def _begun(self, query: ServerQuery, gathering: _Gathering) -> MarketState:
        offers = self.state.offers if gathering.carries else ()
        return replace(
            self.state,
            number=self.state.number + 1,
            query=query,
            searching=True,
            offers=offers,
            stable=len(offers),
        )

    def _keep(self, gathering: _Gathering) -> None:
        """What an unfinished search brought stays, as part of an answer that is not whole."""
        if gathering.visible and gathering.fresh:
            self._have = _Answer(gathering.query, gathering.all, complete=False)

    def _done(self, gathering: _Gathering, news: Progress, started: float) -> None:
        now = self._clock.monotonic()
        pause = max(self._interval, news.pages * self._market.pace.seconds_each)
        self._set(
            replace(
                self.state,
                offers=tuple(gathering.fresh.values()),
                stable=gathering.still_stable(self.state.offers),
                pages=news.pages,
                fetched=news.fetched,
                bad=news.bad,
                patched=news.patched,
                reasons=news.reasons,
                complete=news.complete,
                covered=self._covered(),
                searching=False,
                as_of=now,
                as_of_wall=self._clock.now(),
                took=now - started,
                error=None,
                failures=0,
                failing_since=None,
                next_try=now + pause,
                quota_resets_at=None,
            )
        )

    def _partial(self, gathering: _Gathering, pages: int) -> MarketState:
        offers = gathering.shown()
        stable = gathering.stable_since(len(self.state.offers))
        return replace(self.state, offers=offers, stable=stable, pages=pages)

    def _failed(self, error: VastError) -> None:
        state, now = self.state, self._clock.monotonic()
        failures = state.failures + 1
        resets_at = error.resets_at if isinstance(error, SearchQuotaExceeded) else None
        self._set(
            replace(
                state,
                searching=False,
                stable=len(state.offers),
                error=error,
                failures=failures,
                failing_since=state.failing_since or self._clock.now(),
                next_try=self._retry_at(error, failures, now),
                quota_resets_at=resets_at,
            )
        )

    def _retry_at(self, error: VastError, failures: int, now: float) -> float | None:
        """When to try again by itself (monotonic); None waits for the user."""
        if isinstance(error, AuthRejected):
            return None
        if isinstance(error, SearchQuotaExceeded):
            wait = _NEVER if error.resets_at is None else error.resets_at - self._clock.now()
            return now + max(1.0, wait)
        cap = min(BACKOFF_CAP, BACKOFF_FIRST * 2.0 ** min(failures, 10))
        wait = self._rng.uniform(cap / 2, cap)
        if isinstance(error, RateLimited) and error.retry_after is not None:
            wait = max(wait, error.retry_after)
        return now + wait

    def _set(self, state: MarketState) -> None:
        self.state = state
        self._publish(state)


class _Gathering:
    """The offers of a search on its way, beside those already in hand.

    Offers that did not change stay the same objects, so nothing about them is drawn again. A
    repeated search is shown only when it is whole; a new one shows what it has, on top of the
    rows in hand unless those have prices of another type of rental.
    """

    def __init__(self, query: ServerQuery, have: _Answer | None) -> None:
        self.query = query
        self.fresh: dict[int, Offer] = {}
        self.visible = have is None or have.query != query
        self.carries = have is None or have.query.type == query.type
        self._old = have.offers if have is not None and self.carries else {}
        self.all = dict(self._old)
        self._replaced = False

    def take(self, offers: tuple[Offer, ...]) -> None:
        for offer in offers:
            known = self._old.get(offer.id)
            if known is not None and known == offer:
                kept = known
            else:
                kept = offer
                self._replaced = self._replaced or known is not None
            self.fresh[offer.id] = kept
            if self.visible:
                self.all[offer.id] = kept

    def shown(self) -> tuple[Offer, ...]:
        """What to show while the search is on its way."""
        return tuple(self.all.values())

    def stable_since(self, before: int) -> int:
        """How many of the rows shown before stand unchanged at the front."""
        if self._replaced:
            self._replaced = False
            return 0
        return before

    def still_stable(self, shown: tuple[Offer, ...]) -> int:
        """How many of the rows shown last stand unchanged at the front of the final ones."""
        return len(shown) if not self._old and not self._replaced else 0
