"""Keys of instances, on the list and on the screen of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vasttui.models.data_transfer import End
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.ui.context import context
from vasttui.ui.lists.machine_keys import MachineKeys
from vasttui.ui.opening import open_dialog

if TYPE_CHECKING:
    from vasttui.ui.instances.connect import ConnectFlows
    from vasttui.ui.instances.flows import InstanceFlows
    from vasttui.ui.instances.remaking import RemakeFlows


class InstanceKeys(MachineKeys):
    """The actions of the scope "instances". The screen says which instances they are for."""

    @property
    def targets(self) -> Sequence[FleetRow]:
        """The instances that a key is for, at this moment."""
        raise NotImplementedError

    @property
    def flows(self) -> InstanceFlows:
        """Changes to instances."""
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.instances.flows import InstanceFlows

        return InstanceFlows(context(self))

    @property
    def remaking(self) -> RemakeFlows:
        """Snapshots, and other containers in place of those there are."""
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.instances.remaking import RemakeFlows

        return RemakeFlows(context(self))

    @property
    def connecting(self) -> ConnectFlows:
        """Ways into an instance."""
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.instances.connect import ConnectFlows

        return ConnectFlows(context(self))

    @property
    def gone(self) -> FleetRow | None:
        """The instance that a key would be for, if it were still listed."""
        raise NotImplementedError

    @property
    def why_none(self) -> str:
        """Why a key is for no instance at this moment."""
        if context(self).fleet.is_kept:
            return "these instances are of an earlier run: they must be read again first"
        name = "" if self.gone is None else self.gone.instance.name
        return f"{name} is gone: it is no longer listed" if name else "no instance under the cursor"

    def _some(self) -> list[FleetRow]:
        rows = list(self.targets)
        if not rows:
            app, why = context(self), self.why_none
            said = f"{why if self.gone else why.capitalize()}."
            if app.fleet.is_kept:
                app.say_while(lambda: app.fleet.is_kept, said)
            else:
                app.notify(said, markup=False)
        return rows

    def _one(self) -> FleetRow | None:
        rows = self._some()
        if len(rows) > 1:
            key = context(self).keymap.spelled("list.escape")
            text = f"This works on one instance at a time: {key} clears the marks."
            self.app.notify(text, markup=False)
        return rows[0] if len(rows) == 1 else None

    async def action_connect(self, way: str) -> None:
        """Connect to the instance in this way, a method of `ConnectFlows`."""
        if row := self._one():
            await open_dialog(self.app, getattr(self.connecting, way)(row))

    async def action_other_way(self) -> None:
        if row := self._one():
            await open_dialog(self.app, self.connecting.other_way(row))

    async def action_ssh_config(self) -> None:
        await open_dialog(self.app, self.connecting.ssh_config())

    async def action_change(self, how: str) -> None:
        """Change the instances in this way, a method of `InstanceFlows`."""
        if rows := self._some():
            await self.change(getattr(self.flows, how)(rows))

    async def action_another(self) -> None:
        if row := self._one():
            # start-up: the dialogs and their widgets take 25 ms to import
            from vasttui.ui.instances.another import AnotherMachine

            await self.change(AnotherMachine(context(self)).run(row))

    async def action_edit(self) -> None:
        if row := self._one():
            await self.change(self.remaking.edit(row))

    async def action_snapshot(self) -> None:
        if row := self._one():
            await self.change(self.remaking.snapshot(row))

    async def action_transfer(self) -> None:
        if row := self._one():
            # start-up: the dialogs and their widgets take 25 ms to import
            from vasttui.ui.transfers.flows import TransferFlows

            source = End("instance", row.id, "/workspace/")
            await self.change(TransferFlows(context(self)).ask(source))

    async def action_timers(self) -> None:
        if rows := self._some():
            # start-up: the dialogs and their widgets take 25 ms to import
            from vasttui.ui.timers.flows import TimerFlows

            await open_dialog(self.app, TimerFlows(context(self)).of(rows))

    async def action_reserve(self) -> None:
        if row := self._one():
            # start-up: the dialogs and their widgets take 25 ms to import
            from vasttui.ui.reserve.flow import ReserveFlow

            await self.change(ReserveFlow(context(self)).ask(row))

    async def action_attach(self) -> None:
        if rows := self._some():
            # start-up: the dialogs and their widgets take 25 ms to import
            from vasttui.ui.instances.attach import AttachFlow

            await open_dialog(self.app, AttachFlow(context(self)).run(rows))

    async def action_execute(self) -> None:
        if row := self._one():
            await self.change(self.flows.execute(row))
