"""Prices of offers, as the user's own searches showed them, in the memory file. All of it blocks.

Kept are, of each offer (a machine, a kind of GPU and number of it, a type of rental): when it was
first and last seen, what its price is made of, and for each UTC day for a year its lowest and its
last GPU price and its last minimum bid; of each kind and day, the quantiles of the all-in price for
the usage of that time, each as the parts of a price: those of an offer, or in proportion between
those of two; apart for each choice of hosts that was searched.

So every price can be given all-in for the usage of now. Two things are approximate: the disk and
the traffic of an offer's past are at the prices last seen, and after a change of the usage the
offer that was the median then need not be the median for the new one.

Money is whole hundred-thousandths of a dollar. A day whose kinds are many is thinned by the size
of the file: the oldest days of single offers go first.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Collection, Sequence

from msgspec import Struct, field

from vasttui.models.money import PriceParts, RentalType, Usage, price_parts
from vasttui.models.offer import Offer
from vasttui.models.past_price import MachineDay
from vasttui.models.price_book import Kind, kind_of
from vasttui.models.search import Scope
from vasttui.store import price_searches as searched
from vasttui.store.machines import SEEN
from vasttui.store.many_rows import read_rows, write_numbers, write_rows
from vasttui.units import DAY

TABLES = (
    """CREATE TABLE IF NOT EXISTS price_kinds_1 (
        id INTEGER PRIMARY KEY, gpu TEXT NOT NULL, vram INTEGER NOT NULL, gpus INTEGER NOT NULL,
        rental TEXT NOT NULL, UNIQUE (gpu, vram, gpus, rental)
    )""",
    """CREATE TABLE IF NOT EXISTS price_offers_1 (
        id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, machine INTEGER NOT NULL,
        first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, searches INTEGER NOT NULL,
        gpu INTEGER NOT NULL, storage INTEGER NOT NULL, down INTEGER, up INTEGER, spot INTEGER,
        before INTEGER, moved_at INTEGER, UNIQUE (kind, machine)
    )""",
    """CREATE TABLE IF NOT EXISTS price_days_1 (
        offer INTEGER NOT NULL, day INTEGER NOT NULL, low INTEGER NOT NULL, last INTEGER NOT NULL,
        spot INTEGER, PRIMARY KEY (offer, day)
    ) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS price_kind_days_1 (
        kind INTEGER NOT NULL, day INTEGER NOT NULL, offers INTEGER NOT NULL, gpus INTEGER NOT NULL,
        searches INTEGER NOT NULL, whole INTEGER NOT NULL, spot_low INTEGER, spot_median INTEGER,
        parts BLOB NOT NULL, PRIMARY KEY (kind, day)
    ) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS price_hosts_1 (
        kind INTEGER NOT NULL, day INTEGER NOT NULL, hosts INTEGER NOT NULL,
        PRIMARY KEY (kind, day)
    ) WITHOUT ROWID""",
    # begins with what the layout before it has, whose days were of all hosts together
    """CREATE TABLE IF NOT EXISTS price_kind_days_2 AS SELECT
        kind, hosts, day, offers, gpus, searches, whole, spot_low, spot_median, parts
        FROM price_kind_days_1 JOIN price_hosts_1 USING (kind, day)""",
    """CREATE UNIQUE INDEX IF NOT EXISTS price_kind_days_2_key
        ON price_kind_days_2 (kind, hosts, day)""",
    *searched.TABLES,
    SEEN,
)
"""Another layout needs tables of another name: versions do not disturb each other."""

KEPT_DAYS = 366
MOST_BYTES = 44_000_000
"""Above this the oldest days of single offers are dropped."""

UNIT = 100_000
"""Of a dollar are what is kept."""

_MOST = 2**31 - 1

_SEEN = "WITH seen (kind, machine, at, gpu, storage, down, up, spot) AS ({rows})"

_OFFER = f"""{_SEEN} INSERT INTO price_offers_1
    (kind, machine, first_at, last_at, searches, gpu, storage, down, up, spot)
    SELECT kind, machine, at, at, 1, gpu, storage, down, up, spot FROM seen WHERE true
    ON CONFLICT (kind, machine) DO UPDATE SET
    first_at = min(first_at, excluded.first_at), last_at = excluded.last_at,
    searches = searches + 1,
    before = CASE WHEN gpu = excluded.gpu THEN before ELSE gpu END,
    moved_at = CASE WHEN gpu = excluded.gpu THEN moved_at ELSE excluded.last_at END,
    gpu = excluded.gpu, storage = excluded.storage, down = excluded.down, up = excluded.up,
    spot = excluded.spot"""  # noqa: S608 - marks alone
_DAY = f"""{_SEEN} INSERT INTO price_days_1
    SELECT o.id, seen.at / {DAY}, seen.gpu, seen.gpu, seen.spot
    FROM seen CROSS JOIN price_offers_1 o USING (kind, machine) WHERE true
    ON CONFLICT (offer, day) DO UPDATE SET
    low = min(low, excluded.low), last = excluded.last, spot = excluded.spot
    WHERE last <> excluded.last OR spot IS NOT excluded.spot"""  # noqa: S608 - as above


class Seen(Struct, frozen=True):
    """A search that ended `at` (epoch seconds), with its offers, and what it was limited to. Not
    `whole`: there were more."""

    at: float
    rental: RentalType
    usage: Usage
    offers: Sequence[Offer]
    whole: bool
    scope: Scope = field(default_factory=Scope)


def record_offers(file: sqlite3.Connection, seen: Seen, offers: Sequence[Offer]) -> set[Kind]:
    """Remember some of the offers of a search; the kinds that they are of."""
    at = int(seen.at)
    known = [(kind_of(offer), offer) for offer in offers if offer.machine_id is not None]
    ids = kind_ids(file, {kind for kind, _ in known}, seen.rental)
    rows, hosts = [], []
    for kind, offer in known:
        here = ids[kind], offer.machine_id
        parts = map(_money, price_parts(offer, seen.rental))
        rows.append((*here, at, *parts, _money(offer.min_bid)))
        hosts.append((searched.narrowest(offer, seen.scope), *here))
    write_numbers(file, _OFFER, rows)
    write_numbers(file, _DAY, rows)
    searched.record_hosts(file, hosts)
    return set(ids)


def kind_ids(
    file: sqlite3.Connection, kinds: Collection[Kind], rental: RentalType
) -> dict[Kind, int]:
    """The number of each of these kinds; those without one get it."""
    known = _kinds_known(file, rental)
    if new := [(*kind, rental) for kind in kinds if kind not in known]:
        write_rows(file, "INSERT INTO price_kinds_1 (gpu, vram, gpus, rental) {rows}", new)
        known = _kinds_known(file, rental)
    return {kind: known[kind] for kind in kinds}


def _kinds_known(file: sqlite3.Connection, rental: RentalType) -> dict[Kind, int]:
    found = read_rows(
        file,
        "SELECT json_group_array(json_array(json_array(gpu, vram, gpus), id))"
        " FROM price_kinds_1 WHERE rental = ?",
        (rental,),
        list[tuple[Kind, int]],
    )
    return dict(found)


def thin(file: sqlite3.Connection, today: int, *, most: int = MOST_BYTES) -> None:
    """Drop what is older than a year, and as many of the oldest days as the file is too large."""
    oldest = today - KEPT_DAYS
    for table in ("price_kind_days_1", "price_hosts_1", "price_kind_days_2"):
        file.execute(f"DELETE FROM {table} WHERE day < ?", (oldest,))  # noqa: S608
    file.execute("DELETE FROM price_days_1 WHERE day < ?", (oldest,))
    file.execute("DELETE FROM price_offers_1 WHERE last_at < ?", (oldest * DAY,))
    searched.thin_searches(file)
    while (used := _bytes_used(file)) > most:
        first, last, count = file.execute(
            "SELECT min(day), max(day), count(*) FROM price_days_1"
        ).fetchone()
        if not count or first >= today:
            return
        share = (used - 0.95 * most) / used
        upto = min(today, first + max(1, math.ceil(share * (last - first + 1))))
        file.execute("DELETE FROM price_days_1 WHERE day < ?", (upto,))


def offer_days(
    file: sqlite3.Connection, offer: Offer, rental: RentalType, usage: Usage, days: range
) -> tuple[list[MachineDay], int, int | None, float | None]:
    """What an offer cost on those days, in how many searches it was seen and was not, and since
    when (epoch seconds)."""
    found = file.execute(
        "SELECT o.id, o.storage, o.down, o.up, o.searches, o.first_at FROM price_offers_1 o"
        " JOIN price_kinds_1 k ON k.id = o.kind WHERE k.gpu = ? AND k.vram = ? AND k.gpus = ?"
        " AND k.rental = ? AND o.machine = ?",
        (*kind_of(offer), rental, offer.machine_id),
    ).fetchone()
    if found is None:
        return [], 0, None, None
    number, storage, down, up, searches, first_at = found
    rows = file.execute(
        "SELECT day, low, last, spot FROM price_days_1 WHERE offer = ? AND day BETWEEN ? AND ?"
        " ORDER BY day",
        (number, days.start, days.stop - 1),
    )
    others = storage, down, up
    machine_days = []
    for day, low, last, spot in rows:
        least, latest = (PriceParts(price, *others).all_in(usage) / UNIT for price in (low, last))
        machine_days.append(MachineDay(day, least, latest, dollars(spot)))
    return machine_days, searches, searched.absent(file, number), float(first_at)


def kinds_of_gpu(file: sqlite3.Connection, gpu: str) -> list[Kind]:
    """The kinds of any number that a GPU of this name was seen as: it may have other memory."""
    rows = file.execute(
        "SELECT DISTINCT gpu, vram, gpus FROM price_kinds_1 WHERE gpu = ? AND gpus = 0", (gpu,)
    )
    return [Kind(*row) for row in rows]


def only_sizes(file: sqlite3.Connection) -> dict[str, int]:
    """The GB of VRAM of each GPU that was seen with no other."""
    return dict(
        file.execute(
            "SELECT gpu, min(vram) FROM price_kinds_1 WHERE vram > 0"
            " GROUP BY gpu HAVING min(vram) = max(vram)"
        ).fetchall()
    )


def first_seen(file: sqlite3.Connection) -> dict[int, float]:
    """When each machine was first seen, epoch seconds; with a price or without."""
    return read_rows(
        file,
        "SELECT json_group_object(machine, at) FROM (SELECT machine, min(at) AS at FROM"
        " (SELECT machine, first_at AS at FROM price_offers_1"
        " UNION ALL SELECT machine, first FROM machine_seen) GROUP BY machine)",
        (),
        dict[int, float],
    )


def moves(
    file: sqlite3.Connection, rental: RentalType, since: float, now: float
) -> dict[tuple[int, Kind], float]:
    """By how many % prices moved, of the moves noticed since then (epoch seconds). Those noticed
    after `now`, before the clock was set back, are of an unknown time."""
    found = read_rows(
        file,
        "SELECT json_group_array(json_array(o.machine, json_array(k.gpu, k.vram, k.gpus), o.gpu,"
        " o.before)) FROM price_offers_1 o JOIN price_kinds_1 k ON k.id = o.kind"
        " WHERE k.rental = ? AND o.moved_at BETWEEN ? AND ?",
        (rental, int(since), now),
        list[tuple[int, Kind, int, int | None]],
    )
    return {
        (machine, kind): (now / before - 1) * 100 for machine, kind, now, before in found if before
    }


def newest(file: sqlite3.Connection) -> float:
    """The latest time that prices are kept of, at least, epoch seconds."""
    day = file.execute("SELECT max(day) FROM price_kind_days_2").fetchone()[0] or 0
    at = file.execute("SELECT max(last_at) FROM price_offers_1").fetchone()[0] or 0
    return float(max(day * DAY, at))


def _bytes_used(file: sqlite3.Connection) -> int:
    pages, free, size = (
        file.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)


def dollars(money: int | None) -> float | None:
    """An amount that is kept, in $."""
    return None if money is None else money / UNIT


def _money(dollars: float | None) -> int | None:
    if dollars is None:
        return None
    money = round(dollars * UNIT)
    return money if 0 <= money <= _MOST else max(0, min(_MOST, money))
