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
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from vasttui.models.market_overview import quantile
from vasttui.models.money import PriceParts, RentalType, Usage, price_parts
from vasttui.models.offer import Offer
from vasttui.models.past_price import DayPrices, MachineDay
from vasttui.models.price_book import Kind, kind_of
from vasttui.models.search import PricesFor, Scope
from vasttui.store import price_searches as searched
from vasttui.store.machines import SEEN
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

_UNIT = 100_000
_SHARES = (0.0, 0.25, 0.5, 0.75, 0.9)
_PARTS = struct.Struct(f"<{4 * len(_SHARES)}i")
_UNKNOWN = -1

_OFFER = """INSERT INTO price_offers_1
    (kind, machine, first_at, last_at, searches, gpu, storage, down, up, spot)
    VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?)
    ON CONFLICT (kind, machine) DO UPDATE SET
    first_at = min(first_at, excluded.first_at), last_at = excluded.last_at,
    searches = searches + 1,
    before = CASE WHEN gpu = excluded.gpu THEN before ELSE gpu END,
    moved_at = CASE WHEN gpu = excluded.gpu THEN moved_at ELSE excluded.last_at END,
    gpu = excluded.gpu, storage = excluded.storage, down = excluded.down, up = excluded.up,
    spot = excluded.spot"""
_DAY = """INSERT INTO price_days_1
    SELECT id, ?, ?, ?, ? FROM price_offers_1 WHERE kind = ? AND machine = ?
    ON CONFLICT (offer, day) DO UPDATE SET
    low = min(low, excluded.low), last = excluded.last, spot = excluded.spot
    WHERE last <> excluded.last OR spot IS NOT excluded.spot"""
_KIND_DAY = """INSERT INTO price_kind_days_2 VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?)
    ON CONFLICT (kind, hosts, day) DO UPDATE SET offers = excluded.offers, gpus = excluded.gpus,
    searches = searches + 1, whole = max(whole, excluded.whole), spot_low = excluded.spot_low,
    spot_median = excluded.spot_median, parts = excluded.parts"""


