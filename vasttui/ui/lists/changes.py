"""What is drawn of each row, and which part of a line is no longer as it was drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from textual.geometry import Region

from vasttui.lists.columns import Cell, Column
from vasttui.lists.resource import RowId
from vasttui.ui.lists.fitting import Fitting

Row = TypeVar("Row")


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


class KeptCells(Generic[Row]):
    """The cells of the rows that were in view lately, each formatted once."""

    def __init__(
        self, key: Callable[[Row], RowId], heading: Callable[[Row], str], fitting: Fitting[Row]
    ) -> None:
        self._key, self._heading, self._fitting = key, heading, fitting
        self._known: dict[RowId, tuple[Row, list[Cell]]] = {}
        self.too_narrow = False
        """Whether the columns are too narrow for one of them."""

    def of(self, row: Row, columns: Sequence[Column[Row]], most: int) -> list[Cell]:
        """Its cells as they were formatted. No more than so many rows are kept."""
        known = self._known.get(self._key(row))
        if known is not None and known[0] is row:
            return known[1]
        if len(self._known) > most:
            self._known.clear()
        return self._keep(row, self.format(row, columns), columns)

    def read_anew(self, row: Row, columns: Sequence[Column[Row]]) -> bool:
        """Format the row; whether anything in it has changed."""
        key, cells = self._key(row), self.format(row, columns)
        known = self._known.get(key)
        if known is not None and known[1] == cells:
            self._known[key] = row, known[1]
            return False
        self._keep(row, cells, columns)
        return True

    def format(self, row: Row, columns: Sequence[Column[Row]]) -> list[Cell]:
        """What is drawn of a row: its heading alone, if it is one."""
        if heading := self._heading(row):
            return [(heading, "dim")]
        return [column.cell(row) for column in columns]

    def forget(self) -> None:
        """Format every row again."""
        self._known.clear()
        self.too_narrow = False

    def _keep(self, row: Row, cells: list[Cell], columns: Sequence[Column[Row]]) -> list[Cell]:
        if not self._heading(row):
            self.too_narrow |= self._fitting.needs_more(columns, cells)
        self._known[self._key(row)] = row, cells
        return cells
