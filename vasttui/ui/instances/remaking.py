"""What is made of an instance's container: a snapshot of it, or another one in its place."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from vasttui.errors import VastError
from vasttui.models.instance import Instance
from vasttui.models.status import Phase
from vasttui.services.actions import kinds
from vasttui.services.actions.kinds import Action
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.ui.context import AppContext
from vasttui.ui.instances.edit_dialog import EditModal
from vasttui.ui.instances.snapshot_dialog import SnapshotModal
from vasttui.ui.modals.working import work_behind
from vasttui.ui.workers import worker_words


class RemakeFlows:
    """Asks first, then acts."""

    def __init__(self, app: AppContext) -> None:
        self._app = app

    async def snapshot(self, row: FleetRow) -> None:
        """Push a snapshot to a registry."""
        if is_away(self._app, row):
            return
        request = await self._app.push_screen_wait(SnapshotModal(row.instance, worker_words([row])))
        if request is not None:
            self._app.act(kinds.snapshot(request), [row])

    async def edit(self, row: FleetRow) -> None:
        """Another image, template or settings; the container is made anew."""
        live = self._app.live
        if live is None or is_away(self._app, row):
            return
        read = partial(live.api.instances.settings, row.id)
        title = f"Change {row.instance.name}"
        try:
            settings, waited = await work_behind(self._app, title, "Reading its settings…", read())
        except VastError as error:
            self._app.notify(error.sentence, title=title, severity="error", markup=False)
            return
        if settings is None:
            self._app.notify("It no longer exists.", title=title, markup=False)
        elif waited:
            more = (stop_inside(self._app, [row]).strip(), worker_words([row]))
            more = (stop_inside(self._app, [row]).strip(), worker_words([row]))
            lost = " ".join(filter(None, (lost_words([row]), *more)))
            modal = EditModal(row.instance, settings, read, live.templates, lost)
            change = await self._app.push_screen_wait(modal)
            if change is not None:
                self._app.act(kinds.remake(change), [row])

    async def again(self, action: Action, row: FleetRow) -> None:
        """Ask for one that did nothing once more: what it held was not kept."""
        await (self.snapshot if action.aspect == "snapshot" else self.edit)(row)


def is_away(app: AppContext, row: FleetRow) -> bool:
    """Whether its host is offline, so that nothing can be done there; the user is told."""
    if row.phase is not Phase.OFFLINE:
        return False
    text = f"{row.instance.name} is offline: its host has to be back first."
    app.notify(text, severity="warning", markup=False)
    return True


def lost_words(rows: Sequence[FleetRow]) -> str:
    """What is lost when these containers are made anew, and what stays."""
    volumes = [words for row in rows if (words := volume_words(row.instance))]
    stays = f"volumes stay ({'; '.join(volumes)})" if volumes else "only a volume would stay"
    gpu = " You keep the GPU." if all(row.phase.traits.restarts for row in rows) else ""
    return (
        "The container is destroyed and made anew in place: everything on its disk is lost, /root "
        f"and /workspace too; {stays}.{gpu}"
    )


def stop_inside(app: AppContext, rows: Sequence[FleetRow]) -> str:
    """That a stop which waits inside one of them ends with its container; empty if none does."""
    session, ids = app.session, {row.id for row in rows}
    now = session.clock.now()
    if not any(one.instance_id in ids and one.at > now for one in session.timers.stops):
        return ""
    return " The stop that waits inside ends too: set it again afterwards."


def volume_words(instance: Instance) -> str:
    """The volumes it uses, as far as they are listed."""
    return ", ".join(one.name for one in instance.volume_info)
