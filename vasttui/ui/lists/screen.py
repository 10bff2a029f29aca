"""Keys and mouse of every list screen."""

from __future__ import annotations

from typing import TypeVar

from textual import events
from textual.actions import SkipAction
from textual.widgets import Input

from vasttui.ui.context import context
from vasttui.ui.copying import copy_and_show
from vasttui.ui.key_table import ACTIONS, BY_ID
from vasttui.ui.lists.filtering import FilteringList
from vasttui.ui.lists.table import VirtualTable
from vasttui.ui.opening import open_dialog
from vasttui.ui.resizing import CurrentSize

Row = TypeVar("Row")

_OF_THE_TABLE = {action.id for action in ACTIONS if action.scope == "table"} | {"list.details"}
"""Keys that also have a meaning in a list that stands in for an empty table."""


class ListScreen(FilteringList[Row], CurrentSize[None]):
    """Filter, marks, details, order and columns of a list."""

    async def action_press(self, action_id: str) -> None:
        """A key of this screen. Leaves keys alone that belong to what has the focus."""
        action, focused = BY_ID[action_id], self.focused
        filtering = focused is self.bar.input
        editing = isinstance(focused, Input) and not filtering
        elsewhere = focused is not self.table and action.id in _OF_THE_TABLE
        if filtering is not (action.scope == "filter") or elsewhere or editing:
            raise SkipAction
        target = self.table if action.scope == "table" else self
        await self.app.run_action(action.action, target)

    def on_descendant_focus(self) -> None:
        if not self.bar.input.has_focus:
            self.close_completions()
        if self._drawn_focus is self.focused:
            return
        self._drawn_focus = self.focused
        self.show_keys()
        self.show_hint()
        self.tick()
        self.show_counts()

    def on_resize(self, event: events.Resize) -> None:
        if self.is_resizing or (self.is_new(event) and event.size != self._drawn_size):
            self.call_after_refresh(self.resized)

    def action_escape(self) -> None:
        """Esc away from the filter: drop a row that is gone, clear the filter, then the marks."""
        if self.browse.list.gone is not None:
            self.browse.list.dismiss_gone()
            self.show_rows()
        elif self.bar.text:
            self.clear_filter()
        elif self.browse.marks:
            self.browse.list.clear_marks()
            self.show_rows()
        elif self.has_class("-zoomed"):
            self.action_zoom()
        else:
            context(self).go_back()

    async def on_virtual_table_opened(self, event: VirtualTable.Opened) -> None:
        await self.action_details()

    async def action_details(self) -> None:
        """The row in full."""
        self.action_zoom()

    def action_mark(self) -> None:
        row = self.browse.current
        if row is not None:
            self.browse.list.toggle_mark(self.resource.id(row))
            self.table.action_move(1)
            self.show_marks()
            self.show_counts()

    def action_tab(self, step: int) -> None:
        """Another tab of the details; where they are hidden, they are shown first."""
        if not self.query_one("#panes").display:
            self.action_zoom()
            return
        self.action_show_tab(self.TABS[(self.TABS.index(self.tab) + step) % len(self.TABS)])

    def action_show_tab(self, tab: str) -> None:
        self.tab = tab if tab in self.TABS else self.tab
        self.show_detail()
        self.show_keys()  # some belong to a tab

    def action_zoom(self) -> None:
        self.toggle_class("-zoomed")
        self.call_after_refresh(self.show_detail)
        self.show_keys()

    def sorted(self) -> None:
        """The order changed."""
        self.table.set_sort(self.browse.sort)
        self.show_rows(after_key=True)
        self.after_frame(self.tick)
        self.remember()

    def choose_columns(self, keys: tuple[str, ...]) -> None:
        """Show these columns and remember them."""
        self.chosen = keys
        self.table.set_columns(self.resource.choose(self.columns_on))
        self.remember()

    def on_virtual_table_header_clicked(self, event: VirtualTable.HeaderClicked) -> None:
        self.browse.sort_by(event.key)
        self.sorted()

    def action_sort_step(self, step: int) -> None:
        keys = [column.key for column in self.table.fitted.columns]
        sort = self.browse.sort
        current = sort[0][0] if sort else ""
        index = keys.index(current) + step if current in keys else 0
        self.browse.sort_by(keys[index % len(keys)])
        self.sorted()

    def action_reverse(self) -> None:
        self.browse.reverse()
        self.sorted()

    async def action_sort_by(self) -> None:
        await open_dialog(self.app, self.ask_sort())

    async def ask_sort(self) -> None:
        """Ask for an order by several columns."""
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.lists.sort_dialog import SortModal

        modal = SortModal(self.resource.columns, self.browse.sort, self.resource.sort)
        keys = await self.app.push_screen_wait(modal)
        if keys is not None:
            self.browse.set_sort(tuple(keys))
            self.sorted()

    async def action_columns(self) -> None:
        await open_dialog(self.app, self.ask_columns())

    async def ask_columns(self) -> None:
        """Ask which columns to show."""
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.lists.columns_dialog import ColumnsModal

        default = self.resource.default_columns
        modal = ColumnsModal(self.resource.columns, self.chosen, default)
        keys = await self.app.push_screen_wait(modal)
        if keys is not None:
            self.choose_columns(keys)

    async def copy(self, text: str) -> None:
        """Put it on the clipboard, and say so."""
        await open_dialog(self.app, copy_and_show(self.app, context(self).session.clipboard, text))

    async def action_save(self) -> None:
        await open_dialog(self.app, self.save_csv())

    async def save_csv(self) -> None:
        """Ask for a file, and write the rows and columns that are shown to it."""
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.lists.csv_lines import csv_lines
        from vasttui.ui.modals.save import save_as

        gone, heads = self.browse.list.gone, self.resource.heads
        rows = [row for row in self.browse.rows if row is not gone and not heads(row)]
        count = self.resource.count(rows)
        columns = self.resource.choose(self.columns_on)
        path = await save_as(
            self.app, "Save", f"{count} as CSV, visible columns only.",
            f"{self.resource.name}.csv", lambda path: csv_lines(columns, rows),
        )  # fmt: skip
        if path is not None:
            self.app.notify(f"Saved {count} to {path}.", markup=False)
