from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from tests.support.fake_market import FakeMarket, offer
from vasttui.clock import VirtualClock
from vasttui.errors import AuthRejected, NetworkError, RateLimited, SearchQuotaExceeded
from vasttui.models.search import SearchOptions
from vasttui.query.parse import parse
from vasttui.query.wire import ServerQuery, server_query
from vasttui.services.market.budget import SearchBudget
from vasttui.services.market.feed import MarketFeed
from vasttui.services.market.state import MarketState
from vasttui.services.market.walk import Market

NAMES = ("RTX 4090", "RTX 3090")


class Bench:
    """A feed on a fake market, with time that moves only by `pass_time`."""

    def __init__(
        self,
        api: FakeMarket,
        max_pages: int = 10,
        on_force: Callable[[], None] = lambda: None,
    ) -> None:
        self.api = api
        self.clock = VirtualClock()
        self.states: list[MarketState] = []
        self.waits: list[float] = []
        self._sleepers: list[tuple[float, asyncio.Event]] = []
        self.watch = MarketFeed(
            Market(api, SearchBudget(self.clock, per_minute=6000)),
            self.states.append,
            clock=self.clock,
            rng=random.Random(1),
            max_pages=max_pages,
            on_force=on_force,
            wait=self.wait,
        )

    async def wait(self, wake: asyncio.Event, seconds: float) -> None:
        self.waits.append(seconds)
        self._sleepers.append((self.clock.monotonic() + seconds, wake))
        await wake.wait()

    async def settle(self, turns: int = 400) -> None:
        for _ in range(turns):
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
        return sorted(one.id for one in self.state.rows)

    @property
    def searches(self) -> int:
        return self.state.number

    async def wanted(self, text: str = "", choice: SearchOptions | None = None) -> None:
        """Request this search and wait until it is done."""
        self.want(text, choice)
        await self.settle()
        await self.pass_time(1.0, step=0.5)

    def want(self, text: str = "", choice: SearchOptions | None = None) -> None:
        choice = choice or SearchOptions(trust="any")
        query = parse(text).query

        def form(full: bool) -> ServerQuery:
            return server_query(query, choice, NAMES, full=full)

        self.watch.request(form(False), form(True))


@asynccontextmanager
async def watching(
    api: FakeMarket, max_pages: int = 10, on_force: Callable[[], None] = lambda: None
) -> AsyncIterator[Bench]:
    bench = Bench(api, max_pages, on_force)
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
        await bench.wanted()
        asked, published = bench.searches, len(bench.states)
        assert bench.state.complete
        assert bench.state.covered
        for text in ("gpu:4090", "gpu:4090 n=1", "gpu:4090 n=1 eff<0.5", "cuda>=12", ""):
            await bench.wanted(text)
        assert bench.searches == asked
        assert len(bench.states) == published
        assert len(bench.state.rows) == 100


async def test_a_wider_question_is_asked() -> None:
    async with watching(market(60)) as bench:
        await bench.wanted("gpu:4090")
        assert {one.gpu_name for one in bench.state.rows} == {"RTX 4090"}
        await bench.wanted("")
        assert len(bench.state.rows) == 60


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
        assert bench.state.busy
        bench.want("gpu:3090")
        await bench.settle()
        assert not bench.state.busy
        api.gate.set()
        await bench.pass_time(1)
        assert {one.gpu_name for one in bench.state.rows} == {"RTX 3090"}
        assert not bench.state.busy


async def test_a_refresh_keeps_the_rows_and_the_identity_of_what_did_not_change() -> None:
    api = market(80)
    async with watching(api) as bench:
        bench.want()
        await bench.settle()
        before = {one.id: one for one in bench.state.rows}
        api.offers[0] = offer(1, 0.9, NAMES[1])
        del api.offers[5]
        seen: list[int] = []
        bench.watch.refresh()
        start = len(bench.states)
        await bench.settle()
        seen = [len(state.rows) for state in bench.states[start:]]
        assert set(seen[:-1]) <= {80}
        assert seen[-1] == 79
        after = {one.id: one for one in bench.state.rows}
        assert after[1].dph_total == 0.9
        assert all(after[id] is before[id] for id in after if id != 1)


