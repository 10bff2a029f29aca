"""Asking for copies and stopping them: the dialogs, and what is done with their answers."""

from __future__ import annotations

import asyncio
import json
import shlex
import time
from collections.abc import Sequence
from functools import partial
from shutil import which

from textual.content import Content

from vasttui.errors import Unconfirmed, VastError
from vasttui.models.account import Connection
from vasttui.models.data_transfer import DRY_RUN, End, Transfer, cloud_body, copy_body, is_silent
from vasttui.models.rsync import COPY, DELETE, LIST
from vasttui.models.ssh_address import ssh_addresses
from vasttui.services.copy_as import curl
from vasttui.services.rsync import LocalCopies, Way
from vasttui.ui.context import AppContext
from vasttui.ui.copying import copy_and_show
from vasttui.ui.live import Live
from vasttui.ui.modals.copy_as import CopyAsModal, CopyOption
from vasttui.ui.modals.message import ConfirmModal
from vasttui.ui.modals.text import TextModal
from vasttui.ui.transfers.clouds import Clouds
from vasttui.ui.transfers.dialog import TransferModal
from vasttui.ui.transfers.names import name_of
from vasttui.ui.transfers.plan import PlanModal
from vasttui.ui.transfers.resource import TransferRow, where
from vasttui.words import plural

_ACCEPTED = (
    "The service accepted it. That is all it says; the end is looked for in what {name} reports."
)
_NOTHING_SAID = "Nothing was said of it yet. Reports are about 30 s behind."
_NO_RSYNC = (
    "rsync is not on this computer: apt install rsync, or brew install rsync, puts it there."
)
_VOLUME = "The service accepted it. That is all it says: a volume reports nothing."


