"""Paying ahead for an instance, from wherever it is shown."""

from __future__ import annotations

from vasttui.services.fleet.snapshot import FleetRow
from vasttui.ui.context import AppContext
from vasttui.ui.reserve.dialog import ReserveModal
from vasttui.ui.reserve.words import obstacle


class ReserveFlow:
    """Says why an instance cannot be reserved, or opens the dialog."""

    def __init__(self, app: AppContext) -> None:
        self._app = app

    async def ask_for(self, instance_id: int) -> None:
        """The same for an instance by its id, which may be gone."""
        row = self._app.fleet.row(instance_id)
        if row is None:
            self._app.notify("It is no longer among your instances.", markup=False)
        else:
            await self.ask(row)

    async def ask(self, row: FleetRow) -> None:
        """Pay ahead for it, or see what was paid."""
        live, why = self._app.live, obstacle(row)
        if why:
            self._app.notify(why, title=row.instance.name, severity="warning", markup=False)
        elif live is not None:
            await self._app.push_screen_wait(ReserveModal(row, live.reserver))
