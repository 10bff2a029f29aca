"""Which columns of a table are in view, and how wide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from rich.cells import cell_len

from vasttui.lists.columns import Cell, Column, Fitted, fit_columns, max_shift

Row = TypeVar("Row")


class Fitting(Generic[Row]):
    """The columns that fit into a width, for the rows in view.

    Columns never become narrower while they are shown: that would move all that is right of them.
    """

    def __init__(self, columns: Sequence[Column[Row]]) -> None:
        self._columns = tuple(columns)
        self._shift = 0
        self._needed: dict[str, int] = {}
        self._room = 0
        self._fitted: Fitted[Row] | None = None

    def choose(self, columns: Sequence[Column[Row]]) -> None:
        """Show these columns, in this order, slid as far as before."""
        self._columns, self._fitted = tuple(columns), None
        self._needed.clear()

    def forget(self) -> None:
        """Fit again: what the cells show has changed."""
        self._fitted = None

    def fits(self, room: int) -> bool:
        """Whether they are fitted for so many cells."""
        return self._fitted is not None and self._room == room

    def fit(self, room: int, rows: Sequence[Row]) -> Fitted[Row]:
        """The columns in view in `room` cells."""
        if self._fitted is None or self._room != room:
            self._room = room
            self._needed |= self._more(rows)
            self._shift = min(self._shift, max_shift(self._columns, room))
            self._fitted = fit_columns(self._columns, room, self._shift, self._needed)
        return self._fitted

    @property
    def is_slid(self) -> bool:
        """Whether it is scrolled by some columns."""
        return self._shift > 0

    def needs_more(self, columns: Sequence[Column[Row]], cells: Sequence[Cell]) -> bool:
        """Whether the cells of a row in these columns need more than those have."""
        return any(
            min(column.most, cell_len(text)) > self._needed.get(column.key, 0)
            for column, (text, _) in zip(columns, cells, strict=True)
            if column.most
        )

    def slide(self, columns: int, room: int) -> bool:
        """Scroll by so many columns; returns whether that changes anything."""
        shift = max(0, min(self._shift + columns, max_shift(self._columns, room)))
        moved, self._shift = shift != self._shift, shift
        return moved

    def _more(self, rows: Sequence[Row]) -> dict[str, int]:
        needed = needed_widths(self._columns, rows)
        return {key: cells for key, cells in needed.items() if cells > self._needed.get(key, 0)}


def needed_widths(columns: Sequence[Column[Row]], rows: Sequence[Row]) -> dict[str, int]:
    """The cells that the columns with a `most` need to show these rows, by key."""
    if not rows:
        return {}
    return {
        column.key: min(column.most, max(cell_len(column.cell(row)[0]) for row in rows))
        for column in columns
        if column.most
    }
