"""Which cells of a line are no longer as they were drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.geometry import Region

from vasttui.ui.widgets.columns import Cell, Column


def changed_cells(
    columns: Sequence[Column[Any]], before: Sequence[Cell], now: Sequence[Cell], x: int, y: int
) -> list[Region]:
    """The parts of line `y` to draw again; its first column begins at `x`."""
    regions = []
    for column, old, new in zip(columns, before, now, strict=True):
        if old != new:
            regions.append(Region(x, y, column.width, 1))
        x += column.width + 1
    return regions
