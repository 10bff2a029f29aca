"""Tables of the memory file: what the user said of machines, rentals of them, when they were seen,
and what the service told of them.

Two windows write rows of single machines, so that neither loses what the other has written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, astuple, replace

from vasttui.models.machine_memory import NO_MARK, MachineMark, MachinesKnown, OwnRental, completed
from vasttui.store.many_rows import write_rows

SEEN = """CREATE TABLE IF NOT EXISTS machine_seen (
    machine INTEGER PRIMARY KEY, first REAL NOT NULL, last REAL NOT NULL)"""

TABLES = (
    """CREATE TABLE IF NOT EXISTS machine_marks (
        machine INTEGER PRIMARY KEY, starred REAL, avoided REAL, why TEXT NOT NULL,
        note TEXT NOT NULL, noted REAL)""",
    SEEN,
    """CREATE TABLE IF NOT EXISTS machine_rentals (
        instance INTEGER PRIMARY KEY, machine INTEGER NOT NULL, gpu TEXT NOT NULL,
        gpus INTEGER NOT NULL, rented REAL, ran INTEGER NOT NULL, ready_after REAL,
        trouble TEXT NOT NULL, cause TEXT NOT NULL, trouble_at REAL, ended REAL, paid REAL,
        seen REAL NOT NULL, as_asked INTEGER, owner TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS machine_rental_terms (
        instance INTEGER PRIMARY KEY, login_after REAL, vram INTEGER, price REAL,
        is_bid INTEGER)""",
    """CREATE TABLE IF NOT EXISTS machine_told (
        machine INTEGER NOT NULL, what TEXT NOT NULL, at REAL NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (machine, what))""",
    "CREATE TABLE IF NOT EXISTS machines_taken_over (at REAL NOT NULL)",
)


class Loaded(Struct, frozen=True):
    """All that is kept: marks and times by machine; rentals by instance, with their owners.
    `has_lists`: the lists of the preferences were adopted."""

    marks: Mapping[int, MachineMark]
    seen: Mapping[int, tuple[float, float]]
    rentals: Mapping[int, tuple[OwnRental, str]]
    has_lists: bool


def take_over(
    file: sqlite3.Connection, starred: Iterable[int], avoided: Iterable[int], now: float
) -> None:
    """Adopt, once, the lists that the preferences had."""
    if not has_lists(file):
        file.execute("INSERT INTO machines_taken_over VALUES (?)", (now,))
        for machine in starred:
            set_mark(file, machine, {"starred": now})
        for machine in avoided:
            set_mark(file, machine, {"avoided": now})


def restore(
    file: sqlite3.Connection, known: MachinesKnown, owners: Mapping[int, str], now: float
) -> None:
    """Write what a window knows into a file that was begun anew, with the owners of its rentals."""
    file.execute("INSERT INTO machines_taken_over VALUES (?)", (now,))
    for machine, mark in known.marks.items():
        set_mark(file, machine, asdict(mark))
    file.executemany(
        "INSERT OR IGNORE INTO machine_seen VALUES (?, ?, ?)",
        ((machine, *times) for machine, times in known.seen.items()),
    )
    for rentals in known.rentals.values():
        for rental in rentals:
            set_rentals(file, [rental], owners[rental.instance])


def has_lists(file: sqlite3.Connection) -> bool:
    """Whether the lists of the preferences were adopted: one that was not begun just now."""
    return file.execute("SELECT 1 FROM machines_taken_over").fetchone() is not None


def load(file: sqlite3.Connection) -> Loaded:
    """Read everything but what the service told."""
    rentals = file.execute("SELECT * FROM machine_rentals ORDER BY rented, instance")
    terms = {row[0]: row[1:] for row in file.execute("SELECT * FROM machine_rental_terms")}
    return Loaded(
        load_marks(file),
        {row[0]: row[1:] for row in file.execute("SELECT * FROM machine_seen")},
        {row[0]: (_rental(row[:-1], terms.get(row[0], ())), row[-1]) for row in rentals},
        has_lists(file),
    )


def known_from(loaded: Loaded) -> MachinesKnown:
    """What is remembered, for whoever only reads it."""
    rentals: dict[int, list[OwnRental]] = {}
    for rental, _ in loaded.rentals.values():
        rentals.setdefault(rental.machine, []).append(rental)
    return MachinesKnown(marks=loaded.marks, rentals=rentals, seen=loaded.seen, loaded=True)


def load_marks(file: sqlite3.Connection) -> dict[int, MachineMark]:
    """What the user said of machines."""
    return {row[0]: _mark(row[1:]) for row in file.execute("SELECT * FROM machine_marks")}


def set_mark(file: sqlite3.Connection, machine: int, changes: Mapping[str, Any]) -> None:
    """Change these fields of what the user said of a machine."""
    row = file.execute("SELECT * FROM machine_marks WHERE machine = ?", (machine,)).fetchone()
    mark = replace(NO_MARK if row is None else _mark(row[1:]), **changes)
    file.execute(
        "INSERT OR REPLACE INTO machine_marks VALUES (?, ?, ?, ?, ?, ?)", (machine, *astuple(mark))
    )


def set_seen(file: sqlite3.Connection, machines: Iterable[int], now: float) -> None:
    """These machines were seen now."""
    write_rows(
        file,
        "INSERT INTO machine_seen {rows} ON CONFLICT (machine) DO UPDATE SET"
        " first = min(first, excluded.first), last = excluded.last",
        [(machine, now, now) for machine in machines],
    )


def set_rentals(file: sqlite3.Connection, rentals: Iterable[OwnRental], owner: str) -> None:
    """Keep these rentals of an owner, as a digest of the key and the service. What only another
    window knows of them stays."""
    kept = [_completed(file, one) for one in rentals]
    file.executemany(
        "INSERT OR REPLACE INTO machine_rentals "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((*astuple(one)[:_PLAIN], owner) for one in kept),
    )
    file.executemany(
        "INSERT OR REPLACE INTO machine_rental_terms VALUES (?, ?, ?, ?, ?)",
        ((one.instance, *astuple(one)[_PLAIN:]) for one in kept),
    )


def told(file: sqlite3.Connection, machine: int) -> dict[str, tuple[float, str]]:
    """When the service told what of a machine, and what it told."""
    rows = file.execute("SELECT what, at, body FROM machine_told WHERE machine = ?", (machine,))
    return {what: (at, body) for what, at, body in rows}


def told_of_all(file: sqlite3.Connection, what: str) -> dict[int, str]:
    """What the service told of each machine."""
    return dict(
        file.execute("SELECT machine, body FROM machine_told WHERE what = ?", (what,)).fetchall()
    )


def set_told(file: sqlite3.Connection, machine: int, what: str, at: float, body: str) -> None:
    """Keep what the service told of a machine."""
    file.execute(
        "INSERT OR REPLACE INTO machine_told VALUES (?, ?, ?, ?)", (machine, what, at, body)
    )


def _mark(row: Sequence[Any]) -> MachineMark:
    return MachineMark(**dict(zip(_MARK, row, strict=True)))


def _completed(file: sqlite3.Connection, rental: OwnRental) -> OwnRental:
    """The rental with what is kept of it and not known here."""
    number = (rental.instance,)
    row = file.execute("SELECT * FROM machine_rentals WHERE instance = ?", number).fetchone()
    if row is None:
        return rental
    terms = file.execute("SELECT * FROM machine_rental_terms WHERE instance = ?", number).fetchone()
    return completed(rental, _rental(row[:-1], (terms or ())[1:]))


def _rental(row: Sequence[Any], terms: Sequence[Any]) -> OwnRental:
    found = dict(zip(_RENTAL, (*row, *terms), strict=False))
    found |= {name: None if found.get(name) is None else bool(found[name]) for name in _BOOLS}
    return OwnRental(**{**found, "ran": bool(found["ran"])})


# The columns are the fields of these, in their order.
_MARK = MachineMark.__struct_fields__
_RENTAL = OwnRental.__struct_fields__
_PLAIN = _RENTAL.index("login_after")
"""The fields from here on are in a table of their own: an earlier version has only the first."""

_BOOLS = ("as_asked", "is_bid")
