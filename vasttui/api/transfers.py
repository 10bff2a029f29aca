"""Copies that the hosts make (docs: "copy", "cloud copy"; client 1.9.1 `api/storage.py`)."""

from __future__ import annotations

from collections.abc import Sequence

from vasttui.api.engine import ResourceClient
from vasttui.api.operations import OPERATIONS
from vasttui.api.outcome import Outcome
from vasttui.models.data_transfer import (
    End,
    cancel_body,
    cancel_cloud_body,
    cloud_body,
    copy_body,
    is_sync,
)


class TransfersClient(ResourceClient):
    """Copies. Each change is sent once and raises nothing; accepted is not done."""

    async def copy(self, source: End, target: End, flags: Sequence[str] = ()) -> Outcome:
        """Copy data: `PUT /commands/copy_direct/` (docs: "copy"); between an instance and a cloud
        `POST /commands/rclone/` with these flags (docs: "cloud copy")."""
        if is_sync(source, target):
            body = cloud_body(source, target, flags)
            return await self._engine.write(OPERATIONS["cloud_copy"], body)
        return await self._engine.write(OPERATIONS["copy"], copy_body(source, target))

    async def cancel(self, source: End, target: End) -> Outcome:
        """Cancel every copy into that target: `DELETE /commands/copy_direct/` (docs: "cancel
        copy"); between an instance and a cloud every one of that instance: `DELETE
        /commands/rclone/` (docs: "cancel sync")."""
        if is_sync(source, target):
            body = cancel_cloud_body(source, target)
            return await self._engine.write(OPERATIONS["cancel_cloud_copy"], body)
        return await self._engine.write(OPERATIONS["cancel_copy"], cancel_body(target))
