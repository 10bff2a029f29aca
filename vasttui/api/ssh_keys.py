"""Public SSH keys of the account and of instances (docs: "show ssh keys", "attach ssh key";
client 1.9.1 `api/auth.py`)."""

from __future__ import annotations

from dataclasses import replace

from vasttui.api.engine import Engine
from vasttui.api.operations import OPERATIONS, Operation
from vasttui.api.outcome import Fate, Outcome
from vasttui.errors import BrokenAnswer, NotFound, Rejected, VastError
from vasttui.models.decode import NotJson, read_json
from vasttui.models.decode_records import ssh_key_from
from vasttui.models.ssh_key import SshKey

_NONE = "no ssh key"
_THERE = "already associated"


async def account_keys(engine: Engine) -> tuple[SshKey, ...]:
    """The keys that new instances get. Raises `VastError`."""
    return await _keys(engine, OPERATIONS["ssh_keys"])


async def instance_keys(engine: Engine, instance_id: int) -> tuple[SshKey, ...]:
    """The keys attached to an instance. Raises `VastError`."""
    return await _keys(engine, OPERATIONS["instance_ssh_keys"].at(id=instance_id))


async def add_account_key(engine: Engine, text: str) -> Outcome:
    """Give a key to the account."""
    return await _send_key(engine, OPERATIONS["add_ssh_key"], text)


async def delete_account_key(engine: Engine, key_id: int) -> Outcome:
    """Take a key away from the account."""
    return await engine.write(OPERATIONS["delete_ssh_key"].at(id=key_id))


async def attach_key(engine: Engine, instance_id: int, text: str) -> Outcome:
    """Give a key to an instance; that it has it already counts as done."""
    operation = OPERATIONS["attach_ssh_key"].at(id=instance_id)
    outcome = await _send_key(engine, operation, text)
    if isinstance(outcome.error, Rejected) and _THERE in str(outcome.error).lower():
        return replace(outcome, fate=Fate.OK, error=None)
    return outcome


async def detach_key(engine: Engine, instance_id: int, key_id: int) -> Outcome:
    """Take a key away from an instance."""
    operation = OPERATIONS["detach_ssh_key"].at(id=instance_id, key_id=key_id)
    return await engine.write(operation)


async def _send_key(engine: Engine, operation: Operation, text: str) -> Outcome:
    if "PRIVATE KEY" in text:
        error = VastError(
            "That is a private key; nothing was sent.", hint="Choose the file that ends in .pub."
        )
        return Outcome(Fate.NOT_SENT, error=error)
    return await engine.write(operation, {"ssh_key": text})


async def _keys(engine: Engine, operation: Operation) -> tuple[SshKey, ...]:
    try:
        document = await engine.read(operation)
    except NotFound as error:
        if _NONE in str(error).lower() or error.code == "no_ssh_keys":
            return ()
        raise
    found = (ssh_key_from(row) for row in _rows(document))
    return tuple(key for key in found if key is not None)


def _rows(document: object) -> list[object]:
    """The rows of a bare array, or of `ssh_keys`, which may be an array or the text of one."""
    rows = document.get("ssh_keys") if isinstance(document, dict) else document
    if isinstance(rows, str):
        try:
            rows = read_json(rows.encode("utf-8", "replace"))
        except NotJson:
            rows = None
    if not isinstance(rows, list):
        raise BrokenAnswer("The answer of the service holds no list of SSH keys.")
    return rows
