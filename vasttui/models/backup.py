"""Backups that the service made of instances and volumes (client 1.9.1 `api/storage.py`)."""

from __future__ import annotations

import math
from typing import NamedTuple

from msgspec import Struct

from vasttui.words import UNKNOWN

_GB = 1e9


class Backup(Struct, frozen=True, kw_only=True):
    """One backup, which outlives the instance or volume `contract_id`. `status` is the service's
    word: pending, success, error. `type` is None where its contract is long gone, `created_at` is
    epoch seconds, `info` says why it was made."""

    id: int
    contract_id: int
    type: str | None = None
    machine_id: int | None = None
    status: str | None = None
    created_at: float | None = None
    info: str | None = None

    @property
    def is_there(self) -> bool:
        """Whether it can be copied from."""
        return self.status == "success"

    @property
    def restore(self) -> str:
        """The command that copies it into a running instance (client 1.9.1
        `cli/commands/storage.py`): the files of an instance are below `upper/`, those of a volume
        at the root."""
        folder = "/" if self.type == "volume" else "/upper/workspace"
        return f"vastai copy vast.{self.contract_id}:{folder} INSTANCE_ID:/workspace"

    @property
    def files(self) -> str:
        """The command that lists its files with links to fetch them."""
        return f"vastai show instance-backup-files {self.contract_id}"


class BackupFile(NamedTuple):
    """A stored file: its name in the backup, and its size in bytes, None if unknown."""

    name: str
    size: int | None


class BackupFiles(NamedTuple):
    """The files of a backup. `cut`: there are more than are listed; `bad` could not be read."""

    files: tuple[BackupFile, ...]
    cut: bool = False
    bad: int = 0

    @property
    def size(self) -> int | None:
        """Bytes of all that are listed; None if one is unknown."""
        sizes = [one.size for one in self.files if one.size is not None]
        return sum(sizes) if len(sizes) == len(self.files) and not self.bad else None

    @property
    def gigabytes(self) -> float | None:
        """The same in GB."""
        return None if self.size is None else self.size / _GB

    @property
    def number_words(self) -> str:
        """`240`, or `240+` if there are more."""
        return f"{len(self.files):,}{'+' if self.cut else ''}"

    @property
    def size_words(self) -> str:
        """`14.5 GB`, or `≥14.5 GB` if there are more; `?` if it is not known."""
        size = self.gigabytes
        if size is None:
            return UNKNOWN
        return f"≥{math.floor(size * 10) / 10:.1f} GB" if self.cut else f"{size:.1f} GB"

    @property
    def count_words(self) -> str:
        """`1 file`, `240+ files`."""
        count = self.number_words
        return f"{count} file{'' if count == '1' else 's'}"
