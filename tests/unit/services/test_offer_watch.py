from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from tests.support.fake_market import FakeMarket, offer
from vasttui.clock import VirtualClock
from vasttui.errors import AuthRejected, NetworkError, RateLimited, SearchQuotaExceeded
from vasttui.models.search import Choice
from vasttui.query.parse import parse
from vasttui.query.wire import ServerQuery, server_query
from vasttui.services.market import Market
from vasttui.services.market_state import MarketState
from vasttui.services.offer_watch import OfferWatch
from vasttui.services.pace import Pace

NAMES = ("RTX 4090", "RTX 3090")


class Bench:
    """A watch on a fake market, with time that moves only by `pass_time`."""

    def __init__(self, api: FakeMarket, max_pages: int = 10) -> None:
        self.api = api
        self.clock = VirtualClock()
        self.states: list[MarketState] = []
        self.waits: list[float] = []
        self._sleepers: list[tuple[float, asyncio.Event]] = []
        self.watch = OfferWatch(
            Market(api, Pace(self.clock, per_minute=6000)),
            self.states.append,
            clock=self.clock,
            rng=random.Random(1),
            max_pages=max_pages,
            wait=self.wait,
        )

    async def wait(self, wake: asyncio.Event, seconds: float) -> None:
        self.waits.append(seconds)
        self._sleepers.append((self.clock.monotonic() + seconds, wake))
        await wake.wait()

    async def settle(self) -> None:
        for _ in range(400):
            await asyncio.sleep(0)

    async def pass_time(self, seconds: float, step: float = 1.0) -> None:
        end = self.clock.monotonic() + seconds
        while self.clock.monotonic() < end:
            self.clock.advance(step)
            due = [wake for at, wake in self._sleepers if at <= self.clock.monotonic()]
            self._sleepers = [one for one in self._sleepers if one[0] > self.clock.monotonic()]
            for wake in due:
                wake.set()
            await self.settle()

    @property
    def state(self) -> MarketState:
        return self.states[-1]

    def ids(self) -> list[int]:
        return sorted(one.id for one in self.state.offers)

    def want(self, text: str = "", choice: Choice | None = None) -> None:
        choice = choice or Choice(trust="any")
        query = parse(text).query

        def form(full: bool) -> ServerQuery:
            return server_query(query, choice, NAMES, full=full)

        self.watch.want(form(False), form(True))


@asynccontextmanager
async def watching(api: FakeMarket, max_pages: int = 10) -> AsyncIterator[Bench]:
    bench = Bench(api, max_pages)
    task = asyncio.create_task(bench.watch.run())
    try:
        yield bench
    finally:
        assert not task.done(), "the watch ended by itself"
        task.cancel()


def market(count: int, gpu: Callable[[int], str] = lambda n: NAMES[n % 2]) -> FakeMarket:
    return FakeMarket([offer(n, 0.1 + n * 0.01, gpu(n)) for n in range(1, count + 1)])


async def test_a_complete_coarse_answer_makes_typing_free_of_requests() -> None:
    async with watching(market(100)) as bench:
        bench.want()
        await bench.settle()
        asked = len(bench.api.bodies)
        assert bench.state.complete
        assert bench.state.covered
        for text in ("gpu:4090", "gpu:4090 n=1", "gpu:4090 n=1 eff<0.5", "cuda>=12", ""):
            bench.want(text)
            await bench.settle()
        assert len(bench.api.bodies) == asked
        assert len(bench.state.offers) == 100


async def test_a_wider_question_is_asked() -> None:
    async with watching(market(60)) as bench:
        bench.want("gpu:4090")
        await bench.settle()
        assert {one.gpu_name for one in bench.state.offers} == {"RTX 4090"}
        bench.want("")
        await bench.settle()
        assert len(bench.state.offers) == 60


async def test_too_wide_a_question_is_narrowed_after_a_pause_in_typing() -> None:
    async with watching(market(900), max_pages=2) as bench:
        bench.want("")
        await bench.settle()
        assert not bench.state.complete
        asked = len(bench.api.bodies)
        bench.want("dph_total<0.5")
        await bench.settle()
        assert len(bench.api.bodies) == asked
        await bench.pass_time(2)
        assert bench.state.covered
        assert len(bench.api.bodies) > asked


async def test_the_newest_question_outruns_the_one_before() -> None:
    api = market(60)
    async with watching(api) as bench:
        api.gate = asyncio.Event()
        bench.want("gpu:4090")
        await bench.settle()
        assert bench.state.searching
        bench.want("gpu:3090")
        await bench.settle()
        api.gate.set()
        await bench.settle()
        assert {one.gpu_name for one in bench.state.offers} == {"RTX 3090"}
        assert not bench.state.searching


async def test_a_refresh_keeps_the_rows_and_the_identity_of_what_did_not_change() -> None:
    api = market(80)
    async with watching(api) as bench:
        bench.want()
        await bench.settle()
        before = {one.id: one for one in bench.state.offers}
        api.offers[0] = offer(1, 0.9, NAMES[1])
        del api.offers[5]
        seen: list[int] = []
        bench.watch.refresh()
        start = len(bench.states)
        await bench.settle()
        seen = [len(state.offers) for state in bench.states[start:]]
        assert set(seen[:-1]) <= {80}
        assert seen[-1] == 79
        after = {one.id: one for one in bench.state.offers}
        assert after[1].dph_total == 0.9
        assert all(after[id] is before[id] for id in after if id != 1)