async def test_words_that_are_being_typed_send_nothing() -> None:
    async with watching(market(900), max_pages=2) as bench:
        await bench.wanted()
        asked = bench.searches
        for text in ("g", "n=1", "n=12", "gpu:3090", "gpu:4090", "gpu:4090 n=1"):
            bench.want(text)
            await bench.pass_time(0.2, step=0.1)
        assert bench.searches == asked
        await bench.pass_time(1, step=0.1)
        assert bench.searches == asked + 1


async def test_typing_does_not_start_a_refresh_over() -> None:
    api = market(80)
    async with watching(api) as bench:
        await bench.wanted()
        asked = bench.searches
        api.gate = asyncio.Event()
        api.offers[0] = offer(1, 0.9)
        bench.watch.refresh()
        await bench.settle()
        for text in ("gpu:4090", "gpu:4090 n=1", "eff<0.5"):
            await bench.wanted(text)
        api.gate.set()
        await bench.settle()
        assert bench.searches == asked + 1
        assert bench.state.covered
        assert {one.id: one.dph_total for one in bench.state.rows}[1] == 0.9


async def test_a_question_in_a_long_walk_does_not_wait_for_its_end() -> None:
    api = market(900)
    async with watching(api) as bench:
        api.gate = asyncio.Event()
        bench.want()
        await bench.settle()
        bench.want("gpu:4090")
        await bench.settle()
        assert not bench.state.busy
        api.gate.set()
        await bench.pass_time(1)
        assert {one.gpu_name for one in bench.state.rows} == {"RTX 4090"}


async def test_rows_are_shown_at_once_and_while_the_next_answer_is_waited_for() -> None:
    async with watching(market(200)) as bench:
        bench.want()
        await bench.settle()
        shown = [len(state.rows) for state in bench.states]
        assert shown == sorted(shown)
        assert {5, 64, 127, 190, 200} <= set(shown)
        assert len(shown) < 12


async def test_an_empty_answer_leaves_the_rows_that_only_a_wider_filter_shows() -> None:
    async with watching(market(900), max_pages=2) as bench:
        await bench.wanted()
        wide = len(bench.state.rows)
        await bench.wanted("dph_total<0.01")
        assert (bench.state.complete, bench.state.covered, bench.state.fetched) == (True, True, 0)
        assert len(bench.state.rows) == wide
        await bench.pass_time(3_700, step=20)
        assert bench.state.rows == ()


async def test_a_rented_offer_leaves_even_when_a_narrower_search_found_out() -> None:
    api = market(900)
    async with watching(api, max_pages=2) as bench:
        await bench.wanted()
        wide = set(bench.ids())
        del api.offers[9], api.offers[99]
        await bench.wanted("dph_total<0.5")
        assert wide - set(bench.ids()) == {10}


async def test_a_gpu_that_nobody_has_asks_nothing() -> None:
    async with watching(market(900), max_pages=2) as bench:
        await bench.wanted()
        asked, wide = bench.searches, len(bench.state.rows)
        await bench.wanted("gpu:H100")
        assert bench.searches == asked
        assert bench.state.covered
        assert len(bench.state.rows) == wide


async def test_refreshes_by_itself_but_not_while_paused() -> None:
    async with watching(market(10)) as bench:
        bench.want()
        await bench.settle()
        asked = bench.searches
        await bench.pass_time(31)
        assert bench.searches == asked + 1
        bench.watch.paused = True
        await bench.pass_time(120)
        assert bench.searches == asked + 1
        bench.watch.refresh()
        await bench.settle()
        assert bench.searches == asked + 2
        await bench.pass_time(120)
        bench.watch.paused = False
        await bench.settle()
        assert bench.searches == asked + 3


