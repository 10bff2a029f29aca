"""The journal's table in an SQLite file. All of it blocks, so the journal calls it in threads.

A row is on disk before the call that wrote it returns: `synchronous = FULL` in either mode.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from vasttui.store.holder import RELEASED, Holder, this_process
from vasttui.store.intent import SENT, Intent, IntentExists, JournalUnwritable

VERSION = 2
"""Version of the table, stored in the file as `user_version`."""

REPLAYED = frozenset({"rent"})
"""Kinds whose rows outlive their process: another process takes them over and finishes them."""

ABANDONED = "abandoned"
"""The state of a row whose process died and whose target another process has since acted on."""

_SCHEMA = (
    """CREATE TABLE intents (
        id INTEGER PRIMARY KEY, kind TEXT NOT NULL, target TEXT NOT NULL, state TEXT NOT NULL,
        details TEXT NOT NULL, note TEXT NOT NULL DEFAULT '', opened_at REAL NOT NULL,
        pid INTEGER NOT NULL, born TEXT NOT NULL, open INTEGER NOT NULL DEFAULT 1
    )""",
    "CREATE UNIQUE INDEX one_open ON intents (kind, target) WHERE open",
    f"PRAGMA user_version = {VERSION}",
)
_COLUMNS = "id, kind, target, state, details, note, opened_at, pid, born"
_BUSY_SECONDS = 2.0


class Database:
    """The rows at `path`; None keeps them in memory. Safe to use from several threads.

    Every method raises JournalUnwritable if the file cannot be used.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._me = this_process()
        self._file: sqlite3.Connection | None = None
        self._closed = False

    def add(self, kind: str, target: str, details: Mapping[str, str], now: float) -> Intent:
        """Add an open row. Raises IntentExists if the same action is already in progress."""
        values = (kind, target, SENT, json.dumps(dict(details)), now, self._me.pid, self._me.born)
        with self._change() as file:
            for intent, holder in self._open_rows(file):
                if (intent.kind, intent.target) == (kind, target):
                    if kind in REPLAYED or holder.is_alive:
                        raise IntentExists
                    self._set(file, intent.id, ABANDONED, "", still_open=False)
            added = file.execute(
                "INSERT INTO intents (kind, target, state, details, opened_at, pid, born)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                values,
            )
        number = added.lastrowid
        assert number is not None
        return Intent(number, kind, target, SENT, dict(details), "", now)

    def update(self, intent: Intent, state: str, note: str, *, still_open: bool) -> None:
        """Change the state of a row."""
        with self._change() as file:
            self._set(file, intent.id, state, note, still_open=still_open)

    def unfinished(self) -> list[Intent]:
        """The open rows, oldest first."""
        with self._change() as file:
            return [intent for intent, _ in self._open_rows(file)]

    def take_over(self, kinds: Sequence[str]) -> list[Intent]:
        """Take over the open rows of these kinds that no live process holds."""
        with self._change() as file:
            found = [
                intent
                for intent, holder in self._open_rows(file)
                if intent.kind in kinds and not holder.is_alive
            ]
            for intent in found:
                file.execute(
                    "UPDATE intents SET pid = ?, born = ? WHERE id = ?",
                    (self._me.pid, self._me.born, intent.id),
                )
        return found

    def close(self, held: Sequence[int]) -> None:
        """Release the rows with these ids for another window to take over, and close the file."""
        if self._file is not None:
            with suppress(JournalUnwritable), self._change() as file:
                for number in held:
                    file.execute("UPDATE intents SET pid = ? WHERE id = ?", (RELEASED, number))
        with self._lock:
            self._closed = True
            if self._file is not None:
                self._file.close()
                self._file = None

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """One transaction."""
        with self._lock:
            try:
                file = self._connected()
                file.execute("BEGIN IMMEDIATE")
                try:
                    yield file
                    file.execute("COMMIT")
                finally:
                    if file.in_transaction:
                        file.execute("ROLLBACK")
            except (sqlite3.Error, OSError, ValueError) as error:
                raise self._unwritable(error) from None

    def _connected(self) -> sqlite3.Connection:
        if self._closed:
            raise OSError("it is closed")
        if self._file is None:
            self._file = _connect(self._path)
        return self._file

    @staticmethod
    def _open_rows(file: sqlite3.Connection) -> list[tuple[Intent, Holder]]:
        rows = file.execute(f"SELECT {_COLUMNS} FROM intents WHERE open ORDER BY id")  # noqa: S608
        return [
            (
                Intent(number, kind, target, state, json.loads(details), note, opened_at),
                Holder(pid, born),
            )
            for number, kind, target, state, details, note, opened_at, pid, born in rows
        ]

    @staticmethod
    def _set(
        file: sqlite3.Connection, number: int, state: str, note: str, *, still_open: bool
    ) -> None:
        file.execute(
            "UPDATE intents SET state = ?, note = ?, open = ? WHERE id = ?",
            (state, note, int(still_open), number),
        )

    def _unwritable(self, error: Exception) -> JournalUnwritable:
        where = "in memory" if self._path is None else f"{self._path}"
        return JournalUnwritable(
            f"The journal ({where}) cannot be written: {error}.",
            hint="Is the disk full, or the folder read-only?",
        )


def _connect(path: Path | None) -> sqlite3.Connection:
    if path is not None:
        _make_private(path)
    file = sqlite3.connect(
        path or ":memory:", timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        # WAL needs shared memory, which network file systems lack: they keep the old mode.
        # Another window opening at the same time may be switching modes right now.
        with suppress(sqlite3.OperationalError):
            file.execute("PRAGMA journal_mode = WAL").fetchall()
        file.execute("PRAGMA synchronous = FULL")
        _prepare(file)
    except (sqlite3.Error, ValueError):
        file.close()
        raise
    return file


def _prepare(file: sqlite3.Connection) -> None:
    """Create the table if needed. Raises ValueError if another version of vasttui made it."""
    file.execute("BEGIN IMMEDIATE")
    version = file.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        for statement in _SCHEMA:
            file.execute(statement)
    file.execute("COMMIT")
    if version not in (0, VERSION):
        raise ValueError("it was made by another version of vasttui; move it away")


def _make_private(path: Path) -> None:
    """Create the file if needed, readable only by its owner, and sync its folder entry to disk."""
    folder = path.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        os.fchmod(number, 0o600)
    finally:
        os.close(number)
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(number)
    finally:
        os.close(number)
