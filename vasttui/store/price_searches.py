"""What the searches were that prices are kept of: for which hosts, and which offers were missing in
how many. All of it blocks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, get_args

from vasttui.models.search import Scope, Trust

TABLES = (
    """CREATE TABLE IF NOT EXISTS price_hosts_1 (
        kind INTEGER NOT NULL, day INTEGER NOT NULL, hosts INTEGER NOT NULL,
        PRIMARY KEY (kind, day)
    ) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS price_absent_1 (
        offer INTEGER PRIMARY KEY, hosts INTEGER NOT NULL, searches INTEGER NOT NULL
    )""",
)

_TRUSTS: Sequence[Trust] = ("datacenter", "verified", "any")
"""Each has the hosts of those before it; behind the last is what the switch has no word for."""
assert set(_TRUSTS) == set(get_args(Trust))

_HOSTS = """INSERT INTO price_hosts_1 VALUES (?, ?, ?)
    ON CONFLICT (kind, day) DO UPDATE SET hosts = excluded.hosts WHERE hosts < excluded.hosts"""
_SHOWN = """INSERT INTO price_absent_1
    SELECT id, ?, 0 FROM price_offers_1 WHERE kind = ? AND machine = ?
    ON CONFLICT (offer) DO UPDATE SET hosts = excluded.hosts WHERE hosts > excluded.hosts"""


def record_hosts(file: sqlite3.Connection, kind: int, day: int, scope: Scope) -> None:
    """For which hosts a kind was searched on a day: the widest choice of that day."""
    file.execute(_HOSTS, (kind, day, _rank(scope.trust)))


def record_shown(
    file: sqlite3.Connection, offers: Iterable[tuple[Any, ...]], scope: Scope
) -> None:  # fmt: skip
    """Offers that such a search showed, each a kind and a machine: wider ones show them, too."""
    rank = _rank(scope.trust)
    file.executemany(_SHOWN, ((rank, kind, machine) for kind, machine in offers))


def record_absent(file: sqlite3.Connection, at: int, rental: str, scope: Scope) -> None:
    """Count, for each offer that such a search must show if it is there, whether it was missing in
    the one that ended `at` (epoch seconds) and had all."""
    if not scope.only or scope.trust is None:
        return
    conditions, values = "", list[object]()
    if scope.gpus is not None:
        conditions += f" AND k.gpu IN ({', '.join('?' * len(scope.gpus))})"
        values += scope.gpus
    if scope.number is not None:
        conditions += " AND k.gpus = ?"
        values.append(scope.number)
    file.execute(
        "UPDATE price_absent_1 SET searches = searches + 1 WHERE hosts <= ? AND offer IN"  # noqa: S608
        " (SELECT o.id FROM price_offers_1 o JOIN price_kinds_1 k ON k.id = o.kind"
        f" WHERE o.last_at < ? AND k.rental = ?{conditions})",
        (_rank(scope.trust), at, rental, *values),
    )


def absent(file: sqlite3.Connection, offer: int) -> int | None:
    """In how many searches an offer was missing, by its number; None if that is not known."""
    row = file.execute("SELECT searches FROM price_absent_1 WHERE offer = ?", (offer,)).fetchone()
    return None if row is None else int(row[0])


def thin_searches(file: sqlite3.Connection, oldest: int) -> None:
    """Drop what is of earlier days, and of offers that are not kept."""
    file.execute("DELETE FROM price_hosts_1 WHERE day < ?", (oldest,))
    file.execute("DELETE FROM price_absent_1 WHERE offer NOT IN (SELECT id FROM price_offers_1)")


def trust_kept(hosts: int | None) -> Trust | None:
    """What was searched, as it is kept; None where that is not known."""
    return _TRUSTS[hosts] if hosts is not None and hosts < len(_TRUSTS) else None


def _rank(trust: Trust | None) -> int:
    return len(_TRUSTS) if trust is None else _TRUSTS.index(trust)
