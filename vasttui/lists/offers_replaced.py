"""Works out the rows of offers that replace others, in slices: thousands at once would hold the
screen."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from vasttui.lists.offer_rows import Select
from vasttui.models.money import PricedOffer
from vasttui.models.offer import Offer

_LOOKED_AT, _MERGED = 500, 256
"""Rows that are looked at, or merged into others, in 1 to 2 ms at most."""

Item = TypeVar("Item")


class Replaced(NamedTuple):
    """All rows by id and in order; of these what the search options allow and has the disk that is
    wanted, how many have not, and what the filter shows of the former."""

    by_id: dict[int, PricedOffer]
    rows: list[PricedOffer]
    base: list[PricedOffer]
    unfit: int
    hits: list[PricedOffer]


def replaced(
    offers: Sequence[Offer],
    known: Mapping[int, PricedOffer],
    before: Sequence[PricedOffer],
    *,
    price: Callable[[Offer], PricedOffer],
    merge: Callable[[Sequence[PricedOffer], Sequence[PricedOffer]], list[PricedOffer]],
    selects: tuple[Select, Select],
) -> Generator[None, None, Replaced]:
    """The rows of these offers, after those of `before`, which are `known` by id and in order. A
    row that `price` gives again keeps its place; `merge` puts others in theirs. `selects` are what
    the search options allow and what the filter shows."""
    by_id, fresh = dict[int, PricedOffer](), list[PricedOffer]()
    for part in _slices(offers, _LOOKED_AT):
        for offer in part:
            row = by_id[offer.id] = price(offer)
            if known.get(offer.id) is not row:
                fresh.append(row)
        yield
    rows = list[PricedOffer]()
    for some in _slices(before, _LOOKED_AT):
        rows += [row for row in some if by_id.get(row.offer.id) is row]
        yield
    for some in _slices(fresh, _MERGED):
        rows = merge(rows, some)
        yield
    allow, show = selects
    base, hits, unfit = list[PricedOffer](), list[PricedOffer](), 0
    for some in _slices(rows, _LOOKED_AT):
        allowed = allow(some)
        fitting = [row for row in allowed if row.fits]
        unfit += len(allowed) - len(fitting)
        base += fitting
        hits += show(fitting)
        yield
    return Replaced(by_id, rows, base, unfit, hits)


def _slices(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for at in range(0, len(items), size):
        yield items[at : at + size]
