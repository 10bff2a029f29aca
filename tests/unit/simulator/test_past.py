"""The simulated market has a past, and its prices move over weeks."""

from __future__ import annotations

from statistics import median

from vasttui.clock import VirtualClock
from vasttui.simulator.market.market import Market
from vasttui.simulator.market.offers import on_demand_price
from vasttui.simulator.market.past import past_days
from vasttui.units import DAY

NOW = VirtualClock().now()


def prices(market: Market, now: float) -> dict[int, float]:
    for _ in market.settle(now):
        pass
    asks = map(market.ask, market.chunks())
    return {ask.id: on_demand_price(ask) for ask in asks if ask.chunk.size == 1}


def test_prices_move_over_weeks_and_come_back_the_same() -> None:
    market = Market(200, seed=1)
    first, later = prices(market, NOW), prices(market, NOW + 21 * DAY)
    moved = [later[one] / first[one] - 1 for one in first.keys() & later.keys()]
    assert median(map(abs, moved)) > 0.03
    assert max(map(abs, moved)) < 0.4
    again = prices(market, NOW)
    assert all(again[one] == first[one] for one in first.keys() & again.keys())


def test_the_past_is_that_of_the_same_market() -> None:
    days = list(past_days(200, 1, NOW, 3))
    assert [at for at, _ in days] == [NOW - 3 * DAY, NOW - 2 * DAY, NOW - DAY]
    assert days[0][1] != days[1][1]
    assert list(past_days(200, 1, NOW, 3)) == days
    assert next(past_days(200, 2, NOW, 1))[1] != days[2][1]
    then = prices(Market(200, seed=1), NOW - DAY)
    offers = [one for one in days[-1][1] if one.num_gpus == 1]
    assert offers
    assert all(then[one.id] == one.dph_base for one in offers)
