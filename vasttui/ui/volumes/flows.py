"""Making, cloning and deleting volumes: the dialogs, and what is done with their answers."""

from __future__ import annotations

import json
import shlex
from collections.abc import Awaitable, Collection, Sequence
from typing import Protocol

from textual.content import Content

from vasttui.errors import VastError
from vasttui.lists.volume_rows import FREEING, IN_USE, VolumeRow
from vasttui.models.data_transfer import End
from vasttui.models.volume import Space, Volume
from vasttui.services.copy_as import curl
from vasttui.services.volumes import Checked, VolumeKeeper, order_of
from vasttui.ui.context import AppContext
from vasttui.ui.copying import copy_and_show
from vasttui.ui.format import span, whole
from vasttui.ui.modals.choose import ChooseModal, MenuItem
from vasttui.ui.modals.copy_as import CopyAsModal, CopyOption
from vasttui.ui.modals.message import ConfirmModal
from vasttui.ui.modals.working import work_behind
from vasttui.ui.rent.lines import wallet_line, wallet_of
from vasttui.ui.transfers.flows import TransferFlows
from vasttui.ui.volumes.delete_dialog import DeleteVolumesModal
from vasttui.ui.volumes.details import cost_words
from vasttui.ui.volumes.new_dialog import NewVolume, NewVolumeModal
from vasttui.words import UNKNOWN, money, per_gb, plural


class Report(Protocol):
    """Does it, reports the result and reads the list again, where the row it removes just goes."""

    async def __call__(self, work: Awaitable[None], done: str, *, removes: int) -> None: ...


_CLONE = 2
"""The place of cloning among the ways to move data."""

_WAITS = "is in use for about 30 s after its instance is gone. Delete it then"


