"""API keys of the account (docs: "show api keys", "create api key"; client 1.9.1
`cli/commands/keys.py`)."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from vasttui.api.answers import rows_in
from vasttui.api.engine import ResourceClient
from vasttui.api.operations import OPERATIONS
from vasttui.api.outcome import Fate, Outcome
from vasttui.models.api_key import ApiKey, NewApiKey
from vasttui.models.decode_api_key import api_key_from
from vasttui.models.secret import is_api_key


class ApiKeysClient(ResourceClient):
    """API keys. Reads raise `VastError`; changes are sent once and raise nothing. The text of a new
    key is in the outcome alone, as its `data`."""

    async def list(self) -> tuple[ApiKey, ...]:
        """All keys, without their texts: `GET /auth/apikeys/` (docs: "show api keys")."""
        document = await self._engine.read(OPERATIONS["api_keys"])
        rows = document if isinstance(document, list) else rows_in(document, "apikeys", "API keys")
        return tuple(key for row in rows if (key := api_key_from(row)) is not None)

    async def create(self, name: str, permissions: Mapping[str, object]) -> Outcome:
        """Make a key, a NewApiKey: `POST /auth/apikeys/` (docs: "create api key")."""
        body = {"name": name, "permissions": permissions}
        outcome = await self._engine.write(
            OPERATIONS["create_api_key"], body, confirms=lambda data: _made(data) is not None
        )
        return replace(outcome, data=_made(outcome.data)) if outcome.fate is Fate.OK else outcome

    async def delete(self, key_id: int) -> Outcome:
        """Delete a key: `DELETE /auth/apikeys/{id}/`, whose answer is a text (docs: "delete api
        key")."""
        operation = OPERATIONS["delete_api_key"].at(id=key_id)
        return await self._engine.write(operation, confirms=_deleted)

    async def reset(self) -> Outcome:
        """Replace the main key by another, the text in the outcome: `PUT /commands/reset_apikey/`
        (client 1.9.1 `cli/commands/keys.py`)."""
        body = {"client_id": "me"}
        outcome = await self._engine.write(
            OPERATIONS["reset_api_key"], body, confirms=lambda data: bool(_text(data))
        )
        return replace(outcome, data=_text(outcome.data)) if outcome.fate is Fate.OK else outcome


def _made(data: object) -> NewApiKey | None:
    if not isinstance(data, dict):
        return None
    number, text = data.get("id"), data.get("key")
    if type(number) is not int or number < 1 or not isinstance(text, str) or not is_api_key(text):
        return None
    return NewApiKey(number, text)


def _deleted(data: object) -> bool:
    if isinstance(data, dict):
        return data.get("success") is True
    return isinstance(data, str) and data.lower().startswith("success")


def _text(data: object) -> str:
    text = data.get("new_api_key") if isinstance(data, dict) else None
    return text if isinstance(text, str) and is_api_key(text) else ""
