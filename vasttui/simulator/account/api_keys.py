"""API keys of the account (docs: "show api keys", "create api key", "delete api key")."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from vasttui.models.rights import RIGHTS, WATCHING, permissions
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import Reply, error_reply, json_reply

MAIN = 40_211
"""The id of the key that requests are sent with, unless they use one that was made here."""

_USER = 123456
_MONTH = 2_600_000.0


@dataclass(slots=True)
class StoredKey:
    """A key; the text of the main one is known only once it was reset."""

    id: int
    name: str
    rights: dict[str, object]
    created_at: float
    text: str = field(default="", repr=False)

    def as_row(self) -> dict[str, object]:
        """As in the list."""
        return {
            "id": self.id, "name": self.name, "user_id": _USER, "rights": self.rights,
            "team_id": None, "team_name": None, "created_at": self.created_at,
        }  # fmt: skip


@dataclass(slots=True)
class KeyRing:
    """All keys, and the texts that were reset or deleted and are refused."""

    keys: list[StoredKey] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    made: int = 0


class ApiKeys:
    """Lists, makes, deletes and resets keys; a key that was made here has its own rights."""

    def __init__(self, now: float, main_rights: Collection[str]) -> None:
        self.sessions: set[str] = set()
        self.ring = KeyRing(
            [
                StoredKey(MAIN, "main", permissions(main_rights), now - 9 * _MONTH),
                StoredKey(51_877, "phone, watching", permissions(WATCHING), now - 3 * _MONTH),
            ]
        )

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        base = "/api/v0/auth/apikeys"
        return [
            Route("GET", base, "api_keys", self._list, interval=1.0),
            Route("GET", f"{base}/{{id}}", "api_key", self._one, interval=1.0),
            Route("POST", base, "create_api_key", self._create, interval=2.0),
            Route("DELETE", f"{base}/{{id}}", "delete_api_key", self._delete, interval=2.0),
            Route("PUT", "/api/v0/commands/reset_apikey", "reset_api_key", self._reset),
        ]

    def used(self, text: str) -> StoredKey | None:
        """The key that a request was sent with; None if it was reset or deleted."""
        if text in self.ring.revoked:
            return None
        own = next((key for key in self.ring.keys if key.text and key.text == text), None)
        return own or next((key for key in self.ring.keys if key.id == MAIN), None)

    def rights_of(self, text: str) -> Mapping[str, object]:
        """The rights of the key that a request was sent with, each with its limits."""
        key = self.used(text)
        api = {} if key is None else key.rights.get("api")
        return api if isinstance(api, dict) else {}

    def _list(self, call: Call) -> Reply:
        return json_reply({"apikeys": [key.as_row() for key in self.ring.keys]})

    def _one(self, call: Call) -> Reply:
        key = self._find(call)
        return _unknown() if key is None else json_reply(key.as_row())

    def _create(self, call: Call) -> Reply:
        body = call.request.json_object()
        wanted, name = body.get("permissions"), body.get("name")
        if wanted is None:
            return error_reply(400, "missing_permissions", "Permissions are required.")
        api = wanted.get("api") if isinstance(wanted, dict) else None
        if not isinstance(wanted, dict) or not isinstance(api, dict) or not set(api) <= set(RIGHTS):
            return error_reply(400, "invalid_permissions", "Invalid permission format")
        if not _is_well_formed(api):
            return error_reply(400, "invalid_permissions", "Invalid permission format")
        own = self.rights_of(call.key)
        if not all(name in own and own[name] in ({}, limits) for name, limits in api.items()):
            words = "You are not authorized to create an API key with these permissions."
            return json_reply({"success": False, "msg": words}, 401)
        self.ring.made += 1
        number = 52_018 + self.ring.made
        text = self._new_text()
        title = name if isinstance(name, str) else ""
        self.ring.keys.append(StoredKey(number, title, wanted, call.now, text))
        return json_reply({"id": number, "key": text, "permissions": wanted})

    def _delete(self, call: Call) -> Reply:
        key = self._find(call)
        if key is None:
            return _unknown()
        self.ring.keys.remove(key)
        self.ring.revoked.append(call.key if key.id == MAIN else key.text)
        return json_reply("Successfully Deleted API Key")

    def _reset(self, call: Call) -> Reply:
        main = next((key for key in self.ring.keys if key.id == MAIN), None)
        if main is None:
            return json_reply({"msg": "There is no key to reset."}, 400)
        self.ring.made += 1
        used_main = self.used(call.key) is main and call.key not in self.sessions
        self.ring.revoked.append(call.key if used_main else main.text)
        main.text = self._new_text()
        return json_reply({"success": True, "new_api_key": main.text})

    def _find(self, call: Call) -> StoredKey | None:
        return next((key for key in self.ring.keys if str(key.id) == call.params["id"]), None)

    def _new_text(self) -> str:
        return hashlib.sha256(f"key {self.ring.made}".encode()).hexdigest()


def _is_well_formed(api: Mapping[str, object]) -> bool:
    """Whether every limit is one that is documented: {route: {"constraints": {field: {eq: 1}}}}."""
    return all(
        isinstance(routes, dict)
        and all(
            isinstance(limits, dict)
            and isinstance(fields := limits.get("constraints", {}), dict)
            and all(
                isinstance(bounds, dict)
                and set(bounds) <= {"eq", "lte", "gte"}
                and all(type(value) is int for value in bounds.values())
                for bounds in fields.values()
            )
            for limits in routes.values()
        )
        for routes in api.values()
    )


def _unknown() -> Reply:
    return json_reply({"msg": "API Key not found."}, 404)
