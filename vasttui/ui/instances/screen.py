"""Your instances: all of them in a table that is kept fresh."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from vasttui.services.fleet.snapshot import FleetRow
from vasttui.ui.context import context
from vasttui.ui.instances.actions import InstanceKeys
from vasttui.ui.instances.fitting_keys import unfit_now
from vasttui.ui.instances.view import InstancesView
from vasttui.ui.keys import bindings

_NEEDS_ROW = {"instances", "list", "machine"}
_FREE = {
    "list.filter", "list.columns", "list.sort_by", "list.sort_left", "list.sort_right",
    "list.reverse", "list.escape", "list.zoom", "list.save",
    "instances.ssh_config",
}  # fmt: skip


class InstancesScreen(InstancesView, InstanceKeys):
    """What the keys and the mouse do there."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(
        "instances", "machine", "list", "table", "filter"
    )

    @property
    def targets(self) -> Sequence[FleetRow]:
        return [] if context(self).fleet.is_kept else self.browse.targets

    @property
    def gone(self) -> FleetRow | None:
        return self.browse.list.gone

    @property
    def machine(self) -> int | None:
        row = self.browse.current
        return None if row is None else row.instance.machine_id

    def why_off(self, action_id: str) -> str:
        needs_row = action_id.partition(".")[0] in _NEEDS_ROW and action_id not in _FREE
        if needs_row and not self.targets:
            return self.why_none
        return self.unfit(action_id)

    def unfit(self, action_id: str) -> str:
        return unfit_now(context(self), action_id, self.targets)

    async def action_details(self) -> None:
        self._open("Overview")

    def action_logs(self) -> None:
        self._open("Logs")

    def _open(self, tab: str) -> None:
        row = self.browse.current or self.gone
        if row is not None:
            # start-up: the log and its widgets are only needed here
            from vasttui.ui.instances.one import InstanceScreen

            self.app.push_screen(InstanceScreen(self.cells.as_seen(row), tab))
