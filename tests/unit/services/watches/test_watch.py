"""When a watch rings, what is a hit, and what is gone."""

from __future__ import annotations

import math

from msgspec.structs import replace

from tests.support.fake_market import offer
from vasttui.models.money import PricedOffer, Usage, price_offer
from vasttui.models.search import SearchOptions
from vasttui.services.watches.look import Look
from vasttui.services.watches.watch import (
    HITS,
    Ends,
    Found,
    Seen,
    State,
    Watch,
    after_look,
    ring_words,
)
from vasttui.units import DAY

NOW = 1_790_000_000.0
USAGE = Usage(disk=0.0001, hours=10.0)
WATCH = Watch(
    id="a", name="4090 cheap", text="gpu:4090", options=SearchOptions(usage=USAGE), began=NOW,
    limit=0.26,
)  # fmt: skip


def row(id: int, price: float) -> PricedOffer:
    found = offer(
        id, price, geolocation="Warsaw, PL", reliability=0.991, machine_id=4000 + id, gpu_ram=24_564
    )
    return price_offer(found, USAGE, "on-demand")


def after(
    seen: Seen, *prices: float, watch: Watch = WATCH, reach: float = math.inf, at: float = NOW
) -> Found:
    """A look at the offers 1, 2, 3 ... of these prices; 0 is one that is not there."""
    rows = [row(id, price) for id, price in enumerate(prices, 1) if price]
    rows.sort(key=lambda one: one.offer.dph_total)
    return after_look(watch, seen, Look(watch.wanted, tuple(rows), reach), at)


def ids(found: Found) -> list[int]:
    return [one.offer.id for one in found.rings]


def test_what_was_there_when_it_began_does_not_ring_and_a_new_one_rings_once() -> None:
    found = after(Seen(NOW), 0.25, 0.30)
    assert (ids(found), found.seen.count, found.seen.total) == ([], 2, 0)
    found = after(found.seen, 0.25, 0.30, 0.24)
    assert ids(found) == [3]
    assert ring_words(found.rings, (1, 2)) == (
        "0.240 $/h: 1× RTX 4090 24 GB, PL, 99.1 %, machine 4003, not seen before."
    )
    assert (found.seen.total, found.seen.hits[0].offer_id) == (1, 3)
    assert ids(after(found.seen, 0.25, 0.30, 0.24)) == []
    again = after(found.seen, 0.25, 0.30)
    assert ids(after(again.seen, 0.25, 0.30, 0.24)) == []


def test_one_that_was_dearer_rings_when_it_gets_cheap_enough_and_is_not_called_new() -> None:
    seen = after(Seen(NOW), 0.30).seen
    found = after(seen, 0.25)
    assert ids(found) == [1]
    assert "not seen before" not in ring_words(found.rings, seen.known)
    assert not found.seen.hits[0].is_new


def test_each_time_rings_again_and_the_other_does_not() -> None:
    each = replace(WATCH, rings="below")
    seen = after(Seen(NOW), 0.30, watch=each).seen
    for price, rings in ((0.25, [1]), (0.25, []), (0.30, []), (0.25, [1])):
        found = after(seen, price, watch=each)
        seen = found.seen
        assert ids(found) == rings


def test_what_comes_into_sight_behind_a_cut_answer_is_no_news() -> None:
    anything = replace(WATCH, limit=None)
    seen = after(Seen(NOW), 0.1, 0.2, watch=anything, reach=0.2).seen
    found = after(seen, 0, 0.2, 0.25, 0.15, watch=anything, reach=0.25)
    assert ids(found) == [4]  # 3 may have been there, behind the last one that was read
    assert ids(after(found.seen, 0, 0.2, 0.25, 0.15, 0.24, watch=anything)) == [5]


def test_ten_thousand_ring_once_and_little_is_kept_of_them() -> None:
    anything = replace(WATCH, limit=None)
    seen = after(Seen(NOW), 0.5, watch=anything).seen
    many = [0.1 + id / 1e5 for id in range(10_000)]
    found = after(seen, *many, watch=anything)
    assert ring_words(found.rings, seen.known).endswith(", and 9,998 more offers.")
    assert (len(found.seen.hits), len(found.seen.known), found.seen.total) == (HITS, 1_000, 9_999)


def test_a_hit_is_gone_only_when_an_answer_that_reaches_so_far_lacks_it() -> None:
    seen = after(after(Seen(NOW), 0.30).seen, 0.30, 0.25).seen
    cut = after(seen, 0.30, reach=0.24)
    assert cut.gone is None
    found = after(cut.seen, 0.30, at=NOW + 180)
    assert found.gone is not None
    assert (found.gone.offer_id, found.gone.gone) == (2, NOW + 180)
    assert found.seen.hits[0].gone == NOW + 180
    assert after(found.seen, 0.30, at=NOW + 240).gone is None


def test_avoided_machines_do_not_ring_are_not_gone_and_no_news_when_they_are_back() -> None:
    seen = after(Seen(NOW), 0.30).seen
    look = Look(WATCH.wanted, (row(2, 0.24), row(3, 0.25), row(1, 0.30)))
    found = after_look(WATCH, seen, look, NOW, frozenset({4002}))
    assert (ids(found), found.seen.count, found.seen.lowest) == ([3], 2, 0.25)
    again = after_look(WATCH, found.seen, look, NOW, frozenset({4003}))
    assert (ids(again), again.gone) == ([], None)


def test_it_ends_at_the_first_hit_after_days_or_never() -> None:
    hit, quiet = Seen(NOW, total=1), Seen(NOW)
    late = NOW + 3 * DAY
    cases: list[tuple[Ends, list[State]]] = [
        ("never", [State.WATCHING] * 4),
        ("hit", [State.ENDED, State.WATCHING] * 2),
        ("days", [State.WATCHING] * 2 + [State.ENDED] * 2),
    ]
    for ends, states in cases:
        watch = replace(WATCH, ends=ends)
        found = [watch.state(seen, at) for at in (NOW, late) for seen in (hit, quiet)]
        assert found == states, ends
    assert replace(WATCH, asleep=True).state(quiet, NOW) is State.ASLEEP
