"""What the keys for a machine do, wherever a row stands on one."""

from __future__ import annotations

from textual.screen import Screen

from vasttui.state.preferences import ListName
from vasttui.ui.context import context


class MachineKeys(Screen[None]):
    """The actions of the scope "machine". The screen says which machine they are for."""

    @property
    def machine(self) -> int | None:
        """The machine under the cursor; None where there is none, or it is not known."""
        raise NotImplementedError

    def action_star(self) -> None:
        self._list("starred", "starred", "no longer starred")

    def action_avoid(self) -> None:
        self._list("avoided", "avoided; its offers are hidden", "no longer avoided")

    def _list(self, which: ListName, on: str, off: str) -> None:
        app, machine = context(self), self.machine
        if machine is None:
            app.notify("No machine under the cursor.", markup=False)
            return
        listed = app.session.preferences.toggle_machine(which, machine)
        app.app_changed.publish("machines")
        app.notify(f"Machine {machine}: {on if listed else off}.", markup=False)
