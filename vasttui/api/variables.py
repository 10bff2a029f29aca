"""Environment variables of the account (docs: "show env vars"; client 1.9.1 `api/auth.py`)."""

from __future__ import annotations

from vasttui.api.engine import ResourceClient
from vasttui.api.operations import OPERATIONS
from vasttui.api.outcome import Outcome
from vasttui.errors import BrokenAnswer
from vasttui.models.variable import Variable
from vasttui.text import clean

_NAMES = ("key", "name")
_CAP = 256


class VariablesClient(ResourceClient):
    """Variables. Reads raise `VastError`; changes are sent once and raise nothing. Values are only
    sent, never received or logged."""

    @property
    def interval(self) -> float:
        """Seconds between two changes that are kept at present (docs: "create env var", "update env
        var"); 0 if there is no limit."""
        changes = (OPERATIONS["add_variable"], OPERATIONS["change_variable"])
        return max(map(self._engine.limiter.interval, changes))

    async def list(self) -> tuple[Variable, ...]:
        """All variables, without their values: `GET /secrets/` (docs: "show env vars")."""
        document = await self._engine.read(OPERATIONS["variables"])
        return tuple(Variable(name) for row in _rows(document) if (name := _name(row)))

    async def add(self, name: str, value: str) -> Outcome:
        """Add a variable; the service refuses a name that is there: `POST /secrets/` (docs: "create
        env var")."""
        return await self._engine.write(OPERATIONS["add_variable"], {"key": name, "value": value})

    async def change(self, name: str, value: str) -> Outcome:
        """Give a variable another value: `PUT /secrets/` (docs: "update env var")."""
        body = {"key": name, "value": value}
        return await self._engine.write(OPERATIONS["change_variable"], body)

    async def delete(self, name: str) -> Outcome:
        """Delete a variable: `DELETE /secrets/` (docs: "delete env var")."""
        return await self._engine.write(OPERATIONS["delete_variable"], {"key": name})


def _rows(document: object) -> list[object]:
    """The names of an object of names and values, or the rows of a list."""
    rows = document.get("secrets") if isinstance(document, dict) else document
    if isinstance(rows, dict):
        return list(rows)
    if isinstance(rows, list):
        return rows
    if rows is None and isinstance(document, dict) and "secrets" in document:
        return []
    raise BrokenAnswer("The answer contains no list of variables.")


def _name(row: object) -> str:
    if isinstance(row, dict):
        row = next((row[name] for name in _NAMES if isinstance(row.get(name), str)), None)
    return clean(row, _CAP) if isinstance(row, str) else ""