class VolumeFlows:
    """Each method is for the rows that were chosen when its key was pressed."""

    def __init__(self, app: AppContext, report: Report) -> None:
        self._app, self._report = app, report

    @property
    def _keeper(self) -> VolumeKeeper:
        assert self._app.live is not None
        return self._app.live.volumes

    async def new(self, space: Space, size: int) -> None:
        """Ask for name and size, then make a volume in this room."""
        order = await self._app.push_screen_wait(NewVolumeModal(space, size, self._keeper))
        if order is not None:
            await self._make(order)

    async def _make(self, order: NewVolume) -> None:
        app = self._app
        app.notify(f"Making {order.name}: asked for once, then looked for by its name.",
                   markup=False)  # fmt: skip
        try:
            volume = await self._keeper.create(order.checked, order.size, order.name)
        except VastError as error:
            app.notify(error.sentence, severity="error", timeout=12, markup=False)
        else:
            self._tell_made(f"{volume.name} is made", order.checked, order.size, volume)
        await self._read_again()

    def _tell_made(self, what: str, checked: Checked, size: float, volume: Volume) -> None:
        """Say what came, in red where it is not what was asked for."""
        words, is_right = order_of(checked, size, volume.name).came(volume)
        self._app.notify(
            f"{what}: {words}", severity="information" if is_right else "error", markup=False
        )

    async def _read_again(self) -> None:
        """The header counts what volumes cost; the list is read when it is next looked at."""
        live = self._app.live
        if live is None:
            return
        try:
            live.store.volumes_fetched((await live.api.volumes.list()).volumes)
        except VastError:
            return  # the next reading tells
        self._app.app_changed.publish("volumes")

    async def move(self, row: VolumeRow) -> None:
        """Ask whether data is copied from it or into it, or all of it to another machine."""
        name, end = row.volume.name, End("volume", row.volume.id, "/")
        choices = [
            MenuItem(Content("Copy from it"), Content("to an instance or a volume")),
            MenuItem(Content("Copy into it"), Content("from an instance, a volume or a backup")),
            MenuItem(Content("Clone it"), Content("to another machine: a new volume, same size")),
        ]
        chosen = await self._app.push_screen_wait(ChooseModal(f"Move data: {name}", choices))
        if chosen == _CLONE:
            await self.clone(row)
        elif chosen is not None:
            transfers = TransferFlows(self._app)
            await (transfers.ask(target=end) if chosen else transfers.ask(source=end))

    async def clone(self, row: VolumeRow) -> None:
        """Ask for a machine, then copy a volume there."""
        volume, size = row.volume, row.volume.disk_space
        if not volume.is_local or size is None:
            why = "its size is unknown" if volume.is_local else "network volumes are withdrawn"
            self._warn(f"{volume.name} cannot be cloned: {why}.")
            return
        space = await self._choose_room(volume, int(size))
        if space is None:
            return
        changes: tuple[str, ...] = ()
        while await self._agrees(volume, space, int(size), changes):
            try:
                checked, waited = await work_behind(
                    self._app, f"Clone {volume.name}", "Checking price and room…",
                    self._keeper.check(space, int(size)),
                )  # fmt: skip
            except VastError as error:
                self._warn(f"Nothing was sent: the room was not checked. {error.sentence}")
                return
            if not waited:
                self._warn(f"{volume.name} was not cloned: nothing was sent.")
                return
            if checked.space is None:
                self._warn("That room is no longer available. Nothing was sent.")
                return
            space, changes = checked.space, checked.changes
            if not changes:
                await self._copy(volume, checked)
                return

    async def _copy(self, volume: Volume, checked: Checked) -> None:
        app = self._app
        app.notify(f"Cloning {volume.name}: asked for once, then looked for.", markup=False)
        try:
            made = await self._keeper.clone(checked, volume)
        except VastError as error:
            app.notify(error.sentence, severity="error", timeout=12, markup=False)
        else:
            self._tell_made(
                f"The copy is listed on machine {made.machine_id or UNKNOWN}; its data is copied "
                "by the hosts, and how far that is, the service does not say", checked,
                volume.disk_space or 0.0, made,
            )  # fmt: skip
        await self._read_again()

    async def _choose_room(self, volume: Volume, size: int) -> Space | None:
        assert self._app.live is not None
        try:
            found, waited = await work_behind(
                self._app, f"Clone {volume.name}", "Looking for room on other machines…",
                self._app.live.api.volumes.search(size, verified=False),
            )  # fmt: skip
        except VastError as error:
            self._warn(error.sentence)
            return None
        if not waited:
            return None
        others = [one for one in found if one.machine_id != volume.machine_id]
        if not others:
            self._warn(f"No other machine has room for {size} GB.")
            return None
        now = self._app.session.clock.now()
        about = Content.styled(
            f"{volume.name}, {size} GB, to another machine; the copy is as large. The cheapest "
            f"{plural(len(others), 'machine')}:", "$text-muted",
        )  # fmt: skip
        items = [MenuItem(*_room_words(one, size, now)) for one in others]
        index = await self._app.push_screen_wait(
            ChooseModal(f"Clone {volume.name}", items, about=about)
        )
        return None if index is None else others[index]

    async def _agrees(
        self, volume: Volume, space: Space, size: int, changes: Sequence[str]
    ) -> bool:
        wallet = wallet_line(space.hourly(size), wallet_of(self._app), "with the copy", disk=True)
        text = "\n".join([
            *(f"⚠ {change}" for change in changes),
            f"To machine {space.machine_id or UNKNOWN} ({space.country or UNKNOWN}), "
            f"{whole(space.disk_space)} GB free there.",
            "",
            f"costs    {cost_words(space, size)} until you delete it",
            wallet.plain,
            "",
            f"{volume.name} stays as it is and goes on billing. Traffic between hosts may be "
            "billed as well. One request is sent, never again by itself.",
        ])  # fmt: skip
        modal = ConfirmModal(
            f"Clone {volume.name}", text, f"Clone for {money(space.monthly(size))}/month"
        )
        return await self._app.push_screen_wait(modal)

    async def delete(self, chosen: Sequence[VolumeRow], fresh: Collection[int]) -> None:
        """Ask, then delete; refused at once where an instance has it. Those in `fresh` were freed
        less than half a minute ago."""
        refused = {row.volume.id: why for row in chosen if (why := _refusal(row, fresh))}
        rows = [row for row in chosen if row.volume.id not in refused]
        if not rows:
            self._warn(" ".join(refused.values()))
            return
        app = self._app
        modal = DeleteVolumesModal(
            rows, list(refused.values()), app.session.clock.now(), app.hide_words
        )
        if await self._app.push_screen_wait(modal) != modal.VERB:
            return
        for row in rows:
            done = f"{row.volume.name}: deleted, and no longer listed ✓"
            await self._report(self._keeper.delete(row.volume), done, removes=row.volume.id)

    async def copy_as(self, row: VolumeRow) -> None:
        """Offer everything that can be copied for a volume."""
        number, path = row.volume.id, row.path or "/data"
        await self._copy_one([
            CopyOption("Volume id", str(number)),
            CopyOption("Mount option", f"-v {shlex.quote(f'{row.volume.name}:{path}')}"),
            CopyOption(
                "Rent with it", f"--link-volume {number} --mount-path {shlex.quote(path)}"
            ),
            CopyOption("Show: vastai", "vastai show volumes"),
            CopyOption("Delete: vastai", f"vastai delete volume {number}"),
            CopyOption("List: curl", curl("GET", self._app.session.address,
                                          "/api/v0/volumes?owner=me&type=all_volume")),
        ])  # fmt: skip

    async def copy_room_as(self, space: Space, size: int) -> None:
        """Offer everything that can be copied for room on a machine."""
        query = f"machine_id={space.machine_id} disk_space>={size}"
        body = json.dumps({"machine_id": {"eq": space.machine_id}, "disk_space": {"gte": size}})
        await self._copy_one([
            CopyOption("Offer id", str(space.id)),
            CopyOption("Create: vastai",
                       f"vastai create volume {space.id} --size {size} --name ${{NAME:?}}"),
            CopyOption("Search: vastai", f"vastai search volumes -n '{query}'"),
            CopyOption("Search: curl", curl("POST", self._app.session.address,
                                            "/api/v0/volumes/search/", body)),
        ])  # fmt: skip

    async def _copy_one(self, options: Sequence[CopyOption]) -> None:
        chosen = await self._app.push_screen_wait(CopyAsModal(options))
        if chosen is not None:
            await copy_and_show(self._app, self._app.session.clipboard, chosen.text)

    def _warn(self, text: str) -> None:
        self._app.notify(text, severity="warning", timeout=12, markup=False)


