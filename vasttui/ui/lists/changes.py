"""Which part of a line is no longer as it was drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from textual.geometry import Region

from vasttui.lists.columns import Cell, Column


class Line(NamedTuple):
    """A line of a table. Equal ones look the same, whichever rows they are of."""

    cells: Sequence[Cell]
    heading: bool
    cursor: bool
    marked: bool
    bar: str
    """Its piece of the scroll bar."""


BLANK = Line((), heading=False, cursor=False, marked=False, bar="")
"""A line below the last row."""


def changed_part(
    columns: Sequence[Column[Any]], before: Line | None, now: Line, x: int, y: int, width: int
) -> Region | None:
    """What has changed of line `y`, which is `width` cells wide; None if nothing has: from the
    first to the last column whose cell is another, or all of the line. `before` is what was drawn,
    None if nothing was; the first column begins at `x`.

    One part, because a terminal is sent each part from the beginning of its line.
    """
    if before == now:
        return None
    if before is None or before[1:] != now[1:] or now.heading:
        return Region(0, y, width, 1)
    part = None
    for column, old, new in zip(columns, before.cells, now.cells, strict=True):
        if old != new:
            cell = Region(x, y, column.width, 1)
            part = cell if part is None else part.union(cell)
        x += column.width + 1
    return part
