"""The line that explains a problem of the filter."""

from __future__ import annotations

from itertools import product

import pytest

from tests.support.stage import stage
from vasttui.errors import QueryError
from vasttui.ui.lists.filter_bar import FilterBar, point_at

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


async def test_hints_in_the_empty_filter_are_whole_or_not_there() -> None:
    steps = [key.split() for key in ("1", "m m m", "tab", "2", "3", "6")]
    async with stage(size=(140, 40)) as running:
        for size, keys in product(((60, 20), (80, 24), (100, 30), (120, 36)), steps):
            await running.pilot.resize_terminal(*size)
            await running.press(*keys)
            await running.settle()
            bar = running.app.screen.query_one(FilterBar)
            hints = bar.input.placeholder
            assert not hints or hints.startswith("type to filter")
            assert len(hints) < bar.input.size.width
            assert f" / {hints} " in running.text


async def test_there_are_as_many_hints_as_fit() -> None:
    async with stage(size=(60, 20)) as running:
        bar = running.app.screen.query_one(FilterBar)
        assert bar.input.placeholder == "type to filter: gpu:4090"
        bar.counts.styles.width = 37
        await running.pause()
        assert bar.input.placeholder == "type to filter"
