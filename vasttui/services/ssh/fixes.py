"""Applies the fixes of the SSH doctor that need only keys and the service."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from vasttui.api.outcome import Outcome
from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.models.ssh_key import SshKey
from vasttui.services.confirmed_write import ConfirmedWrite
from vasttui.services.ssh.checks import PROPAGATION, Fix, FixKind
from vasttui.services.ssh.doctor import KeyLists
from vasttui.services.ssh.host_keys import forget_hosts
from vasttui.services.ssh.local_keys import generate_key, make_private
from vasttui.services.system.programs import Run, run_program


class KeyService(KeyLists, Protocol):
    """The lists and their changes, which are sent once and raise nothing."""

    async def add(self, text: str) -> Outcome:
        """Add a public key to the account."""

    async def replace(self, key_id: int, text: str) -> Outcome:
        """Replace a key of the account by another one."""

    async def delete(self, key_id: int) -> Outcome:
        """Delete a key from the account."""

    async def attach(self, instance_id: int, text: str) -> Outcome:
        """Attach a public key to an instance."""

    async def detach(self, instance_id: int, key_id: int) -> Outcome:
        """Detach a key from an instance."""


@dataclass(frozen=True, slots=True)
class SshFixer:
    """Changes SSH keys, confirmed by reading. New keys get the `comment`, as `user@computer`."""

    api: KeyService
    clock: Clock
    known_hosts: str
    comment: str
    run: Run = run_program

    async def apply(self, fix: Fix, instance_id: int) -> str:
        """Apply a fix and say what was done. Raises VastError, also for fixes with other dialogs:
        starting the instance and connecting through the proxy."""
        if fix.kind is FixKind.WAIT:
            await self.clock.sleep(PROPAGATION)
            return "Testing again."
        if fix.kind is FixKind.FORGET_HOST_KEY:
            await asyncio.to_thread(forget_hosts, Path(self.known_hosts), [instance_id])
            return "The saved host key is removed; the next login saves the new one."
        if fix.kind is FixKind.MAKE_PRIVATE and fix.path is not None:
            await asyncio.to_thread(make_private, fix.path)
            return f"Only you can read {fix.path.name} now."
        if fix.kind is FixKind.GENERATE and fix.path is not None:
            key = await generate_key(fix.path, self.comment, self.run)
            return f"Created {key.name}, {key.fingerprint}. Attach it to log in with it."
        if fix.kind is FixKind.ATTACH and fix.key is not None:
            if not await self.attach(instance_id, fix.key.key):
                return f"{fix.key.name} is attached already."
            return f"{fix.key.name} is attached; it works after about {PROPAGATION:.0f} s."
        if fix.kind is FixKind.ADD_TO_ACCOUNT and fix.key is not None:
            await self.add_to_account(fix.key.key)
            return f"{fix.key.name} is on the account: new instances get it."
        raise VastError(f"Not available here: {fix.kind.value}.")

    async def attach(self, instance_id: int, key: SshKey) -> bool:
        """Attach a key and confirm it; False if it was there already. Raises VastError."""
        _check_whole(key)

        async def is_there() -> bool:
            return _holds(await self.api.attached(instance_id), key)

        with contextlib.suppress(VastError):  # it may be attached all the same
            if await is_there():
                return False
        return await ConfirmedWrite(
            lambda: self.api.attach(instance_id, key.text), is_there, _unseen(), tries=3
        ).make(self.clock)

    async def add_to_account(self, key: SshKey) -> bool:
        """Add a key and confirm it; False if it was there already. Raises VastError."""
        _check_whole(key)

        async def is_there() -> bool:
            return _holds(await self.api.list(), key)

        if await is_there():
            return False
        return await ConfirmedWrite(lambda: self.api.add(key.text), is_there, _unseen()).make(
            self.clock
        )

    async def replace_on_account(self, number: int, old: SshKey, new: SshKey) -> None:
        """Replace a key of the account if `number` is still its id, and confirm it. Raises
        VastError."""
        _check_whole(new)

        async def is_done() -> bool:
            listed = await self.api.list()
            return _holds(listed, new) and _number_of(listed, old, number) is None

        keys = await self.api.list()
        if new.blob != old.blob and _number_of(keys, new, number) is not None:
            return
        if _holds(keys, new):
            raise VastError(
                "The new key is on the account already; nothing was replaced.",
                hint="Delete the old one instead.",
            )
        if _number_of(keys, old, number) is None:
            raise _is_another(number, "replaced")
        await ConfirmedWrite(lambda: self.api.replace(number, new.text), is_done, _unseen()).make(
            self.clock
        )

    async def detach(self, instance_id: int, key: SshKey) -> None:
        """Detach a key from an instance and confirm it. Raises VastError."""

        async def is_gone() -> bool:
            return not _holds(await self.api.attached(instance_id), key)

        number = _number_of(await self.api.attached(instance_id), key, None)
        if number is not None:
            await ConfirmedWrite(
                lambda: self.api.detach(instance_id, number), is_gone, _still_seen()
            ).make(self.clock)

    async def delete_from_account(self, number: int, key: SshKey) -> None:
        """Delete a key from the account if `number` is still its id. Raises VastError."""

        async def is_gone() -> bool:
            return _number_of(await self.api.list(), key, number) is None

        keys = await self.api.list()
        if not any(one.id == number for one in keys):
            return
        if _number_of(keys, key, number) is None:
            raise _is_another(number, "deleted")
        await ConfirmedWrite(lambda: self.api.delete(number), is_gone, _still_seen()).make(
            self.clock
        )


def _is_another(number: int, done: str) -> VastError:
    return VastError(
        f"Key {number} is a different key now, or gone; nothing was {done}.",
        hint="Reload the list.",
    )


def _unseen() -> VastError:
    return VastError(
        "The key was sent, but Vast.ai does not list it.",
        hint="Check again in a minute before you send it again.",
    )


def _still_seen() -> VastError:
    return VastError("Vast.ai still lists the key.", hint="Check again in a minute.")


def _number_of(keys: tuple[SshKey, ...], key: SshKey, number: int | None) -> int | None:
    """The service's id of a key; with a `number`, that one if it is this key's."""
    numbers = [one.id for one in keys if one.blob == key.blob and one.id is not None]
    if number is not None:
        return number if number in numbers else None
    return numbers[0] if numbers else None


def _check_whole(key: SshKey) -> None:
    """Raises VastError for a key of which a part is missing."""
    if not key.is_whole:
        raise VastError(f"The {key.kind} key is damaged, so it was not sent.")


def _holds(keys: tuple[SshKey, ...], key: SshKey) -> bool:
    return any(one.blob == key.blob for one in keys)
