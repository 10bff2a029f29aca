"""One SQLite file that several threads and windows use, one transaction at a time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from vasttui.store.sqlite_file import connect

Answer = TypeVar("Answer")
Use = Callable[[sqlite3.Connection], Answer]

_TRIES = 3


class SharedFile:
    """The file at `path`, None: in memory; opened when it is first used. All of it blocks, so it is
    called in threads."""

    def __init__(self, path: Path | None, prepare: Callable[[sqlite3.Connection], None]) -> None:
        """`prepare` makes the tables of a file that was just opened."""
        self.path, self._prepare = path, prepare
        self._lock = threading.Lock()
        self._file: sqlite3.Connection | None = None

    def do(self, use: Use[Answer], mend: Callable[[Exception], bool]) -> Answer:
        """One transaction, tried again where `mend` says of an error that it helps, twice at most.
        Raises what is left: OSError, ValueError or sqlite3.Error."""
        with self._lock:
            for tries_left in reversed(range(_TRIES)):
                try:
                    return self._try(use)
                except (sqlite3.Error, OSError, ValueError) as error:
                    if self.path is not None:  # what is in memory has no other place
                        self._drop()
                    if not tries_left or not mend(error):
                        raise
        raise AssertionError

    def set_aside(self, aside: Path) -> None:
        """Rename the file, and what belongs to it; only for `mend`, which holds the lock."""
        assert self.path is not None
        self.path.replace(aside)
        for ending, keeps in (("-wal", True), ("-shm", False)):
            part = self.path.with_name(self.path.name + ending)
            with suppress(FileNotFoundError):
                if keeps:
                    part.replace(aside.with_name(aside.name + ending))
                else:
                    part.unlink()

    def _drop(self) -> None:
        if self._file is not None:
            with suppress(sqlite3.Error):
                self._file.close()
            self._file = None

    def close(self) -> None:
        """Close the file; it is opened again when needed, in memory an empty one."""
        with self._lock:
            self._drop()

    def _try(self, use: Use[Answer]) -> Answer:
        if self._file is None:
            self._file = connect(self.path, self._prepare)
        file = self._file
        file.execute("BEGIN IMMEDIATE")
        try:
            answer = use(file)
            file.execute("COMMIT")
        finally:
            if file.in_transaction:
                file.execute("ROLLBACK")
        return answer


def is_damage(error: Exception) -> bool:
    """Whether the file itself is wrong: not that it is locked, full or read-only."""
    return type(error) is sqlite3.DatabaseError
