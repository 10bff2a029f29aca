"""The line that explains a problem of the filter."""

from __future__ import annotations

import pytest

from vasttui.errors import QueryError
from vasttui.ui.lists.filter_bar import point_at

SENTENCE = "rel needs a number; try rel>=.98."


@pytest.mark.parametrize(
    ("start", "width", "line"),
    [
        (3, 80, "   ^^^^^ rel needs a number; try rel>=.98."),
        (38, 80, "                                      ^^^^^ rel needs a number; try rel>=.98."),
        (70, 80, f"{SENTENCE.rjust(69)} ^^^^^"),
        (76, 80, "✖ rel needs a number; try rel>=.98."),
        (20, 50, "✖ rel needs a number; try rel>=.98."),
        (-1, 80, "✖ rel needs a number; try rel>=.98."),
    ],
)
def test_the_sentence_is_whole_and_the_pointer_where_there_is_room(
    start: int, width: int, line: str
) -> None:
    shown = point_at([QueryError(SENTENCE, start=9, end=14)], start, width).plain
    assert shown.rstrip() == line
    assert len(shown) <= width


def test_of_several_problems_none_is_hidden() -> None:
    found = [QueryError(SENTENCE, start=0, end=5), QueryError("unknown field foo", start=6, end=9)]
    assert point_at(found, 3, 80).plain == f"   ^^^^^ {SENTENCE} · unknown field foo"
    assert point_at(found, 3, 55).plain == f"✖ {SENTENCE} · unknown field foo"
    assert point_at(found, 3, 54).plain == f"   ^^^^^ {SENTENCE} (1 more)"
