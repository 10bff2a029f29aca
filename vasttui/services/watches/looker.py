"""Looks for all watches, one after the other, and tells what they ring for."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from vasttui.clock import Clock
from vasttui.errors import SearchQuotaExceeded, VastError
from vasttui.models.money import PricedOffer
from vasttui.models.price_book import NO_PRICES, PriceBook
from vasttui.models.search import PricesFor
from vasttui.query.defaults import prices_for
from vasttui.query.machine_sets import left_out
from vasttui.query.parse import parse
from vasttui.services.backoff import retry_in
from vasttui.services.market.budget import SearchBudget
from vasttui.services.market.walk import OfferSearch
from vasttui.services.waiting import Wait, waiting_on
from vasttui.services.watches.look import Ended, look
from vasttui.services.watches.watch import Found, Hit, Seen, State, Watch, after_look

_LOOKS_AGAIN = 5.0
"""Seconds between two looks at what another window changed."""

_NAMES_WITHIN = 30.0
"""Seconds that the names of GPUs get to arrive: without them the service is asked less exactly."""

SHARE = 3.0
"""Watches take at most every so manieth search that the service allows."""


Books = Callable[[PricesFor], Awaitable[PriceBook]]
"""What prices for this are compared with."""


async def _no_prices(wanted: PricesFor) -> PriceBook:
    return NO_PRICES


class WatchBook(Protocol):
    """Keeps the watches, for all windows."""

    @property
    def watches(self) -> Sequence[Watch]:
        """All of them, the oldest first."""

    @property
    def seen(self) -> Mapping[str, Seen]:
        """What their looks found, by the id of the watch."""

    def record(self, id: str, seen: Seen) -> None:
        """Keep what a look found, where the watch is still there."""

    async def sync(self) -> tuple[bool, bool]:
        """Take what another window changed: whether it changed anything, and whether this window is
        the one that looks."""


class WatchListener(Protocol):
    """What the looks need to know of the program, and tell it."""

    def gpu_names(self) -> Sequence[str]:
        """The names of GPUs in the market, empty while they are not known."""

    def avoided(self) -> frozenset[int]:
        """The machines that the user avoids."""

    def ring(self, ring: Ring) -> None:
        """A watch rings."""

    def gone(self, watch: Watch, hit: Hit) -> None:
        """The offer it rang for last is gone."""

    def changed(self) -> None:
        """A look began or ended, or another window changed the watches."""


class Ring(Struct, frozen=True):
    """A watch rings: for these offers, the cheapest first. `known` were seen before."""

    watch: Watch
    offers: tuple[PricedOffer, ...]
    known: tuple[int, ...]


class Looker:
    """One look at a time. What is shown goes first; a failed look lets all of them rest."""

    def __init__(
        self,
        api: OfferSearch,
        book: WatchBook,
        budget: SearchBudget,
        clock: Clock,
        rng: random.Random,
        listener: WatchListener,
        *,
        ended: Ended = lambda *_: None,
        books: Books = _no_prices,
        wait: Wait | None = None,
    ) -> None:
        """`ended` gets each search, with its offers, and whether these are all. `books` are what
        its prices are compared with."""
        self.book = book
        self.looks_here = False
        """Whether this window looks; another one does, or none yet."""
        self.busy: str | None = None
        """The id of the watch that is being looked for."""
        self.error: VastError | None = None
        """Why all of them rest."""
        self.next_try: float | None = None
        """When the rest ends, monotonic seconds; None: not by itself."""
        self._api, self._budget, self._clock, self._rng = api, budget, clock, rng
        self._listener, self._ended, self._books = listener, ended, books
        self._wait = wait or waiting_on(clock)
        self._wake = asyncio.Event()
        self._failures = 0
        self._looked: dict[str, tuple[float, float]] = {}
        self._asked: set[str] = set()
        self._last = -math.inf
        self._started = clock.monotonic()

    def wake(self) -> None:
        """A watch was made or changed: see what is due."""
        self._wake.set()

    def refresh(self, id: str) -> None:
        """Look for this watch as soon as the rate and the quota allow."""
        self._asked.add(id)
        if not isinstance(self.error, SearchQuotaExceeded):
            self.error = None
        self.wake()

    def search_succeeded(self) -> None:
        """A search of any part of the program did: if looks rest because the service did not
        answer, they need not rest on."""
        if self.error is not None and self.next_try is not None:
            self.error = self.next_try = None
            self._asked.update(watch.id for watch in self.awake if self.seen(watch).problem)
            self.wake()

    def seen(self, watch: Watch) -> Seen:
        """What its looks found since it began."""
        seen = self.book.seen.get(watch.id)
        return seen if seen is not None and seen.began == watch.began else Seen(watch.began)

    def state(self, watch: Watch) -> State:
        """Whether it looks."""
        return watch.state(self.seen(watch), self._clock.now())

    @property
    def awake(self) -> list[Watch]:
        """Those that look."""
        return [watch for watch in self.book.watches if self.state(watch) is State.WATCHING]

    @property
    def apart(self) -> float:
        """Seconds between two looks of all watches together, at least."""
        return SHARE * self._budget.seconds_each

    def every(self, watch: Watch) -> float:
        """Seconds between two looks of this watch, with as many watches as there are."""
        return max(watch.every, self.apart * max(1, len(self.awake)))

    @property
    def quota_resets_at(self) -> float | None:
        """Until when the search quota is used up, epoch seconds; None if it is not."""
        error = self.error
        return error.resets_at if isinstance(error, SearchQuotaExceeded) else None

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            self._wake.clear()
            changed, looks = await self.book.sync()
            if changed or looks is not self.looks_here:
                self.looks_here = looks
                self._listener.changed()
            watch, delay = self._next() if looks else (None, math.inf)
            if watch is not None and delay <= 0:
                await self._look(watch)
            else:
                await self._wait(self._wake, min(delay, _LOOKS_AGAIN))

    def _next(self) -> tuple[Watch | None, float]:
        """The watch to look for next, and in how many seconds."""
        now, awake = self._clock.monotonic(), self.awake
        if not awake:
            return None, math.inf
        due = {watch.id: self._due(watch) for watch in awake}
        watch = min(awake, key=lambda one: due[one.id])
        at = max(due[watch.id], self._last + self.apart)
        if not self._listener.gpu_names():
            at = max(at, self._started + _NAMES_WITHIN)
        if self.error is not None:
            at = max(at, math.inf if self.next_try is None else self.next_try)
        return watch, at - now

    def _due(self, watch: Watch) -> float:
        """When to look for it again, monotonic seconds."""
        if watch.id in self._asked:
            return -math.inf
        at, began = self._looked.get(watch.id, (None, 0.0))
        if at is not None and began == watch.began:
            return at + watch.every
        seen = self.seen(watch)
        if seen.looked is None:
            return -math.inf
        ago = max(0.0, self._clock.now() - seen.looked)  # by an earlier run, or another window
        return self._clock.monotonic() - ago + watch.every

    async def _look(self, watch: Watch) -> None:
        await self._budget.turn(first=False, behind=True)
        now, listener = self._clock.monotonic(), self._listener
        self._last, self._looked[watch.id] = now, (now, watch.began)
        self._asked.discard(watch.id)
        self.busy = watch.id
        listener.changed()
        try:
            names, now = listener.gpu_names(), self._clock.now()
            book = await self._books(prices_for(parse(watch.text).query, watch.options))
            found = await look(self._api, watch.wanted, names, now, ended=self._ended, book=book)
        except VastError as error:
            self._fail(watch, error)
        else:
            self.error, self.next_try, self._failures = None, None, 0
            seen, at = self.seen(watch), self._clock.now()
            avoided = left_out(parse(watch.text).query, listener.avoided())
            self._take(watch, after_look(watch, seen, found, at, avoided))
        finally:
            self.busy = None
        listener.changed()

    def _take(self, watch: Watch, found: Found) -> None:
        """Keep it and tell, unless the watch was changed meanwhile."""
        if watch not in self.book.watches:
            return
        known = self.seen(watch).known
        self.book.record(watch.id, found.seen)
        if found.gone is not None:
            self._listener.gone(watch, found.gone)
        if found.rings:
            self._listener.ring(Ring(watch, found.rings, known))

    def _fail(self, watch: Watch, error: VastError) -> None:
        self._failures += 1
        pause = retry_in(error, self._failures, self._rng, self._clock.now())
        self.error = error
        self.next_try = None if pause is None else self._clock.monotonic() + pause
        if watch in self.book.watches:
            self.book.record(watch.id, replace(self.seen(watch), problem=error.sentence))
