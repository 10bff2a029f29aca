"""The order of the rows: several columns, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from vasttui.lists.columns import Column
from vasttui.ui.modals.frame import CLOSE, Dialog, button
from vasttui.ui.modals.lines import ByWidth, Cell, row
from vasttui.ui.modals.search import SearchLine

SortKeys = tuple[tuple[str, bool], ...]
"""Columns to sort by, the first one first; True turns the order round (largest first)."""


class SortList(OptionList):
    """The columns; enter, space and a click press one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "select", "Press", show=False),
    ]


class SortModal(Dialog[SortKeys | None]):
    """Picks the columns to sort by; each is pressed until its direction is right."""

    heading = Content("Sort by")
    keys = (
        CLOSE,
        ("^s", "apply", "screen.apply"),
        ("enter space", "add ▲ ▼ remove", "screen.press"),
        ("<", "earlier", "screen.shift(-1)"),
        (">", "later", "screen.shift(1)"),
        ("/", "search", "screen.search"),
    )
    AUTO_FOCUS = "SortList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "apply", "Apply", show=False),
        Binding("less_than_sign", "shift(-1)", "Earlier", show=False),
        Binding("greater_than_sign", "shift(1)", "Later", show=False),
        Binding("slash", "search", "Search", show=False),
    ]

    def __init__(self, columns: Sequence[Column[Any]], keys: Sequence[tuple[str, bool]]) -> None:
        super().__init__()
        self._columns = {column.key: column for column in columns}
        self._sort = [(key, down) for key, down in keys if key in self._columns]
        first = [key for key, _ in self._sort]
        self._order = [*first, *(key for key in self._columns if key not in first)]
        self._search = SearchLine("/ ", "search columns")

    def body(self) -> ComposeResult:
        yield Static(id="order", markup=False)
        yield self._search
        yield SortList(id="list", markup=False, compact=True)
        with HorizontalGroup(id="buttons"):
            yield button("Apply ^s", "apply", id="apply")
            yield button("Cancel", "cancel")

    def on_mount(self) -> None:
        self._show()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.query_one(SortList).focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.action_press()

    def action_press(self) -> None:
        """Not sorted by, smallest first, largest first, and round again."""
        key = self._current
        if key is None:
            return
        at = self._place(key)
        if at is None:
            self._sort.append((key, False))
        elif not self._sort[at][1]:
            self._sort[at] = (key, True)
        else:
            del self._sort[at]
        self._show(key)

    def action_shift(self, step: int) -> None:
        """Let the column count earlier or later than its neighbour."""
        key = self._current
        at = self._place(key) if key is not None else None
        if at is not None and 0 <= at + step < len(self._sort):
            self._sort.insert(at + step, self._sort.pop(at))
            self._show(key)

    def action_search(self) -> None:
        self._search.input.focus()

    def action_apply(self) -> None:
        self.dismiss(tuple(self._sort))

    @property
    def _current(self) -> str | None:
        option = self.query_one(SortList).highlighted_option
        return option.id if option is not None else None

    def _place(self, key: str) -> int | None:
        return next((at for at, (one, _) in enumerate(self._sort) if one == key), None)

    def _show(self, highlight: str | None = None) -> None:
        words = self._search.words
        found = [key for key in self._order if self._has(words, key)]
        options = self.query_one(SortList)
        options.set_options(Option(self._line(key), id=key) for key in found)
        if found:
            options.highlighted = found.index(highlight) if highlight in found else 0
        steps = [f"{self._columns[key].title} {_arrow(down)}" for key, down in self._sort]
        order = " then ".join(steps) if steps else "as the service sent them"
        self.query_one("#order", Static).update(
            Content.assemble(("Order  ", "$text-muted"), (order, "bold"))
        )

    def _line(self, key: str) -> ByWidth:
        column, at = self._columns[key], self._place(key)
        place = "" if at is None else f"{at + 1} {_arrow(self._sort[at][1])}"
        return row(
            Cell(Content.styled(place, "bold $text-accent"), 4, right=True),
            Cell(Content.styled(column.title, "" if at is None else "bold"), 14),
            Cell(Content.styled(column.about, "$text-muted")),
        )

    def _has(self, words: Sequence[str], key: str) -> bool:
        column = self._columns[key]
        whole = f"{key} {column.title} {column.about}".lower()
        return all(word in whole for word in words)


def _arrow(down: bool) -> str:
    return "▼" if down else "▲"
