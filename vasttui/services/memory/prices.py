"""Remembers the prices that the user's own searches show, and answers from them.

Recording is done in a thread, a part of a search at a time, so that a question between two parts is
answered at once. What cannot be recorded is left out: nothing waits for it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from vasttui.clock import Clock
from vasttui.models.market_overview import quantile
from vasttui.models.money import RentalType
from vasttui.models.offer import Offer
from vasttui.models.past_price import DayPrices, PastPrices
from vasttui.models.price_book import ENOUGH_DAYS, NO_PRICES, Kind, PriceBook, kind_of
from vasttui.models.search import PricesFor, Scope
from vasttui.services.memory.memory import Memory
from vasttui.store import prices as kept
from vasttui.store.memory_file import MemoryUnkept
from vasttui.store.price_days import kind_days, medians_by_kind, record_days
from vasttui.store.price_searches import record_absent
from vasttui.store.prices import TABLES, Seen
from vasttui.units import DAY, HOUR

Answer = TypeVar("Answer")
Day = tuple[float, list[Offer]]
"""A time in epoch seconds, and the offers of then."""
_Found = tuple[dict[Kind, float], dict[int, float], dict[tuple[int, Kind], float]]

COMPARED_DAYS = 30
"""Days whose median a price is compared with."""

MOVED_FOR = HOUR
"""For so many seconds a move of a price is marked."""

ANYTHING = Scope()
_OF_THE_PAST = Scope("verified")
_PART = 1_000
_PAUSE = 0.05
"""Seconds before a search is recorded, which is to be drawn first, and between two days of the
past."""

_MOST_WAITING = 8


class PriceMemory:
    """The prices in the memory file; keeps the book of the offers."""

    def __init__(
        self, memory: Memory, clock: Clock, book: PriceBook, changed: Callable[[], None]
    ) -> None:
        """`changed` is called when other prices are in the book or in the file."""
        self._memory, self._clock, self._changed = memory, clock, changed
        self._book = book
        self._wanted = PricesFor()
        self._waiting: deque[Seen] = deque(maxlen=_MOST_WAITING)
        self._wake = asyncio.Event()
        self._wake.set()
        self._thinned: int | None = None
        self._recorded = Counter[tuple[str, RentalType]]()

    def record(
        self, offers: Sequence[Offer], rental: RentalType, *, whole: bool, scope: Scope = ANYTHING
    ) -> None:  # fmt: skip
        """Remember what a search found that ended just now. `whole`: the service has no more of its
        `scope`."""
        seen = Seen(self._clock.now(), rental, self._wanted.usage, offers, whole, scope)
        self._waiting.append(seen)
        self._wake.set()

    def recorded(self, gpu_name: str, rental: RentalType) -> int:
        """Grows whenever a search with offers of this GPU model was recorded."""
        return self._recorded[gpu_name, rental]

    def compare(self, wanted: PricesFor) -> None:
        """From now on the book is for this."""
        if wanted != self._wanted:
            self._wanted = wanted
            self._wake.set()

    async def run(self, past: Callable[[], Iterator[Day]] | None = None) -> None:
        """Record, and keep the book up to date, until cancelled. `past` are days to begin with,
        of verified hosts, once there was a search."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                news = bool(self._waiting)
                while self._waiting:
                    await self._clock.sleep(_PAUSE)
                    if past is not None:
                        days, past = past(), None
                        await self._take_over(days)
                    await self._record(self._waiting.popleft())
                if not await self.read_book() and news:
                    self._changed()
            except MemoryUnkept:
                continue  # the memory told it

    async def of_offer(self, offer: Offer, wanted: PricesFor, days: int) -> PastPrices:
        """What is remembered of an offer in the last `days` days. Raises MemoryUnkept."""
        rental, usage = wanted.rental, wanted.usage
        span = self._days(days)

        def look(file: sqlite3.Connection) -> PastPrices:
            here, searches, absent, first = kept.offer_days(file, offer, rental, usage, span)
            kind = kind_days(file, kind_of(offer), wanted, span)
            newest = kept.newest(file)
            ahead = newest - self._clock.now() if newest >= span.stop * DAY else 0.0
            return PastPrices(days, span[-1], here, kind, searches, first, ahead, absent)

        return await self._do(look)

    async def of_gpu(
        self, gpu_name: str, vram: int | None, wanted: PricesFor, days: int
    ) -> Sequence[DayPrices]:
        """What was seen of a GPU model with so many GB (0: unknown) per GPU, any number of it, in
        the last `days` days; None is the memory size that was seen most. Raises MemoryUnkept."""
        span = self._days(days)

        def look(file: sqlite3.Connection) -> Sequence[DayPrices]:
            found = [
                kind_days(file, kind, wanted, span)
                for kind in kept.kinds_of_gpu(file, gpu_name)
                if vram in (None, kind.vram)
            ]
            return max(found, key=len, default=[])

        return await self._do(look)

    async def only_sizes(self) -> Mapping[str, int]:
        """The GB of VRAM of each GPU model that was seen with no other. Raises MemoryUnkept."""
        return await self._do(kept.only_sizes)

    async def medians(self, gpu_name: str, days: int) -> Sequence[tuple[int, float, float, int]]:
        """Day, low, median and offers of a GPU model per GPU, for what is wanted now. Raises
        MemoryUnkept."""
        found = await self.of_gpu(gpu_name, None, self._wanted, days)
        return [(day.day, day.low, day.median, day.offers) for day in found]

    def _days(self, days: int) -> range:
        today = int(self._clock.now() // DAY)
        return range(today - days + 1, today + 1)

    async def _take_over(self, days: Iterator[Day]) -> None:
        """Record days, a little at a time; their offers are forgotten. Raises MemoryUnkept."""
        while day := await asyncio.to_thread(next, days, None):
            at, offers = day
            await self._record(
                Seen(at, "on-demand", self._wanted.usage, offers, True, _OF_THE_PAST)
            )
            while offers:  # to forget all at once would hold the loop
                del offers[-_PART:]
                await asyncio.sleep(0)
            await self._clock.sleep(_PAUSE)

    async def _record(self, seen: Seen) -> None:
        """Raises MemoryUnkept."""
        kinds: set[Kind] = set()
        for at in range(0, len(seen.offers), _PART):
            part = seen.offers[at : at + _PART]
            kinds |= await self._do(
                lambda file, part=part: kept.record_offers(file, seen, part)  # type: ignore[misc]
            )
        by_gpu = sorted(kinds | {kind.each for kind in kinds})
        for at in range(0, len(by_gpu), _PART // 20):
            some = by_gpu[at : at + _PART // 20]

            await self._do(
                lambda file, some=some: record_days(file, seen, some)  # type: ignore[misc]
            )
        if seen.whole:
            at = int(seen.at)
            await self._do(lambda file: record_absent(file, at, seen.rental, seen.scope))
        self._recorded.update({(kind.gpu, seen.rental) for kind in kinds})
        today = self._days(1)[0]
        if self._thinned != today:
            self._thinned = today
            await self._do(lambda file: kept.thin(file, today))

    async def read_book(self) -> bool:
        """Bring the book up to date; whether that changed it. Raises MemoryUnkept."""
        wanted, book = self._wanted, self._book
        found = await self._found(wanted)
        if wanted != self._wanted or found == (book.medians, book.first_seen, book.moves):
            return False
        book.medians, book.first_seen, book.moves = found
        self._changed()
        return True

    async def book_for(self, wanted: PricesFor) -> PriceBook:
        """What offers are compared with that are priced for this; nothing if it cannot be read."""
        if wanted == self._wanted:
            return self._book
        try:
            return PriceBook(*await self._found(wanted))
        except MemoryUnkept:
            return NO_PRICES

    async def _found(self, wanted: PricesFor) -> _Found:
        """Raises MemoryUnkept."""
        now, days = self._clock.now(), self._days(COMPARED_DAYS)

        def read(file: sqlite3.Connection) -> _Found:
            medians = medians_by_kind(file, wanted, days)
            return (
                {
                    kind: quantile(sorted(of), 0.5)
                    for kind, of in medians.items()
                    if len(of) >= ENOUGH_DAYS
                },
                kept.first_seen(file),
                kept.moves(file, wanted.rental, now - MOVED_FOR, now),
            )

        return await self._do(read)

    async def _do(self, use: Callable[[sqlite3.Connection], Answer]) -> Answer:
        return await self._memory.do(TABLES, use, bulky=True)
