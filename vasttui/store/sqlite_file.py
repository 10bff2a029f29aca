"""Opens SQLite files that only their owner can read."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from vasttui.files import make_folder

_BUSY_SECONDS = 2.0


def connect(path: Path | None, prepare: Callable[[sqlite3.Connection], None]) -> sqlite3.Connection:
    """The file at `path`, created if needed; None keeps it in memory. `prepare` makes its tables.

    Raises OSError, sqlite3.Error, or what `prepare` raises.
    """
    if path is not None:
        _make_private(path)
    file = sqlite3.connect(
        path or ":memory:", timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    file.text_factory = lambda data: data.decode("utf-8", "replace")
    try:
        # WAL needs shared memory, which network file systems lack: they keep the old mode.
        # Another window opening at the same time may be switching modes right now.
        with suppress(sqlite3.OperationalError):
            file.execute("PRAGMA journal_mode = WAL").fetchall()
        file.execute("PRAGMA synchronous = FULL")
        prepare(file)
    except (sqlite3.Error, ValueError):
        file.close()
        raise
    return file


def _make_private(path: Path) -> None:
    """Create the file if needed, readable only by its owner, and sync its folder entry to disk."""
    folder = path.parent
    make_folder(folder)
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    number = os.open(path, flags, 0o600)
    try:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise OSError("it is not a regular file")
        os.fchmod(number, 0o600)
    finally:
        os.close(number)
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(number)
    finally:
        os.close(number)
