from __future__ import annotations

from itertools import pairwise

import pytest

from vasttui.simulator.account.bids import least_bid, lost_at

START, DAY = 1_790_000_000.0, 86_400.0
TIMES = [START + 30 * step for step in range(2_880)]


@pytest.mark.parametrize("salt", [1, 899, 900, 54_548_356])
def test_the_least_bid_moves_below_the_usual_price(salt: int) -> None:
    bids = [least_bid(0.5, salt, time) for time in TIMES]
    assert 0.46 <= min(bids) < 0.465
    assert 0.495 < max(bids) <= 0.5
    changes = sum(one != other for one, other in pairwise(bids))
    assert 90 <= changes <= 96  # every quarter of an hour


def test_the_usual_price_always_wins() -> None:
    assert lost_at(0.5, 0.5, 7, START, START + 30 * DAY) is None


@pytest.mark.parametrize("bid", [0.462, 0.47, 0.48, 0.499])
def test_a_bid_is_lost_exactly_when_it_is_too_low(bid: float) -> None:
    lost = lost_at(bid, 0.5, 12_345, START, START + DAY)
    too_low = [time for time in TIMES if least_bid(0.5, 12_345, time) > bid]
    assert lost is not None
    assert lost <= too_low[0] < lost + 30
    assert lost_at(bid, 0.5, 12_345, START, lost - 1) is None if lost > START else True


def test_a_bid_that_is_too_low_now_is_lost_now() -> None:
    assert lost_at(0.1, 0.5, 7, START, START) == START
