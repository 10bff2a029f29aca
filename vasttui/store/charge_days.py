"""Days of charges in an SQLite file: the service is asked for one day at a time, slowly, and a day
that is long over does not change. All of it blocks, so it is called in threads.

It is a copy: whatever is wrong with it, the service has the charges. A day is one row, replaced as
a whole, so that two windows cannot make half a day of it.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from vasttui.errors import VastError
from vasttui.models.billing import Charge, DayCharges
from vasttui.models.decode_json import read_json
from vasttui.store.shared_file import Answer, SharedFile, Use, is_damage

_log = logging.getLogger(__name__)

_charge: Callable[[Iterable[object]], Charge] = partial(tuple.__new__, Charge)
"""Makes a row in half the time that `Charge._make` takes."""

_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS days_2 (
        account TEXT NOT NULL, day INTEGER NOT NULL, read_at REAL NOT NULL, lost INTEGER NOT NULL,
        charges TEXT NOT NULL, checksum INTEGER NOT NULL, PRIMARY KEY (account, day)
    )""",
    """CREATE TABLE IF NOT EXISTS gpus_1 (
        account TEXT NOT NULL, contract INTEGER NOT NULL, gpu TEXT NOT NULL,
        PRIMARY KEY (account, contract)
    )""",
)
"""Another version of `Charge` needs tables of another name: versions do not disturb each other."""


class ChargesUnkept(VastError):
    """The file cannot be used, so that days are read again next time."""


class ChargeDays:
    """The days at `path`, by account. Safe to use from several threads and windows.

    Every method raises ChargesUnkept if the file cannot be used. A damaged file is set aside.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = SharedFile(path, _prepare)

    def load(self, account: str, first: int, last: int) -> list[DayCharges]:
        """The kept days in that range (days since 1970-01-01); what is damaged is left out."""
        query = (
            "SELECT day, read_at, lost, charges, checksum FROM days_2"
            " WHERE account = ? AND day BETWEEN ? AND ?"
        )
        rows = self._do(lambda file: file.execute(query, (account, first, last)).fetchall())
        days = [_day(*row) for row in rows]
        return [day for day in days if day is not None]

    def save(self, account: str, days: Iterable[DayCharges]) -> None:
        """Keep these days instead of what was kept of them."""
        rows = [(account, day.day, day.read_at, day.lost, *_text(day)) for day in days]
        query = "INSERT OR REPLACE INTO days_2 VALUES (?, ?, ?, ?, ?, ?)"
        self._do(lambda file: file.executemany(query, rows))

    def gpus(self, account: str) -> dict[int, str]:
        """The GPU model of each contract, as far as it was ever seen: charges do not name it."""
        query = "SELECT contract, gpu FROM gpus_1 WHERE account = ?"
        return dict(self._do(lambda file: file.execute(query, (account,)).fetchall()))

    def save_gpus(self, account: str, gpus: Mapping[int, str]) -> None:
        """Keep the GPU models of these contracts."""
        rows = [(account, contract, gpu) for contract, gpu in gpus.items()]
        query = "INSERT OR REPLACE INTO gpus_1 VALUES (?, ?, ?)"
        self._do(lambda file: file.executemany(query, rows))

    def close(self) -> None:
        """Close the file; it is opened again when needed."""
        self._file.close()

    def _do(self, use: Use[Answer]) -> Answer:
        try:
            return self._file.do(use, self._mend)
        except (sqlite3.Error, OSError, ValueError) as error:
            raise ChargesUnkept(
                f"The copy of the charges ({self._path}) cannot be used: {error}.",
                hint="Is the disk full, or the folder read-only? Days are read again next time.",
            ) from None

    def _mend(self, error: Exception) -> bool:
        if not is_damage(error):
            return False
        _log.warning("%s is damaged; it is kept aside, and read anew: %s", self._path, error)
        self._file.set_aside(self._path.with_name(f"{self._path.name}.damaged"))
        return True


def _prepare(file: sqlite3.Connection) -> None:
    for statement in _SCHEMA:
        file.execute(statement)


def _text(day: DayCharges) -> tuple[str, int]:
    text = json.dumps(day.rows, separators=(",", ":"))
    return text, zlib.crc32(text.encode())


def _day(
    day: object, read_at: object, lost: object, text: object, checksum: object
) -> DayCharges | None:
    """A day as it was kept; None if it is not."""
    data = text.encode() if isinstance(text, str) else b""
    if not data or zlib.crc32(data) != checksum:
        return None
    if not isinstance(day, int) or not isinstance(read_at, float) or not isinstance(lost, int):
        return None
    try:
        found = read_json(data)
        if not isinstance(found, list) or set(map(len, found)) - {len(Charge._fields)}:
            return None
    except (ValueError, TypeError):
        return None
    return DayCharges(day, tuple(map(_charge, found)), lost, read_at)
