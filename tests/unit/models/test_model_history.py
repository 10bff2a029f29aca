from __future__ import annotations

import pytest

from vasttui.models.model_history import ModelHistory
from vasttui.models.past_price import DayPrices

TODAY = 20_000


def day(ago: int, median: float, *, low: float = 0.2, whole: bool = True) -> DayPrices:
    return DayPrices(TODAY - ago, low, 0.3, median, 0.5, 0.6, 10, 12, 2, None, None, whole)


def history(*days: DayPrices) -> ModelHistory:
    return ModelHistory(days, TODAY, 30)


def test_five_days_make_a_median_to_compare_with() -> None:
    days = [day(9, 0.50), day(7, 0.40), day(5, 0.42, low=0.1), day(3, 0.40)]
    new = history(*days)
    assert (new.is_new, new.usual, new.change) == (True, None, None)
    known = history(*days, day(0, 0.30))
    assert (known.is_new, known.usual, known.searches) == (False, 0.40, 10)
    assert known.change == pytest.approx(-25.0)
    assert known.lowest is days[2]


def test_a_day_of_which_a_part_was_seen_is_compared_with_nothing() -> None:
    days = [day(ago, 0.40) for ago in (9, 8, 7, 6, 5)]
    assert history(*days, day(0, 0.30, whole=False)).change is None
    assert history(*days[:4], day(0, 0.30, whole=False)).usual is None
    assert history().lowest is None
