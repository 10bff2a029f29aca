"""A filter line over a table: what the keys and the mouse do there, whatever the rows are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from textual import getters
from textual.actions import SkipAction
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from vasttui.errors import QueryError
from vasttui.lists.columns import Column
from vasttui.query.complete import Completion
from vasttui.ui.context import context
from vasttui.ui.keys import ACTIONS, BY_ID
from vasttui.ui.lines import FILTER_KEYS, completions_line, key_entries, too_small
from vasttui.ui.lists.filter_bar import FilterBar, FilterInput, point_at
from vasttui.ui.lists.table import VirtualTable
from vasttui.ui.opening import open_dialog
from vasttui.ui.widgets.key_bar import KeyBar
from vasttui.ui.widgets.line import TextLine

PROMPT = 3
"""Cells before the text of the filter."""

_OF_THE_TABLE = {action.id for action in ACTIONS if action.scope == "table"} | {"list.details"}
"""Keys that also have a meaning in a list that stands in for an empty table."""

SortKeys = tuple[tuple[str, bool], ...]


class Browsing(Protocol):
    """What a table is about right now: filter, order, marks."""

    text: str
    sort: SortKeys

    @property
    def problems(self) -> Sequence[QueryError]:
        """What has no meaning in the filter."""

    @property
    def warnings(self) -> Sequence[QueryError]:
        """What may not mean what was meant."""

    @property
    def marks(self) -> set[int]:
        """The ids of the marked rows."""

    def clear_marks(self) -> None:
        """Take all marks away."""

    def set_sort(self, keys: SortKeys) -> None:
        """Order the rows by these columns."""

    def sort_by(self, key: str) -> None:
        """Sort by a column; once more turns the order round."""

    def reverse(self) -> None:
        """Turn the order of the first sort column round."""

    def complete(self, position: int) -> list[Completion]:
        """What could be completed at that position of the filter, the likeliest first."""


class ListScreen(Screen[None]):
    """Filter, order, columns, marks. What the rows are is the business of the subclass."""

    SCOPE = ""
    """The scope of its own keys."""

    table = getters.query_one(VirtualTable)
    bar = getters.query_one(FilterBar)

    columns: Mapping[str, Column[Any]]
    chosen: tuple[str, ...]
    default_columns: tuple[str, ...]

    @property
    def browsing(self) -> Browsing:
        """The state of the table."""
        raise NotImplementedError

    # What the subclass draws

    def show_rows(self) -> None:
        """Table or its stand-in, details and counts."""
        raise NotImplementedError

    def sorted(self) -> None:
        """The order changed."""
        raise NotImplementedError

    def show_notice(self) -> bool:
        """Use the line under the filter for something that matters more; whether it was used."""
        raise NotImplementedError

    def choose_columns(self, keys: tuple[str, ...]) -> None:
        """Show these columns and remember them."""
        raise NotImplementedError

    def resized(self) -> None:
        """What depends on the size of the screen. What it had hidden had lost the focus."""
        if self.focused is None:
            self.set_focus(self.table)
        self.query_one("#small", TextLine).show(too_small(self.size))

    def why_off(self, action_id: str) -> str:
        """Why an action cannot be used now; empty when it can."""
        raise NotImplementedError

    @property
    def stand_in_focus(self) -> Widget | None:
        """What has the keys while something else is shown in the table's place."""
        return None

    # Keys

    async def action_press(self, action_id: str) -> None:
        """A key of this screen. Leaves keys alone that belong to what has the focus."""
        action, focused = BY_ID[action_id], self.focused
        typing = isinstance(focused, Input)
        elsewhere = focused is not self.table and action.id in _OF_THE_TABLE
        if typing is not (action.scope == "filter") or elsewhere:
            raise SkipAction
        target = self.table if action.scope == "table" else self
        await self.app.run_action(action.action, target)

    def show_keys(self) -> None:
        typing = self.bar.input.has_focus
        entries = FILTER_KEYS if typing else key_entries(context(self).keymap, self.SCOPE)
        self.query_one(KeyBar).show(entries)

    def on_descendant_focus(self) -> None:
        self.show_keys()
        self.show_hint()

    def on_resize(self) -> None:
        self.call_after_refresh(self.resized)

    # Filter

    def action_filter(self) -> None:
        self.set_focus(self.bar.input)  # at once: the next key is meant for the filter

    def action_clear_filter(self) -> None:
        self.bar.set_text("")
        self.leave_filter()

    def action_keep_filter(self) -> None:
        if self.table.display or self.stand_in_focus is None:
            self.leave_filter()
        else:
            self.set_focus(self.stand_in_focus)

    def leave_filter(self) -> None:
        """Give the keys back to the table."""
        self.set_focus(self.table if self.table.display else self.stand_in_focus)
        self.show_keys()
        self.show_hint()

    def action_escape(self) -> None:
        """Esc away from the filter: clear it, then the marks."""
        if self.bar.text:
            self.bar.set_text("")
        elif self.browsing.marks:
            self.browsing.clear_marks()
            self.show_rows()

    def move_rows(self, rows: int) -> None:
        """Move the cursor while the filter has the keys."""
        self.table.action_move(rows)

    def on_filter_input_row_move(self, event: FilterInput.RowMove) -> None:
        self.move_rows(event.rows)

    def on_filter_input_complete(self) -> None:
        offered = self.completions()
        if not offered:
            self.leave_filter()
            return
        text, first = self.bar.text, offered[0]
        self.bar.input.value = text[: first.start] + first.insert + text[first.end :]
        self.bar.input.cursor_position = first.start + len(first.insert)

    def completions(self) -> list[Completion]:
        """What Tab could complete at the cursor, the likeliest first."""
        return self.browsing.complete(self.bar.input.cursor_position)

    def show_hint(self) -> None:
        """One line for what matters most: a problem, a notice, a completion."""
        line = self.query_one("#hint", TextLine)
        spots = (*self.browsing.problems, *self.browsing.warnings)
        if spots:
            line.show(point_at(spots[0], PROMPT))
        elif not self.show_notice():
            offered = self.completions()[:8] if self.bar.input.has_focus else []
            line.show(completions_line([one.label for one in offered], self.size.width))

    # Order and columns

    def on_virtual_table_header_clicked(self, event: VirtualTable.HeaderClicked) -> None:
        self.browsing.sort_by(event.key)
        self.sorted()

    def action_sort_step(self, step: int) -> None:
        keys = [column.key for column in self.table.fitted.columns]
        sort = self.browsing.sort
        current = sort[0][0] if sort else keys[0]
        index = keys.index(current) + step if current in keys else 0
        self.browsing.sort_by(keys[index % len(keys)])
        self.sorted()

    def action_reverse(self) -> None:
        self.browsing.reverse()
        self.sorted()

    async def action_sort_by(self) -> None:
        await open_dialog(self.app, self.ask_sort())

    async def ask_sort(self) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.lists.sort_dialog import SortModal

        modal = SortModal(list(self.columns.values()), self.browsing.sort)
        keys = await self.app.push_screen_wait(modal)
        if keys is not None:
            self.browsing.set_sort(tuple(keys))
            self.sorted()

    async def action_columns(self) -> None:
        await open_dialog(self.app, self.ask_columns())

    async def ask_columns(self) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.lists.columns_dialog import ColumnsModal

        modal = ColumnsModal(list(self.columns.values()), self.chosen, self.default_columns)
        keys = await self.app.push_screen_wait(modal)
        if keys is not None:
            self.choose_columns(keys)

    @property
    def titles(self) -> dict[str, str]:
        return {key: column.title for key, column in self.columns.items()}
