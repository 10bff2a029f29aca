"""A dialog with a list of all columns, to be searched and put in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup
from textual.screen import ScreenResultType
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from vasttui.lists.columns import Column
from vasttui.ui.modals.frame import CLOSE, Dialog, button
from vasttui.ui.modals.lines import ByWidth
from vasttui.ui.modals.search import SearchLine


class ColumnList(OptionList):
    """The columns; space and a click press one, enter is left to the dialog."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "select", "Press", show=False),
        Binding("enter", "screen.apply", "Apply", show=False),
    ]


class ColumnPicker(Dialog[ScreenResultType]):
    """Subclasses say what becomes of the column under the cursor when it is pressed."""

    AUTO_FOCUS = "ColumnList"
    pressed = ""
    """What pressing a column does, for the key bar."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "apply", "Apply", show=False),
        Binding("less_than_sign", "shift(-1)", "Earlier", show=False),
        Binding("greater_than_sign", "shift(1)", "Later", show=False),
        Binding("slash", "search", "Search", show=False),
    ]

    def __init__(self, columns: Sequence[Column[Any]]) -> None:
        super().__init__()
        self._columns = {column.key: column for column in columns}
        self._order = list(self._columns)
        self._search = SearchLine("/ ", "search columns")

        self.keys = (
            CLOSE,
            ("enter", "apply", "screen.apply"),
            ("space", self.pressed, "screen.press"),
            ("<", "earlier", "screen.shift(-1)"),
            (">", "later", "screen.shift(1)"),
            ("/", "search", "screen.search"),
        )

    def body(self) -> ComposeResult:
        yield self._search
        yield ColumnList(id="list", markup=False, compact=True)
        with HorizontalGroup(id="buttons"):
            yield button("Cancel", "cancel", id="cancel")
            yield button("Default", "default", id="default")
            yield button("Apply", "apply", id="apply")

    def line(self, key: str) -> ByWidth:
        """What is shown of a column."""
        raise NotImplementedError

    def sum_up(self) -> None:
        """Show what is chosen so far."""
        raise NotImplementedError

    def action_press(self) -> None:
        """Change the column under the cursor."""
        raise NotImplementedError

    def take_default(self) -> None:
        """Choose what is chosen at first."""
        raise NotImplementedError

    @property
    def options(self) -> ColumnList:
        """The list of columns."""
        return self.query_one(ColumnList)

    @property
    def current(self) -> str | None:
        """The key of the column under the cursor."""
        option = self.options.highlighted_option
        return option.id if option is not None else None

    def show(self, highlight: str | None = None) -> None:
        """List the columns that are searched for, with the cursor on one of them."""
        found = [key for key in self._order if self._is_found(self._columns[key])]
        self.options.set_options(Option(self.line(key), id=key) for key in found)
        if found:
            self.options.highlighted = found.index(highlight) if highlight in found else 0
        self.sum_up()

    def _is_found(self, column: Column[Any]) -> bool:
        return self._search.finds(column.key, column.title, column.about)

    def on_mount(self) -> None:
        self.show()

    def on_input_changed(self, event: Input.Changed) -> None:
        self.show()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.action_press()

    def on_descendant_focus(self) -> None:
        """The keys of the list, or those of the search while it takes letters."""
        searching = self._search.input.has_focus
        to_list = ("enter", "to the list", "app.focus_next")
        self.show_keys(
            (CLOSE, to_list, ("^s", "apply", "screen.apply")) if searching else self.keys
        )

    def action_default(self) -> None:
        self.take_default()
        self.show()
        self.screen.set_focus(self.options)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.screen.set_focus(self.options)

    def action_search(self) -> None:
        self.screen.set_focus(self._search.input)
