"""SSH keys of the account and of instances (docs: "show ssh keys", "attach ssh key")."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from vasttui.simulator.account.contract import AttachedKey, Contract
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.account.instances import contract_in
from vasttui.simulator.http.routing import Call, Handler, Route
from vasttui.simulator.http.wire import Reply, error_reply, json_reply

USER = 123456

KeyList = Literal["recorded", "documented", "wrapped"]
"""How the account's keys are listed: as recorded, where deleted keys stay and none are an empty
list; as documented, where none are an error; and the same inside an object."""

PROPAGATION = 12.0
"""Seconds until an attached key reaches its container."""

_KEY = re.compile(r"(?:ssh-|ecdsa-|sk-)[\w@.-]+ [A-Za-z0-9+/=]{16,}(?: .*)?")
_TEAM = "Team SSH keys are not supported. SSH keys can only be created in personal context."


@dataclass(frozen=True, slots=True)
class AccountKey:
    """A key that new instances get."""

    id: int
    text: str
    created_at: float
    deleted_at: float | None = None

    def as_json(self) -> dict[str, object]:
        """As returned when it is created, and as the documentation lists it."""
        created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.created_at))
        return {
            "id": self.id, "user_id": USER, "public_key": self.text, "created_at": created,
            "deleted_at": None,
        }  # fmt: skip

    def as_row(self) -> dict[str, object]:
        """As the service lists it (recorded in September 2026)."""
        return {
            "id": self.id, "user_id": USER, "default": None, "public_key": self.text,
            "private_key": None, "created_at": self.created_at, "deleted_at": self.deleted_at,
        }  # fmt: skip


class SshKeys:
    """Keys on the account, and keys attached to instances."""

    def __init__(
        self,
        contracts: Contracts,
        first: Sequence[str],
        start: float,
        *,
        team: bool,
        shape: KeyList,
    ) -> None:
        """`team` accounts cannot have keys; `shape` is how they are listed."""
        self._contracts = contracts
        self._keys = [
            AccountKey(4_100 + at, text, start - 9e6 * (at + 1)) for at, text in enumerate(first)
        ]
        self._next = 4_200
        self._team = team
        self._shape = shape
        self._deleted: list[AccountKey] = []

    @property
    def account(self) -> list[AccountKey]:
        """The account's keys."""
        return list(self._keys)

    def restore(self, keys: Sequence[AccountKey]) -> None:
        """Restore saved state."""
        self._keys = list(keys)
        self._next = max([self._next, *(key.id + 1 for key in keys)])

    def for_new_instance(self, now: float) -> list[AttachedKey]:
        """The keys of an instance created now; existing instances do not get new account keys."""
        return [AttachedKey(self._contracts.new_key_id(), key.text, now) for key in self._keys]

    def accepts(self, contract: Contract, text: str, now: float, *, proxy: bool) -> bool:
        """Whether the instance's SSH server accepts this key.

        The proxy also accepts the account's keys; the container only keys that have reached it.
        """
        if not contract.is_running:
            return False
        if proxy and any(_same(key.text, text) for key in self._keys):
            return True
        return any(_same(key.text, text) and key.ready_at <= now for key in contract.keys)

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        base, own = "/api/v0/instances/{id}/ssh", self._personal
        return [
            Route("GET", "/api/v0/ssh", "account_keys", own(self._list), interval=1.0),
            Route("POST", "/api/v0/ssh", "add_key", own(self._add), interval=1.0),
            Route("PUT", "/api/v0/ssh/{id}", "replace_key", own(self._replace), interval=1.0),
            Route("DELETE", "/api/v0/ssh/{id}", "delete_key", own(self._delete), interval=1.0),
            Route("GET", base, "instance_keys", self._attached, interval=1.0),
            Route("POST", base, "attach_key", self._attach, interval=1.0),
            Route("DELETE", f"{base}/{{key}}", "detach_key", self._detach, interval=2.0),
        ]

    def _personal(self, handler: Handler) -> Handler:
        """Teams cannot have keys, so all of their requests are refused."""
        refusal = error_reply(400, "team_ssh_keys_not_supported", _TEAM)
        return (lambda call: refusal) if self._team else handler

    def _list(self, call: Call) -> Reply:
        if self._shape == "recorded":
            return json_reply([key.as_row() for key in (*self._keys, *self._deleted)])
        if not self._keys:
            return error_reply(404, "not_found", "No SSH keys found for the user.")
        rows = [{**key.as_json(), "key": key.text} for key in self._keys]
        return json_reply({"ssh_keys": rows} if self._shape == "wrapped" else rows)

    def _add(self, call: Call) -> Reply:
        text = _key_in(call)
        if text is None:
            return error_reply(400, "no_ssh_key", "No ssh key provided")
        if any(_same(key.text, text) for key in self._keys):
            return error_reply(400, "duplicate_ssh_key", "SSH key already exists.")
        self._next += 1
        key = AccountKey(self._next, text, call.now)
        self._keys.append(key)
        return json_reply({"success": True, "key": key.as_json()})

    def _replace(self, call: Call) -> Reply:
        text = _key_in(call)
        if text is None:
            return error_reply(400, "no_ssh_key", "No ssh key provided")
        found = self._find(call.params["id"])
        if found is None:
            return _no_key()
        key = AccountKey(found.id, text, found.created_at)
        self._keys[self._keys.index(found)] = key
        return json_reply({"success": True, "key": key.as_json()})

    def _delete(self, call: Call) -> Reply:
        found = self._find(call.params["id"])
        if found is None:
            return _no_key()
        self._keys.remove(found)
        self._deleted.append(replace(found, deleted_at=call.now))
        return json_reply({"success": True})

    def _find(self, text: str) -> AccountKey | None:
        return next((key for key in self._keys if str(key.id) == text), None)

    def _attached(self, call: Call) -> Reply:
        contract = contract_in(call, self._contracts)
        if contract is None:
            return _no_instance()
        rows = [{"id": key.id, "user_id": USER, "public_key": key.text} for key in contract.keys]
        return json_reply({"success": True, "ssh_keys": json.dumps(rows)})

    def _attach(self, call: Call) -> Reply:
        contract, text = contract_in(call, self._contracts), _key_in(call)
        if contract is None:
            return _no_instance()
        if text is None:
            return error_reply(400, "no_ssh_key", "No ssh key provided")
        if any(_same(key.text, text) for key in contract.keys):
            text = "SSH key already associated with instance."
            return json_reply({"success": False, "msg": text})
        number = self._contracts.new_key_id()
        contract.keys.append(AttachedKey(number, text, call.now + PROPAGATION))
        return json_reply({"success": True, "msg": "SSH key attached successfully"})

    def _detach(self, call: Call) -> Reply:
        contract = contract_in(call, self._contracts)
        if contract is None:
            return _no_instance()
        for key in contract.keys:
            if str(key.id) == call.params["key"]:
                contract.keys.remove(key)
                return json_reply({"success": True, "msg": "SSH key removed from instance."})
        return error_reply(404, "no_such_ssh_key", "No such SSH key on this instance.")


def _no_instance() -> Reply:
    return error_reply(404, "no_such_instance", "Instance not found")


def _no_key() -> Reply:
    return error_reply(400, "no_ssh_key", "No ssh key provided")


def _key_in(call: Call) -> str | None:
    text = call.request.json_object().get("ssh_key")
    if not isinstance(text, str):
        return None
    return text.strip() if _KEY.fullmatch(text.strip()) else None


def _same(first: str, second: str) -> bool:
    return first.split()[:2] == second.split()[:2]
