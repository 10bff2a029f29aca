"""The looks of all watches: how often, after what is shown, and what stops them."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from msgspec import structs
from msgspec.structs import replace

from tests.support.fake_market import FakeMarket, offer
from tests.support.stage import StillClock
from vasttui.errors import (
    AuthRejected,
    NotSignedIn,
    RateLimited,
    SearchQuotaExceeded,
    VastError,
)
from vasttui.models.money import Usage
from vasttui.models.offer import OfferBatch
from vasttui.models.price_book import PriceBook, kind_of
from vasttui.models.search import PricesFor, SearchOptions
from vasttui.query.machine_sets import MACHINES
from vasttui.services.market.budget import SearchBudget
from vasttui.services.watches.looker import Looker, Ring
from vasttui.services.watches.watch import Hit, Seen, State, Watch
from vasttui.state.watches import WatchFile

NOW = 1_790_000_000.0
WATCH = Watch(
    id="a", name="4090 cheap", text="gpu:4090", began=NOW, limit=0.26,
    options=SearchOptions(usage=Usage(disk=0.0001, hours=10.0)),
)  # fmt: skip


class TimedMarket(FakeMarket):
    """Remembers when each search was sent."""

    def __init__(self, clock: StillClock) -> None:
        super().__init__([offer(1, 0.30)])
        self._clock = clock
        self.at: list[float] = []

    async def search(self, body: Mapping[str, object]) -> AsyncIterator[OfferBatch]:
        self.at.append(self._clock.monotonic())
        async for batch in super().search(body):
            yield batch


@dataclass
class Watching:
    """A looker, and what it tells."""

    clock: StillClock
    market: TimedMarket
    budget: SearchBudget
    book: WatchFile
    looker: Looker = field(init=False)
    rings: list[Ring] = field(default_factory=list)
    lost: list[Hit] = field(default_factory=list)
    avoids: frozenset[int] = frozenset()

    def gpu_names(self) -> tuple[str, ...]:
        return ("RTX 4090", "RTX 3090")

    def avoided(self) -> frozenset[int]:
        return self.avoids

    def ring(self, ring: Ring) -> None:
        self.rings.append(ring)

    def gone(self, watch: Watch, hit: Hit) -> None:
        self.lost.append(hit)

    def changed(self) -> None:
        pass

    async def pass_time(self, seconds: float) -> None:
        for _ in range(round(seconds)):
            self.clock.advance(1.0)
            await self.settle()

    async def settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)


@asynccontextmanager
async def watching(
    *watches: Watch,
    before: Callable[[Watching], None] = lambda _: None,
    **more: Any,
) -> AsyncIterator[Watching]:
    clock = StillClock()
    market, budget, book = TimedMarket(clock), SearchBudget(clock), WatchFile(None, lambda _: None)
    found = Watching(clock, market, budget, book)
    looker = found.looker = Looker(market, book, budget, clock, random.Random(1), found, **more)
    for watch in watches:
        book.put(watch)
    before(found)
    task = asyncio.create_task(looker.run())
    await found.settle()
    try:
        yield found
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_one_search_a_minute_and_it_rings_and_says_what_is_gone() -> None:
    async with watching(WATCH) as found:
        await found.pass_time(59)
        found.market.offers.append(offer(2, 0.25))
        await found.pass_time(2)
        assert found.market.at == [0.0, 60.0]
        (ring,) = found.rings
        assert ([one.offer.id for one in ring.offers], ring.known) == ([2], (1,))
        found.market.offers.pop()
        await found.pass_time(60)
        assert [hit.offer_id for hit in found.lost] == [2]
        assert found.book.seen["a"].hits[0].gone == NOW + 120
        assert len(found.rings) == 1


async def test_a_watch_compares_prices_with_those_of_before() -> None:
    asked = []

    async def books(wanted: PricesFor) -> PriceBook:
        asked.append(wanted)
        return PriceBook(medians={kind_of(offer(1, 0.3)): 0.5})

    watch = replace(WATCH, text="cheap<-40", limit=None)
    async with watching(watch, books=books) as found:
        found.market.offers[:] = [offer(1, 0.4)]
        await found.pass_time(61)
        assert not found.rings
        found.market.offers.append(offer(2, 0.25))
        await found.pass_time(60)
        (ring,) = found.rings
        assert [one.offer.id for one in ring.offers] == [2]
        assert set(asked) == {PricesFor(*structs.astuple(watch.options))}


async def test_all_watches_together_take_a_third_of_the_rate_at_most() -> None:
    watches = [replace(WATCH, id=str(number)) for number in range(5)]
    async with watching(*watches) as found:
        await found.pass_time(600)
        assert len(found.market.at) == 600 // 18 + 1
        looked = [found.book.seen[watch.id].looked for watch in watches]
        assert min(one for one in looked if one is not None) >= NOW + 600 - 90
        assert found.looker.every(watches[0]) == 90.0


async def test_what_is_shown_goes_first() -> None:
    async with watching(WATCH) as found:
        await found.pass_time(30)
        for _ in range(10):
            await found.budget.turn(first=True)
        await found.pass_time(60)
        # 10 tokens were used at 30 s; a token comes every 6 s, and 5 are left to others.
        assert found.market.at == [0.0, 66.0]


async def test_asleep_deleted_changed_and_ended_watches() -> None:
    async with watching(replace(WATCH, asleep=True)) as found:
        await found.pass_time(120)
        assert found.market.at == []
        found.book.put(replace(WATCH, ends="hit"))
        found.looker.wake()
        await found.settle()
        assert len(found.market.at) == 1
        found.market.offers.append(offer(2, 0.25))
        await found.pass_time(300)
        assert len(found.market.at) == 2
        assert found.looker.state(found.book.watches[0]) is State.ENDED
        found.book.put(replace(WATCH, text="gpu:3090", began=NOW + 420))
        found.looker.wake()
        await found.settle()
        assert found.market.bodies[-1]["gpu_name"] == {"in": ["RTX 3090"]}
        found.book.drop("a")
        await found.pass_time(200)
        assert len(found.market.at) == 3


async def test_a_used_up_quota_lets_them_rest_until_it_is_there_again() -> None:
    def used_up(found: Watching) -> None:
        found.market.script = [SearchQuotaExceeded("Used up.", resets_at=NOW + 3600)]

    async with watching(WATCH, replace(WATCH, id="b"), before=used_up) as found:
        assert found.looker.quota_resets_at == NOW + 3600
        assert found.book.seen["a"].problem == "Used up."
        await found.pass_time(3599)
        assert found.market.at == [0.0]
        await found.pass_time(30)
        assert found.market.at == [0.0, 3600.0, 3618.0]
        assert (found.looker.error, found.book.seen["a"].problem) == (None, "")


async def test_a_failed_look_keeps_what_was_found_and_is_tried_again() -> None:
    async with watching(WATCH) as found:
        found.market.script = [NotSignedIn()]
        await found.pass_time(60)
        assert (found.book.seen["a"].count, found.book.seen["a"].problem) == (
            1, "This needs an API key.",
        )  # fmt: skip
        assert isinstance(found.looker.error, NotSignedIn)
        await found.pass_time(70)
        assert found.looker.error is None


async def test_the_user_may_have_it_tried_again_at_once_but_not_beyond_the_quota() -> None:
    refused, used_up = AuthRejected("No.", status=401), SearchQuotaExceeded("Used up.")
    for error, looks in ((refused, 2), (used_up, 1)):

        def refuse(found: Watching, error: VastError = error) -> None:
            found.market.script = [error]

        async with watching(WATCH, before=refuse) as found:
            await found.pass_time(300)
            assert len(found.market.at) == 1
            found.looker.refresh("a")
            await found.pass_time(20)
            assert len(found.market.at) == looks


async def test_a_search_elsewhere_that_succeeds_ends_the_rest() -> None:
    waits, refused = RateLimited("Wait.", retry_after=120.0), AuthRejected("No.", status=401)
    for error, looks in ((waits, [0.0, 18.0]), (refused, [0.0])):

        def fail(found: Watching, error: VastError = error) -> None:
            found.market.script = [error]

        async with watching(WATCH, before=fail) as found:
            await found.pass_time(5)
            found.looker.search_succeeded()
            await found.pass_time(20)
            assert found.market.at == looks


async def test_avoided_machines_do_not_ring() -> None:
    async with watching(WATCH) as found:
        found.avoids = frozenset({2})
        found.market.offers += [offer(2, 0.20), offer(3, 0.25)]
        await found.pass_time(60)
        assert [row.offer.id for row in found.rings[0].offers] == [3]


async def test_they_ring_for_a_watch_that_asks_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MACHINES, "_sets", {"avoided": frozenset({2})})
    async with watching(replace(WATCH, text="avoided")) as found:
        found.avoids = frozenset({2})
        found.market.offers += [offer(2, 0.20), offer(3, 0.25)]
        await found.pass_time(60)
        assert [row.offer.id for row in found.rings[0].offers] == [2]


async def test_only_one_window_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = False

    async def sync(book: WatchFile) -> tuple[bool, bool]:
        return False, looks

    monkeypatch.setattr(WatchFile, "sync", sync)
    async with watching(WATCH) as found:
        await found.pass_time(120)
        assert (found.market.at, found.looker.looks_here) == ([], False)
        looks = True
        await found.pass_time(5)
        assert (len(found.market.at), found.looker.looks_here) == (1, True)


async def test_what_an_earlier_run_looked_for_is_not_due_at_once_unless_asked_for() -> None:
    def looked(found: Watching) -> None:
        found.book.record("a", Seen(NOW, looked=NOW - 20))

    async with watching(WATCH, before=looked) as found:
        await found.pass_time(39)
        assert found.market.at == []
        await found.pass_time(1)
        assert found.market.at == [40.0]
        await found.pass_time(20)
        found.looker.refresh("a")
        await found.settle()
        assert found.market.at == [40.0, 60.0]


async def test_what_comes_for_a_watch_that_fell_asleep_meanwhile_does_not_ring() -> None:
    watch = replace(WATCH, limit=1.0)

    def hold(found: Watching) -> None:
        found.market.gate = asyncio.Event()
        found.book.record("a", Seen(NOW, NOW - 99, reach=math.inf, furthest=math.inf))

    for after, rings in ((watch, 1), (replace(watch, asleep=True), 0)):
        async with watching(watch, before=hold) as found:
            found.book.put(after)
            assert found.market.gate is not None
            found.market.gate.set()
            await found.settle()
            assert len(found.rings) == rings
