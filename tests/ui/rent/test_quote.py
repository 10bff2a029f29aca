"""The price in the rent dialog, and when it has to be agreed to again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.ui.rent.test_form import OFFER
from vasttui.ui.rent.quote import Quote
from vasttui.ui.rent.typed import BID, Typed

TYPED = Typed(disk="100")


@pytest.mark.parametrize(
    ("typed", "price"),
    [
        (TYPED, 0.5),
        (replace(TYPED, rental=BID), 0.3),
        (replace(TYPED, rental=BID, bid="0.25"), 0.35),
    ],
)
def test_the_price_is_that_of_gpu_or_bid_and_disk(typed: Typed, price: float) -> None:
    assert Quote(OFFER).price(typed) == pytest.approx(price, abs=2e-3)


@pytest.mark.parametrize(
    ("more", "asks"), [(0.0004, False), (-0.0004, False), (0.0006, True), (-0.01, True)]
)
def test_a_price_that_moved_has_to_be_agreed_to_again(more: float, asks: bool) -> None:
    quote = Quote(OFFER, problem="not checked")
    before = quote.price(TYPED)
    change = quote.renew(replace(OFFER, dph_base=OFFER.dph_base + more), 7.0, TYPED)
    assert (change is not None) is asks
    if change is not None:
        assert change == pytest.approx((before, before + more))
    assert (quote.checked, quote.problem) == (7.0, "")