def _room_words(space: Space, size: int, now: float) -> tuple[Content, Content]:
    end = "?" if space.end_date is None else span(space.end_date - now)
    return (
        Content(f"machine {space.machine_id or UNKNOWN} {space.country}"),
        Content(
            f"{per_gb(space.storage_cost)}/GB = {money(space.monthly(size))}/month · "
            f"{whole(space.disk_space)} GB free · ends {end} · {space.verification or UNKNOWN}"
        ),
    )


def _refusal(row: VolumeRow, fresh: Collection[int]) -> str:
    """Why a volume cannot be deleted now; empty where the service may be asked."""
    name, keeper = row.volume.name, row.keeper
    if not row.volume.is_local:
        return f"{name} is a network volume, a kind that Vast.ai has withdrawn: it is not changed."
    if keeper is not None and keeper.row is not None:
        state = keeper.row.phase.value
        counts = "" if state == "running" else ", counts too"
        return (
            f"{name} is in use: {keeper.name} has it ({state}{counts}). Destroy {keeper.name} to "
            "free it; that takes about 30 s."
        )
    if row.state == FREEING and row.volume.id in fresh:
        return f"{name} {_WAITS}: it is looked at every 6 s."
    if row.state == IN_USE and row.holders:
        return f"{name} is in use: {row.holders[0].name} has it."
    return ""
