from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Region

from vasttui.lists.columns import Cell, Column
from vasttui.ui.lists.changes import BLANK, Line, changed_part


def column(width: int) -> Column[None]:
    return Column(f"c{width}", "Title", width, lambda row: ("", ""), "about", 0)


COLUMNS = [column(8), column(4), column(6)]
BEFORE: list[Cell] = [("train-a", ""), ("97", "warn"), ("0.287", "")]


def line(
    cells: list[Cell], *, heading: bool = False, cursor: bool = False, marked: bool = False,
    bar: str = "│",
) -> Line:  # fmt: skip
    return Line(cells, heading, cursor, marked, bar)


def changes(now: list[Cell], x: int = 3, y: int = 5) -> Region | None:
    return changed_part(COLUMNS, line(BEFORE), line(now), x, y, 40)


WHOLE = Region(0, 5, 40, 1)


def test_nothing_new_is_nothing_to_draw() -> None:
    assert changes(list(BEFORE)) is None
    assert changed_part([], line([]), line([]), 3, 5, 40) is None
    assert changed_part(COLUMNS, BLANK, BLANK, 3, 5, 40) is None


@pytest.mark.parametrize(
    "now",
    [
        line(BEFORE, cursor=True), line(BEFORE, marked=True), line(BEFORE, bar="┃"), BLANK,
        line([("a heading", "dim")], heading=True),
    ],
)  # fmt: skip
def test_a_line_of_another_look_is_drawn_whole(now: Line) -> None:
    before = line(BEFORE)
    assert changed_part(COLUMNS, before, now, 3, 5, 40) == WHOLE
    assert changed_part(COLUMNS, now, before, 3, 5, 40) == WHOLE


def test_a_line_that_was_never_drawn_is_drawn_whole() -> None:
    assert changed_part(COLUMNS, None, BLANK, 3, 5, 40) == WHOLE
    assert changed_part(COLUMNS, None, line(BEFORE), 3, 5, 40) == WHOLE


def test_another_heading_is_drawn_whole() -> None:
    one, other = (line([(text, "dim")], heading=True) for text in ("Europe", "Asia"))
    assert changed_part(COLUMNS, one, other, 3, 5, 40) == WHOLE
    assert changed_part(COLUMNS, one, one, 3, 5, 40) is None


@pytest.mark.parametrize(
    ("at", "region"),
    [(0, Region(3, 5, 8, 1)), (1, Region(12, 5, 4, 1)), (2, Region(17, 5, 6, 1))],
)
def test_a_cell_is_drawn_again_in_its_place(at: int, region: Region) -> None:
    now = list(BEFORE)
    now[at] = ("new", now[at][1])
    assert changes(now) == region


def test_a_new_style_is_a_change() -> None:
    assert changes([BEFORE[0], ("97", "error"), BEFORE[2]]) == Region(12, 5, 4, 1)


def test_from_the_first_change_to_the_last() -> None:
    assert changes([("b", ""), BEFORE[1], ("c", "")]) == Region(3, 5, 20, 1)
    assert changes([BEFORE[0], ("98", ""), ("c", "")]) == Region(12, 5, 11, 1)


def test_the_line_may_stand_anywhere() -> None:
    now = [BEFORE[0], ("98", "warn"), BEFORE[2]]
    assert changes(now, x=0, y=0) == Region(9, 0, 4, 1)


@pytest.mark.parametrize("cells", [BEFORE[:2], [*BEFORE, ("more", "")]])
def test_a_line_with_other_columns_is_not_compared(cells: list[Cell]) -> None:
    with pytest.raises(ValueError, match=r"shorter|longer"):
        changes(cells)


@given(st.lists(st.tuples(st.integers(1, 30), st.booleans()), max_size=12), st.integers(0, 9))
def test_the_part_ends_where_changed_columns_end(parts: list[tuple[int, bool]], start: int) -> None:
    columns = [column(width) for width, _ in parts]
    before: list[Cell] = [("old", "")] * len(parts)
    now: list[Cell] = [("new" if new else "old", "") for _, new in parts]
    x, dirty = start, list[int]()
    for width, new in parts:
        if new:
            dirty += range(x, x + width)
        x += width + 1
    part = changed_part(columns, line(before), line(now), start, 2, 500)
    if part is None:
        assert not dirty
    else:
        assert part == Region(dirty[0], 2, dirty[-1] + 1 - dirty[0], 1)
