from __future__ import annotations

import pytest

from vasttui.models.reserved import (
    NO_DEPOSIT,
    Deposit,
    dollars_for,
    months_for,
    plan,
    price_of,
    refund,
    typical,
)


@pytest.mark.parametrize(
    ("months", "most", "rate"),
    [
        (0, 0.4, 0.0), (0.546, 0.4, 0.035), (1, 0.4, 0.2), (2, 0.4, 0.25), (3, 0.4, 0.3),
        (6, 0.4, 0.4), (12, 0.4, 0.4), (-1, 0.4, 0.0), (3, 0.1, 0.1), (12, 0.1, 0.1), (1, 0.0, 0.0),
    ],
)  # fmt: skip
def test_the_usual_discount_is_that_of_the_docs_and_never_above_the_machines(
    months: float, most: float, rate: float
) -> None:
    assert typical(months, most) == pytest.approx(rate)


def test_a_month_of_the_docs_costs_four_fifths() -> None:
    assert dollars_for(1, 0.287, typical) == pytest.approx(165.312)
    assert dollars_for(3, 1.0, typical) == pytest.approx(2160 * 0.7)


@pytest.mark.parametrize("months", [0.0, 0.2, 0.546, 0.9, 1, 2.5, 3, 6, 12])
def test_an_amount_pays_for_the_months_that_cost_it(months: float) -> None:
    dollars = dollars_for(months, 0.287, typical)
    assert months_for(dollars, 0.287, typical) == pytest.approx(months, abs=1e-6)


def test_what_costs_nothing_lasts_for_no_known_time() -> None:
    assert months_for(50, 0.0, typical) == 0


def test_what_comes_back_is_the_services_own_example() -> None:
    """$1/h, 20 % off, a month paid ahead, destroyed on day 15: about $212 of 576."""
    used = 15 * 24
    assert refund(576 - used * 0.8, used * 0.2) == pytest.approx(212.4)
    assert refund(5.5, 40) == 0


def test_a_plan_says_what_a_payment_does() -> None:
    first = plan(165.31, 0.287, 0.4, NO_DEPOSIT)
    assert first.months == pytest.approx(1, abs=1e-4)
    assert first.rate == pytest.approx(0.2, abs=1e-4)
    assert first.hourly == pytest.approx(0.2296, abs=1e-4)
    backs = [round(first.back_after(days), 1) for days in (0, 7, 15, 29, 99)]
    assert backs == [165.3, 116.6, 61.0, 0, 0]
    more = plan(165.31, 0.287, 0.4, Deposit(126.74, 9.64))
    assert more.total == pytest.approx(292.05)
    assert 0.2 < more.rate < 0.3
    assert more.back_after(0) == pytest.approx(292.05 - 1.05 * 9.64)
    assert price_of(1, 0.287, 0.4) == 165.31
    assert price_of(1, 0.287, 0.1) == 185.98
