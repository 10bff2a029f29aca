"""The prices of kinds of offers by day, as `prices` says. All of it blocks."""

from __future__ import annotations

import sqlite3
import struct
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from operator import itemgetter

from msgspec import Struct

from vasttui.models.market_overview import quantile
from vasttui.models.money import PriceParts, Usage
from vasttui.models.past_price import DayPrices
from vasttui.models.price_book import Kind
from vasttui.models.search import PricesFor
from vasttui.store.many_rows import read_rows, write_rows
from vasttui.store.price_searches import rank
from vasttui.store.prices import UNIT, Seen, dollars, kind_ids
from vasttui.units import DAY

_SHARES = (0.0, 0.25, 0.5, 0.75, 0.9)
_PARTS = struct.Struct(f"<{4 * len(_SHARES)}i")
_UNKNOWN = -1

_KIND_DAY = """INSERT INTO price_kind_days_2
    (kind, hosts, day, whole, offers, gpus, spot_low, spot_median, parts, searches)
    SELECT *, 1 FROM ({rows}) WHERE true
    ON CONFLICT (kind, hosts, day) DO UPDATE SET offers = excluded.offers, gpus = excluded.gpus,
    searches = searches + 1, whole = max(whole, excluded.whole), spot_low = excluded.spot_low,
    spot_median = excluded.spot_median, parts = excluded.parts"""


class _Row(Struct, array_like=True):
    """An offer at its last price, as kept."""

    gpu: str
    vram: int
    gpus: int
    machine: int
    spot: int | None
    parts: PriceParts


