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

    async def ask(self, row: FleetRow | None) -> None:
        """Pay ahead for it, or see what was paid. None: it is not listed any more."""
        live, why = self._app.live, "It is not listed any more." if row is None else obstacle(row)
        if row is None or why:
            name = "" if row is None else row.instance.name
            self._app.notify(why, title=name, severity="warning", markup=False)
        elif live is not None:
            await self._app.push_screen_wait(ReserveModal(row, live.reserver))
