"""The order of the rows: several columns, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from vasttui.lists.columns import Column
from vasttui.lists.sorting import SortKeys
from vasttui.ui.lists.column_picker import ColumnPicker
from vasttui.ui.modals.lines import ByWidth, Cell, row


class SortModal(ColumnPicker[SortKeys | None]):
    """Picks the columns to sort by; each is pressed until its direction is right."""

    heading = Content("Sort by")
    pressed = "add ▲ ▼ remove"

    def __init__(self, columns: Sequence[Column[Any]], keys: SortKeys, default: SortKeys) -> None:
        super().__init__(columns)
        self._default = default
        self._take(keys)

    def body(self) -> ComposeResult:
        yield Static(id="order", markup=False)
        yield from super().body()

    def take_default(self) -> None:
        self._take(self._default)

    def _take(self, keys: SortKeys) -> None:
        """Sort by these, and list them first."""
        self._sort = [(key, down) for key, down in keys if key in self._columns]
        first = [key for key, _ in self._sort]
        self._order = [*first, *(key for key in self._columns if key not in first)]

    def action_press(self) -> None:
        """Not sorted by, smallest first, largest first, and round again."""
        key = self.current
        if key is None:
            return
        at = self._place(key)
        if at is None:
            self._sort.append((key, False))
        elif not self._sort[at][1]:
            self._sort[at] = (key, True)
        else:
            del self._sort[at]
        self.show(key)

    def action_shift(self, step: int) -> None:
        """Let the column count earlier or later than its neighbour."""
        key = self.current
        at = self._place(key) if key is not None else None
        if at is not None and 0 <= at + step < len(self._sort):
            self._sort.insert(at + step, self._sort.pop(at))
            self.show(key)

    def action_apply(self) -> None:
        self.dismiss(tuple(self._sort))

    def _place(self, key: str) -> int | None:
        return next((at for at, (one, _) in enumerate(self._sort) if one == key), None)

    def sum_up(self) -> None:
        steps = [f"{self._columns[key].title} {_arrow(down)}" for key, down in self._sort]
        order = " then ".join(steps) if steps else "unsorted"
        self.query_one("#order", Static).update(
            Content.assemble(("Order  ", "$text-muted"), (order, "bold"))
        )

    def line(self, key: str) -> ByWidth:
        column, at = self._columns[key], self._place(key)
        place = "" if at is None else f"{at + 1} {_arrow(self._sort[at][1])}"
        return row(
            Cell(Content.styled(place, "bold $text-accent"), 4, right=True),
            Cell(Content.styled(column.title, "" if at is None else "bold"), 14),
            Cell(Content.styled(column.about, "$text-muted")),
        )


def _arrow(down: bool) -> str:
    return "▼" if down else "▲"