@dataclass(frozen=True, slots=True)
class Seen:
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
    at, day = int(seen.at), int(seen.at // DAY)
    ids: dict[Kind, int] = {}
    rows: list[tuple[Any, ...]] = []
    days: list[tuple[Any, ...]] = []
    hosts: list[tuple[int, int, int]] = []
    for offer in offers:
        if offer.machine_id is None:
            continue
        kind = kind_of(offer)
        number = ids.get(kind) or ids.setdefault(kind, _kind_id(file, kind, seen.rental))
        parts = price_parts(offer, seen.rental)
        spot = _money(offer.min_bid)
        gpu, *others = map(_money, parts)
        rows.append((number, offer.machine_id, at, at, gpu, *others, spot))
        days.append((day, gpu, gpu, spot, number, offer.machine_id))
        hosts.append((searched.narrowest(offer, seen.scope), number, offer.machine_id))
    file.executemany(_OFFER, rows)
    file.executemany(_DAY, days)
    searched.record_hosts(file, hosts)
    return set(ids)


def record_day(file: sqlite3.Connection, seen: Seen, kind: Kind) -> None:
    """Sum up what was seen of a kind on the day of that search, so far, of the hosts that it was
    for; nothing where the switch has no word for these."""
    day, hosts = int(seen.at // DAY), searched.rank(seen.scope.trust)
    if seen.scope.trust is None:
        return
    rows = _offers_of(file, kind, seen.rental, day, hosts)
    if not rows:
        return
    each = [_priced(_each(row, kind), seen.usage) for row in rows]
    each.sort(key=lambda parts: parts.all_in(seen.usage))
    columns = list(zip(*each, strict=True))  # prices are linear in their parts
    flat = [_whole(quantile(column, share)) for share in _SHARES for column in columns]
    spots = sorted(
        row.spot / (1 if kind.gpus else row.gpus) for row in rows if row.spot is not None
    )
    largest: dict[int, int] = {}
    for row in rows:
        largest[row.machine] = max(row.gpus, largest.get(row.machine, 0))
    number = _kind_id(file, kind, seen.rental)
    file.execute(
        _KIND_DAY,
        (
            number, hosts, day, len(rows), sum(largest.values()), seen.whole,
            round(spots[0]) if spots else None,
            round(quantile(spots, 0.5)) if spots else None,
            _PARTS.pack(*flat),
        ),
    )  # fmt: skip


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
        least, latest = (PriceParts(price, *others).all_in(usage) / _UNIT for price in (low, last))
        machine_days.append(MachineDay(day, least, latest, _dollars(spot)))
    return machine_days, searches, searched.absent(file, number), float(first_at)


def kind_days(
    file: sqlite3.Connection, kind: Kind, wanted: PricesFor, days: range
) -> list[DayPrices]:
    """What was seen of a kind on those days, in searches for the hosts that are wanted."""
    rows = file.execute(
        "SELECT d.day, d.offers, d.gpus, d.searches, d.whole, d.spot_low, d.spot_median, d.parts"
        " FROM price_kind_days_2 d JOIN price_kinds_1 k ON k.id = d.kind"
        " WHERE k.gpu = ? AND k.vram = ? AND k.gpus = ? AND k.rental = ?"
        " AND d.hosts = ? AND d.day BETWEEN ? AND ? ORDER BY d.day",
        (*kind, wanted.rental, searched.rank(wanted.trust), days.start, days.stop - 1),
    )
    return [
        DayPrices(
            day, *_quantiles(parts, wanted.usage), offers, gpus, searches, _dollars(low),
            _dollars(median), bool(whole),
        )
        for day, offers, gpus, searches, whole, low, median, parts in rows
    ]  # fmt: skip


def medians_by_kind(
    file: sqlite3.Connection, wanted: PricesFor, days: range
) -> dict[Kind, list[float]]:
    """The medians of those days, of each kind, from the days of which all offers were fetched."""
    kinds = file.execute(
        "SELECT id, gpu, vram, gpus FROM price_kinds_1 WHERE rental = ?", (wanted.rental,)
    )
    found: dict[Kind, list[float]] = {}
    for number, gpu, vram, gpus in kinds.fetchall():
        rows = file.execute(
            "SELECT parts FROM price_kind_days_2 WHERE kind = ? AND hosts = ?"
            " AND day BETWEEN ? AND ? AND whole",
            (number, searched.rank(wanted.trust), days.start, days.stop - 1),
        )
        medians = [_quantiles(parts, wanted.usage)[2] for (parts,) in rows]
        if medians:
            found[Kind(gpu, vram, gpus)] = medians
    return found


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
    rows = file.execute(
        "SELECT machine, min(at) FROM (SELECT machine, first_at AS at FROM price_offers_1"
        " UNION ALL SELECT machine, first FROM machine_seen) GROUP BY machine"
    )
    return dict(rows)


def moves(
    file: sqlite3.Connection, rental: RentalType, since: float, now: float
) -> dict[tuple[int, Kind], float]:
    """By how many % prices moved, of the moves noticed since then (epoch seconds). Those noticed
    after `now`, before the clock was set back, are of an unknown time."""
    rows = file.execute(
        "SELECT o.machine, k.gpu, k.vram, k.gpus, o.gpu, o.before FROM price_offers_1 o"
        " JOIN price_kinds_1 k ON k.id = o.kind WHERE k.rental = ? AND o.moved_at BETWEEN ? AND ?",
        (rental, int(since), now),
    )
    return {
        (machine, Kind(gpu, vram, gpus)): (now / before - 1) * 100
        for machine, gpu, vram, gpus, now, before in rows
        if before
    }


def newest(file: sqlite3.Connection) -> float:
    """The latest time that prices are kept of, at least, epoch seconds."""
    day = file.execute("SELECT max(day) FROM price_kind_days_2").fetchone()[0] or 0
    at = file.execute("SELECT max(last_at) FROM price_offers_1").fetchone()[0] or 0
    return float(max(day * DAY, at))


@dataclass(frozen=True, slots=True)
class _Row:
    machine: int
    gpus: int
    parts: PriceParts
    spot: float | None


def _offers_of(
    file: sqlite3.Connection, kind: Kind, rental: RentalType, day: int, hosts: int
) -> list[_Row]:
    """The offers of a kind and of those hosts that were seen on that day, at their last price;
    `spot` as kept."""
    any_number = "" if kind.gpus else "OR k.gpus > 0"
    rows = file.execute(
        "SELECT o.machine, k.gpus, o.gpu, o.storage, o.down, o.up, o.spot FROM price_offers_1 o"  # noqa: S608
        " JOIN price_kinds_1 k ON k.id = o.kind"
        " JOIN price_absent_1 a ON a.offer = o.id AND a.hosts <= ?"
        f" WHERE k.gpu = ? AND k.vram = ? AND (k.gpus = ? {any_number}) AND k.rental = ?"
        " AND o.last_at >= ? AND o.last_at < ?",
        (hosts, *kind, rental, day * DAY, (day + 1) * DAY),
    )
    return [
        _Row(
            machine, gpus,
            PriceParts(gpu / _UNIT, storage / _UNIT, _dollars(down), _dollars(up)), spot,
        )
        for machine, gpus, gpu, storage, down, up, spot in rows
    ]  # fmt: skip


def _each(row: _Row, kind: Kind) -> PriceParts:
    """The parts of an offer's price; of one of its GPUs where the kind is any number."""
    count = 1 if kind.gpus else max(1, row.gpus)
    gpu, storage, down, up = row.parts
    return PriceParts(
        gpu / count, storage / count, None if down is None else down / count,
        None if up is None else up / count,
    )  # fmt: skip


def _quantiles(parts: bytes, usage: Usage) -> tuple[float, float, float, float, float]:
    numbers = _PARTS.unpack(parts)
    found = []
    for at in range(0, len(numbers), 4):
        gpu, storage, down, up = numbers[at : at + 4]
        one = PriceParts(
            gpu, storage, None if down == _UNKNOWN else down, None if up == _UNKNOWN else up
        )
        found.append(one.all_in(usage) / _UNIT)
    low, quarter, median, three_quarters, nine_tenths = sorted(found)
    return low, quarter, median, three_quarters, nine_tenths


def _priced(parts: PriceParts, usage: Usage) -> PriceParts:
    """The same price for that usage, of parts that are all known: what it leaves out is 0."""
    if parts.cost(usage).traffic is None:
        return parts._replace(down=0.0, up=0.0)
    return parts._replace(down=parts.down or 0.0, up=parts.up or 0.0)


def _kind_id(file: sqlite3.Connection, kind: Kind, rental: RentalType) -> int:
    values = (*kind, rental)
    file.execute(
        "INSERT OR IGNORE INTO price_kinds_1 (gpu, vram, gpus, rental) VALUES (?, ?, ?, ?)", values
    )
    found = file.execute(
        "SELECT id FROM price_kinds_1 WHERE gpu = ? AND vram = ? AND gpus = ? AND rental = ?",
        values,
    ).fetchone()
    return int(found[0])


def _bytes_used(file: sqlite3.Connection) -> int:
    pages, free, size = (
        file.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)


def _money(dollars: float | None) -> int | None:
    return None if dollars is None else _whole(dollars)


def _whole(dollars: float) -> int:
    return max(0, min(2**31 - 1, round(dollars * _UNIT)))


def _dollars(money: int | None) -> float | None:
    return None if money is None else money / _UNIT
