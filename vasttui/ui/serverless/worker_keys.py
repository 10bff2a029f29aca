"""Keys of workers: each is an instance, and does what an instance does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from vasttui.lists.serverless_rows import Line
from vasttui.models.data_transfer import End
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.ui.context import AppContext, context
from vasttui.ui.instances.fitting_keys import unfit
from vasttui.ui.lists.resource_screen import ResourceScreen
from vasttui.ui.opening import open_dialog


def instances_of_workers(app: AppContext, lines: Sequence[Line]) -> list[FleetRow]:
    """The instances of these workers, as far as they are listed."""
    found = (app.fleet.row(line.worker.id) for line in lines if line.worker is not None)
    return [row for row in found if row is not None and not row.gone]


def go_to_instance(app: AppContext, number: int) -> None:
    """The list of instances, with the cursor on this one."""
    app.newest_instance = number
    app.go("instances")


class WorkerKeys(ResourceScreen[Line]):
    """The actions of the scope "workers", for the workers that are marked or under the cursor."""

    def why_no_instance(self, action_id: str) -> str:
        """Why a key of instances is for none of these workers; empty when it is for one."""
        if not self.targets:
            return "no worker under the cursor"
        rows = instances_of_workers(context(self), self.targets)
        if not rows:
            return "the instance of this worker is not listed"
        return unfit(action_id.replace("workers.", "instances."), rows)

    async def _with(
        self, action_id: str, start: Callable[[list[FleetRow]], Awaitable[None]], *, one: bool
    ) -> None:
        """Start it for the instances of the workers, or say why not."""
        reason = self.why_no_instance(action_id)
        rows = instances_of_workers(context(self), self.targets)
        if not reason and one and len(rows) > 1:
            key = context(self).keymap.spelled("list.escape")
            reason = f"this works on one worker at a time: {key} clears the marks"
        if not self.refused(reason):
            await start(rows)

    async def action_connect(self, way: str) -> None:
        """Connect to the instance of the worker in this way, a method of `ConnectFlows`."""

        async def start(rows: list[FleetRow]) -> None:
            # start-up: the dialogs and their widgets take 25 ms to import
            from vasttui.ui.instances.connect import ConnectFlows

            flows = ConnectFlows(context(self))
            await open_dialog(self.app, getattr(flows, way)(rows[0]))

        await self._with(f"workers.{way}", start, one=True)

    async def action_change(self, how: str) -> None:
        """Change the instances of the workers in this way, a method of `InstanceFlows`."""

        async def start(rows: list[FleetRow]) -> None:
            # start-up: the dialogs and their widgets take 25 ms to import
            from vasttui.ui.instances.flows import InstanceFlows

            flows = InstanceFlows(context(self))
            await self.change(getattr(flows, how)(rows))

        await self._with(f"workers.{how}", start, one=False)

    async def action_transfer(self) -> None:
        async def start(rows: list[FleetRow]) -> None:
            # start-up: the dialogs and their widgets take 25 ms to import
            from vasttui.ui.transfers.flows import TransferFlows

            source = End("instance", rows[0].id, "/workspace/")
            await self.change(TransferFlows(context(self)).ask(source))

        await self._with("workers.transfer", start, one=True)

    async def action_worker_logs(self) -> None:
        async def start(rows: list[FleetRow]) -> None:
            show_log_of_worker(context(self), rows[0])

        await self._with("workers.logs", start, one=True)

    def action_of_endpoint(self) -> None:
        """A key of instances that workers do not have."""
        spell = context(self).keymap.spelled
        keys = f"{spell('app.back')}, then {spell('endpoints.toggle')}"
        self.say_here(f"Workers are started and stopped by their endpoint: {keys}.")


def show_log_of_worker(app: AppContext, row: FleetRow) -> None:
    """The worker's own log, which is that of its instance."""
    # start-up: the log and its widgets are only needed here
    from vasttui.ui.instances.one import InstanceScreen

    app.push_screen(InstanceScreen(row, "Logs"))
