"""Environment variables of the account (docs: "show env vars", "create env var")."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vasttui.simulator.http.routing import Call, Handler, Route
from vasttui.simulator.http.wire import Reply, error_reply, json_reply

FIRST = {
    "HF_TOKEN": "hf_demo", "WANDB_API_KEY": "demo", "AWS_ACCESS_KEY_ID": "demo",
    "AWS_SECRET_ACCESS_KEY": "demo", "MODE": "train",
}  # fmt: skip
"""The variables of the demo account."""

MOST = 1_000
_MOST_NAME, _MOST_VALUE = 255, 4_096
_NAME = re.compile(r"[a-zA-Z_]\w*", re.ASCII)
_PLAIN = re.compile(r"[a-zA-Z0-9_.-]+")
_MASK = "********"


class Variables:
    """The variables; `strict` refuses values with characters that the documentation leaves out."""

    def __init__(self, *, strict: bool) -> None:
        self.values: dict[str, str] = dict(FIRST)
        self._strict = strict

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        rows: tuple[tuple[str, str, Handler, float], ...] = (
            ("GET", "variables", self._list, 5.0), ("POST", "add_variable", self._add, 3.0),
            ("PUT", "change_variable", self._change, 3.0),
            ("DELETE", "delete_variable", self._delete, 3.0),
        )  # fmt: skip
        return [
            Route(method, "/api/v0/secrets", operation, handler, interval=interval)
            for method, operation, handler, interval in rows
        ]

    def _list(self, call: Call) -> Reply:
        return json_reply({"success": True, "secrets": dict.fromkeys(self.values, _MASK)})

    def _add(self, call: Call) -> Reply:
        name, value = _given(call)
        if not name or not value:
            return error_reply(400, "missing_input", "Both 'key' and 'value' are required.")
        if name in self.values:
            return error_reply(400, "existing_key", f"Environment variable {name} already exists.")
        if len(self.values) >= MOST:
            return error_reply(400, "max_secrets", "Maximum number of environment variables.")
        return self._store(name, value, "added")

    def _change(self, call: Call) -> Reply:
        name, value = _given(call)
        if name is None or value is None:
            return error_reply(400, "missing_input", "Both 'key' and 'value' are required.")
        if not name or not value:
            return error_reply(400, "empty_input", "Key and value must not be empty.")
        if name not in self.values:
            return _unknown()
        return self._store(name, value, "updated")

    def _store(self, name: str, value: str, done: str) -> Reply:
        if len(name) > _MOST_NAME or len(value) > _MOST_VALUE:
            return error_reply(400, "input_too_long", "Key or value is too long.")
        if not _NAME.fullmatch(name) or (self._strict and not _PLAIN.fullmatch(value)):
            return error_reply(400, "invalid_characters", "Key or value has invalid characters.")
        self.values[name] = value
        return json_reply({"success": True, "msg": f"Environment variable {done} successfully"})

    def _delete(self, call: Call) -> Reply:
        name, _ = _given(call)
        if not name:
            return error_reply(400, "missing_input", "'key' is required.")
        if self.values.pop(name, None) is None:
            return _unknown()
        return json_reply({"success": True, "msg": "Environment variable deleted successfully"})


def _unknown() -> Reply:
    return error_reply(400, "nonexistent_key", "Environment variable does not exist.")


def _given(call: Call) -> tuple[str | None, str | None]:
    """The name, in upper case, and the value; None where it is no text."""
    body = call.request.json_object()
    name, value = body.get("key"), body.get("value")
    return (
        name.upper() if isinstance(name, str) else None,
        value if isinstance(value, str) else None,
    )
