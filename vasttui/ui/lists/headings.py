"""Rows that are only the heading of others, which the cursor passes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from vasttui.ui.widgets.scrolling import keep_in_view

Row = TypeVar("Row")


def first_in_view(
    top: int, cursor: int, page: int, rows: Sequence[Row], heading: Callable[[Row], str]
) -> int:
    """The first of `page` rows in view, `top` if possible, so that the cursor is among them, and
    the heading right above it."""
    top = keep_in_view(top, cursor, page, len(rows))
    above = top > 0 and heading(rows[top - 1])
    return top - 1 if above and cursor - top + 1 < page else top


def beside_heading(
    index: int, cursor: int, rows: Sequence[Row], heading: Callable[[Row], str]
) -> int:
    """The next row that is no heading in the direction from the cursor to `index`; at the end the
    one before."""
    down = range(index, len(rows))
    up = range(min(index, len(rows) - 1), -1, -1)
    ways = (down, up) if index >= cursor else (up, down)
    places = (at for way in ways for at in way)
    return next((at for at in places if not heading(rows[at])), index)
