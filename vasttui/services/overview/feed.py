"""Asks for the models of the market one by one, while somebody looks."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

from vasttui.clock import Clock
from vasttui.errors import RateLimited, SearchQuotaExceeded
from vasttui.models.offer import Offer
from vasttui.query.wire import ServerQuery
from vasttui.services.feed import Feed
from vasttui.services.market.walk import Market
from vasttui.services.overview.book import Answer, ModelBook
from vasttui.services.snapshot import Snapshot
from vasttui.units import MINUTE

FRESH = 10 * MINUTE
"""Seconds for which a model is not asked for again."""

_DOCUMENTED, _SLOWEST = 6.0, 60.0
_SLOW_FOR = 10 * MINUTE


class Overview:
    """What is known of the models, and the search for one of them; more seldom for a while after
    the service asked for fewer searches."""

    def __init__(
        self,
        searches: Callable[[], Market | None],
        clock: Clock,
        ended: Callable[[Answer], None] = lambda answer: None,
    ) -> None:
        """`searches` is what searches for the whole program, None before there is a client; `ended`
        gets every answer."""
        self.book = ModelBook(clock.now)
        self.asking = ""
        """The model that is being asked for; empty while none is."""
        self._searches, self._clock, self._ended = searches, clock, ended
        self._last = -math.inf
        self._slow, self._slow_until = 0.0, -math.inf

    @property
    def spacing(self) -> float:
        """Seconds from one own search to the next, on the long run."""
        slow = self._slow if self._clock.monotonic() < self._slow_until else 0.0
        return max(self._usual, slow)

    @property
    def is_slow(self) -> bool:
        """Whether the service asked for fewer searches lately."""
        return self.spacing > self._usual

    @property
    def wait(self) -> float:
        """Seconds until the next own search may be sent; others go first."""
        market = self._searches()
        apart = self._last + self.spacing - self._clock.monotonic() if self.is_slow else 0.0
        return math.inf if market is None else max(0.0, apart, market.budget.wait(first=False))

    @property
    def _usual(self) -> float:
        market = self._searches()
        return 0.0 if market is None else market.budget.seconds_each

    def is_due(self, model: str) -> bool:
        """Whether it is not known, or not fresh."""
        answered = self.book.answered_at(model)
        return answered is None or self._clock.monotonic() - answered >= FRESH

    async def ask(self, model: str, *, patient: bool) -> None:
        """Search for the offers of this model; a `patient` search lets others go first. Raises
        VastError; what was known stays."""
        market = self._searches()
        if market is None:
            return
        search = self.book.search(model)
        self.asking = model
        try:
            answer = await self._answer(market, search, patient)
            self.book.take(model, answer)
            self._ended(answer)
        except SearchQuotaExceeded:
            raise
        except RateLimited:
            self._slow = min(_SLOWEST, max(_DOCUMENTED, 2 * self.spacing))
            self._slow_until = self._clock.monotonic() + _SLOW_FOR
            raise
        finally:
            self.asking = ""

    async def _answer(self, market: Market, search: ServerQuery, patient: bool) -> Answer:
        offers: dict[int, Offer] = {}
        whole, at = True, self._clock.monotonic()
        async for news in market.search(search, max_pages=1, patient=patient):
            if not offers:
                at = self._clock.monotonic()
            offers.update((one.id, one) for one in news.new)
            whole = news.complete
        self._last = self._clock.monotonic()
        return Answer(search, tuple(offers.values()), whole, at)


class OverviewFeed(Feed[Any]):
    """One search at a time, at the rate that all searches share, for what the user looks at and is
    not fresh. `refresh` asks for the first model in `order` now."""

    def __init__(
        self,
        overview: Overview,
        order: Callable[[], Sequence[str]],
        publish: Callable[[Snapshot[Any]], None],
        *,
        clock: Clock,
        rng: random.Random,
        on_force: Callable[[], None] = lambda: None,
    ) -> None:
        """`order` has the models to know, what the user looks at first; `rng` is for retries."""
        super().__init__(self._ask, publish, clock=clock, rng=rng, every=0.0, on_force=on_force)
        self._overview, self._order = overview, order
        self._now: str | None = None

    @property
    def next(self) -> str | None:
        """The model that is asked for next; None if all are fresh."""
        return next((one for one in self._order() if self._overview.is_due(one)), None)

    @property
    def asking(self) -> str:
        """The model that is asked for, or is about to be; empty while none is."""
        return self._overview.asking or self._now or ""

    def refresh(self) -> None:
        """Ask for the first model now, because the user asks."""
        self._now = next(iter(self._order()), None)
        if self._now is not None:
            super().refresh()

    def _delay(self) -> float:
        delay = super()._delay()
        if self._asked or delay > 0:
            return delay
        return math.inf if self.next is None else self._overview.wait

    async def _ask(self) -> Sequence[str]:
        model, patient = self._now, self._now is None
        self._now = None
        if model is None:
            model = self.next
        if model is not None:
            await self._overview.ask(model, patient=patient)
        return ()

    def grow_older(self, seconds: float) -> None:
        """What is known is older than the monotonic clock tells."""
        self._overview.book.grow_older(seconds)
