"""Spending by day as a picture: heights, parts, dates, the day at the cursor."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from vasttui.ui.billing.plot import Legend, Parts, Plot, PlotDay

TODAY = date(2026, 9, 22)
WEEK: list[Parts | None] = [
    (18.74, 2.55, 0.47), (14.08, 2.55, 0.42), (10.83, 2.55, 0.47), (14.09, 2.55, 0.14),
    (8.52, 2.55, 0.19), (17.05, 2.77, 0.27), (16.97, 2.96, 0.66), (13.71, 2.09, 0.52),
]  # fmt: skip


def days(parts: list[Parts | None], mark: str = "·") -> list[PlotDay]:
    first = TODAY - timedelta(len(parts) - 1)
    return [PlotDay(first + timedelta(at), one, mark) for at, one in enumerate(parts)]


def plot(
    parts: list[Parts | None], rows: int = 5, width: int = 54, *, colour: bool = False,
    cursor: int | None = None,
) -> Plot:  # fmt: skip
    return Plot(days(parts), TODAY, rows, width, colour=colour, cursor=cursor)


def drawn(picture: Plot) -> str:
    return "\n".join(line.plain.rstrip() for line in picture.lines())


def test_sums_are_rounded_to_rows_and_their_parts_fill_them() -> None:
    assert (
        drawn(plot(WEEK))
        == """\
 $25 ┤
     ┤██             ▒▒ ▒▒
 $15 ┤██ ██ ▒▒ ██    ██ ██ ██
     ┤██ ██ ██ ██ ██ ██ ██ ██
  $5 ┤██ ██ ██ ██ ██ ██ ██ ██
      15 Sep               today"""
    )


@pytest.mark.parametrize(
    ("most", "rows", "scale"),
    [(38.99, 8, 5), (21.76, 5, 5), (0.0, 5, 0.01), (0.03, 5, 0.01), (7.4, 8, 1), (8.6, 8, 2),
     (17, 8, 4), (33, 8, 5), (3_000_000, 8, 400_000), (1.0, 8, 0.2)],
)  # fmt: skip
def test_a_row_is_a_round_amount_and_the_dearest_day_fits(
    most: float, rows: int, scale: float
) -> None:
    assert plot([(most, 0, 0), (most / 2, 0, 0)], rows).scale == pytest.approx(scale)


def test_all_words_of_an_axis_are_exact_and_have_the_same_decimals() -> None:
    def axis(most: float, rows: int) -> list[str]:
        lines = drawn(plot([(most, 0, 0)], rows)).splitlines()[:rows]
        return [words for line in lines if (words := line.partition("┤")[0].strip())]

    assert axis(1.6, 8) == ["$1.60", "$1.20", "$0.80", "$0.40"]
    assert axis(2.5, 5) == ["$2.50", "$1.50", "$0.50"]
    assert axis(4.0, 8) == ["$4", "$3", "$2", "$1"]
    assert axis(8_000, 8) == ["$8,000", "$6,000", "$4,000", "$2,000"]


def test_little_is_no_nothing_and_nothing_is_not_unread() -> None:
    picture = plot([(40, 0, 0), (0.5, 0, 0), (0, 0, 0), None, (-3, 0, 0)], 4)
    assert drawn(picture).splitlines()[3] == "     ┤██ ▁▁    ·  ▁▁"
    unknown = Plot(days([None], "?"), TODAY, 4, 54)
    assert drawn(unknown).splitlines()[3] == "       ┤?"


def test_a_negative_part_does_not_make_a_day_higher_than_its_sum() -> None:
    assert drawn(plot([(20, -10, 0), (20, 0, 0)], 4)).splitlines()[:4] == [
        " $20 ┤   ██", "     ┤   ██", " $10 ┤██ ██", "     ┤██ ██",
    ]  # fmt: skip


def test_in_colour_the_ends_of_parts_are_drawn_in_eighths() -> None:
    picture = plot([(4, 0, 0), (2.5, 0.5, 0), (1.5, 1.0, 0.5)], 4, colour=True)
    assert picture.scale == 1
    rows = picture.lines()
    assert [row.plain[-9:] for row in rows[:4]] == [
        "██       ", "██ ▄▄ ▄▄ ", "██ ██ ▄▄ ", "██ ██ ██ ",
    ]  # fmt: skip
    second = [(span.start, f"{span.style}") for span in rows[1].spans]
    assert ("$primary on $warning" in {style for _, style in second}) == (
        "$warning on $success" in {style for _, style in second}
    )


def test_the_newest_days_are_in_view_or_those_around_the_cursor() -> None:
    amounts: list[Parts | None] = [(float(at), 0, 0) for at in range(30)]
    month, early = plot(amounts), plot(amounts, cursor=3)
    newest = month.view
    assert (newest.first, newest.last, newest.left) == (14, 30, 6)
    assert [newest.day_at(x) for x in (5, 6, 8, 9, 53, 54)] == [None, 14, 14, 15, 29, None]
    assert (early.view.first, early.view.last) == (0, 16)
    assert (early.scale, month.scale) == (4, 10)
    assert drawn(early).splitlines()[-1] == (
        "      24 Aug   ▲ 27 Aug    31 Aug                  8 Sep"
    )
    assert "‹" in drawn(month).splitlines()[-1]
    wide = plot(amounts, 8, 97)
    assert (wide.view.first, wide.view.left) == (0, 7)
    assert "‹" not in drawn(wide)


def test_the_figures_beside_it_are_of_all_days_or_of_the_one_at_the_cursor() -> None:
    lines = [line.plain for line in Legend(plot(WEEK, 8)).lines()]
    assert lines == [
        "8 days         $", "█ GPU     113.99  83 %", "▒ disk     20.57  15 %",
        "░ traffic   3.14   2 %", "  all     137.70", "  a day    17.21",
        "  15 Sep   21.76  most", "  one row is $4.00",
    ]  # fmt: skip
    day = [line.plain for line in Legend(plot(WEEK, 8, cursor=5)).lines()]
    assert day[:5] == [
        "Sun 20 Sep     $", "█ GPU      17.05  85 %", "▒ disk      2.77  14 %",
        "░ traffic   0.27   1 %", "  all      20.09",
    ]  # fmt: skip
    small = [line.plain for line in Legend(plot([*WEEK, None], 5)).lines()]
    assert small[0] == "█ GPU     $ 113.99"
    assert small[3:] == ["   9 days $ 137.70 1 unread", "  one row is $5.00"]


def test_a_time_without_charges_has_no_amounts_on_its_axis_or_beside_it() -> None:
    nothing: list[Parts | None] = [(0.0, 0.0, 0.0)] * 3
    for rows in (3, 5, 8):
        empty = plot(nothing, rows)
        assert [line.plain for line in Legend(empty).lines()] == ["3 days", "  nothing charged"]
        assert "$" not in drawn(empty)
    [_, words] = Legend(plot([*nothing, None], 5)).lines()
    assert words.plain == "  nothing charged"
    assert not plot([None, None]).is_empty


def test_what_is_a_part_of_all_rows_is_said_to_be_that() -> None:
    for rows, at, words in ((8, 4, "  shown    21.76"), (5, 3, "    shown $  21.76"),
                            (3, 0, "shown $21.76")):  # fmt: skip
        lines = Legend(replace(plot(WEEK[:1], rows), part=True)).lines()
        assert lines[at].plain == words


def test_what_is_not_nothing_never_reads_so() -> None:
    lines = [line.plain for line in Legend(plot([(20.0, 1.0, 0.004)], 8)).lines()]
    assert lines[3] == "░ traffic  0.004  <1 %"


def test_a_picture_of_three_rows_has_the_sum_and_the_scale() -> None:
    lines = [line.plain for line in Legend(plot(WEEK, 3)).lines()]
    assert lines == ["8 days $137.70", "█ GPU ▒ disk ░ traffic", "  one row is $10.00"]
