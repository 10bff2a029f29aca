"""The SSH keys of the account, of some instances and of this computer, side by side."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vasttui.errors import VastError
from vasttui.models.ssh_key import SshKey
from vasttui.services.ssh.client_config import client_config
from vasttui.services.ssh.doctor import KeyLists
from vasttui.services.ssh.local_keys import (
    LocalKey,
    agent_keys,
    find_local_keys,
    fingerprint,
    keys_elsewhere,
    with_agent,
)
from vasttui.services.system.programs import Run, run_program

_ANY_HOST = "root@ssh1.vast.ai"
"""Whom ssh is asked about where no instance is meant: one of Vast.ai's proxies."""

_USUAL = Path(os.path.expanduser("~/.ssh"))
"""Whose keys are read already, unless another folder is meant."""

_DEMO = "not checked in the demo"
_UNREAD = "unknown"


@dataclass(frozen=True, slots=True)
class RingKey:
    """One key and where it is.

    `account` are its ids on the account, `attached` its ids by instance, None if unreadable.
    `local` is the key on this computer, `unchecked` says why it is unknown whether it is here.
    `added` is its date on the account, as sent by the service.
    """

    key: SshKey
    fingerprint: str
    account: tuple[int, ...] | None
    attached: Mapping[int, int | None] | None
    local: LocalKey | None = None
    added: str | None = None
    unchecked: str = ""

    @property
    def here(self) -> bool | None:
        """Whether its private half is on this computer or in ssh-agent; None if unknown."""
        if self.local is None:
            return None if self.unchecked else False
        return self.local.private_found or self.local.in_agent

    @property
    def name(self) -> str:
        """Its name for the user."""
        if self.local is not None:
            return self.local.name
        return self.key.comment or "unnamed"


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All keys; `problems` are sentences about what could not be read."""

    keys: tuple[RingKey, ...] = ()
    problems: tuple[str, ...] = ()


def join(
    account: Sequence[SshKey] | None,
    attached: Mapping[int, Sequence[SshKey]] | None,
    local: Sequence[LocalKey],
    unchecked: str = "",
) -> tuple[RingKey, ...]:
    """Merge the same key from all places: first those of this computer, then the others.
    `unchecked` says why this computer may have more of them than `local`."""
    here = {one.key.blob: one for one in local}
    texts: dict[str, SshKey] = {one.key.blob: one.key for one in local}
    for keys in (account or (), *(attached or {}).values()):
        for key in keys:
            texts.setdefault(key.blob, key)
    return tuple(
        RingKey(
            key,
            fingerprint(key.text),
            None if account is None else _numbers(account, blob),
            None if attached is None else _where(attached, blob),
            here.get(blob),
            next((one.created_at for one in account or () if one.blob == blob), None),
            "" if blob in here else unchecked,
        )
        for blob, key in texts.items()
    )


def _numbers(keys: Sequence[SshKey], blob: str) -> tuple[int, ...]:
    return tuple(key.id for key in keys if key.blob == blob and key.id is not None)


def _where(attached: Mapping[int, Sequence[SshKey]], blob: str) -> dict[int, int | None]:
    found = {}
    for number, keys in attached.items():
        for key in keys:
            if key.blob == blob:
                found[number] = key.id
    return found


async def read_ring(
    api: KeyLists, instances: Sequence[int], folder: Path | None, run: Run = run_program
) -> KeyRing:
    """Read all places at once; a failure is a problem, never an empty list."""
    problems: list[str] = []
    async with asyncio.TaskGroup() as group:
        reading = group.create_task(_or_none(api.list(), "The account's keys", problems))
        here = group.create_task(_local(folder, problems, run))
        reads = [
            group.create_task(_or_none(api.attached(one), f"The keys of {one}", problems))
            for one in instances
        ]
    account, lists = reading.result(), [task.result() for task in reads]
    known = {one: keys for one, keys in zip(instances, lists, strict=True) if keys is not None}
    attached = known if len(known) == len(instances) else None
    return KeyRing(join(account, attached, *here.result()), tuple(problems))


async def account_ring(api: KeyLists, folder: Path | None, run: Run = run_program) -> KeyRing:
    """The keys of the account and this computer; `attached` stays unread. Raises VastError if the
    account's cannot be read."""
    problems: list[str] = []
    account = await api.list()
    return KeyRing(join(account, None, *await _local(folder, problems, run)), tuple(problems))


async def _or_none(
    reading: Awaitable[tuple[SshKey, ...]], what: str, problems: list[str]
) -> tuple[SshKey, ...] | None:
    try:
        return await reading
    except VastError as error:
        problems.append(f"{what} could not be read: {error}")
        return None


async def _local(
    folder: Path | None, problems: list[str], run: Run
) -> tuple[tuple[LocalKey, ...], str]:
    """The keys of this computer, and why there may be more."""
    if folder is None:
        return (), _DEMO
    found, config = await asyncio.gather(
        asyncio.to_thread(find_local_keys, folder), client_config(["ssh", _ANY_HOST], run)
    )
    problems += found.problems
    named = [one for one in config.identities if one.parent != _USUAL] if config else []
    elsewhere = await asyncio.to_thread(keys_elsewhere, named, found.keys)
    agent = await agent_keys(run, config.agent if config else None)
    keys = with_agent((*found.keys, *elsewhere), agent)
    return keys, "" if found.searched else _UNREAD
