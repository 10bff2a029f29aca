"""News of the memory of machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vasttui.ui.context import AppContext

if TYPE_CHECKING:
    from vasttui.services.memory.machines import Lists


def machines_arrived(app: AppContext, lists: Lists | None) -> None:
    """The starred and the avoided machines are these, or something else of a machine is known."""
    if lists is not None:
        app.session.preferences.take_machines(*lists)
    app.app_changed.publish("memory" if lists is None else "machines")
