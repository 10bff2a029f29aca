from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.support.fake_market import FakeMarket, offer
from vasttui.clock import VirtualClock
from vasttui.errors import NetworkError, VastError
from vasttui.models.offer import Offer
from vasttui.models.search import SearchOptions
from vasttui.query.parse import parse
from vasttui.query.wire import ServerQuery, server_query
from vasttui.services.market.budget import SearchBudget
from vasttui.services.market.walk import Market, Progress


def question(text: str = "", names: tuple[str, ...] = ()) -> ServerQuery:
    return server_query(parse(text).query, SearchOptions(trust="any"), names, full=True)


def market_of(api: FakeMarket, clock: VirtualClock | None = None) -> Market:
    return Market(api, SearchBudget(clock or VirtualClock(), per_minute=6000))


async def walk(market: Market, wanted: ServerQuery, most: int = 50) -> tuple[set[int], Progress]:
    found: list[int] = []
    async for news in market.search(wanted, max_pages=most):
        found += [one.id for one in news.new]
    assert len(found) == len(set(found)), "an offer came twice"
    assert news.done
    assert news.fetched == len(found)
    return set(found), news


async def test_walks_past_the_cap_by_price() -> None:
    api = FakeMarket([offer(n, 0.1 + n * 0.01) for n in range(1, 215)])
    found, news = await walk(market_of(api), question())
    assert found == set(range(1, 215))
    assert (news.complete, news.pages) == (True, 4)
    assert "dph_total" not in api.bodies[0]
    assert all(body["order"] == [["dph_total", "asc"]] for body in api.bodies)


async def test_what_has_not_changed_is_the_loaded_object_and_no_second_one() -> None:
    loaded = {n: offer(n, 0.1 + n * 0.01, duration=5_000.0 - n) for n in range(1, 215)}
    api = FakeMarket([replace(one, duration=1.0 + id) for id, one in loaded.items()])
    wanted = replace(question(), order=("duration", False))
    found: list[Offer] = []
    async for news in market_of(api).search(wanted, same=lambda one: loaded[one.id]):
        found += news.new
    assert len(found) == 214
    assert all(one is loaded[one.id] for one in found)
    assert news.complete


async def test_says_honestly_when_it_stopped_early() -> None:
    api = FakeMarket([offer(n, 0.1 + n * 0.01) for n in range(1, 1000)])
    found, news = await walk(market_of(api), question(), most=10)
    assert news.pages == 10
    assert not news.complete
    assert 600 < len(found) <= 640


async def test_equal_prices_that_fill_a_page_are_asked_for_gpu_by_gpu() -> None:
    offers = [offer(n, 0.5, gpu=f"GPU {n % 4}") for n in range(1, 201)]
    offers += [offer(500 + n, 0.6) for n in range(30)]
    api = FakeMarket(offers)
    found, news = await walk(market_of(api), question())
    assert len(found) == 230
    assert news.complete


async def test_equal_prices_of_one_gpu_are_split_by_their_number() -> None:
    offers = [offer(n, 0.5, num_gpus=[1, 2, 4, 8, 16][n % 5]) for n in range(1, 251)]
    api = FakeMarket(offers)
    found, news = await walk(market_of(api), question())
    assert len(found) == 250
    assert news.complete


async def test_what_cannot_be_split_any_further_is_not_called_complete() -> None:
    api = FakeMarket([offer(n, 0.5) for n in range(1, 301)])
    _, news = await walk(market_of(api), question())
    assert not news.complete


async def test_a_price_is_split_by_the_gpu_names_that_were_seen() -> None:
    api = FakeMarket([offer(n, 0.5, gpu=f"GPU {n % 4}") for n in range(1, 201)])
    found, news = await walk(market_of(api), question())
    assert len(found) == 200
    assert news.complete
    assert news.pages <= 7


async def test_a_split_keeps_to_the_gpu_that_was_asked_for() -> None:
    counts = [1, 2, 4, 8]
    api = FakeMarket([offer(n, 0.5, num_gpus=counts[n % 4]) for n in range(1, 201)])
    api.offers += [offer(900 + n, 0.5, gpu="H100 SXM") for n in range(100)]
    found, news = await walk(market_of(api), question().narrowed("gpu_name", "eq", "RTX 4090"))
    assert found == set(range(1, 201))
    assert news.complete


