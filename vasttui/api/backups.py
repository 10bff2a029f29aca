"""Backups that the service made of instances and volumes (client 1.9.1 `api/storage.py`)."""

from __future__ import annotations

from vasttui.api.answers import rows_in
from vasttui.api.engine import ResourceClient
from vasttui.api.operations import OPERATIONS
from vasttui.errors import NotFound
from vasttui.models.backup import Backup, BackupFiles
from vasttui.models.decode_records import backup_file_from, backup_from


class BackupsClient(ResourceClient):
    """Backups. Raises `VastError`."""

    async def list(self) -> tuple[Backup, ...]:
        """All of the account: `GET /instance_backups/`."""
        document = await self._engine.read(OPERATIONS["backups"])
        rows = rows_in(document, "backups", "backups")
        return tuple(found for row in rows if (found := backup_from(row)) is not None)

    async def files(self, contract_id: int) -> BackupFiles:
        """The stored files of an instance or volume: `GET /instance_backups/{id}/download/`. The
        token in the answer, which opens all of them, is not kept."""
        operation = OPERATIONS["backup_files"].at(id=contract_id)
        try:
            document = await self._engine.read(operation)
        except NotFound:
            return BackupFiles(())
        rows = rows_in(document, "files", "files")
        files = tuple(found for row in rows if (found := backup_file_from(row)) is not None)
        cut = isinstance(document, dict) and document.get("truncated") is True
        return BackupFiles(files, cut, len(rows) - len(files))
