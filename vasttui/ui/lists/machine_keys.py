"""What the keys for a machine do, wherever a row stands on one."""

from __future__ import annotations

from vasttui.state.preferences import ListName
from vasttui.ui.context import context
from vasttui.ui.lists.questions import Questions
from vasttui.ui.opening import open_dialog


class MachineKeys(Questions):
    """The actions of the scope "machine". The screen says which machine they are for."""

    @property
    def machine(self) -> int | None:
        """The machine under the cursor; None where there is none, or it is not known."""
        raise NotImplementedError

    def machines_changed(self) -> None:
        """A machine was starred or avoided here."""

    def action_star(self) -> None:
        self._list("starred", "starred", "no longer starred")

    def action_avoid(self) -> None:
        on = "avoided, its offers are hidden; the palette lists avoided machines"
        self._list("avoided", on, "no longer avoided")

    def action_offers(self) -> None:
        """The offers of the machine, by a filter that says so."""
        app, machine = context(self), self.machine
        if machine is None:
            app.say_while(lambda: self.machine is None, "No machine under the cursor.")
        else:
            app.show_offers(f"m:{machine}")

    def action_space(self) -> None:
        """Room for a volume beside what is under the cursor."""
        app, machine = context(self), self.machine
        if machine is None:
            app.say_while(lambda: self.machine is None, "No machine under the cursor.")
        else:
            app.show_space(machine)

    async def action_avoided(self) -> None:
        # start-up: dialogs take 25 ms to import
        from vasttui.ui.lists.avoided import show_avoided

        await open_dialog(self.app, show_avoided(context(self)))

    def _list(self, which: ListName, on: str, off: str) -> None:
        app, machine = context(self), self.machine
        if machine is None:
            app.say_while(lambda: self.machine is None, "No machine under the cursor.")
            return
        listed = app.session.preferences.toggle(which, machine)
        self.machines_changed()  # at once: the next key may follow at once, for the next row
        app.app_changed.publish("machines")
        app.notify(f"Machine {machine}: {on if listed else off}.", markup=False)
