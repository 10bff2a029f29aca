"""Public SSH keys of the account and of instances (client 1.9.1 `api/auth.py`)."""

from __future__ import annotations

from msgspec import structs

from vasttui.api.answers import rows_in
from vasttui.api.engine import ResourceClient
from vasttui.api.operations import OPERATIONS, Operation
from vasttui.api.outcome import Fate, Outcome
from vasttui.errors import NotFound, Rejected, VastError
from vasttui.models.decode_json import NotJson, read_json
from vasttui.models.decode_records import ssh_key_from
from vasttui.models.ssh_key import SshKey

_NONE = "no ssh key"
_TEAM = "team ssh keys"
_THERE = "already associated"


class SshKeysClient(ResourceClient):
    """SSH keys. Reads raise `VastError`; changes are sent once and raise nothing. Private keys are
    never sent."""

    async def list(self) -> tuple[SshKey, ...]:
        """The account's keys, which new instances get: `GET /ssh/` (docs: "show ssh keys")."""
        return await self._read(OPERATIONS["ssh_keys"])

    async def add(self, text: str) -> Outcome:
        """Add a public key to the account: `POST /ssh/` (docs: "create ssh-key")."""
        return await self._send(OPERATIONS["add_ssh_key"], text)

    async def replace(self, key_id: int, text: str) -> Outcome:
        """Put another public key in the place of one of the account; instances keep theirs: `PUT
        /ssh/{id}/` (docs: "update ssh-key")."""
        return await self._send(OPERATIONS["replace_ssh_key"].at(id=key_id), text)

    async def delete(self, key_id: int) -> Outcome:
        """Delete a key from the account, not from instances: `DELETE /ssh/{id}/` (docs: "delete ssh
        key")."""
        return await self._engine.write(OPERATIONS["delete_ssh_key"].at(id=key_id))

    async def attached(self, instance_id: int) -> tuple[SshKey, ...]:
        """The keys attached to an instance: `GET /instances/{id}/ssh/` (docs: "show ssh-keys")."""
        return await self._read(OPERATIONS["instance_ssh_keys"].at(id=instance_id))

    async def attach(self, instance_id: int, text: str) -> Outcome:
        """Attach a public key to an instance; already attached counts as done: `POST
        /instances/{id}/ssh/` (docs: "attach ssh-key")."""
        outcome = await self._send(OPERATIONS["attach_ssh_key"].at(id=instance_id), text)
        if isinstance(outcome.error, Rejected) and _THERE in str(outcome.error).lower():
            return structs.replace(outcome, fate=Fate.OK, error=None)
        return outcome

    async def detach(self, instance_id: int, key_id: int) -> Outcome:
        """Detach a key from an instance: `DELETE /instances/{id}/ssh/{key_id}/` (docs: "detach
        ssh-key")."""
        operation = OPERATIONS["detach_ssh_key"].at(id=instance_id, key_id=key_id)
        return await self._engine.write(operation)

    async def _read(self, operation: Operation) -> tuple[SshKey, ...]:
        try:
            document = await self._engine.read(operation)
        except NotFound as error:
            if _NONE in str(error).lower() or error.code == "no_ssh_keys":
                return ()
            raise
        except Rejected as error:
            if _TEAM in str(error).lower():
                error.hint = "A team has none: sign in with a key of your personal account."
            raise
        return tuple(key for row in _rows(document) if (key := ssh_key_from(row)) is not None)

    async def _send(self, operation: Operation, text: str) -> Outcome:
        if "PRIVATE KEY" in text:
            error = VastError(
                "That is a private key; nothing was sent.",
                hint="Choose the file that ends in .pub.",
            )
            return Outcome(Fate.NOT_SENT, error=error)
        return await self._engine.write(operation, {"ssh_key": text})


def _rows(document: object) -> list[object]:
    """The rows of a bare array, or of `ssh_keys`: an array or its JSON text."""
    rows = document.get("ssh_keys") if isinstance(document, dict) else document
    if isinstance(rows, str):
        try:
            rows = read_json(rows.encode("utf-8", "replace"))
        except NotJson:
            rows = None
    return rows_in({"ssh_keys": rows}, "ssh_keys", "SSH keys")
