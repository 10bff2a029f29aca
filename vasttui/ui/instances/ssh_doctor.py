"""The SSH login test and the host entries for ~/.ssh/config."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable

from msgspec import structs
from textual.content import Content

from vasttui.errors import READ_ONLY, VastError
from vasttui.models.connect import ssh_command
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.services.ssh.checks import Fix, FixKind
from vasttui.services.ssh.config_files import include_host_entries, write_host_entries
from vasttui.services.ssh.doctor import SshDoctor
from vasttui.ui.context import AppContext
from vasttui.ui.copying import copy_and_show
from vasttui.ui.instances.flows import InstanceFlows
from vasttui.ui.instances.login_seen import login_worked
from vasttui.ui.instances.ssh_doctor_dialog import DoctorModal
from vasttui.ui.modals.message import ConfirmModal
from vasttui.ui.modals.public_key import key_fixer
from vasttui.ui.modals.text import TextModal
from vasttui.ui.modals.working import work_behind
from vasttui.ui.session import DEMO_FILES
from vasttui.words import plural

_CHANGES_ACCOUNT = {FixKind.ATTACH, FixKind.ADD_TO_ACCOUNT, FixKind.START}


class DoctorFlow:
    """Tests the login, applies a fix and tests again."""

    def __init__(self, app: AppContext) -> None:
        self._app = app
        self._ssh = app.session.ssh

    async def examine(self, row: FleetRow, *, identity: str = "") -> None:
        """Show the test until the user closes it, testing again after each fix. `identity` is the
        file of the key to log in with; without one, as `s` does."""
        live = self._app.live
        if live is None:
            return
        doctor = SshDoctor(
            live.api.ssh_keys, folder=self._ssh.folder, known_hosts=self._ssh.known_hosts,
            logs=live.api.instances,
        )  # fmt: skip
        again = True
        while again:
            row = self._app.fleet.row(row.id) or row
            way = self._ssh.ways.of(row.id)
            if way.identity and not await asyncio.to_thread(os.path.exists, way.identity):
                self._ssh.ways.use_key(row.id, "")
            way = self._ssh.ways.of(row.id)
            way = structs.replace(way, identity=identity) if identity else way
            checks = doctor.examine(row.instance, row.phase, way)
            modal = DoctorModal(row.instance.name, checks)
            fix = await self._app.push_screen_wait(modal)
            if modal.answered is not None:
                login_worked(self._app, row.id, *modal.answered)
            again = fix is not None and await self._mend(fix, row)

    async def _mend(self, fix: Fix, row: FleetRow) -> bool:
        """Apply a fix; whether to test again."""
        session, live = self._app.session, self._app.live
        if session.read_only and fix.kind in _CHANGES_ACCOUNT:
            self._app.notify(READ_ONLY, severity="warning", markup=False)
            return False
        if fix.kind is FixKind.START:
            await InstanceFlows(self._app).toggle([row])
            return False
        if fix.kind is FixKind.USE_PROXY and fix.address is not None:
            self._ssh.ways.answered(row.id, fix.address)
            command = ssh_command(fix.address, self._ssh.forwards)
            await copy_and_show(self._app, session.clipboard, command)
            return False
        if fix.kind is FixKind.USE_KEY and fix.path is not None:
            self._ssh.ways.use_key(row.id, str(fix.path))
            return True
        assert live is not None
        fixer = key_fixer(session, live.api.ssh_keys)
        title = f"SSH login of {row.instance.name}"
        job = self._applied(fixer.apply(fix, row.id))
        mended, waited = await work_behind(self._app, title, fix.sentence, job)
        return mended and waited

    async def _applied(self, fixing: Awaitable[str]) -> bool:
        """Apply a fix and say how it went; whether it did."""
        try:
            self._app.notify(await fixing, markup=False)
        except VastError as error:
            self._app.notify(error.sentence, severity="error", markup=False)
            return False
        return True

    async def write_hosts(self) -> None:
        """A host entry for every running instance, and the line that makes ssh read them."""
        config, folder = self._ssh.config, self._ssh.folder
        if config is None or folder is None:
            self._app.notify(DEMO_FILES, markup=False)
            return
        instances = [row.instance for row in self._app.fleet.rows]
        try:
            entries = await asyncio.to_thread(
                write_host_entries, config, instances, folder, self._ssh.ways.of
            )
            if entries.included:
                text = f"Wrote {plural(entries.count, 'host')} to {entries.path}."
                self._app.notify(text, markup=False)
                return
            text = (
                f"Wrote {plural(entries.count, 'host')} to {entries.path}. For ssh to use them, "
                f"{folder / 'config'} must start with:\n\n{entries.line}\n\nAdd it now? A copy of "
                "the present file is kept beside it."
            )
            modal = ConfirmModal("Host entries for ssh", text, "Add the line")
            if await self._app.push_screen_wait(modal):
                copy = await asyncio.to_thread(include_host_entries, config, folder)
                kept = f" Backup: {copy}." if copy is not None else ""
                self._app.notify(f"Added.{kept}", markup=False)
        except VastError as error:
            lines = [Content(error.sentence)]
            await self._app.push_screen_wait(TextModal("Host entries for ssh", lines))
