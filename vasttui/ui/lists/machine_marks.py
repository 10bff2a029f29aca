"""Stars and the avoid list of machines: on the screen at once, then in the memory."""

from __future__ import annotations

from vasttui.ui.context import AppContext


def set_starred(app: AppContext, machine: int) -> bool:
    """Star it, or no longer; returns whether it is starred now."""
    listed = app.session.preferences.toggle("starred", machine)
    if app.live is not None:
        app.live.machines.star(machine, on=listed)
    app.app_changed.publish("machines")
    return listed


def set_avoided(app: AppContext, machine: int, why: str = "", *, on: bool = True) -> None:
    """Avoid it, for the reason `why` if one is known, or no longer."""
    preferences = app.session.preferences
    if on is not (machine in preferences.current.avoided):
        preferences.toggle("avoided", machine)
    if app.live is not None and on:
        app.live.machines.avoid(machine, why)
    elif app.live is not None:
        app.live.machines.forgive(machine)
    app.app_changed.publish("machines")
