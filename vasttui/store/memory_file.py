"""What is remembered of machines and prices: one SQLite file, shared by all windows. All of it
blocks, so it is called in threads.

Each subject has a module with its own tables. A file that is damaged, or that a newer vasttui made,
is kept aside and a new one begun; where nothing can be written, what was kept is read and the rest
is remembered until the program ends. `news` says so, once.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from vasttui.errors import VastError
from vasttui.store.shared_file import Answer, SharedFile, Use, is_damage

VERSION = 1
"""Version of the tables, stored in the file as `user_version`."""

_LASTS = "Stars and notes last until you quit."
_NO_ROOM = f"No room on the disk. {_LASTS}"
_NO_ROOM_FOR_BULK = "No room on the disk: stars and notes are kept, prices are not."


class MemoryUnkept(VastError):
    """This could not be written: no room on the disk for it, or another window is writing."""


class _NewerError(ValueError):
    """A newer vasttui made the file."""


class MemoryFile:
    """The file at `path`; None keeps it in memory. Safe to use from several threads and windows."""

    def __init__(
        self, path: Path | None, now: Callable[[], float], *, sets_aside: bool = True
    ) -> None:
        """`now` tells epoch seconds. Not `sets_aside`: a file that cannot be read is left alone."""
        self._path, self._now, self._sets_aside = path, now, sets_aside
        self._told: set[str] = set()
        self._unsaid: list[str] = []
        self._file = SharedFile(path, self._prepare)

    def do(self, tables: Sequence[str], use: Use[Answer], *, bulky: bool = False) -> Answer:
        """One transaction, after `tables`: statements that begin CREATE TABLE IF NOT EXISTS, or
        INDEX. `bulky`: it is left out where the disk is full. Raises MemoryUnkept."""

        def work(file: sqlite3.Connection) -> Answer:
            for statement in tables:
                file.execute(statement)
            return use(file)

        before: list[Exception] = []

        def mend(error: Exception) -> bool:
            before.append(error)
            return self._mend(before, bulky)

        try:
            return self._file.do(work, mend)
        except (sqlite3.Error, OSError, ValueError) as error:
            what = "It could not be remembered" if self._sets_aside else "The memory is not read"
            raise MemoryUnkept(f"{what}: {error}.") from None

    def news(self) -> list[str]:
        """Sentences about the file that were not told yet."""
        news, self._unsaid = self._unsaid, []
        return news

    def close(self) -> None:
        """Close the file; it is opened again when needed."""
        self._file.close()

    def _mend(self, errors: Sequence[Exception], bulky: bool) -> bool:
        """Whether another try helps, after these errors: with a new file, or in memory."""
        error = errors[-1]
        if _is(error, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return True  # each try waits as long as `connect` says
        if self._file.path is None:
            return False
        if is_damage(error) or isinstance(error, _NewerError):
            # Another window may have set it aside: the file is opened again before that is done.
            return len(errors) == 1 or (self._sets_aside and self._begin_anew(error))
        full = _is(error, sqlite3.SQLITE_FULL) or getattr(error, "errno", 0) in _FULL
        if full and bulky:
            self._say(_NO_ROOM_FOR_BULK)
            return False
        self._use_memory(_NO_ROOM if full else f"{_why(error, self._file.path)} {_LASTS}")
        return True

    def _begin_anew(self, error: Exception) -> bool:
        """Keep the file aside."""
        assert self._path is not None
        at = datetime.fromtimestamp(self._now())
        aside = _free_name(self._path.with_name(f"memory.broken-{at:%Y-%m-%d}"))
        try:
            self._file.set_aside(aside)
        except OSError as refused:
            self._use_memory(f"{_why(refused, self._path)} {_LASTS}")
            return True
        what = (
            "was made by a newer vasttui"
            if isinstance(error, _NewerError)
            else f"could not be read (damaged at {at:%H:%M})"
        )
        self._say(f"The memory {what}. It is kept aside as {aside.name}; a new one was begun.")
        return True

    def _use_memory(self, sentence: str) -> None:
        """Go on with a copy of what was kept, from which nothing comes back to the disk."""
        self._file.path = None
        self._say(sentence)

    def _prepare(self, file: sqlite3.Connection) -> None:
        if self._file.path is None and self._path is not None:
            _copy(self._path, file)
        version = file.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise _NewerError("it was made by a newer vasttui")
        if version < VERSION:
            file.execute(f"PRAGMA user_version = {VERSION}")

    def _say(self, sentence: str) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            self._unsaid.append(sentence)


_FULL = (errno.ENOSPC, errno.EDQUOT)


def _is(error: Exception, *codes: int) -> bool:
    """Whether SQLite gave one of these primary result codes."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in codes


def _why(error: Exception, path: Path) -> str:
    folder = next(one for one in path.parents if one.exists())
    if _is(error, sqlite3.SQLITE_READONLY) or not os.access(folder, os.W_OK):
        return "Nothing can be remembered: the state folder is read-only."
    words = getattr(error, "strerror", None) or str(error)
    return f"Nothing can be remembered: {path} cannot be used ({words})."


def _copy(path: Path, into: sqlite3.Connection) -> None:
    """Copy what can be read of the file; nothing if it cannot, or is none: a pipe never opens."""
    if not path.is_file():
        return
    for mode in ("mode=ro", "mode=ro&immutable=1"):
        with suppress(sqlite3.Error):
            kept = sqlite3.connect(f"file:{quote(str(path))}?{mode}", uri=True)
            try:
                kept.backup(into)
                return
            finally:
                kept.close()


def _free_name(path: Path) -> Path:
    """That path, or one with a number where it is taken."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}.{number}")
    return free
