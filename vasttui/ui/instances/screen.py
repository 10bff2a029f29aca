"""Your instances: all of them in a table that is kept fresh."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from vasttui.services.fleet.snapshot import FleetRow
from vasttui.ui.instances.actions import InstanceKeys
from vasttui.ui.instances.detail import TABS
from vasttui.ui.instances.view import InstancesView
from vasttui.ui.keys import bindings
from vasttui.ui.lists.table import VirtualTable

_NEEDS_ROW = {"instances", "list"}
_FREE = {
    "list.filter", "list.columns", "list.sort_by", "list.sort_left", "list.sort_right",
    "list.reverse", "list.escape", "list.zoom", "instances.ssh_config",
}  # fmt: skip
_PANE_TABS = tuple(name for name in TABS if name != "Logs")


class InstancesScreen(InstancesView, InstanceKeys):
    """What the keys and the mouse do there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("instances"),
        *bindings("list"),
        *bindings("table"),
        *bindings("filter"),
    ]

    @property
    def targets(self) -> list[FleetRow]:
        return self.browse.targets

    def why_off(self, action_id: str) -> str:
        needs_row = action_id.partition(".")[0] in _NEEDS_ROW and action_id not in _FREE
        return "no instance under the cursor" if needs_row and not self.targets else ""

    def on_virtual_table_opened(self, event: VirtualTable.Opened) -> None:
        self.action_details()

    def leave_filter(self) -> None:
        self.browse.instances.settle_cursor()
        super().leave_filter()
        self.show_rows()

    def action_escape(self) -> None:
        """Esc first takes the row away that is no more."""
        if self.browse.instances.gone is not None:
            self.browse.instances.dismiss_gone()
            self.show_rows()
        else:
            super().action_escape()

    def action_mark(self) -> None:
        row = self.browse.current
        if row is not None:
            self.browse.instances.toggle_mark(row.id)
            self.table.action_move(1)
            self.table.set_marked(frozenset(self.browse.marks))
            self.show_counts()

    def action_tab(self, step: int) -> None:
        self.tab = _PANE_TABS[(_PANE_TABS.index(self.tab) + step) % len(_PANE_TABS)]
        self.show_detail()

    def action_show_tab(self, tab: str) -> None:
        self.tab = tab if tab in _PANE_TABS else self.tab
        self.show_detail()

    def action_zoom(self) -> None:
        self.toggle_class("-zoomed")
        self.call_after_refresh(self.show_detail)

    def action_details(self) -> None:
        self._open("Overview")

    def action_logs(self) -> None:
        self._open("Logs")

    def _open(self, tab: str) -> None:
        """One instance on the whole screen."""
        row = self.browse.current
        if row is not None:
            # start-up: the log and its widgets are only needed here
            from vasttui.ui.instances.one import InstanceScreen

            self.app.push_screen(InstanceScreen(row, tab))
