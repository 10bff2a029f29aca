"""Many rows in one statement, and as one value: each statement, and each row that is read, gives
Python's lock away and takes it again, and while a thread does so all the time, the event loop
waits for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any, TypeVar

from msgspec import DecodeError
from msgspec.json import decode, encode

Rows = TypeVar("Rows")

_MOST_VALUES = 999
"""In one statement; SQLite before 3.32 has room for no more."""


def write_rows(
    file: sqlite3.Connection, statement: str, rows: Sequence[Sequence[str | float | bytes | None]]
) -> None:
    """Execute a statement with `{rows}` for these, all of one length, where `VALUES` may stand."""
    width = len(rows[0]) if rows else 1
    one = f"({', '.join('?' * width)})"
    at_once = _MOST_VALUES // width
    for at in range(0, len(rows), at_once):
        some = rows[at : at + at_once]
        values = f"VALUES {', '.join([one] * len(some))}"
        file.execute(statement.replace("{rows}", values), [value for row in some for value in row])


def write_numbers(
    file: sqlite3.Connection, statement: str, rows: Sequence[Sequence[int | None]]
) -> None:
    """The same for whole numbers, all at once: as JSON. A statement with a mark for each of so many
    values takes 0.1 MB as long as it is kept."""
    width = len(rows[0]) if rows else 1
    columns = ", ".join(f"json_extract(value, '$[{at}]')" for at in range(width))
    values = f"SELECT {columns} FROM json_each(?)"  # noqa: S608 - numbers of columns
    file.execute(statement.replace("{rows}", values), (encode(rows).decode(),))


def read_rows(
    file: sqlite3.Connection, question: str, values: Sequence[Any], rows: type[Rows]
) -> Rows:
    """What the question, which has one value, finds: JSON of such rows. Raises
    sqlite3.DatabaseError if they are others, which nothing of ours wrote."""
    found: str = file.execute(question, values).fetchone()[0]
    try:
        return decode(found, type=rows)
    except DecodeError as error:
        raise sqlite3.DatabaseError(str(error)) from None
