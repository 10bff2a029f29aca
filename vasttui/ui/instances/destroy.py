"""Destroying instances: the dialog, and what the user chose instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from vasttui.models.connect import connect_options
from vasttui.services.actions.kinds import Destroy, Stop
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.ui.copying import copy_and_show
from vasttui.ui.instances.destroy_dialog import DestroyModal
from vasttui.ui.modals.text import TextModal

if TYPE_CHECKING:
    from vasttui.ui.context import AppContext


class DestroyFlow:
    """Acts on the instances of the key press, and on no others."""

    def __init__(self, app: AppContext) -> None:
        self._app = app

    async def destroy(self, rows: Sequence[FleetRow]) -> None:
        """Ask, then destroy, stop, or show how to copy the data away."""
        session = self._app.session
        modal = DestroyModal(rows, session.clock.now())
        choice = await self._app.push_screen_wait(modal)
        if choice == "destroy":
            self._app.act(Destroy(), rows)
        elif choice == "stop":
            self._app.act(Stop(), rows)
        elif choice == "copy":
            await self._copy_away(rows[0])

    async def _copy_away(self, row: FleetRow) -> None:
        session = self._app.session
        options = dict(connect_options(row.instance, session.ssh.forwards))
        text = options.get("rsync download") or options.get("scp download")
        if text is None:
            self._app.notify(
                f"There is no way into {row.instance.name} now: start it, then copy its data.",
                severity="warning",
                markup=False,
            )
            return
        about = [
            Content(text), Content(""),
            Content.styled("Run it in another terminal; nothing was destroyed.", "$text-muted"),
        ]  # fmt: skip
        title = f"Copy the data of {row.instance.name}"
        if await self._app.push_screen_wait(TextModal(title, about)):
            await copy_and_show(self._app, session.clipboard, text)