async def test_refreshes_stay_within_ten_searches_a_minute() -> None:
    api = market(9 * 60)
    async with watching(api) as bench:
        bench.watch = MarketFeed(
            Market(api, SearchBudget(bench.clock, per_minute=10)),
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
        assert len(bench.state.rows) == 30
        assert str(bench.state.error) == "no route"
        gaps = []
        for _ in range(4):
            assert bench.state.next_try is not None
            gaps.append(bench.state.next_try - bench.clock.monotonic())
            failures = bench.state.failures
            await bench.pass_time(gaps[-1] + 1)
            assert bench.state.failures == failures + 1
        assert all(1 <= gap <= 4 * 2**number for number, gap in enumerate(gaps))
        assert max(gaps) > 4
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
        assert len(bench.state.rows) == 30


async def test_rows_of_a_search_that_broke_off_stay() -> None:
    api = market(200)
    api.script = [None, None, NetworkError("cut")]
    async with watching(api) as bench:
        bench.want()
        await bench.settle()
        assert bench.state.error is not None
        assert len(bench.state.rows) == 64 + 63
        await bench.wanted("gpu:4090")
        assert bench.state.covered
        assert [one.gpu_name for one in bench.state.rows].count("RTX 4090") == 100


async def test_once_an_answer_came_a_search_after_a_failed_one_says_what_it_has_brought() -> None:
    api = market(200)
    api.script = [None, None, RateLimited("slow down")]
    async with watching(api) as bench:
        bench.want()
        await bench.settle()
        assert all(state.arrived is None for state in bench.states)
        assert (str(bench.state.error), bench.state.failures) == ("slow down", 1)
        since = bench.state.failing_since
        api.script, asked = [None, None, RateLimited("slow down")], len(bench.states)
        bench.watch.refresh()
        await bench.settle()
        news = bench.states[asked:]
        assert {state.arrived for state in news} == {None, (1, 64), (2, 127)}
        assert all(state.error is None for state in news if state.arrived)
        assert str(bench.state.error) == "slow down"
        assert (bench.state.failures, bench.state.failing_since) == (2, since)
        assert bench.state.arrived is None
        bench.watch.refresh()
        await bench.settle()
        assert (bench.state.arrived, bench.state.error, bench.state.failures) == (None, None, 0)


async def test_limits_are_obeyed() -> None:
    api = market(30)
    async with watching(api) as bench:
        await bench.wanted("gpu:4090")
        api.script = [RateLimited("slow down", retry_after=45.0)]
        bench.watch.refresh()
        await bench.settle()
        asked = bench.searches
        await bench.pass_time(40)
        bench.want()
        await bench.pass_time(3)
        assert bench.searches == asked
        await bench.pass_time(5)
        assert bench.searches == asked + 1


async def test_the_daily_quota_stops_searching_until_it_comes_back() -> None:
    api = market(30)
    async with watching(api) as bench:
        await bench.wanted("gpu:4090")
        back = bench.clock.now() + 3 * 3600
        api.script = [SearchQuotaExceeded("used up", resets_at=back)]
        bench.watch.refresh()
        await bench.settle()
        asked = bench.searches
        bench.want()
        await bench.pass_time(3 * 3600 - 60, step=30)
        assert bench.searches == asked
        assert bench.state.quota_resets_at == back
        await bench.pass_time(70, step=10)
        assert bench.searches == asked + 1
        assert bench.state.error is None


async def test_a_jump_does_not_bring_the_quota_back_early() -> None:
    api = market(30)
    async with watching(api) as bench:
        await bench.wanted()
        api.script = [SearchQuotaExceeded("used up", resets_at=bench.clock.now() + 3 * 3600)]
        bench.watch.refresh()
        await bench.settle()
        asked = bench.searches
        bench.clock.jump(2 * 3600)
        await bench.pass_time(3500, step=50)
        assert bench.searches == asked
        await bench.pass_time(200, step=10)
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
        assert len(bench.state.rows) == 30


async def test_a_question_that_failed_does_not_hold_back_another() -> None:
    api = market(900)
    async with watching(api, max_pages=2) as bench:
        await bench.wanted()
        api.script = [NetworkError("no route")] * 9
        await bench.wanted("gpu:4090")
        assert bench.state.error is not None
        api.script = []
        await bench.wanted("gpu:3090")
        assert bench.state.error is None
        assert bench.state.query is not None
        assert "RTX 3090" in str(bench.state.query.filters["gpu_name"])


async def test_force_reaches_the_client_and_beats_every_wait() -> None:
    api = market(30)
    forced: list[int] = []
    async with watching(api, on_force=lambda: forced.append(1)) as bench:
        await bench.wanted()
        api.script = [SearchQuotaExceeded("used up", resets_at=bench.clock.now() + 9_000)]
        bench.watch.refresh()
        await bench.settle()
        assert bench.state.error is not None
        bench.watch.refresh()
        await bench.settle()
        assert bench.state.error is None
        assert len(forced) == 2


async def test_a_refresh_asked_for_twice_during_a_search_is_one_more_search() -> None:
    api = market(30)
    async with watching(api) as bench:
        await bench.wanted()
        asked = bench.searches
        api.gate = asyncio.Event()
        for _ in range(3):
            bench.watch.refresh()
            await bench.settle()
        api.gate.set()
        await bench.settle()
        assert bench.searches == asked + 2


async def test_nothing_is_published_once_it_was_told_to_stop() -> None:
    api = market(30)
    bench = Bench(api)
    task = asyncio.create_task(bench.watch.run())
    api.gate = asyncio.Event()
    bench.want()
    await bench.settle()
    published = len(bench.states)
    task.cancel()
    await bench.settle()
    assert task.cancelled()
    assert len(bench.states) == published


async def test_after_sleep_the_rows_are_as_old_as_they_are() -> None:
    api = market(10)
    async with watching(api) as bench:
        await bench.wanted()
        api.script = [NetworkError("no route")] * 9
        bench.clock.jump(7 * 3600)
        await bench.pass_time(6)
        assert bench.state.error is not None
        assert bench.state.as_of is not None
        assert bench.clock.monotonic() - bench.state.as_of > 7 * 3600


async def test_a_jump_wakes_no_paused_watch() -> None:
    async with watching(market(10)) as bench:
        await bench.wanted()
        asked = bench.searches
        bench.watch.paused = True
        bench.clock.jump(7 * 3600)
        await bench.pass_time(60)
        assert bench.searches == asked


async def test_a_jump_of_the_wall_clock_refreshes_at_once() -> None:
    async with watching(market(10)) as bench:
        bench.want()
        await bench.settle()
        asked = bench.searches
        bench.clock.jump(7 * 3600)
        await bench.pass_time(6)
        assert bench.searches == asked + 1


async def test_another_type_of_rental_never_shows_the_prices_of_the_one_before() -> None:
    api = market(30)
    async with watching(api) as bench:
        bench.want()
        await bench.settle()
        api.gate = asyncio.Event()
        bench.want("", SearchOptions(rental="bid", trust="any"))
        await bench.settle()
        assert bench.state.rows == ()
        assert (bench.state.as_of, bench.state.complete) == (None, False)
        bench.want("", SearchOptions(trust="any"))
        await bench.settle()
        assert bench.state.rows == ()
        api.gate.set()
        await bench.pass_time(1)
        assert len(bench.state.rows) == 30
        assert bench.state.covered


async def test_rows_of_a_search_that_was_outrun_by_another_type_of_rental_go() -> None:
    api = market(600)
    async with watching(api) as bench:
        bench.want()
        await bench.settle(40)
        assert bench.state.busy
        assert bench.state.rows
        api.gate = asyncio.Event()
        bench.want("", SearchOptions(rental="bid", trust="any"))
        await bench.settle()
        assert (bench.state.busy, bench.state.rows) == (False, ())


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
            assert state.rows[: state.stable] == before[: state.stable]
            assert all(
                a is b
                for a, b in zip(state.rows[: state.stable], before[: state.stable], strict=True)
            )
            before = state.rows


async def test_nobody_looking_costs_no_search_and_looking_again_brings_one_at_once() -> None:
    async with watching(market(10)) as bench:
        await bench.wanted()
        bench.watch.looked_at = False
        await bench.pass_time(600, step=10)
        assert bench.searches == 1
        bench.api.script = [NetworkError("no")]
        bench.watch.refresh()  # the user's word is enough
        await bench.settle()
        assert bench.state.error is not None
        asked = bench.searches
        await bench.pass_time(600, step=10)
        assert bench.searches == asked == 2
        bench.watch.looked_at = True
        await bench.settle()
        assert bench.searches == 3
        assert bench.state.error is None
