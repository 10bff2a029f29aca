"""One search of one page: what matches, what is within the limit, and how far the page reaches."""

from __future__ import annotations

import math

import pytest

from tests.support.fake_market import FakeMarket, offer
from vasttui.errors import NotSignedIn
from vasttui.models.money import Usage
from vasttui.models.search import SearchOptions
from vasttui.services.watches.look import PAGE, Look, Wanted, look

NAMES = ("RTX 3090", "RTX 4090", "H100 SXM")
NO_TRAFFIC = SearchOptions(usage=Usage(disk=0.0001, hours=10.0))


async def looked(market: FakeMarket, wanted: Wanted, avoided: frozenset[int] = frozenset()) -> Look:
    return await look(market, wanted, NAMES, 1_790_000_000.0, avoided=avoided)


async def test_a_look_is_one_search_of_the_cheapest_with_the_whole_filter() -> None:
    market = FakeMarket(
        [offer(1, 0.30), offer(2, 0.20), offer(3, 0.10, gpu="H100 SXM"), offer(4, 0.25)]
    )
    found = await looked(market, Wanted("gpu:4090 n=1", NO_TRAFFIC, 0.25))
    assert [row.offer.id for row in found.rows] == [2, 4, 1]
    assert [row.offer.id for row in found.within] == [2, 4], (
        "a limit is the highest price that counts"
    )
    assert found.lowest == pytest.approx(0.20)
    assert not found.is_partial
    (body,) = market.bodies
    assert (body["limit"], body["order"]) == (PAGE, [["dph_total", "asc"]])
    assert body["gpu_name"] == {"in": ["RTX 4090"]}
    assert body["num_gpus"] == {"eq": 1}


async def test_prices_are_all_in_as_the_switches_stood_when_it_began() -> None:
    market = FakeMarket([offer(1, 0.20, inet_down_cost=0.02), offer(2, 0.24)])
    choice = SearchOptions(usage=Usage(disk=0.0001, down=50.0, hours=10.0))
    found = await looked(market, Wanted("", choice, 0.25))
    assert [row.offer.id for row in found.rows] == [2, 1]
    assert [row.eff for row in found.rows] == pytest.approx([0.24, 0.30])
    assert [row.offer.id for row in found.within] == [2]


async def test_avoided_machines_small_disks_and_unknown_prices_are_not_within() -> None:
    choice = SearchOptions(usage=Usage(disk=50.0, down=1.0, hours=10.0))
    market = FakeMarket([
        offer(1, 0.10), offer(2, 0.11, disk_space=20.0), offer(3, 0.12, inet_down_cost=None),
        offer(4, 0.13),
    ])  # fmt: skip
    found = await looked(market, Wanted("", choice, 1.0), frozenset({1}))
    assert [row.offer.id for row in found.rows] == [4, 3]
    assert [row.offer.id for row in found.within] == [4]


@pytest.mark.parametrize(
    ("count", "ordered", "reach"), [(63, True, math.inf), (64, True, 0.64), (64, False, 0.0)]
)
async def test_a_full_page_is_a_part_up_to_its_last_price(
    count: int, ordered: bool, reach: float
) -> None:
    offers = [offer(id, id / 100) for id in range(1, count + 1)]
    market = FakeMarket(offers if ordered else offers[::-1])
    market.orders = ordered
    found = await looked(market, Wanted("", NO_TRAFFIC))
    assert (found.reach, len(found.rows)) == (reach, count)


async def test_every_offer_of_the_answer_is_told_with_whether_these_are_all() -> None:
    told: list[tuple[list[int], bool]] = []
    for count, whole in ((2, True), (64, False)):
        market = FakeMarket([offer(id, id / 100) for id in range(1, count + 1)])
        await look(
            market, Wanted("eff<0.015", NO_TRAFFIC), NAMES, 1_790_000_000.0,
            ended=lambda query, offers, whole: told.append(([one.id for one in offers], whole)),
        )  # fmt: skip
        assert told.pop() == ([1], True)
        await look(
            market, Wanted("", NO_TRAFFIC), NAMES, 1_790_000_000.0, avoided=frozenset({1}),
            ended=lambda query, offers, whole: told.append(([one.id for one in offers], whole)),
        )  # fmt: skip
        assert told.pop() == (list(range(1, count + 1)), whole)


async def test_of_ten_thousand_only_the_first_page_is_asked_for() -> None:
    market = FakeMarket([offer(id, id / 1000) for id in range(1, 10_001)], cap=20_000)
    found = await looked(market, Wanted("", NO_TRAFFIC))
    assert (len(found.rows), found.is_partial, len(market.bodies)) == (PAGE, True, 1)


async def test_a_filter_that_nothing_can_match_sends_nothing_and_an_error_is_raised() -> None:
    market = FakeMarket([offer(1)])
    assert (await looked(market, Wanted("gpu:9999", NO_TRAFFIC))).rows == ()
    assert market.bodies == []
    market.script = [NotSignedIn()]
    with pytest.raises(NotSignedIn):
        await looked(market, Wanted("", NO_TRAFFIC))