class TransferFlows:
    """Each method is for the row that was chosen when its key was pressed."""

    def __init__(self, app: AppContext) -> None:
        self._app = app

    async def ask(self, source: End | None = None, target: End | None = None) -> None:
        """Ask for both ends, filled in where they are given, and start the copy."""
        app, live = self._app, self._app.live
        if live is None or not app.signed_in:
            app.notify("Transfers need an API key.", severity="warning", markup=False)
            return
        busy, clouds = live.copies.beside, self._clouds(live)
        backups = {number: files for number, (_, files) in live.backups.items()}
        no_rsync, flags = await self._no_rsync(), None
        while True:
            dialog = TransferModal(
                lambda: app.fleet, busy, clouds, backups, source, target, no_rsync,
                self._command, flags,
            )  # fmt: skip
            chosen = await app.push_screen_wait(dialog)
            if chosen is None or await self._start(live, *chosen):
                return
            source, target, flags = chosen  # nothing was started: all that was typed is there

    async def _start(self, live: Live, source: End, target: End, flags: tuple[str, ...]) -> bool:
        """Start the copy; False if it was not."""
        app = self._app
        if "here" in (source.kind, target.kind):
            return await self._start_here(live.local, source, target, flags)
        name = name_of(source if target.kind == "cloud" else target, app.fleet)
        started = True
        try:
            await live.copies.start(source, target, flags)
        except Unconfirmed as error:
            self._warn(f"It is not known whether the copy was started: {error.__cause__} It is "
                       "looked for in what is reported; nothing is sent again.")  # fmt: skip
        except VastError as error:
            app.notify(error.sentence, severity="error", timeout=12, markup=False)
            started = False
        else:
            words = _VOLUME if is_silent(source, target) else _ACCEPTED.format(name=name)
            app.notify(words, markup=False)
            app.go("transfers")
        app.app_changed.publish("transfers")
        return started

    @staticmethod
    def _clouds(live: Live) -> Clouds:
        """The connections to clouds; the list goes on calling them by their names."""

        async def read() -> Sequence[Connection]:
            live.clouds = await live.api.account.connections()
            return live.clouds

        return Clouds(read, live.clouds)

    async def _no_rsync(self) -> str:
        """Why rsync cannot run here; empty if it can."""
        if self._app.session.demo:
            return "Not in the demo: it connects to nothing."
        there = await asyncio.to_thread(which, "rsync")
        return "" if there else _NO_RSYNC

    def _way(self, source: End, target: End) -> Way | None:
        """The way that `s` goes; None where there is none."""
        ssh, there = self._app.session.ssh, target if source.kind == "here" else source
        row = self._app.fleet.row(there.id)
        addresses = () if row is None else ssh_addresses(row.instance, ssh.ways.of(there.id))
        if row is None or not addresses:
            return None
        return Way(row.instance.name, addresses[0], ssh.known_hosts)

    def _command(self, source: End, target: End, flags: Sequence[str]) -> str:
        """What copies between these two."""
        if "here" in (source.kind, target.kind):
            way = self._way(source, target)
            options = (*(LIST if DRY_RUN in flags else COPY), *(set(flags) & {DELETE}))
            return "" if way is None else shlex.join(way.argv(source, target, options))
        one = Transfer(number=0, source=source, target=target, asked_at=0.0, since=0.0,
                       flags=tuple(flags))  # fmt: skip
        return one.command

    async def go_on(self, transfer: Transfer) -> None:
        """Start rsync once more, as it was asked for."""
        live = self._app.live
        if live is not None:
            await self._start_here(live.local, transfer.source, transfer.target, transfer.flags)

    async def _start_here(
        self, local: LocalCopies, source: End, target: End, flags: tuple[str, ...]
    ) -> bool:
        """Start rsync, after what it would do was agreed to where that is asked for; False if it
        was not started."""
        app, way, delete = self._app, self._way(source, target), DELETE in flags
        if way is None:
            self._warn("There is no way in any more. Nothing was started.")
            return False
        most = 0
        if flags:
            names = (name_of(end, app.fleet) for end in (source, target))
            ask = partial(local.plan, source, target, way, delete=delete)
            plan = await app.push_screen_wait(PlanModal(" → ".join(names), ask))
            if plan is None:
                return False
            most = plan.deletions
        try:
            kept = tuple(flag for flag in flags if flag != DRY_RUN)
            await local.start(source, target, way, delete=most, flags=kept)
        except VastError as error:
            app.notify(error.sentence, severity="error", timeout=12, markup=False)
            return False
        app.notify(f"Copying {name_of(source, app.fleet)} → {name_of(target, app.fleet)}: it goes "
                   "on while vasttui is open.", markup=False)  # fmt: skip
        app.go("transfers")
        app.app_changed.publish("transfers")
        return True

    async def stop(self, row: TransferRow) -> None:
        """Cancel every copy into its target, after saying which those are."""
        app, live = self._app, self._app.live
        if live is None:
            return
        if row.transfer.run:
            await live.local.stop(row.transfer.number)
            return
        target = row.transfer.target
        source = row.transfer.source
        going = live.copies.beside(source, target)
        lines = [
            f"{where(name_of(one.source, app.fleet, live.clouds), one.source)} → {one.target.path}"
            for one in going
        ]
        known = (
            f"This stops every {_what(row)}, those that others began as well: "
            f"{plural(len(going), 'is', 'are')} known here."
        )
        about = "\n".join((known, *lines, "", "What has arrived stays there."))
        word = "Stop both" if len(going) == 2 else "Stop all" if len(going) > 2 else "Stop"
        if not await app.push_screen_wait(ConfirmModal("Stop copying", about, word)):
            return
        try:
            await live.copies.cancel(source, target)
        except Unconfirmed as error:
            self._warn(f"It is not known whether it was stopped: {error.__cause__} "
                       "To stop it once more does no harm.")  # fmt: skip
        except VastError as error:
            app.notify(error.sentence, severity="error", timeout=12, markup=False)
        else:
            app.notify("The service accepted it. Whether it stops is seen within 2 minutes.",
                       markup=False)  # fmt: skip

    async def output(self, row: TransferRow) -> None:
        """Show what was said of it, and copy it where that is wanted."""
        names = {end.id: name for end, name in _ends(row)} | {0: "rsync"}
        nothing = "Nothing but its progress." if row.transfer.run else _NOTHING_SAID
        lines = [f"{_clock(one.at)}  {names[one.by]}: {one.text}" for one in row.transfer.said] or [
            nothing
        ]
        modal = TextModal(f"What was said: {row.source} → {row.target}", list(map(Content, lines)))
        if await self._app.push_screen_wait(modal):
            await copy_and_show(self._app, self._app.session.clipboard, "\n".join(lines))

    async def copy_as(self, transfer: Transfer) -> None:
        """Copy its command or its request."""
        if transfer.run:
            await copy_and_show(self._app, self._app.session.clipboard, transfer.command)
            return
        ends = transfer.source, transfer.target
        method, path, body = "PUT", "/api/v0/commands/copy_direct/", copy_body(*ends)
        if transfer.is_sync:
            method, path = "POST", "/api/v0/commands/rclone/"
            body = cloud_body(*ends, transfer.flags)
        request = curl(method, self._app.session.address, path, json.dumps(body))
        options = [CopyOption("vastai", transfer.command), CopyOption("curl", request)]
        chosen = await self._app.push_screen_wait(CopyAsModal(options))
        if chosen is not None:
            await copy_and_show(self._app, self._app.session.clipboard, chosen.text)

    def _warn(self, text: str) -> None:
        self._app.notify(text, severity="warning", timeout=12, markup=False)


def _what(row: TransferRow) -> str:
    """What a cancel stops."""
    if not row.transfer.is_sync:
        return f"copy into {row.target}"
    instance = row.source if row.transfer.target.kind == "cloud" else row.target
    return f"copy between {instance} and clouds"


def _ends(row: TransferRow) -> tuple[tuple[End, str], ...]:
    return (row.transfer.source, row.source), (row.transfer.target, row.target)


def _clock(at: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(at))
