from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.fake_market import FakeMarket, offer
from vasttui.clock import VirtualClock
from vasttui.errors import NetworkError, VastError
from vasttui.models.search import Choice
from vasttui.query.parse import parse
from vasttui.query.wire import ServerQuery, server_query
from vasttui.services.market import Market, Progress
from vasttui.services.pace import Pace


def question(text: str = "", names: tuple[str, ...] = ()) -> ServerQuery:
    return server_query(parse(text).query, Choice(trust="any"), names, full=True)


def market_of(api: FakeMarket, clock: VirtualClock | None = None) -> Market:
    return Market(api, Pace(clock or VirtualClock(), per_minute=6000))


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
    assert [body.get("dph_total") for body in api.bodies][0] is None
    assert all(body["order"] == [["dph_total", "asc"]] for body in api.bodies)


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


async def test_without_gpu_names_a_split_is_not_called_complete() -> None:
    api = FakeMarket([offer(n, 0.5, gpu=f"GPU {n % 4}") for n in range(1, 201)])
    api.names_fail = True
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
    found = 0
    with pytest.raises(VastError, match="gone"):
        async for news in market_of(api).search(question()):
            found += len(news.new)
    assert found == 64


async def test_pages_after_the_first_leave_some_allowance_for_the_next_question() -> None:
    clock = VirtualClock()
    market = Market(
        FakeMarket([offer(n, n * 0.01) for n in range(1, 2000)]), Pace(clock, per_minute=10)
    )
    await walk(market, question(), most=6)
    assert clock.monotonic() == 0
    await walk(market, question(), most=1)
    assert clock.monotonic() == 0
    await walk(market, question("n=1"), most=4)
    assert clock.monotonic() > 12


async def test_never_more_than_ten_searches_in_a_minute_for_long() -> None:
    clock = VirtualClock()
    pace = Pace(clock, per_minute=10)
    for _ in range(70):
        await pace.turn(first=True)
    assert clock.monotonic() >= 60 * 6 - 1


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([0.1, 0.2, 0.30000000000000004, 0.5481481481481482, 1.0]),
            st.sampled_from(["A", "B", "C"]),
            st.sampled_from([1, 2, 4, 8]),
        ),
        max_size=120,
    ),
    st.integers(3, 64),
    st.integers(1, 60),
)
async def test_complete_is_never_a_lie(
    kinds: list[tuple[float, str, int]], cap: int, most: int
) -> None:
    offers = [
        offer(n, price, gpu, num_gpus=count) for n, (price, gpu, count) in enumerate(kinds, 1)
    ]
    api = FakeMarket(offers, cap)
    found, news = await walk(market_of(api), question(), most)
    assert news.pages <= most
    assert found <= {one.id for one in offers}
    if news.complete:
        assert found == {one.id for one in offers}
