"""Attaches and detaches SSH keys of instances."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence

from vasttui.errors import READ_ONLY, VastError
from vasttui.models.ssh_key import SshKey
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.services.ssh.checks import PROPAGATION
from vasttui.services.ssh.fixes import SshFixer
from vasttui.services.ssh.key_ring import KeyRing, RingKey, read_ring
from vasttui.ui.context import AppContext
from vasttui.ui.instances.attach_dialog import AttachChoice, AttachModal
from vasttui.ui.modals.add_key import ask_key_to_add
from vasttui.ui.modals.message import ConfirmModal
from vasttui.ui.modals.public_key import key_fixer
from vasttui.ui.modals.working import work_behind


class AttachFlow:
    """Shows the dialog again after every step."""

    def __init__(self, app: AppContext) -> None:
        self._app = app
        self._works_at = 0.0

    async def run(self, rows: Sequence[FleetRow]) -> None:
        """Show the dialog until the user closes it."""
        if self._app.live is None or not self._app.signed_in:
            self._app.notify("SSH keys need an API key.", severity="warning", markup=False)
            return
        goes_on = True
        while goes_on:
            modal = AttachModal(
                _title(rows), lambda: self._read(rows), instances=len(rows), note=self._note
            )
            choice = await self._app.push_screen_wait(modal)
            if choice is None:
                return
            if choice.what == "test":
                # start-up: the doctor is only needed here
                from vasttui.ui.instances.ssh_doctor import DoctorFlow

                await DoctorFlow(self._app).examine(rows[0])
            else:
                goes_on = await self._do(choice, rows)

    async def _read(self, rows: Sequence[FleetRow]) -> KeyRing:
        live = self._app.live
        assert live is not None
        keys, folder = live.api.ssh_keys, self._app.session.ssh.folder
        ring = await read_ring(keys, [row.id for row in rows], folder)
        self._app.veil.learn_keys(ring.keys)
        return ring

    def _note(self) -> str:
        left = self._works_at - self._app.session.clock.monotonic()
        return f"The new key works in about {left:.0f} s." if left > 0 else ""

    async def _do(self, choice: AttachChoice, rows: Sequence[FleetRow]) -> bool:
        """Do it; whether the user waited for it, so that the dialog may come back."""
        if self._app.session.read_only:
            self._app.notify(READ_ONLY, severity="warning", markup=False)
        elif choice.what == "detach":
            return await self._detach(choice.keys[0], rows)
        elif choice.what == "attach":
            keys = [(ring_key.name, ring_key.key) for ring_key in choice.keys]
            return await self.give(keys, rows, save=choice.save)
        else:
            key = await ask_key_to_add(self._app, choice.keys, offer=False)
            if key is not None:
                return await self.give([(key.name, key.key)], rows, save=choice.save)
        return True

    async def give(
        self, keys: Sequence[tuple[str, SshKey]], rows: Sequence[FleetRow], *, save: bool = False
    ) -> bool:
        """Attach the named keys to the instances; `save` adds them to the account as well. Whether
        the user waited for it."""

        async def give_all() -> None:
            for name, key in keys:
                await self._give(name, key, rows, save=save)

        text = f"Attaching {', '.join(name for name, _ in keys)}…"
        return (await work_behind(self._app, _title(rows), text, give_all()))[1]

    async def _give(self, name: str, key: SshKey, rows: Sequence[FleetRow], *, save: bool) -> None:
        fixer = self._fixer()
        for row in rows:
            there = self._app.fleet.called(row)
            done = f"{name} attached to {there}; works after about {PROPAGATION:.0f} s."
            same = f"{name} is on {there} already."
            if await self._tell(fixer.attach(row.id, key), done, same):
                self._works_at = self._app.session.clock.monotonic() + PROPAGATION
        if save:
            done = f"{name} added to the account: new instances get it."
            same = f"{name} is on the account already: new instances get it."
            await self._tell(fixer.add_to_account(key), done, same)

    async def _detach(self, key: RingKey, rows: Sequence[FleetRow]) -> bool:
        having = [row for row in rows if key.attached is None or row.id in key.attached]
        names = ", ".join(map(self._app.fleet.called, having))
        if not having:
            self._app.notify(f"{key.name} is not on the instance.", markup=False)
            return True
        about = f"{key.name}  {key.fingerprint}\n\nIt will no longer log in to {names}."
        if not await self._app.push_screen_wait(ConfirmModal("Detach the key", about, "Detach")):
            return True

        async def detach_all() -> None:
            for row in having:
                work = self._fixer().detach(row.id, key.key)
                await self._tell(work, f"{key.name} detached from {self._app.fleet.called(row)}.")

        text = f"Detaching {key.name}…"
        return (await work_behind(self._app, _title(rows), text, detach_all()))[1]

    async def _tell(self, work: Awaitable[bool | None], done: str, same: str = "") -> bool:
        """Do it and report the result; whether it changed anything. `same` is what to say if it
        returns False: nothing had to be changed."""
        try:
            changed = await work is not False
        except VastError as error:
            self._app.notify(error.sentence, severity="error", timeout=12, markup=False)
            return False
        self._app.notify(done if changed else same, markup=False)
        return changed

    def _fixer(self) -> SshFixer:
        assert self._app.live is not None
        return key_fixer(self._app.session, self._app.live.api.ssh_keys)


def _title(rows: Sequence[FleetRow]) -> str:
    if len(rows) == 1:
        return f"SSH keys for {rows[0].instance.full_name}"
    return f"SSH keys for {len(rows)} instances"
