"""Numbers as the program says them: what is shown of money is true."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vasttui.words import (
    distinct_prices,
    factor,
    hourly,
    money,
    per_gb,
    per_hour,
    plural,
    short_money,
)

PRICES = st.floats(min_value=1e-7, max_value=500.0)


@pytest.mark.parametrize(
    ("dollars", "nearest", "least"),
    [
        (None, "?", "?"),
        (0.0, "0.000", "0.000"),
        (-0.0, "0.000", "0.000"),
        (0.64, "0.640", "0.640"),
        (0.6404, "0.640", "0.641"),
        (0.57, "0.570", "0.570"),
        (0.0064, "0.0064", "0.0064"),
        (0.00641, "0.0064", "0.0065"),
        (0.00001, "0.0001", "0.0001"),
        (0.00999, "0.0100", "0.0100"),
        (0.01, "0.010", "0.010"),
        (0.1 + 0.2, "0.300", "0.301"),
        (1234.5, "1,234.500", "1,234.500"),
    ],
)
def test_an_hourly_price(dollars: float | None, nearest: str, least: str) -> None:
    assert (hourly(dollars), hourly(dollars, up=True)) == (nearest, least)


def test_an_hourly_price_with_its_unit() -> None:
    assert per_hour(0.0064, up=True) == "$0.0064/h"
    assert per_hour(-0.0064) == "-$0.0064/h"
    assert per_hour(None) == "$?/h"


@given(PRICES)
def test_a_bid_of_the_least_that_is_shown_wins(price: float) -> None:
    assert float(hourly(price, up=True)) >= price


@given(PRICES)
def test_what_is_billed_never_reads_cheaper_than_its_last_digit(price: float) -> None:
    step = 0.0001 if price < 0.01 else 0.001
    assert 0 < float(hourly(price)) > price - 0.500001 * step
    assert float(hourly(price, up=True)) < price + 1.000001 * step


@pytest.mark.parametrize(
    ("one", "other", "up", "texts"),
    [
        (0.66, 0.64, False, ("$0.660/h", "$0.640/h")),
        (0.0103, 0.0101, False, ("$0.0103/h", "$0.0101/h")),
        (0.63951, 0.64049, False, ("$0.6395/h", "$0.6405/h")),
        (0.0107, 0.0104, True, ("$0.0107/h", "$0.0104/h")),
        (0.64, 0.64, False, ("$0.640/h", "$0.640/h")),
        (0.64, None, False, ("$0.640/h", "$?/h")),
    ],
)
def test_two_prices_that_differ_read_differently(
    one: float, other: float | None, up: bool, texts: tuple[str, str]
) -> None:
    assert distinct_prices(one, other, up=up) == texts


@pytest.mark.parametrize(
    ("dollars", "text"),
    [
        (None, "?"),
        (0.0, "$0.00"),
        (-0.0, "$0.00"),
        (0.0004, "$0.001"),
        (0.0364, "$0.036"),
        (-0.0364, "-$0.036"),
        (0.1, "$0.10"),
        (12.345, "$12.35"),
        (-3.5, "-$3.50"),
        (1234.5, "$1,234.50"),
    ],
)
def test_an_amount(dollars: float | None, text: str) -> None:
    assert money(dollars) == text


def test_at_most_so_much_is_never_less() -> None:
    assert (money(1.231), money(1.231, up=True)) == ("$1.23", "$1.24")
    assert (money(0.0361), money(0.0361, up=True)) == ("$0.036", "$0.037")


@pytest.mark.parametrize(
    ("dollars", "text", "least"),
    [
        (None, "?", "?"),
        (99.5, "$99.50", "$99.50"),
        (100.4, "$100", "$101"),
        (12345.6, "$12,346", "$12,346"),
    ],
)
def test_an_amount_in_few_cells(dollars: float | None, text: str, least: str) -> None:
    assert (short_money(dollars), short_money(dollars, up=True)) == (text, least)


@pytest.mark.parametrize(
    ("dollars", "text"),
    [
        (None, "?"),
        (0.0, "$0.00"),
        (0.15, "$0.15"),
        (0.133, "$0.133"),
        (0.005859, "$0.00586"),
        (0.00195, "$0.00195"),
        (0.00002, "$0.00002"),
        (1.3333, "$1.3333"),
    ],
)
def test_the_price_of_a_gb(dollars: float | None, text: str) -> None:
    assert per_gb(dollars) == text


@pytest.mark.parametrize(
    ("price", "times", "shown", "product", "text"),
    [
        (0.0934, 2, "$0.093", "0.187", "$0.0934"),
        (0.25, 4, "$0.250", "1.000", "$0.250"),
        (0.001333333, 5_000, "$0.00133", "$6.67", "$0.001333"),
        (0.15, 10_000, "$0.15", "$1,500.00", "$0.15"),
    ],
)
def test_a_product_can_be_multiplied_out(
    price: float, times: float, shown: str, product: str, text: str
) -> None:
    assert factor(price, times, shown, product) == text


def test_one_and_several() -> None:
    assert [plural(number, "offer") for number in (0, 1, 2)] == ["0 offers", "1 offer", "2 offers"]
    assert [plural(number, "try", "tries") for number in (1, 2300)] == ["1 try", "2,300 tries"]