async def test_two_equal_offers_are_all_there_is_and_take_one_request() -> None:
    api = FakeMarket([offer(n, 0.5 if n < 3 else 1.0 + n) for n in range(1, 500)])
    found, news = await walk(market_of(api), question("dph_total<0.6"))
    assert found == {1, 2}
    assert news.complete
    assert len(api.bodies) == 1


async def test_a_short_answer_is_compared_once_with_the_whole_market() -> None:
    api = FakeMarket([offer(n, n * 0.01) for n in range(1, 500)])
    market = market_of(api)
    for most in (0.1, 0.2, 0.15):
        _, news = await walk(market, question(f"dph_total<={most}"))
        assert (news.complete, news.pages) == (True, 1)
    assert len(api.bodies) == 4
    assert {"dph_total", "rentable"}.isdisjoint(api.bodies[1])
    assert api.bodies[1]["limit"] == 64


async def test_an_answer_as_long_as_the_longest_is_doubted_again() -> None:
    api = FakeMarket([offer(n, n * 0.01) for n in range(1, 65)])
    market = market_of(api)
    _, news = await walk(market, question())
    assert news.complete
    api.offers += [offer(n, n * 0.01) for n in range(65, 101)]
    found, news = await walk(market, question())
    assert len(found) == 100
    assert news.complete


async def test_of_an_offer_that_changes_its_price_on_the_way_the_newer_one_counts() -> None:
    api = FakeMarket([offer(n, n * 0.01) for n in range(1, 101)])
    prices: dict[int, float] = {}
    async for news in market_of(api).search(question()):
        prices.update((one.id, one.dph_total) for one in news.new)
        if news.resting and news.pages == 1:
            api.offers[2] = offer(3, 0.9)
    assert prices[3] == 0.9
    assert news.fetched == len(prices) == 100


async def test_a_service_that_ignores_the_price_is_not_asked_for_ever() -> None:
    api = FakeMarket([offer(n, n * 0.01) for n in range(1, 200)])
    api.ignored = {"dph_total"}
    found, news = await walk(market_of(api), question())
    assert (len(found), news.pages, news.complete) == (64, 2, False)


async def test_a_service_that_ignores_the_order_is_not_called_complete() -> None:
    api = FakeMarket([offer(n, (n * 37 % 101) * 0.01) for n in range(1, 101)])
    api.orders = False
    _, news = await walk(market_of(api), question())
    assert not news.complete


async def test_the_users_own_price_bounds_stay_in_force() -> None:
    api = FakeMarket([offer(n, n * 0.01) for n in range(1, 400)])
    found, news = await walk(market_of(api), question("dph_total>=1.0 dph_total<2.5"))
    assert found == set(range(100, 250))
    assert news.complete


async def test_a_short_answer_is_only_trusted_once_a_longer_one_was_seen() -> None:
    api = FakeMarket([offer(n, n * 0.01) for n in range(1, 30)], cap=7)
    found, news = await walk(market_of(api), question())
    assert found == set(range(1, 30))
    assert news.complete


async def test_a_search_that_nothing_can_match_asks_nothing() -> None:
    api = FakeMarket([offer(1)])
    found, news = await walk(market_of(api), question("gpu:nosuch", ("RTX 4090",)))
    assert not found
    assert news.complete
    assert api.bodies == []


async def test_an_error_in_the_middle_reaches_the_caller_after_what_came_before() -> None:
    api = FakeMarket([offer(n, n * 0.01) for n in range(1, 200)])
    api.script = [None, NetworkError("gone")]
    found: list[int] = []

    async def gather() -> None:
        async for news in market_of(api).search(question()):
            found.extend(one.id for one in news.new)

    with pytest.raises(VastError, match="gone"):
        await gather()
    assert len(found) == 64


async def test_pages_after_the_first_leave_some_allowance_for_the_next_question() -> None:
    clock = VirtualClock()
    market = Market(
        FakeMarket([offer(n, n * 0.01) for n in range(1, 2000)]), SearchBudget(clock, per_minute=10)
    )
    await walk(market, question(), most=6)
    assert clock.monotonic() == 0
    await walk(market, question(), most=1)
    assert clock.monotonic() == 0
    await walk(market, question("n=1"), most=4)
    assert clock.monotonic() > 12


