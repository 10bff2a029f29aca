"""The offer browser: the whole market in a table that filters as one types."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.actions import SkipAction
from textual.binding import BindingType
from textual.widgets import Input

from vasttui.state.preferences import ListName
from vasttui.ui import offer_lines
from vasttui.ui.context import context
from vasttui.ui.filter_watch import FilterWatch
from vasttui.ui.keys import ACTIONS, BY_ID, bindings
from vasttui.ui.offer_detail import TABS
from vasttui.ui.opening import open_dialog
from vasttui.ui.screens.offers_view import OffersView
from vasttui.ui.widgets.filter_bar import FilterInput
from vasttui.ui.widgets.line import TextLine
from vasttui.ui.widgets.table import VirtualTable

_OF_THE_TABLE = {action.id for action in ACTIONS if action.scope == "table"} | {"offers.details"}
"""Keys that also have a meaning in the list that stands in for an empty table."""

if TYPE_CHECKING:
    from vasttui.ui.screens.offer_dialogs import OfferDialogs
    from vasttui.ui.widgets.no_match import NoMatch


class OffersScreen(OffersView):
    """What the keys and the mouse do in the offer browser."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("offers"),
        *bindings("table"),
        *bindings("filter"),
    ]

    async def action_press(self, action_id: str) -> None:
        """A key of this screen. Leaves keys alone that belong to what has the focus."""
        action, focused = BY_ID[action_id], self.focused
        typing = isinstance(focused, Input)
        elsewhere = focused is not self.table and action.id in _OF_THE_TABLE
        if typing is not (action.scope == "filter") or elsewhere:
            raise SkipAction
        target = self.table if action.scope == "table" else self
        await self.app.run_action(action.action, target)

    # What the widgets say

    async def on_virtual_table_opened(self, event: VirtualTable.Opened) -> None:
        await self.action_details()

    def on_virtual_table_header_clicked(self, event: VirtualTable.HeaderClicked) -> None:
        self.browse.sort_by(event.key)
        self.sorted()

    def on_filter_input_row_move(self, event: FilterInput.RowMove) -> None:
        if self.table.display:
            self.table.action_move(event.rows)
        else:
            self.no_match.move(event.rows)

    def on_filter_input_complete(self) -> None:
        offered = self.completions()
        if not offered:
            self.leave_filter()
            return
        text, first = self.bar.text, offered[0]
        self.bar.input.value = text[: first.start] + first.insert + text[first.end :]
        self.bar.input.cursor_position = first.start + len(first.insert)

    def action_clear_filter(self) -> None:
        self.bar.set_text("")
        self.leave_filter()

    def action_keep_filter(self) -> None:
        if self.table.display:
            self.leave_filter()
        else:
            self.set_focus(self.no_match.suspects)

    def on_no_match_drop(self, event: NoMatch.Drop) -> None:
        self.bar.set_text(self.browse.without(self.blamed[event.index]))
        self.leave_filter()

    def leave_filter(self) -> None:
        """Give the keys back to the table."""
        if self.table.display:
            self.set_focus(self.table)
        self.show_keys()
        self.show_hint()

    def on_descendant_focus(self) -> None:
        self.show_keys()
        self.show_hint()

    def on_resize(self) -> None:
        self.call_after_refresh(self.resized)

    def resized(self) -> None:
        """What depends on the size of the screen. What it had hidden had lost the focus."""
        if self.focused is None:
            self.set_focus(self.table)
        self.query_one("#small", TextLine).show(offer_lines.too_small(self.size))
        self.show_counts()
        self.show_detail()

    # Filter

    def action_filter(self) -> None:
        self.set_focus(self.bar.input)  # at once: the next key is meant for the filter

    def action_escape(self) -> None:
        """Esc away from the filter: clear it, then the marks."""
        if self.bar.text:
            self.bar.set_text("")
        elif self.browse.offers.marks:
            self.browse.offers.clear_marks()
            self.show_rows()

    def action_rental(self) -> None:
        self.choice_made(self.browse.next_rental())

    def action_trust(self) -> None:
        self.choice_made(self.browse.next_trust())

    # Order

    def action_sort_step(self, step: int) -> None:
        keys = [column.key for column in self.table.fitted.columns]
        current = self.browse.sort[0][0] if self.browse.sort else keys[0]
        index = keys.index(current) + step if current in keys else 0
        self.browse.sort_by(keys[index % len(keys)])
        self.sorted()

    def action_reverse(self) -> None:
        self.browse.reverse()
        self.sorted()

    # Rows

    def action_mark(self) -> None:
        row = self.browse.current
        if row is not None:
            self.browse.offers.toggle_mark(row.offer.id)
            self.table.action_move(1)
            self.table.set_marked(frozenset(self.browse.offers.marks))

    def action_tab(self, step: int) -> None:
        self.tab = TABS[(TABS.index(self.tab) + step) % len(TABS)]
        self.show_detail()

    def action_show_tab(self, tab: str) -> None:
        self.tab = tab if tab in TABS else self.tab
        self.show_detail()

    def action_zoom(self) -> None:
        self.toggle_class("-zoomed")
        self.call_after_refresh(self.show_detail)

    def action_star(self) -> None:
        self._list_machine("starred", "starred", "no longer starred")

    def action_avoid(self) -> None:
        self._list_machine("avoided", "on the avoid list, its offers are hidden", "off the list")

    def _list_machine(self, which: ListName, on: str, off: str) -> None:
        row = self.browse.current
        if row is None or row.offer.machine_id is None:
            return
        machine = row.offer.machine_id
        listed = context(self).session.preferences.toggle_machine(which, machine)
        self.apply_lists()
        self.show_rows()
        self.app.notify(f"Machine {machine}: {on if listed else off}.", markup=False)

    def action_watch(self) -> None:
        if self.watched is not None:
            self.watched = None
            self.app.notify("No longer watching this filter.", markup=False)
            return
        self.watched = FilterWatch(self.browse.rows)
        self.app.notify(
            "Watching this filter: it rings when an offer appears, while vasttui is open.",
            markup=False,
        )

    # Dialogs

    @property
    def dialogs(self) -> OfferDialogs:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.screens.offer_dialogs import OfferDialogs

        return OfferDialogs(self)

    async def action_form(self) -> None:
        await open_dialog(self.app, self.dialogs.form())

    async def action_sort_by(self) -> None:
        await open_dialog(self.app, self.dialogs.sort_by())

    async def action_columns(self) -> None:
        await open_dialog(self.app, self.dialogs.choose_columns())

    async def action_compare(self) -> None:
        await open_dialog(self.app, self.dialogs.compare())

    async def action_details(self) -> None:
        await open_dialog(self.app, self.dialogs.details())

    async def action_copy(self) -> None:
        await open_dialog(self.app, self.dialogs.copy_id())

    async def action_copy_as(self) -> None:
        await open_dialog(self.app, self.dialogs.copy_as())

    async def action_views(self) -> None:
        await open_dialog(self.app, self.dialogs.views())

    async def action_save_view(self) -> None:
        await open_dialog(self.app, self.dialogs.save_view())
