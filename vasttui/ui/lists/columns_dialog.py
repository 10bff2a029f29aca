"""Which columns the table shows, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.content import Content

from vasttui.lists.columns import Column
from vasttui.ui.lists.column_picker import ColumnPicker
from vasttui.ui.modals.lines import ByWidth, Cell, row


class ColumnsModal(ColumnPicker[tuple[str, ...] | None]):
    """A checklist of all columns; returns the keys of those to show, in order."""

    heading = Content("Columns")
    pressed = "show or hide"

    def __init__(
        self, columns: Sequence[Column[Any]], chosen: Sequence[str], default: Sequence[str]
    ) -> None:
        """The first of `columns` says what a row is: always shown, always first."""
        super().__init__(columns)
        self._fixed = columns[0].key
        self._default = tuple(default)
        self._on: set[str] = set()
        self._take(chosen)

    def action_press(self) -> None:
        key = self.current
        if key is not None and key != self._fixed:
            self._on ^= {key}
            self.show(key)

    def action_shift(self, step: int) -> None:
        """Move the column past its neighbour among those shown."""
        key = self.current
        if key is None or key == self._fixed or key not in self._on:
            return
        shown = [one for one in self._order if one in self._on]
        at = shown.index(key) + step
        if 0 < at < len(shown):
            other = shown[at]
            self._order.remove(key)
            self._order.insert(self._order.index(other) + (1 if step > 0 else 0), key)
            self.show(key)

    def take_default(self) -> None:
        self._take(self._default)

    def action_apply(self) -> None:
        self.dismiss(tuple(key for key in self._order if key in self._on))

    def _take(self, chosen: Sequence[str]) -> None:
        """Show these, in this order, the others after them."""
        wanted = dict.fromkeys([self._fixed, *(key for key in chosen if key in self._columns)])
        self._on = set(wanted)
        self._order = [*wanted, *(key for key in self._columns if key not in wanted)]

    def sum_up(self) -> None:
        self.note(f"{len(self._on)} of {len(self._columns)} shown")

    def line(self, key: str) -> ByWidth:
        column = self._columns[key]
        mark = "[x]" if key in self._on else "[ ]"
        about = f"{column.about} (always shown)" if key == self._fixed else column.about
        return row(
            Cell(Content.styled(mark, "$text-accent" if key in self._on else "$text-muted"), 3),
            Cell(Content.styled(column.title, "bold" if key in self._on else ""), 14),
            Cell(Content.styled(about, "$text-muted")),
        )
