"""The offers of a search on its way, beside those already in hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from itertools import islice
from operator import attrgetter, is_

from vasttui.models.offer import Offer
from vasttui.query.filters import Operand, comparable, holds, members
from vasttui.query.wire import ServerQuery
from vasttui.units import HOUR

BESIDE_SECONDS = HOUR
"""How old offers may grow that only a wider filter would show."""

_MOST_BESIDE = 2_000
_AS_ASKED = {field.name for field in fields(Offer)} - {
    "id", "geolocation", "driver_version", "duration"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """The offers in hand. `complete`: all there are for `query` are among them.

    `oldest` is when the oldest was brought, in monotonic seconds. `ended` is False for what a
    search brought that broke off.
    """

    query: ServerQuery
    offers: Mapping[int, Offer]
    complete: bool
    oldest: float
    ended: bool = True


class MergedOffers:
    """Takes offers as they come. Those that did not change stay the same objects, so nothing
    about them is drawn again.

    A repeated search is shown only when it is whole; a new one shows what it has, on top of the
    offers in hand.
    """

    def __init__(self, query: ServerQuery, have: Answer | None) -> None:
        self.repeats = have is not None and have.ended and have.query == query
        self._query, self._have = query, have
        self._fresh: dict[int, Offer] = {}
        self._all: dict[int, Offer] = dict(have.offers) if have else {}
        self._replaced = False

    def take(self, offers: Iterable[Offer]) -> None:
        """More offers; the newer one counts."""
        for offer in offers:
            known = self._all.get(offer.id)
            if known is not None and known == offer:
                offer = known
            else:
                self._replaced = self._replaced or known is not None
            self._all[offer.id] = self._fresh[offer.id] = offer

    def shown(self, before: int) -> tuple[tuple[Offer, ...], int]:
        """What there is so far, and how many of the `before` shown last stand unchanged in front.

        20,000 offers take 0.2 ms.
        """
        stable = 0 if self._replaced else before
        self._replaced = False
        return tuple(self._all.values()), stable

    def so_far(self, now: float) -> Answer:
        """What is in hand when the search ends early."""
        have = self._have
        if have is None or not have.ended:
            return Answer(self._query, self._all, False, now, ended=False)
        return have if self.repeats else replace(have, offers=self._all)

    def ended(self, complete: bool, now: float) -> Answer:
        """What is in hand now that the search has ended.

        An older offer that it did not bring is gone, unless it certainly is none that was asked
        for. Such offers stay for a while: an empty table can then say which rule empties it.
        """
        beside = self._beside(now)
        oldest = self._have.oldest if self._have is not None and beside else now
        return Answer(self._query, self._fresh | beside, complete, oldest)

    def last(self, answer: Answer, before: tuple[Offer, ...]) -> tuple[tuple[Offer, ...], int]:
        """The offers to show at the end, and how many of those shown last stand in front."""
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
    """What tells of an offer that it certainly does not answer the query.

    Conditions on what the service works out by itself, or on what it did not say, tell nothing.
    """
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
