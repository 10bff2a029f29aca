"""The copies that were asked for, and how far they are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.content import Content

from vasttui.lists.resource import Fact, Resource
from vasttui.models.data_transfer import DRY_RUN, Stage, is_cloud
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.transfers import counts
from vasttui.ui.context import context
from vasttui.ui.keys import bindings
from vasttui.ui.lists.resource_screen import ResourceScreen
from vasttui.ui.opening import open_dialog
from vasttui.ui.transfers import resource
from vasttui.ui.transfers.names import name_of
from vasttui.ui.transfers.resource import TransferRow

if TYPE_CHECKING:
    from vasttui.ui.client import Client
    from vasttui.ui.transfers.flows import TransferFlows


class TransfersScreen(ResourceScreen[TransferRow]):
    """New, stop, start again, forget, copy."""

    SCOPE = "transfers"
    BINDINGS: ClassVar[list[BindingType]] = bindings("transfers")

    def make_resource(self) -> Resource[TransferRow]:
        now = context(self).session.clock.now
        ends = "this computer, another instance, a volume, a cloud"
        copies = f"on an instance copies data to or from it: {ends}."
        return Resource(
            name="transfers",
            noun="transfer",
            id=lambda row: row.transfer.number,
            private=lambda row: (row.transfer.source.id, row.transfer.target.id),
            columns=resource.columns(now),
            fields=resource.FIELDS,
            sort=(("state", False), ("asked", True)),
            summary=lambda rows: counts([row.transfer for row in rows]),
            details={"Progress": partial(_overview, self), "Raw": resource.raw},
            read=self._read,
            every=5.0,
            empty=context(self).hint("instances.transfer", copies),
            hints=("type to filter: state:failed", "from:train-a", "to:models"),
        )

    async def _read(self, api: Client) -> Sequence[TransferRow]:
        """Nothing is requested: the one poller reads what instances say."""
        app = context(self)
        live = app.live
        found = () if live is None else (*live.copies.all, *live.local.all)
        clouds = () if live is None else live.clouds
        return [
            TransferRow(one, *(name_of(end, app.fleet, clouds) for end in (one.source, one.target)))
            for one in found
        ]

    def mounted(self) -> None:
        super().mounted()
        context(self).fleet_changed.subscribe(self, self._fleet_changed)

    def _fleet_changed(self, fleet: Fleet) -> None:
        if self.is_current:
            self.feed.wake()

    def app_changed(self, what: str) -> None:
        if what == "transfers":
            self.feed.wake()
        super().app_changed(what)

    @property
    def _flows(self) -> TransferFlows:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.transfers.flows import TransferFlows

        return TransferFlows(context(self))

    async def action_new(self) -> None:
        await self.change(self._flows.ask())

    async def action_again(self) -> None:
        if row := self.browse.current:
            await self.change(self._flows.ask(row.transfer.source, row.transfer.target))

    async def action_stop_or_start(self) -> None:
        """Stop one under way; one of rsync that is not done goes on; ask for another once more."""
        if row := self.browse.current:
            one, flows = row.transfer, self._flows
            if not one.stage.is_over:
                await self.change(flows.stop(row))
            elif one.run and one.stage is not Stage.DONE:
                await self.change(flows.go_on(one))
            else:
                await self.change(flows.ask(one.source, one.target))

    async def action_output(self) -> None:
        if row := self.browse.current:
            await open_dialog(self.app, self._flows.output(row))

    async def action_forget(self) -> None:
        live = context(self).live
        for row in self.targets if live is not None else ():
            if not row.transfer.stage.is_over:
                self.app.notify("One under way must be stopped first.", markup=False)
            elif live is not None:
                self.browse.list.leaving.add(row.transfer.number)
                (live.local if row.transfer.run else live.copies).forget(row.transfer.number)
        self.feed.wake()

    async def action_copy(self) -> None:
        if row := self.browse.current:
            await self.copy(row.transfer.command)

    async def action_copy_as(self) -> None:
        if row := self.browse.current:
            await open_dialog(self.app, self._flows.copy_as(row.transfer))

    def detail_title(self, row: TransferRow) -> Content:
        ends = (row.source, row.transfer.source), (row.target, row.transfer.target)
        source, target = (resource.where(*one) for one in ends)
        how = "rsync, here" if row.transfer.run else "by the service, host to host"
        if is_cloud(row.transfer.source, row.transfer.target):
            how = "by the service"
        first = "dry run · " if DRY_RUN in row.transfer.flags else ""
        return Content(f"{first}{source} → {target} · {how}")


def _overview(screen: TransfersScreen, row: TransferRow) -> Sequence[Fact]:
    return resource.overview(row, context(screen).session.clock.now())
