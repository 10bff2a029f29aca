"""Merges the offers of a running search with those already loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from operator import attrgetter, is_

from msgspec import Struct
from msgspec.structs import replace

from vasttui.models.offer import Offer, OfMachines
from vasttui.query.filters import Operand, comparable, holds, members
from vasttui.query.wire import ServerQuery
from vasttui.units import HOUR

BESIDE_SECONDS = HOUR
"""Maximum age, in s, of offers that only a wider filter would show."""

_MOST_BESIDE = 2_000
_AS_ASKED = set(Offer.__struct_fields__) - {
    "id", "geolocation", "driver_version", "duration", "cpu_name", "public_ipaddr"
}  # fmt: skip


class Answer(Struct, frozen=True):
    """The loaded offers. `complete`: they include all offers for `query`. `oldest` is when the
    oldest was fetched, in monotonic seconds. Not `ended`: it broke off."""

    query: ServerQuery
    offers: Mapping[int, Offer]
    complete: bool
    oldest: float
    ended: bool = True


class MergedOffers:
    """Takes offers as they arrive. Unchanged ones stay the same objects and are not redrawn. A
    repeated search is shown only when complete; a new one at once, with the loaded offers."""

    def __init__(self, query: ServerQuery, have: Answer | None) -> None:
        self.repeats = have is not None and have.ended and have.query == query
        self._query, self._have = query, have
        self._fresh: dict[int, Offer] = {}
        self._all = dict(have.offers) if have else self._fresh
        self._replaced = False
        self._machines = OfMachines()

    def same(self, offer: Offer) -> Offer:
        """The loaded one, where it has not changed; else this one, which shares values with the
        others of its machine."""
        known = self._all.get(offer.id)
        if known is offer:
            return offer
        if known == offer and (not self._query.numbered or known.rn == offer.rn):
            return known
        self._machines.share(offer, known)
        return offer

    def take(self, offers: Iterable[Offer]) -> None:
        """Add offers, which `same` gave; a newer one replaces an older."""
        for offer in offers:
            known = self._all.get(offer.id)
            self._replaced = self._replaced or (known is not None and known is not offer)
            self._all[offer.id] = self._fresh[offer.id] = offer

    @property
    def fresh(self) -> tuple[Offer, ...]:
        """The offers that this search brought."""
        return tuple(self._fresh.values())

    def shown(self, before: int) -> tuple[tuple[Offer, ...], int]:
        """The offers so far, and how many of the `before` shown last are unchanged in front. 20,000
        offers take 0.2 ms."""
        stable = 0 if self._replaced else before
        self._replaced = False
        return tuple(self._all.values()), stable

    def so_far(self, now: float) -> Answer:
        """The loaded offers when the search ends early."""
        have = self._have
        if have is None or not have.ended:
            return Answer(self._query, self._all, False, now, ended=False)
        return have if self.repeats else replace(have, offers=self._all)

    def ended(self, complete: bool, now: float) -> Answer:
        """The loaded offers when the search has ended.

        Older offers that certainly do not match the query stay for a while, so that an empty table
        can say which rule empties it; others that it did not find are gone.
        """
        beside = self._beside(now)
        oldest = self._have.oldest if self._have is not None and beside else now
        offers = self._fresh | beside if beside else self._fresh
        return Answer(self._query, offers, complete, oldest)

    def last(self, answer: Answer, before: tuple[Offer, ...]) -> tuple[tuple[Offer, ...], int]:
        """The offers to show at the end, and how many of those shown last are in front."""
        offers = tuple(answer.offers.values())
        if len(offers) == len(before) and all(map(is_, offers, before)):
            return before, len(before)
        in_order = not self._have and not self._replaced
        return offers, len(before) if in_order else 0

    def _beside(self, now: float) -> dict[int, Offer]:
        have = self._have
        if have is None or now - have.oldest > BESIDE_SECONDS:
            return {}
        if have.query.allocated_storage != self._query.allocated_storage:
            return {}  # their prices are for another disk
        is_outside = outside(self._query)
        found = (
            (id, offer)
            for id, offer in have.offers.items()
            if id not in self._fresh and is_outside(offer)
        )
        return dict(islice(found, _MOST_BESIDE))


def outside(query: ServerQuery) -> Callable[[Offer], bool]:
    """A test whether an offer certainly does not match the query, judged only by fields that the
    service filters as it sends them."""
    conditions = [
        (attrgetter(field), op, value)
        for field, ops in query.filters.items()
        if field in _AS_ASKED
        for op, value in ops.items()
    ]

    def is_outside(offer: Offer) -> bool:
        return any(_fails(read(offer), op, value) for read, op, value in conditions)

    return is_outside


def _fails(one: str | float | None, op: str, value: Operand) -> bool:
    return (
        one is not None
        and all(comparable(one, other) for other in members(value))
        and not holds(op, value, one)
    )
