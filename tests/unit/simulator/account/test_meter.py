from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vasttui.simulator.account.meter import Meter, Span

HOUR = 3_600.0


def test_it_charges_by_the_hour() -> None:
    meter = Meter(1_000.0)
    meter.charge(1_000.0 + 2 * HOUR, 0.5, 0.01)
    assert meter.charged == pytest.approx(1.02)
    assert meter.until == 1_000.0 + 2 * HOUR


def test_time_that_goes_back_costs_nothing_and_pays_nothing_back() -> None:
    meter = Meter()
    meter.charge(HOUR, 1.0, 0.0)
    meter.charge(HOUR / 2, 5.0, 0.0)
    assert (meter.charged, meter.until) == (1.0, HOUR)
    assert list(meter.between(0, HOUR)) == [Span(0, HOUR, 1.0, 0.0)]


def test_time_at_one_price_is_one_span_however_often_it_is_charged() -> None:
    meter = Meter()
    for hour in range(1, 6):
        meter.charge(hour * HOUR, 1.0, 0.1)
    meter.charge(7 * HOUR, 0.0, 0.1)
    assert list(meter.between(0, 9 * HOUR)) == [
        Span(0, 5 * HOUR, 1.0, 0.1), Span(5 * HOUR, 7 * HOUR, 0.0, 0.1),
    ]  # fmt: skip


def test_a_part_of_the_time() -> None:
    meter = Meter()
    meter.charge(4 * HOUR, 1.0, 0.1)
    meter.charge(6 * HOUR, 2.0, 0.1)
    (first, second) = meter.between(3 * HOUR, 5 * HOUR)
    assert (first.hours, first.gpu, first.disk) == (1.0, 1.0, 0.1)
    assert (second.hours, second.gpu, second.disk) == (1.0, 2.0, 0.1)
    assert list(meter.between(6 * HOUR, 9 * HOUR)) == []
    assert list(meter.between(2 * HOUR, 2 * HOUR)) == []


@given(
    st.lists(st.tuples(st.integers(0, 100_000), st.integers(0, 3), st.integers(0, 2)), max_size=20),
    st.integers(0, 1_000_000),
)
def test_the_parts_add_up(charges: list[tuple[int, int, int]], middle: int) -> None:
    meter = Meter()
    for seconds, gpu, disk in charges:
        meter.charge(meter.until + seconds, gpu, disk)
    parts = [*meter.between(0, middle), *meter.between(middle, 1e9)]
    assert sum(part.gpu + part.disk for part in parts) == pytest.approx(meter.charged)
