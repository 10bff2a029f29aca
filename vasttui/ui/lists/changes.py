"""Which part of a line is no longer as it was drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.geometry import Region

from vasttui.lists.columns import Cell, Column


def changed_part(
    columns: Sequence[Column[Any]], before: Sequence[Cell], now: Sequence[Cell], x: int, y: int
) -> Region | None:
    """From the first to the last column of line `y` that has changed, None where none has; the
    first column of the line begins at `x`.

    One part, because a terminal is sent each part from the beginning of its line.
    """
    part = None
    for column, old, new in zip(columns, before, now, strict=True):
        if old != new:
            cell = Region(x, y, column.width, 1)
            part = cell if part is None else part.union(cell)
        x += column.width + 1
    return part