def record_days(file: sqlite3.Connection, seen: Seen, kinds: Collection[Kind]) -> None:
    """Sum up what was seen of these kinds on the day of that search, so far, of the hosts that it
    was for; nothing where the switch has no word for these."""
    if seen.scope.trust is None:
        return
    day, hosts = int(seen.at // DAY), rank(seen.scope.trust)
    by_kind = defaultdict[Kind, list[_Row]](list)
    for offer in _offers_of(file, kinds, seen, day, hosts):
        for gpus in {offer.gpus, 0}:
            by_kind[Kind(offer.gpu, offer.vram, gpus)].append(offer)
    ids = kind_ids(file, kinds, seen.rental)
    days = [
        (ids[kind], hosts, day, seen.whole, *_summed(kind, by_kind[kind], seen.usage))
        for kind in kinds if kind in by_kind
    ]  # fmt: skip
    write_rows(file, _KIND_DAY, days)


def _offers_of(
    file: sqlite3.Connection, kinds: Collection[Kind], seen: Seen, day: int, hosts: int
) -> Sequence[_Row]:
    """The offers of GPUs of these kinds and of those hosts that were seen on that day."""
    gpus = {kind.gpu for kind in kinds}
    return read_rows(
        file,
        "SELECT json_group_array(json_array(k.gpu, k.vram, k.gpus, o.machine, o.spot,"  # noqa: S608
        " json_array(o.gpu, o.storage, o.down, o.up))) FROM price_offers_1 o"
        " JOIN price_kinds_1 k ON k.id = o.kind"
        " JOIN price_absent_1 a ON a.offer = o.id AND a.hosts <= ?"
        f" WHERE k.gpu IN ({', '.join('?' * len(gpus))}) AND k.rental = ?"
        " AND o.last_at >= ? AND o.last_at < ?",
        (hosts, *gpus, seen.rental, day * DAY, (day + 1) * DAY),
        list[_Row],
    )


def _summed(
    kind: Kind, offers: Sequence[_Row], usage: Usage
) -> tuple[int, int, int | None, int | None, bytes]:
    """Of a kind's offers: how many they are and how many GPUs the machines have, the least and the
    median bid, and the quantiles. Prices are per GPU where the kind is any number."""
    counts = [1 if kind.gpus else max(1, offer.gpus) for offer in offers]
    each = []
    for offer, count in zip(offers, counts, strict=True):
        parts = _known(offer.parts, usage)
        traffic = (parts.down or 0.0) / count, (parts.up or 0.0) / count
        each.append(
            (parts.all_in(usage) / count, parts.gpu / count, parts.storage / count, *traffic)
        )
    each.sort(key=itemgetter(0))
    _, *columns = zip(*each, strict=True)  # prices are linear in their parts
    flat = [round(quantile(column, share)) for share in _SHARES for column in columns]
    spots = sorted(
        offer.spot / count
        for offer, count in zip(offers, counts, strict=True) if offer.spot is not None
    )  # fmt: skip
    largest: dict[int, int] = {}
    for offer in offers:
        largest[offer.machine] = max(offer.gpus, largest.get(offer.machine, 0))
    return (
        len(offers), sum(largest.values()), round(spots[0]) if spots else None,
        round(quantile(spots, 0.5)) if spots else None, _PARTS.pack(*flat),
    )  # fmt: skip


def kind_days(
    file: sqlite3.Connection, kind: Kind, wanted: PricesFor, days: range
) -> list[DayPrices]:
    """What was seen of a kind on those days, in searches for the hosts that are wanted."""
    rows = file.execute(
        "SELECT d.day, d.offers, d.gpus, d.searches, d.whole, d.spot_low, d.spot_median, d.parts"
        " FROM price_kind_days_2 d JOIN price_kinds_1 k ON k.id = d.kind"
        " WHERE k.gpu = ? AND k.vram = ? AND k.gpus = ? AND k.rental = ?"
        " AND d.hosts = ? AND d.day BETWEEN ? AND ? ORDER BY d.day",
        (*kind, wanted.rental, rank(wanted.trust), days.start, days.stop - 1),
    )
    return [
        DayPrices(
            day, *_quantiles(parts, wanted.usage), offers, gpus, searches, dollars(low),
            dollars(median), bool(whole),
        )
        for day, offers, gpus, searches, whole, low, median, parts in rows
    ]  # fmt: skip


def medians_by_kind(
    file: sqlite3.Connection, wanted: PricesFor, days: range
) -> dict[Kind, list[float]]:
    """The medians of those days, of each kind, from the days of which all offers were fetched."""
    rows = read_rows(
        file,
        "SELECT json_group_array(json_array(json_array(k.gpu, k.vram, k.gpus), hex(d.parts)))"
        " FROM price_kind_days_2 d JOIN price_kinds_1 k ON k.id = d.kind"
        " WHERE k.rental = ? AND d.hosts = ? AND d.day BETWEEN ? AND ? AND d.whole",
        (wanted.rental, rank(wanted.trust), days.start, days.stop - 1),
        list[tuple[Kind, str]],
    )
    found = defaultdict[Kind, list[float]](list)
    for kind, parts in rows:
        found[kind].append(_quantiles(bytes.fromhex(parts), wanted.usage)[2])
    return dict(found)


def _quantiles(parts: bytes, usage: Usage) -> tuple[float, float, float, float, float]:
    low, quarter, median, three_quarters, nine_tenths = sorted(
        one.all_in(usage) / UNIT for one in _each_of(_PARTS.unpack(parts))
    )
    return low, quarter, median, three_quarters, nine_tenths


def _each_of(numbers: Sequence[int]) -> Iterator[PriceParts]:
    for at in range(0, len(numbers), 4):
        gpu, storage, down, up = numbers[at : at + 4]
        yield PriceParts(
            gpu, storage, None if down == _UNKNOWN else down, None if up == _UNKNOWN else up
        )


def _known(parts: PriceParts, usage: Usage) -> PriceParts:
    """The same price for that usage, without traffic where the price of any of it is unknown."""
    if None not in parts or parts.cost(usage).traffic is not None:
        return parts
    return parts._replace(down=0.0, up=0.0)
