"""Copies that the hosts make (docs: "copy"; client 1.9.1 `api/storage.py`)."""

from __future__ import annotations

from vasttui.api.engine import ResourceClient
from vasttui.api.operations import OPERATIONS
from vasttui.api.outcome import Outcome
from vasttui.models.data_transfer import End, cancel_body, copy_body


class TransfersClient(ResourceClient):
    """Copies. Each change is sent once and raises nothing; accepted is not done."""

    async def copy(self, source: End, target: End) -> Outcome:
        """Copy data: `PUT /commands/copy_direct/` (docs: "copy")."""
        return await self._engine.write(OPERATIONS["copy"], copy_body(source, target))

    async def cancel(self, target: End) -> Outcome:
        """Cancel every copy into this instance or volume: `DELETE /commands/copy_direct/` (docs:
        "cancel copy")."""
        return await self._engine.write(OPERATIONS["cancel_copy"], cancel_body(target))
