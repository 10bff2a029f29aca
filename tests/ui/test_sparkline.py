from __future__ import annotations

from vasttui.ui.sparkline import sparkline


def test_bars_grow_with_the_values() -> None:
    assert sparkline([0, 50, 100], 3, 100) == "▁▅█"


def test_it_is_as_wide_as_asked_with_the_newest_at_the_right() -> None:
    assert sparkline([0, 100], 5, 100) == "   ▁█"
    assert sparkline([0, 0, 100], 2, 100) == "▁█"


def test_unknown_values_are_blank_and_wild_ones_stay_inside() -> None:
    assert sparkline([None, 1e9, -5], 3, 100) == " █▁"
    assert sparkline([5], 1, 0) == "▁"
    assert sparkline([], 3, 100) == "   "
    assert sparkline([5], 0, 100) == ""
