"""A watch, what its looks found, and when it rings."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from vasttui.models.money import PricedOffer
from vasttui.models.offer import vram_gb
from vasttui.models.place import country_of
from vasttui.models.search import SearchOptions
from vasttui.services.watches.look import Look, Wanted
from vasttui.units import DAY
from vasttui.words import plural

Rings = Literal["new", "below"]
"""For an offer that was not within the limit since the watch began, or each time one gets there."""

Ends = Literal["never", "hit", "days"]

SHORTEST = 60.0
"""Seconds between two looks, at least."""

HITS = 20
"""Hits that are kept."""

_KNOWN = 1_000
"""Ids that are remembered, the last ones."""


class State(StrEnum):
    """Whether a watch looks."""

    WATCHING = "watching"
    ASLEEP = "asleep"
    ENDED = "ended"


class Watch(Struct, frozen=True, kw_only=True):
    """A filter as it was typed, with the switches as they stood, and whom it tells how.

    `limit` is the highest all-in price in $/h (None: every offer counts), `every` seconds between
    two looks, `began` epoch seconds. `opens`: the rent dialog is opened with the offer.
    """

    id: str
    name: str
    text: str
    options: SearchOptions
    began: float
    limit: float | None = None
    rings: Rings = "new"
    bell: bool = True
    desktop: bool = True
    inbox: bool = True
    opens: bool = False
    command: str = ""
    every: float = SHORTEST
    ends: Ends = "never"
    days: float = 3.0
    asleep: bool = False

    @property
    def wanted(self) -> Wanted:
        """What its looks look for."""
        return Wanted(self.text, self.options, self.limit)

    def with_change(self, before: Watch, after: Watch) -> Watch:
        """This watch with what a change made of `before`, which it may have been once."""
        names = Watch.__struct_fields__
        new = {name: getattr(after, name) for name in names}
        changed = {name: new[name] for name in names if new[name] != getattr(before, name)}
        watch = replace(self, **changed)
        if watch.rings == "below" and watch.limit is None:  # one was changed here, one elsewhere
            watch = replace(watch, rings=after.rings, limit=after.limit)
        return watch

    def state(self, seen: Seen, now: float) -> State:
        """Whether it looks; `now` is epoch seconds."""
        by_time = self.ends == "days" and now >= self.began + self.days * DAY
        if by_time or (self.ends == "hit" and seen.total > 0):
            return State.ENDED
        return State.ASLEEP if self.asleep else State.WATCHING


class Hit(Struct, frozen=True):
    """An offer that it rang for, at `at`: its all-in price and its `listed` one, $/h. `gone` is
    when it was no longer among the offers of the filter. Times are epoch seconds."""

    offer_id: int
    at: float
    price: float | None
    listed: float
    machine: int | None
    about: str
    is_new: bool = True
    gone: float | None = None


class Seen(Struct, frozen=True):
    """What the looks of a watch that `began` then found.

    `count` offers matched at `looked`, of which `under` were within the limit; `known` are those
    ever seen, `rung` those ever within it. The last answer reached up to a price of `reach`,
    the longest one up to `furthest`. `total` counts hits, the last of which are kept.
    """

    began: float
    looked: float | None = None
    count: int = 0
    lowest: float | None = None
    reach: float = 0.0
    furthest: float = 0.0
    under: tuple[int, ...] = ()
    known: tuple[int, ...] = ()
    rung: tuple[int, ...] = ()
    hits: tuple[Hit, ...] = ()
    total: int = 0
    problem: str = ""
    """Why the last look failed; empty if it did not."""

    @property
    def is_partial(self) -> bool:
        """Whether there are, or may be, offers beside those that were counted."""
        return self.looked is not None and self.reach < math.inf


class Found(NamedTuple):
    """What a look changed: what is known now, the offers to ring for, the cheapest first, and the
    newest hit if it is gone now."""

    seen: Seen
    rings: tuple[PricedOffer, ...]
    gone: Hit | None


def after_look(
    watch: Watch, seen: Seen, look: Look, now: float, avoided: frozenset[int] = frozenset()
) -> Found:
    """Take a look. What the first one finds was there when the watch began, and does not ring;
    nor do machines that are `avoided`.

    An answer that was cut off says nothing of offers dearer than its last one: one of those that
    comes into sight later is no news.
    """
    first = seen.looked is None
    before = frozenset(seen.rung if watch.rings == "new" else seen.under)
    reach = seen.furthest if watch.rings == "new" else seen.reach
    rings = () if first else tuple(
        row for row in look.within
        if row.offer.id not in before and row.offer.dph_total < reach
        and row.offer.machine_id not in avoided
    )  # fmt: skip
    wanted = [row for row in look.rows if row.offer.machine_id not in avoided]
    hits, gone = _without_gone(seen.hits, look, now)
    known = frozenset(seen.known)
    new = tuple(_hit(row, now, is_new=row.offer.id not in known) for row in rings)
    ids = tuple(row.offer.id for row in look.within)
    after = replace(
        seen,
        looked=now, count=len(wanted), lowest=wanted[0].eff if wanted else None,
        reach=look.reach,
        furthest=max(seen.furthest, look.reach), under=ids,
        known=_with(seen.known, (row.offer.id for row in look.rows)),
        rung=_with(seen.rung, ids), hits=(*new, *hits)[:HITS], total=seen.total + len(new),
        problem="",
    )  # fmt: skip
    return Found(after, rings, gone)


def _with(known: Sequence[int], ids: Iterable[int]) -> tuple[int, ...]:
    """The last of these, without repeating any."""
    return tuple(dict.fromkeys((*known, *ids)))[-_KNOWN:]


def _without_gone(
    hits: Sequence[Hit], look: Look, now: float
) -> tuple[tuple[Hit, ...], Hit | None]:
    there = {row.offer.id for row in look.rows}
    after = tuple(
        replace(hit, gone=now)
        if hit.gone is None and hit.offer_id not in there and hit.listed < look.reach
        else hit
        for hit in hits
    )
    newest = after[0] if after and hits[0].gone is None and after[0].gone is not None else None
    return after, newest


def _hit(row: PricedOffer, now: float, *, is_new: bool) -> Hit:
    offer = row.offer
    return Hit(offer.id, now, row.eff, offer.dph_total, offer.machine_id, about_offer(row), is_new)


def about_offer(row: PricedOffer) -> str:
    """`1× RTX 4090 24 GB, PL, 99.1 %, machine 4102`: some models have several sizes."""
    offer = row.offer
    vram = f" {vram_gb(offer.gpu_ram)} GB" if offer.gpu_ram else ""
    reliability = "" if offer.reliability is None else f"{offer.reliability * 100:.1f} %"
    machine = "" if offer.machine_id is None else f"machine {offer.machine_id}"
    gpus = f"{offer.num_gpus}× {offer.gpu_name}{vram}"
    return ", ".join(filter(None, (gpus, country_of(offer.geolocation), reliability, machine)))


def clock_words(at: float) -> str:
    """`12:04`, local time; `at` is epoch seconds."""
    return time.strftime("%H:%M", time.localtime(at))


def gone_words(hit: Hit) -> str:
    """`0.252 was there at 12:04 and is gone.`"""
    return f"{price_words(hit.price)} was there at {clock_words(hit.at)} and is gone."


def price_words(price: float | None) -> str:
    """`0.252`: an all-in price, $/h, as the columns show it."""
    return "?" if price is None or not math.isfinite(price) else f"{price:.3f}"


def ring_words(rings: Sequence[PricedOffer], known: Sequence[int]) -> str:
    """`0.252 $/h: 1× RTX 4090 24 GB, PL, 99.1 %, machine 4102, not seen before.`"""
    row = rings[0]
    new = ", not seen before" if row.offer.id not in known else ""
    more = f", and {plural(len(rings) - 1, 'more offer')}" if len(rings) > 1 else ""
    return f"{price_words(row.eff)} $/h: {about_offer(row)}{new}{more}."
