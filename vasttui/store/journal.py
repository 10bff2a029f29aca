"""The journal: what is about to be asked of the service, written down before it is asked.

A row is durable before `open` returns, so that a crash between the request and its answer leaves a
trace, and two windows never do the same thing at once. It holds no secrets.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from vasttui.errors import VastError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS intents (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    state TEXT NOT NULL,
    details TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    opened_at REAL NOT NULL,
    pid INTEGER NOT NULL,
    open INTEGER NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS one_open ON intents (kind, target) WHERE open;
PRAGMA user_version = 1;
"""
_COLUMNS = "id, kind, target, state, details, note, opened_at, pid"
_BUSY_SECONDS = 2.0


class JournalUnwritable(VastError):
    """The journal cannot be written, so nothing may be sent that needs a row in it."""


class IntentExists(VastError):
    """Somebody is doing the same thing already."""


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing that was about to be asked. `opened_at` is epoch seconds.

    `state` is a word of whoever opened it; `target` is what it is done to.
    """

    id: int
    kind: str
    target: str
    state: str
    details: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    opened_at: float = 0.0
    pid: int = 0


class Journal:
    """Rows in a database at `path`; None keeps them in memory. Its methods block: use a thread."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._database: sqlite3.Connection | None = None
        self._lock = threading.Lock()

    def open(
        self, kind: str, target: str, details: Mapping[str, str], *, state: str, now: float
    ) -> Intent:
        """Write down what is about to be asked; on disk when this returns.

        Raises IntentExists while the same is open elsewhere, JournalUnwritable when it cannot be
        written.
        """
        row = (kind, target, state, json.dumps(dict(details)), now, os.getpid())
        with self._lock:
            try:
                with self._connected() as database:
                    self._let_go_of_the_dead(database, kind, target)
                    added = database.execute(
                        "INSERT INTO intents (kind, target, state, details, opened_at, pid, open)"
                        " VALUES (?, ?, ?, ?, ?, ?, 1)",
                        row,
                    )
            except sqlite3.IntegrityError:
                raise IntentExists("Another vasttui window is already doing this.") from None
            except (sqlite3.Error, OSError) as error:
                raise self._unwritable(error) from None
        number = added.lastrowid
        assert number is not None
        return Intent(number, kind, target, state, dict(details), "", now, os.getpid())

    def change(self, intent: Intent, state: str, note: str = "") -> None:
        """Write down how it goes on. Raises JournalUnwritable."""
        self._update(intent, state, note, still_open=True)

    def close(self, intent: Intent, state: str, note: str = "") -> None:
        """Write down how it ended. Raises JournalUnwritable."""
        self._update(intent, state, note, still_open=False)

    def unfinished(self, kind: str) -> list[Intent]:
        """What is open, oldest first. Raises JournalUnwritable when that cannot be read."""
        with self._lock:
            try:
                with self._connected() as database:
                    found = database.execute(
                        f"SELECT {_COLUMNS} FROM intents WHERE open AND kind = ? ORDER BY id",  # noqa: S608
                        (kind,),
                    ).fetchall()
            except (sqlite3.Error, OSError) as error:
                raise self._unwritable(error) from None
        return [
            Intent(id, kind, target, state, json.loads(details), note, opened_at, pid)
            for id, kind, target, state, details, note, opened_at, pid in found
        ]

    def finish(self) -> None:
        """Close the database."""
        with self._lock:
            if self._database is not None:
                self._database.close()
                self._database = None

    def _update(self, intent: Intent, state: str, note: str, *, still_open: bool) -> None:
        with self._lock:
            try:
                with self._connected() as database:
                    database.execute(
                        "UPDATE intents SET state = ?, note = ?, open = ? WHERE id = ?",
                        (state, note, int(still_open), intent.id),
                    )
            except (sqlite3.Error, OSError) as error:
                raise self._unwritable(error) from None

    def _connected(self) -> sqlite3.Connection:
        if self._database is None:
            self._database = _connect(self._path)
        return self._database

    @staticmethod
    def _let_go_of_the_dead(database: sqlite3.Connection, kind: str, target: str) -> None:
        """Actions of a process that is no more hold nobody up; rents are replayed elsewhere."""
        if kind == "rent":
            return
        rows = database.execute(
            "SELECT id, pid FROM intents WHERE open AND kind = ? AND target = ?", (kind, target)
        ).fetchall()
        for number, pid in rows:
            if not _is_alive(pid):
                database.execute(
                    "UPDATE intents SET open = 0, state = 'abandoned' WHERE id = ?", (number,)
                )

    def _unwritable(self, error: Exception) -> JournalUnwritable:
        where = str(self._path) if self._path is not None else "the journal"
        return JournalUnwritable(f"{where} cannot be written: {error}.")


def _connect(path: Path | None) -> sqlite3.Connection:
    if path is not None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    database = sqlite3.connect(path or ":memory:", timeout=_BUSY_SECONDS, check_same_thread=False)
    try:
        # Write-ahead logging needs shared memory, which network file systems lack.
        with closing(database.execute("PRAGMA journal_mode = WAL")) as answer:
            if answer.fetchone()[0] != "wal":
                database.execute("PRAGMA journal_mode = DELETE")
        database.execute("PRAGMA synchronous = FULL")
        database.executescript(_SCHEMA)
    except sqlite3.Error:
        database.close()
        raise
    return database


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
