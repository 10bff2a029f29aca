from __future__ import annotations

import pytest

from tests.support.fake_market import offer
from vasttui.models.money import Usage
from vasttui.models.offer import Offer
from vasttui.models.search import SearchOptions
from vasttui.query.parse import parse
from vasttui.query.wire import ServerQuery, server_query
from vasttui.services.market.merge import BESIDE_SECONDS, Answer, MergedOffers, outside

NAMES = ("RTX 4090", "RTX 3090")


def query(text: str = "", disk: float = 10.0) -> ServerQuery:
    choice = SearchOptions(trust="verified", usage=Usage(disk=disk))
    return server_query(parse(text).query, choice, NAMES, full=True)


def answer(*offers: Offer, to: ServerQuery, at: float = 0.0) -> Answer:
    return Answer(to, {one.id: one for one in offers}, complete=False, oldest=at)


def take(merged: MergedOffers, *offers: Offer) -> None:
    """These arrive, as a search hands them on."""
    merged.take(map(merged.same, offers))


def ids(answer: Answer) -> set[int]:
    return set(answer.offers)


CHEAP, DEAR, OTHER = offer(1, 0.2), offer(2, 2.0), offer(3, 0.2, gpu="RTX 3090")


def test_unchanged_offers_stay_the_same_objects_and_changed_ones_are_replaced() -> None:
    have = answer(CHEAP, DEAR, to=query())
    merged = MergedOffers(query(), have)
    take(merged, offer(1, 0.2, score=7.0), offer(2, 2.5))
    ended = merged.ended(True, 1.0)
    assert ended.offers[1] is CHEAP
    assert ended.offers[2].dph_total == 2.5


def test_of_two_versions_in_one_search_the_newer_counts_and_is_no_stable_row() -> None:
    merged = MergedOffers(query(), None)
    take(merged, CHEAP, DEAR)
    shown, stable = merged.shown(0)
    assert (shown, stable) == ((CHEAP, DEAR), 0)
    take(merged, OTHER)
    assert merged.shown(2) == ((CHEAP, DEAR, OTHER), 2)
    newer = offer(1, 0.3)
    take(merged, newer)
    assert merged.shown(3) == ((newer, DEAR, OTHER), 0)


def of_machine(id: int, price: float, inet_up: str = "812.5", machine: int = 7_001) -> Offer:
    """An offer as if it were decoded: each number is an object of its own."""
    return offer(
        id, price, machine_id=machine, inet_up=float(inet_up), reliability=float("0.9871"),
        ask_contract_id=int(f"{id}"), discounted_dph_total=float(f"{price}"),
    )  # fmt: skip


def test_equal_values_of_a_machine_are_one_object_in_all_its_offers() -> None:
    merged = MergedOffers(query(), None)
    first, second, other, stranger = (
        of_machine(4_001, 0.2), of_machine(4_002, 0.4), of_machine(4_003, 0.8, inet_up="99.5"),
        of_machine(4_004, 0.8, machine=7_002),
    )  # fmt: skip
    assert first.inet_up is not second.inet_up
    take(merged, first, second, other, stranger)
    assert first.inet_up is second.inet_up == 812.5
    assert first.reliability is second.reliability == 0.9871
    assert second.ask_contract_id is second.id == 4_002
    assert second.discounted_dph_total is second.dph_total == 0.4
    assert (other.inet_up, other.reliability) == (99.5, 0.9871)
    assert stranger == of_machine(4_004, 0.8, machine=7_002)
    assert stranger.inet_up is not first.inet_up


def test_an_offer_that_changed_shares_the_values_that_did_not() -> None:
    before = of_machine(4_001, 0.2)
    merged = MergedOffers(query(), answer(before, to=query()))
    newer = of_machine(4_001, 0.3)
    take(merged, newer)
    assert newer.inet_up is before.inet_up
    assert newer == of_machine(4_001, 0.3)


def test_an_offer_that_was_asked_for_and_did_not_come_is_gone() -> None:
    merged = MergedOffers(query("price<1"), answer(CHEAP, DEAR, to=query()))
    assert ids(merged.ended(True, 1.0)) == {2}


def test_offers_for_a_wider_filter_stay_for_an_hour() -> None:
    have = answer(CHEAP, DEAR, to=query(), at=100.0)
    young, old = 100.0 + BESIDE_SECONDS, 101.0 + BESIDE_SECONDS
    for now, left in ((young, {2}), (old, set())):
        merged = MergedOffers(query("price<1"), have)
        assert ids(merged.ended(True, now)) == left
    kept = MergedOffers(query("price<1"), have).ended(True, young)
    assert kept.oldest == 100.0


def test_offers_priced_for_another_disk_do_not_stay() -> None:
    merged = MergedOffers(query("price<1", disk=500), answer(CHEAP, DEAR, to=query()))
    assert ids(merged.ended(True, 1.0)) == set()


def test_the_same_rows_again_are_the_same_tuple() -> None:
    have = answer(CHEAP, DEAR, to=query())
    before = tuple(have.offers.values())
    merged = MergedOffers(query(), have)
    take(merged, offer(1, 0.2), offer(2, 2.0))
    offers, stable = merged.last(merged.ended(True, 1.0), before)
    assert offers is before
    assert stable == 2


def test_a_repeated_search_that_broke_off_changes_nothing() -> None:
    have = answer(CHEAP, to=query())
    merged = MergedOffers(query(), have)
    take(merged, offer(1, 0.9), DEAR)
    assert merged.so_far(1.0) is have


def test_a_new_search_that_broke_off_leaves_the_old_answer_and_what_came() -> None:
    have = answer(CHEAP, to=query("gpu:4090"))
    merged = MergedOffers(query("gpu:3090"), have)
    take(merged, OTHER)
    left = merged.so_far(1.0)
    assert left.query == have.query
    assert ids(left) == {1, 3}


def test_a_first_search_that_broke_off_is_shown_again_from_its_start() -> None:
    merged = MergedOffers(query(), None)
    take(merged, CHEAP)
    left = merged.so_far(1.0)
    assert (left.complete, left.ended) == (False, False)
    assert not MergedOffers(query(), left).repeats


@pytest.mark.parametrize(
    ("text", "is_outside"),
    [
        ("gpu:3090", True),
        ("gpu:4090", False),
        ("n=2", True),
        ("price<0.1", True),
        ("price<0.5", False),
        ("cc:SE", False),
        ("driver>=550", False),
        ("vram>=24", False),
        ("dc", False),
        ("rentable=false", True),
        ("", False),
    ],
)
def test_only_what_the_service_said_itself_shows_that_an_offer_is_outside(
    text: str, is_outside: bool
) -> None:
    one = offer(1, 0.2, geolocation="Norway, NO", driver_version="535.1.1", driver_vers=535001001)
    assert outside(query(text))(one) is is_outside
