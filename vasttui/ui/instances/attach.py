"""SSH keys: attach, detach, add, delete, make; each step checked by reading again."""

from __future__ import annotations

import asyncio
import getpass
import platform
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.content import Content

from vasttui.errors import VastError
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.services.ssh.checks import PROPAGATION
from vasttui.services.ssh.fixes import Mender
from vasttui.services.ssh.key_ring import KeyRing, RingKey, read_ring
from vasttui.services.ssh.local_keys import NEW_KEY, generate_key, read_public_key
from vasttui.ui.instances.attach_dialog import AttachChoice, AttachModal
from vasttui.ui.modals.ask import AskModal
from vasttui.ui.modals.message import ConfirmModal

if TYPE_CHECKING:
    from vasttui.ui.context import AppContext

_LONGEST_KEY = 16_384


class AttachFlow:
    """The dialog comes back after every step, with what the step has changed."""

    def __init__(self, app: AppContext) -> None:
        self._app = app
        self._works_at = 0.0

    async def run(self, rows: Sequence[FleetRow]) -> None:
        """Until the user has seen enough. Without rows it is about the account alone."""
        if self._app.live is None or not self._app.signed_in:
            self._app.notify("Keys need a signed-in account.", severity="warning", markup=False)
            return
        while True:
            modal = AttachModal(
                _title(rows), lambda: self._read(rows), instances=len(rows), note=self._note
            )
            choice = await self._app.push_screen_wait(modal)
            if choice is None:
                return
            if choice.what == "test":
                await self._test(rows[0])
            else:
                await self._do(choice, rows)

    async def _read(self, rows: Sequence[FleetRow]) -> KeyRing:
        live = self._app.live
        assert live is not None
        keys, folder = live.api.ssh_keys, self._app.session.ssh.folder
        return await read_ring(keys, [row.id for row in rows], folder)

    def _note(self) -> str:
        left = self._works_at - self._app.session.clock.monotonic()
        return f"The new key works in about {left:.0f} s." if left > 0 else ""

    async def _test(self, row: FleetRow) -> None:
        # start-up: the doctor is only needed here
        from vasttui.ui.instances.ssh_doctor import DoctorFlow

        await DoctorFlow(self._app).examine(row)

    async def _do(self, choice: AttachChoice, rows: Sequence[FleetRow]) -> None:
        if choice.what == "generate":
            await self._tell(self._generate())
        elif self._app.session.read_only:
            self._app.notify("Read-only mode: nothing is changed.", markup=False)
        elif choice.what == "add":
            await self._add(rows)
        elif choice.what == "attach":
            for key in choice.keys:
                await self._give(key.name, key, rows, save=choice.save)
        elif choice.what == "detach":
            for row in rows:
                await self._tell(self._detach(choice.keys[0], row))
        else:
            await self._delete(choice.keys[0])

    async def _give(self, name: str, key: RingKey, rows: Sequence[FleetRow], *, save: bool) -> None:
        """Attach to each instance; to the account where there is none, or the user wants it."""
        mender = self._mender()
        for row in rows:
            await self._tell(self._attach(mender, name, key, row))
        if save or not rows:
            await self._tell(self._to_account(mender, name, key))

    async def _attach(self, mender: Mender, name: str, key: RingKey, row: FleetRow) -> str:
        await mender.attach(row.id, key.key)
        self._works_at = self._app.session.clock.monotonic() + PROPAGATION
        return (
            f"{name} is attached to {row.instance.name}; it works after about {PROPAGATION:.0f} s."
        )

    async def _to_account(self, mender: Mender, name: str, key: RingKey) -> str:
        await mender.add_to_account(key.key)
        return f"{name} is on the account: new instances get it."

    async def _detach(self, key: RingKey, row: FleetRow) -> str:
        await self._mender().detach(row.id, key.key)
        return f"{key.name} is not on {row.instance.name} any more."

    async def _delete(self, key: RingKey) -> None:
        if not key.account:
            self._app.notify(f"{key.name} is not on the account.", markup=False)
            return
        about = (
            f"{key.name}  {key.fingerprint}\n\nIt is taken off the account: new instances do not "
            "get it any more. Instances that have it keep it."
        )
        if await self._app.push_screen_wait(
            ConfirmModal("Delete from the account", about, "Delete")
        ):
            for number in key.account:
                await self._tell(self._deleted(number, key))

    async def _deleted(self, number: int, key: RingKey) -> str:
        await self._mender().delete_from_account(number, key.key)
        return f"{key.name} is not on the account any more."

    async def _add(self, rows: Sequence[FleetRow]) -> None:
        about = Content(
            "Paste a public key, or name a file that ends in .pub. Private halves are not read."
        )
        modal = AskModal(
            "Another key", about, "Key or file", "", "Take", check=_key_problem, most=_LONGEST_KEY
        )
        text = await self._app.push_screen_wait(modal)
        if text is None:
            return
        try:
            key = await asyncio.to_thread(read_public_key, text)
        except VastError as error:
            self._app.notify(f"{error} {error.hint}".strip(), severity="error", markup=False)
            return
        ring = RingKey(key, "", (), {})
        await self._give(ring.name, ring, rows, save=not rows)

    async def _generate(self) -> str:
        folder = self._app.session.ssh.folder
        if folder is None:
            return "In the demo none of your files are read or written."
        key = await generate_key(folder / NEW_KEY, _comment())
        return f"Made {key.path}, {key.fingerprint}. Attach it to log in with it."

    async def _tell(self, work: Coroutine[Any, Any, str]) -> None:
        """Do it and say how it went."""
        try:
            self._app.notify(await work, markup=False)
        except VastError as error:
            text = f"{error} {error.hint}".strip()
            self._app.notify(text, severity="error", timeout=12, markup=False)

    def _mender(self) -> Mender:
        live, session = self._app.live, self._app.session
        assert live is not None
        keys = live.api.ssh_keys
        return Mender(keys, session.clock, session.ssh.known_hosts, _comment())


def _key_problem(text: str) -> str:
    if not text.strip():
        return "Paste a key, or name a file."
    if "PRIVATE KEY" in text:
        return "That is a private key; it was not kept. Take the file that ends in .pub."
    looks_like_a_file = not text.startswith(("ssh-", "ecdsa-", "sk-"))
    if looks_like_a_file and Path(text).suffix != ".pub":
        return "Name the public half: the file that ends in .pub."
    return ""


def _comment() -> str:
    return f"{getpass.getuser()}@{platform.node()}"


def _title(rows: Sequence[FleetRow]) -> str:
    if not rows:
        return "SSH keys of the account"
    if len(rows) == 1:
        return f"SSH keys for {rows[0].instance.name} ({rows[0].id})"
    return f"SSH keys for {len(rows)} instances"