async def test_never_more_than_ten_searches_in_a_minute_for_long() -> None:
    clock = VirtualClock()
    budget = SearchBudget(clock, per_minute=10)
    for _ in range(70):
        await budget.turn(first=True)
    assert clock.monotonic() >= 60 * 6 - 1


KINDS = st.lists(
    st.tuples(
        st.sampled_from([0.1, 0.2, 0.30000000000000004, 0.5481481481481482, 1.0]),
        st.sampled_from(["A", "B", "C"]),
        st.sampled_from([1, 2, 4, 8]),
    ),
    max_size=120,
)


@settings(max_examples=150, deadline=None)
@given(KINDS, KINDS, st.integers(3, 64), st.integers(1, 60))
async def test_complete_is_never_a_lie(
    kinds: list[tuple[float, str, int]],
    later: list[tuple[float, str, int]],
    cap: int,
    most: int,
) -> None:
    api = FakeMarket([], cap)
    market = market_of(api)
    for added in (kinds, later):
        first = len(api.offers) + 1
        api.offers += [
            offer(n, price, gpu, num_gpus=count)
            for n, (price, gpu, count) in enumerate(added, first)
        ]
        for text in ("", "num_gpus>=2 dph_total<0.5"):
            found, news = await walk(market, question(text), most)
            there = {
                one.id
                for one in api.offers
                if not text or (one.num_gpus >= 2 and one.dph_total < 0.5)
            }
            assert news.pages <= most
            assert found <= there
            if news.complete:
                assert found == there


@settings(max_examples=50, deadline=None)
@given(KINDS)
async def test_a_market_of_many_models_is_found_whole(kinds: list[tuple[float, str, int]]) -> None:
    offers = [
        offer(n, price, gpu, num_gpus=count) for n, (price, gpu, count) in enumerate(kinds, 1)
    ]
    offers += [offer(1000 + n, 2.0 + n) for n in range(70)]
    found, news = await walk(market_of(FakeMarket(offers)), question(), 100)
    crowded = max((kinds.count(kind) for kind in kinds), default=0) >= 64
    assert news.complete is not crowded
    assert crowded or len(found) == len(offers)


async def test_what_is_left_of_a_machine_without_a_gpu_is_no_offer_but_fills_its_answer() -> None:
    rows = [offer(n, 0.001 * n, num_gpus=0) for n in range(1, 65)]
    rows += [offer(500 + n, 0.6) for n in range(3)]
    found, news = await walk(market_of(FakeMarket(rows)), question())
    assert found == {500, 501, 502}
    assert news.complete


async def test_the_order_of_the_user_decides_what_comes_first() -> None:
    api = FakeMarket([offer(n, 0.1 + n * 0.01, dlperf=float(n)) for n in range(1, 1000)])
    wanted = replace(question(), order=("dlperf", True))
    found, news = await walk(market_of(api), wanted, most=4)
    assert not news.complete
    assert min(found) > 700
    assert max(found) == 999
    assert all(body["order"] == [["dlperf", "desc"]] for body in api.bodies)


async def test_of_one_value_the_cheapest_come_first() -> None:
    api = FakeMarket([offer(n, n * 0.01, num_gpus=8 if n % 2 else 1) for n in range(1, 400)])
    wanted = replace(question(), order=("num_gpus", True))
    found, news = await walk(market_of(api), wanted, most=3)
    assert not news.complete
    assert found == set(range(1, 2 * len(found), 2))
    found, news = await walk(market_of(api), wanted)
    assert len(found) == 399
    assert news.complete


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([None, 1.0, 2.0, 3.0]), st.integers(1, 9)), max_size=90),
    st.booleans(),
    st.integers(4, 64),
)
async def test_no_offer_is_missed_in_any_order(
    kinds: list[tuple[float | None, int]], down: bool, cap: int
) -> None:
    offers = [offer(n, price, dlperf=speed) for n, (speed, price) in enumerate(kinds, 1)]
    wanted = replace(question(), order=("dlperf", down))
    found, news = await walk(market_of(FakeMarket(offers, cap)), wanted, 200)
    assert found <= {one.id for one in offers}
    if news.complete:
        assert len(found) == len(offers)
    distinct = [offer(n, n * 0.01, dlperf=speed) for n, (speed, _) in enumerate(kinds, 1)]
    found, news = await walk(market_of(FakeMarket(distinct, cap)), wanted, 200)
    assert (len(found), news.complete) == (len(kinds), True)
