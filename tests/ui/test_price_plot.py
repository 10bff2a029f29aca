"""The plot of prices says what was seen, and no more."""

from __future__ import annotations

import pytest

from vasttui.models.past_price import DayPrices
from vasttui.ui.plain_glyphs import in_ascii
from vasttui.ui.price_plot import PricePlot, scale

TODAY = 20_718  # 22 Sep 2026


def day(back: int, median: float = 0.4, *, whole: bool = True, offers: int = 9) -> DayPrices:
    return DayPrices(
        TODAY - back, median - 0.15, median - 0.05, median, median + 0.05, median + 0.15, offers,
        2 * offers, 3, 0.1, 0.2, whole,
    )  # fmt: skip


def drawn(plot: PricePlot) -> list[str]:
    return [line.plain.rstrip() for line in plot.lines()]


def test_each_day_is_a_band_with_its_median() -> None:
    days = [day(6, 0.5, offers=82), day(1), day(0, offers=131)]
    plot = PricePlot(days, TODAY, 7, 11, 100, unit="$/h per GPU", here={TODAY: 0.4})
    assert drawn(plot) == [
        "  0.65 ┤░░                     $/h per GPU",
        "       ┤░░",
        "       ┤▒▒             ░░ ░░   ━ median",
        "       ┤━━             ░░ ░░   ▒ middle half",
        "  0.45 ┤▒▒             ▒▒ ▒▒   ░ low to 9/10",
        "       ┤░░             ━━ ●●   ● this machine",
        "       ┤░░             ▒▒ ▒▒   blank: not seen",
        "       ┤               ░░ ░░",
        "  0.25 ┤               ░░ ░░   supply, offers",
        "       └─────────────────────",
        "        16 Sep          today",
    ]


@pytest.mark.parametrize("width", [48, 60, 76, 98, 118, 170])
@pytest.mark.parametrize("span", [7, 30, 90, 365])
def test_the_plot_keeps_to_its_width_and_height(width: int, span: int) -> None:
    days = [day(back, 0.3 + back / 1000, whole=back % 3 > 0) for back in reversed(range(span))]
    lines = PricePlot(days, TODAY, span, 15, width, here={TODAY: 0.31}).lines()
    assert len(lines) == 15
    assert max(line.cell_length for line in lines) <= width
    text = "\n".join(line.plain for line in lines)
    assert "today" in text
    assert all(sign in text for sign in "━▒░●")


def test_of_a_part_only_what_is_known_is_drawn() -> None:
    plot = PricePlot([day(1), day(0, whole=False)], TODAY, 7, 12, 76)
    assert drawn(plot)[:9] == [
        "  0.56 ┤",
        "       ┤               ░░",
        "       ┤               ░░",
        "       ┤               ▒▒",
        "  0.40 ┤               ━━ ≥≥",
        "       ┤               ▒▒ ▒▒",
        "       ┤               ▒▒ ▒▒",
        "       ┤               ░░ ░░",
        "  0.24 ┤               ░░ ░░",
    ]
    assert "≥ part" in drawn(plot)[-1]


def test_a_plot_of_few_lines_has_a_price_at_its_foot_and_its_top() -> None:
    plot = PricePlot([day(1), day(0)], TODAY, 7, 7, 76)
    assert [line[:9].rstrip() for line in drawn(plot)[:4]] == [
        "  0.48 ┤", "       ┤", "       ┤", "  0.24 ┤",
    ]  # fmt: skip


@pytest.mark.parametrize("width", [76, 100])
def test_in_ascii_the_median_differs_from_the_middle_half(width: int) -> None:
    plot = PricePlot([day(1), day(0)], TODAY, 7, 12, width, plain=True)
    signs = set(in_ascii("\n".join(drawn(plot))))
    assert {"=", ":", "."} <= signs
    assert "▒" not in "".join(drawn(plot))


def test_where_nothing_was_seen_nothing_is_drawn() -> None:
    assert PricePlot([], TODAY, 30, 16, 118).lines() == []
    assert PricePlot([day(0)], TODAY, 30, 3, 118).lines() == []


@pytest.mark.parametrize(
    ("bounds", "rows", "expected"),
    [((0.25, 0.55), 12, (0.25, 0.05)), ((0.4, 0.4), 10, (0.4, 1e-3)), ((1.0, 40.0), 10, (0, 5))],
)
def test_the_scale_is_round_and_has_room(
    bounds: tuple[float, float], rows: int, expected: tuple[float, float]
) -> None:
    bottom, step = scale(bounds, rows)
    assert bottom <= bounds[0]
    assert bottom + rows * step > bounds[1]
    assert round(step, 3) == pytest.approx(step), "the prices beside it have three digits"
    assert (bottom, step) == pytest.approx(expected, rel=0.2, abs=0.03)


@pytest.mark.parametrize("rows", [7, 9, 12, 16])
def test_few_rows_of_the_scale_are_empty(rows: int) -> None:
    for at in range(200):
        low, high = 0.3 + at / 300, 0.9 + at / 100
        bottom, step = scale((low, high), rows)
        assert bottom + rows * step - high <= (0.25 * rows + 1) * step, (low, high)
