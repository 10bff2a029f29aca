"""The journal's table in an SQLite file. All of it blocks, so the journal calls it in threads.

A row is on disk before the call that wrote it returns: `synchronous = FULL` in either mode.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec.structs import replace

from vasttui.store.holder import RELEASED, Holder, this_process
from vasttui.store.intent import Intent, IntentExists, JournalUnwritable, Owner
from vasttui.store.sqlite_file import connect

VERSION = 2
"""Version of the table, stored in the file as `user_version`."""

REPLAYED = frozenset({"rent", "copy", "prepay", "volume", "endpoint", "group"})
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
_OWNERS = ("owner_key", "owner_account")
"""Columns that a journal of an earlier version gets when it is opened."""

_COLUMNS = "id, kind, target, state, details, note, opened_at, owner_key, owner_account, pid, born"


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

    def add(self, new: Intent) -> Intent:
        """Add an open row, whose id is given here. Raises IntentExists if the same action is
        already in progress."""
        values = (
            new.kind, new.target, new.state, json.dumps(dict(new.details)), new.note,
            new.opened_at, new.owner.key, new.owner.account, self._me.pid, self._me.born,
        )  # fmt: skip
        with self._change() as file:
            for intent, holder in self._open_rows(file):
                if (intent.kind, intent.target) == (new.kind, new.target):
                    self._make_room(file, intent, holder, new.owner)
            columns = _COLUMNS.removeprefix("id, ")
            added = file.execute(
                f"INSERT INTO intents ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                values,
            )
        number = added.lastrowid
        assert number is not None
        return replace(new, id=number)

    def _make_room(
        self, file: sqlite3.Connection, intent: Intent, holder: Holder, owner: Owner
    ) -> None:
        """Close a row in the way of a new one. Raises IntentExists if it is still needed."""
        if owner.owns(intent.owner) is False:
            raise IntentExists("Under another account this is not finished yet.")
        if holder.is_alive:
            raise IntentExists
        if intent.kind in REPLAYED:
            raise IntentExists("An earlier try is not confirmed yet.")
        self._set(file, intent.id, ABANDONED, "", still_open=False)

    def update(self, intent: Intent, state: str, note: str, *, still_open: bool) -> None:
        """Change the state of a row."""
        with self._change() as file:
            self._set(file, intent.id, state, note, still_open=still_open)

    def unfinished(self) -> list[Intent]:
        """The open rows, oldest first."""
        with self._change() as file:
            return [intent for intent, _ in self._open_rows(file)]

    def left_behind(self, kinds: Sequence[str]) -> list[Intent]:
        """The open rows of these kinds that no live process holds, oldest first."""
        with self._change() as file:
            return [
                intent
                for intent, holder in self._open_rows(file)
                if intent.kind in kinds and not holder.is_alive
            ]

    def kinds_left_behind(self) -> set[str]:
        """The kinds of the open rows that no live process holds."""
        with self._change() as file:
            rows = self._open_rows(file)
            return {intent.kind for intent, holder in rows if not holder.is_alive}

    def claim(self, wanted: Intent, owner: Owner) -> bool:
        """Hold this row from now on, for this owner. False if it was closed, or another process
        holds it by now."""
        me = self._me
        with self._change() as file:
            for intent, holder in self._open_rows(file):
                if intent.id == wanted.id and not holder.is_alive:
                    file.execute(
                        "UPDATE intents SET pid = ?, born = ?, owner_key = ?, owner_account = ?"
                        " WHERE id = ?",
                        (me.pid, me.born, owner.key, owner.account, intent.id),
                    )
                    return True
        return False

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
            self._file = connect(self._path, _prepare)
        return self._file

    def details(self, kind: str) -> list[Mapping[str, str]]:
        """The details of all rows of a kind, closed ones too, oldest first."""
        with self._change() as file:
            rows = file.execute("SELECT details FROM intents WHERE kind = ? ORDER BY id", (kind,))
            return [_details(text) for (text,) in rows]

    @staticmethod
    def _open_rows(file: sqlite3.Connection) -> list[tuple[Intent, Holder]]:
        rows = file.execute(f"SELECT {_COLUMNS} FROM intents WHERE open ORDER BY id")  # noqa: S608
        return [
            (
                Intent(
                    number, kind, target, state, _details(details), note, at, Owner(key, account)
                ),
                Holder(pid, born),
            )
            for number, kind, target, state, details, note, at, key, account, pid, born in rows
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
        if type(error) is sqlite3.DatabaseError:
            return JournalUnwritable(
                f"The journal ({where}) is damaged: {error}.",
                hint="What was unfinished is not known any more: check your instances. "
                "Move the file away to rent again.",
            )
        return JournalUnwritable(
            f"The journal ({where}) cannot be written: {error}.",
            hint="Is the disk full, or the folder read-only?",
        )


def _details(text: object) -> dict[str, str]:
    """The details of a row; empty where they are damaged, which its owner notices."""
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {}


def _prepare(file: sqlite3.Connection) -> None:
    """Create the table if needed. Raises ValueError if another version of vasttui made it."""
    file.execute("BEGIN IMMEDIATE")
    version = file.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        for statement in _SCHEMA:
            file.execute(statement)
    present = {row[1] for row in file.execute("PRAGMA table_info(intents)")}
    for column in _OWNERS:
        if present and column not in present:
            file.execute(f"ALTER TABLE intents ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")
    file.execute("COMMIT")
    if version not in (0, VERSION):
        raise ValueError("it was made by another version of vasttui; move it away")