async def test_refreshes_by_itself_but_not_while_paused() -> None:
    async with watching(market(10)) as bench:
        bench.want()
        await bench.settle()
        asked = len(bench.api.bodies)
        await bench.pass_time(31)
        assert len(bench.api.bodies) == asked + 1
        bench.watch.paused = True
        await bench.pass_time(120)
        assert len(bench.api.bodies) == asked + 1
        bench.watch.refresh()
        await bench.settle()
        assert len(bench.api.bodies) == asked + 2


async def test_refreshes_stay_within_ten_searches_a_minute() -> None:
    api = market(9 * 60)
    async with watching(api) as bench:
        bench.watch = OfferWatch(
            Market(api, Pace(bench.clock, per_minute=10)),
            bench.states.append,
            clock=bench.clock,
            rng=random.Random(1),
            wait=bench.wait,
        )
        slow = asyncio.create_task(bench.watch.run())
        bench.want()
        await bench.settle()
        pages = bench.state.pages
        assert bench.state.next_try is not None
        assert bench.state.as_of is not None
        assert pages > 5
        assert bench.state.next_try - bench.state.as_of == pages * 6
        slow.cancel()


async def test_an_error_leaves_the_rows_and_is_tried_again_later_each_time() -> None:
    api = market(30)
    async with watching(api) as bench:
        bench.want()
        await bench.settle()
        api.script = [NetworkError("no route")] * 6
        bench.watch.refresh()
        await bench.settle()
        assert len(bench.state.offers) == 30
        assert str(bench.state.error) == "no route"
        gaps = []
        for _ in range(4):
            assert bench.state.next_try is not None
            gaps.append(bench.state.next_try - bench.clock.monotonic())
            failures = bench.state.failures
            await bench.pass_time(gaps[-1] + 1)
            assert bench.state.failures == failures + 1
        assert 2 <= gaps[0] <= 4
        assert gaps[3] > gaps[0]
        api.script = []
        await bench.pass_time(62)
        assert bench.state.error is None
        assert bench.state.failures == 0


async def test_a_failed_first_search_is_not_an_empty_market() -> None:
    api = market(30)
    api.script = [NetworkError("no route")]
    async with watching(api) as bench:
        bench.want()
        await bench.settle()
        assert bench.state.error is not None
        assert bench.state.as_of is None
        await bench.pass_time(6)
        assert len(bench.state.offers) == 30


async def test_rows_of_a_search_that_broke_off_stay() -> None:
    api = market(200)
    api.script = [None, None, NetworkError("cut")]
    async with watching(api) as bench:
        bench.want()
        await bench.settle()
        assert bench.state.error is not None
        bench.want("gpu:4090")
        await bench.settle()
        assert bench.state.covered
        assert len(bench.state.offers) == 100


async def test_limits_are_obeyed() -> None:
    api = market(30)
    async with watching(api) as bench:
        bench.want()
        await bench.settle()
        api.script = [RateLimited("slow down", retry_after=45.0)]
        bench.watch.refresh()
        await bench.settle()
        asked = len(api.bodies)
        await bench.pass_time(43)
        assert len(api.bodies) == asked
        await bench.pass_time(5)
        assert len(api.bodies) == asked + 1


async def test_the_daily_quota_stops_searching_until_it_comes_back() -> None:
    api = market(30)
    async with watching(api) as bench:
        bench.want()
        await bench.settle()
        back = bench.clock.now() + 3 * 3600
        api.script = [SearchQuotaExceeded("used up", resets_at=back)]
        bench.watch.refresh()
        await bench.settle()
        asked = len(api.bodies)
        await bench.pass_time(3 * 3600 - 60, step=30)
        assert len(api.bodies) == asked
        assert bench.state.quota_resets_at == back
        await bench.pass_time(70, step=10)
        assert len(api.bodies) == asked + 1
        assert bench.state.error is None


async def test_a_refused_key_is_not_tried_again_by_itself() -> None:
    api = market(30)
    api.script = [AuthRejected("no", status=401)]
    async with watching(api) as bench:
        bench.want()
        await bench.settle()
        await bench.pass_time(600, step=10)
        assert len(api.bodies) == 1
        bench.watch.refresh()
        await bench.settle()
        assert len(bench.state.offers) == 30


async def test_a_jump_of_the_wall_clock_refreshes_at_once() -> None:
    async with watching(market(10)) as bench:
        bench.want()
        await bench.settle()
        asked = len(bench.api.bodies)
        bench.clock.jump(7 * 3600)
        await bench.pass_time(6)
        assert len(bench.api.bodies) == asked + 1


async def test_another_type_of_rental_never_shows_the_prices_of_the_one_before() -> None:
    api = market(30)
    async with watching(api) as bench:
        bench.want()
        await bench.settle()
        api.gate = asyncio.Event()
        bench.want("", Choice(rental="bid", trust="any"))
        await bench.settle()
        assert bench.state.offers == ()
        api.gate.set()
        await bench.settle()
        assert len(bench.state.offers) == 30


async def test_what_is_called_stable_is_stable() -> None:
    api = market(300)
    async with watching(api) as bench:
        bench.want()
        await bench.settle()
        bench.want("gpu:4090")
        await bench.settle()
        api.offers[3] = offer(4, 0.01)
        bench.watch.refresh()
        await bench.settle()
        before: tuple[object, ...] = ()
        for state in bench.states:
            assert state.offers[: state.stable] == before[: state.stable]
            assert all(
                a is b
                for a, b in zip(state.offers[: state.stable], before[: state.stable], strict=True)
            )
            before = state.offers
