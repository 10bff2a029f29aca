"""What the keys for a machine do, wherever a row stands on one."""

from __future__ import annotations

from vasttui.ui.context import context
from vasttui.ui.lists.machine_marks import set_avoided, set_starred
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
        app, machine = context(self), self._known_machine()
        if machine is not None:
            listed = set_starred(app, machine)
            self._say(machine, "starred" if listed else "no longer starred")

    def action_avoid(self) -> None:
        app, machine = context(self), self._known_machine()
        if machine is None:
            return
        if machine in app.session.preferences.current.avoided:
            set_avoided(app, machine, on=False)
            self._say(machine, "no longer avoided")
            return
        set_avoided(app, machine)
        offers = sum(offer.machine_id == machine for offer in app.market.rows)
        hides = {0: "", 1: ", its offer hidden"}.get(offers, f", its {offers} offers hidden")
        self._say(machine, f"avoided{hides}. {self._how_to_undo(machine)}")

    async def action_note(self) -> None:
        machine = self._known_machine()
        if machine is not None:
            # start-up: dialogs take 25 ms to import
            from vasttui.ui.lists.machine_note import ask_note

            await open_dialog(self.app, ask_note(context(self), machine))

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

    def _how_to_undo(self, machine: int) -> str:
        """Where its row leaves the list with this key, the cursor is on another machine."""
        self.machines_changed()
        spell = context(self).keymap.spelled
        key = spell("machine.avoid")
        if self.machine == machine:
            return f"{key} again undoes it"
        return f"{spell('list.filter')} avoided, then {key} undoes it"

    def _known_machine(self) -> int | None:
        app, machine = context(self), self.machine
        if machine is None:
            app.say_while(lambda: self.machine is None, "No machine under the cursor.")
        return machine

    def _say(self, machine: int, text: str) -> None:
        self.machines_changed()  # at once: the next key may follow at once, for the next row
        self.app.notify(f"Machine {machine}: {text}.", markup=False)
