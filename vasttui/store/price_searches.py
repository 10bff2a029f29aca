"""Whose offers prices are kept of, and in how many searches each was missing. All of it blocks."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import get_args

from vasttui.models.offer import Offer
from vasttui.models.search import Scope, Trust
from vasttui.store.many_rows import write_numbers

TABLES = (
    """CREATE TABLE IF NOT EXISTS price_absent_1 (
        offer INTEGER PRIMARY KEY, hosts INTEGER NOT NULL, searches INTEGER NOT NULL
    )""",
)

_TRUSTS: Sequence[Trust] = ("datacenter", "verified", "any")
"""Each has the hosts of those before it; behind the last is what the switch has no word for."""
assert set(_TRUSTS) == set(get_args(Trust))

_SHOWN = """WITH seen (hosts, kind, machine) AS ({rows}) INSERT INTO price_absent_1
    SELECT id, hosts, 0 FROM seen CROSS JOIN price_offers_1 USING (kind, machine) WHERE true
    ON CONFLICT (offer) DO UPDATE SET hosts = excluded.hosts WHERE hosts <> excluded.hosts"""


def record_hosts(file: sqlite3.Connection, offers: Sequence[tuple[int, int, int | None]]) -> None:
    """Whose offers these are: for each the narrowest choice of hosts that has it, as `narrowest`
    says, its kind and its machine."""
    write_numbers(file, _SHOWN, offers)


def narrowest(offer: Offer, scope: Scope) -> int:
    """The narrowest choice of hosts that has an offer which such a search showed."""
    trust: Trust = "any"
    if offer.verification == "verified":
        trust = "datacenter" if offer.datacenter else "verified"
    return min(rank(trust), rank(scope.trust))


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
        (rank(scope.trust), at, rental, *values),
    )


def absent(file: sqlite3.Connection, offer: int) -> int | None:
    """In how many searches an offer was missing, by its number; None if that is not known."""
    row = file.execute("SELECT searches FROM price_absent_1 WHERE offer = ?", (offer,)).fetchone()
    return None if row is None else int(row[0])


def thin_searches(file: sqlite3.Connection) -> None:
    """Drop what is of offers that are not kept."""
    file.execute("DELETE FROM price_absent_1 WHERE offer NOT IN (SELECT id FROM price_offers_1)")


def rank(trust: Trust | None) -> int:
    """A choice of hosts as it is kept; None: what the switch has no word for."""
    return len(_TRUSTS) if trust is None else _TRUSTS.index(trust)
