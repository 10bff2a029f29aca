from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace

from tests.support.fake_market import offer
from tests.support.fleet_rows import NOW
from tests.support.lists import OFFER_LIST, sorted_offers
from vasttui.lists.offer_browse import OfferBrowse
from vasttui.lists.offer_rows import OfferRows, Select, by_id
from vasttui.lists.sorting import reversed_first
from vasttui.models.money import PricedOffer, Usage, price_offer
from vasttui.models.offer import Offer
from vasttui.models.price_book import PriceBook, kind_of
from vasttui.models.search import SearchOptions
from vasttui.services.market.state import MarketState

SORTS = [(), (("price", False),), (("price", True), ("rel", False)), (("n", False), ("rel", True))]


def cheaper_than(price: float) -> Select:
    def select(rows: Sequence[PricedOffer]) -> list[PricedOffer]:
        return [row for row in rows if row.price < price]

    return select


def filled(*offers: Offer) -> OfferRows:
    listed = OfferRows(OFFER_LIST, Usage(), "on-demand")
    listed.set_sort((("price", False),))
    listed.set_offers(offers)
    return listed


def shown(listed: OfferRows) -> list[int]:
    return [row.offer.id for row in listed.visible]


def cursor(listed: OfferRows) -> int | None:
    index = listed.cursor_index
    return None if index is None else listed.visible[index].offer.id


ONE, TWO, THREE, FOUR = (offer(n, n * 0.1) for n in range(1, 5))
ALL = (ONE, TWO, THREE, FOUR)


def test_rows_are_in_order_and_equal_ones_by_id() -> None:
    listed = filled(offer(9, 0.2), offer(3, 0.2), offer(5, 0.1))
    assert shown(listed) == [5, 3, 9]
    listed.set_sort((("price", True),))
    assert shown(listed) == [3, 9, 5]


def test_the_cursor_stays_on_its_offer_through_sort_and_refresh() -> None:
    listed = filled(*ALL)
    listed.move_cursor(2)
    listed.set_sort((("price", True),))
    assert (cursor(listed), listed.cursor_index) == (3, 1)
    listed.set_offers((offer(7, 0.01), *ALL))
    assert (cursor(listed), listed.cursor_index) == (3, 1)
    listed.set_offers((ONE, TWO, replace(THREE, dph_base=9.0), FOUR))
    assert (cursor(listed), listed.cursor_index) == (3, 0)


def test_where_its_offer_is_hidden_the_cursor_waits_on_the_next_and_goes_back() -> None:
    listed = filled(*ALL)
    listed.move_cursor(1)
    listed.set_filter(lambda rows: [row for row in rows if row.offer.id != 2])
    assert cursor(listed) == 3
    listed.set_filter(lambda rows: [row for row in rows if row.offer.id not in {2, 3}])
    assert cursor(listed) == 4
    listed.set_filter(lambda rows: [])
    assert cursor(listed) is None
    listed.set_filter(list)
    assert cursor(listed) == 2


def test_where_its_offer_is_gone_the_cursor_is_on_the_next_or_the_last() -> None:
    listed = filled(*ALL)
    listed.move_cursor(2)
    listed.set_offers((ONE, TWO, FOUR))
    assert cursor(listed) == 4
    listed.set_offers((ONE, TWO))
    assert cursor(listed) == 2
    listed.set_offers(())
    assert cursor(listed) is None


def test_until_a_search_has_ended_or_it_was_moved_the_cursor_is_on_top() -> None:
    listed = filled(TWO, THREE)
    listed.set_offers((TWO, THREE, ONE), stable=2)
    assert cursor(listed) == 1
    listed.hold_cursor()
    listed.set_offers((TWO, THREE, ONE, offer(8, 0.01)), stable=3)
    assert cursor(listed) == 1


def test_the_cursor_stays_within_the_rows() -> None:
    listed = filled(*ALL)
    for index, expected in ((99, 4), (-5, 1)):
        listed.move_cursor(index)
        assert cursor(listed) == expected
    empty = filled()
    empty.move_cursor(3)
    assert empty.cursor_index is None


def test_marks_stay_on_their_offers_even_when_those_are_away() -> None:
    listed = filled(*ALL)
    listed.toggle_mark(2)
    listed.toggle_mark(3)
    listed.toggle_mark(3)
    listed.set_offers((ONE,))
    listed.set_offers(ALL)
    assert listed.marks == {2}
    listed.clear_marks()
    assert listed.marks == set()


def test_avoided_machines_are_hidden_and_counted() -> None:
    listed = filled(*ALL)
    listed.set_avoided(frozenset({1, 3}))
    assert shown(listed) == [2, 4]
    assert listed.left_out.count == 2
    listed.set_filter(lambda rows: list(rows[:1]))
    assert (shown(listed), listed.left_out.count) == ([], 1)


def test_of_avoided_machines_only_the_offers_that_pass_are_counted() -> None:
    listed = filled(*ALL, replace(offer(5, 0.5), machine_id=3), replace(offer(6, 0.6)))
    listed.set_avoided(frozenset({3, 4, 77}))
    assert (shown(listed), listed.left_out.count) == ([1, 2, 6], 3)  # offers 3 and 5, and 4
    listed.set_filter(cheaper_than(0.45))
    assert (shown(listed), listed.left_out.count) == ([1, 2], 2)
    listed.set_filter(cheaper_than(0.25), narrower=True)
    assert (shown(listed), listed.left_out.count) == ([1, 2], 0)
    listed.set_avoided(frozenset())
    listed.set_filter(cheaper_than(9.0))
    assert (len(shown(listed)), listed.left_out.count) == (6, 0)


def test_rows_of_unchanged_offers_are_the_same_objects() -> None:
    listed = filled(*ALL)
    before = {row.offer.id: row for row in listed.visible}
    listed.set_offers((ONE, offer(2, 0.9), THREE, FOUR))
    after = {row.offer.id: row for row in listed.visible}
    assert [id for id in after if after[id] is not before[id]] == [2]


def test_another_use_prices_every_row_anew() -> None:
    listed = filled(offer(1, 1.0, storage_cost=7.2), offer(2, 1.5))
    assert shown(listed) == [1, 2]
    listed.set_usage(Usage(disk=100.0), "on-demand")
    assert [(row.offer.id, row.price) for row in listed.visible] == [(2, 1.5), (1, 2.0)]


def test_a_narrower_filter_looks_at_what_is_shown() -> None:
    listed = filled(*ALL)
    listed.set_filter(lambda rows: [row for row in rows if row.offer.id > 1])
    looked_at: list[int] = []

    def narrower(rows: Sequence[PricedOffer]) -> list[PricedOffer]:
        looked_at.extend(row.offer.id for row in rows)
        return [row for row in rows if row.offer.id > 2]

    listed.set_filter(narrower, narrower=True)
    assert looked_at == [2, 3, 4]
    assert shown(listed) == [3, 4]


def test_what_the_switches_do_not_allow_is_in_hand_but_not_in_view() -> None:
    listed = filled(*ALL)
    listed.set_base(lambda rows: [row for row in rows if row.offer.id != 1])
    assert [row.offer.id for row in listed.all_rows] == [2, 3, 4]
    assert listed.fetched == 4


def test_values_seen_follow_the_rows() -> None:
    listed = filled(ONE)
    assert list(listed.seen_values()["gpu_name"]) == ["RTX 4090"]
    listed.set_offers((ONE, offer(2, gpu="H100 SXM")))
    assert set(listed.seen_values()["gpu_name"]) == {"RTX 4090", "H100 SXM"}


@pytest.mark.parametrize("sort", [(("price", False),), (("cheap", False),)])
def test_other_prices_that_are_remembered_filter_and_sort_anew(
    sort: tuple[tuple[str, bool], ...],
) -> None:
    book = PriceBook()
    listed = OfferRows(OFFER_LIST, Usage(), "on-demand", book)
    listed.set_sort(sort)
    listed.set_offers((offer(1, 0.1), offer(2, 0.2, gpu="H100 SXM"), offer(3, 0.3, gpu="L40")))
    listed.set_filter(lambda rows: [row for row in rows if row.cheap is not None])
    assert shown(listed) == []
    book.medians = {kind_of(row.offer): 0.1 * row.offer.id**2 for row in listed.all_rows}
    listed.prices_changed(frozenset({"cheap"}))
    assert shown(listed) == ([1, 2, 3] if sort[0][0] == "price" else [3, 2, 1])


def test_offers_are_taken_in_slices_those_of_a_search_again_at_the_end_of_them() -> None:
    browse = OfferBrowse(OFFER_LIST, SearchOptions(), lambda: NOW)
    many = tuple(offer(number, number % 7) for number in range(1, 601))
    again = tuple(replace(one, dph_base=2.5) if one.id % 2 else one for one in many[1:])
    sizes = list[int]()
    for state in (
        MarketState(rows=many[:300], stable=0, busy=True),
        MarketState(rows=many, stable=300, busy=True),
        MarketState(rows=again, stable=0),
    ):
        for _ in browse.taking(state):
            sizes.append(browse.list.fetched)
        assert {row.offer for row in browse.rows} == set(state.rows)
        assert list(browse.rows) == sorted_offers(by_id(browse.rows), browse.sort)
    assert sizes == [428, 556, *[600] * 8]


def test_what_has_not_changed_keeps_its_row_and_its_place_when_offers_are_replaced() -> None:
    listed = filled(*ALL)
    listed.move_cursor(2)
    before = {row.offer.id: row for row in listed.visible}
    for _ in listed.replacing((offer(7, 0.15), replace(ONE, dph_base=0.35), THREE, TWO)):
        assert shown(listed) == [1, 2, 3, 4]
    assert (shown(listed), cursor(listed)) == ([7, 2, 3, 1], 3)
    same = {row.offer.id for row in listed.visible if before.get(row.offer.id) is row}
    assert same == {2, 3}
    listed.move_cursor(1)
    for _ in listed.replacing((ONE, THREE)):
        pass
    assert (shown(listed), cursor(listed)) == ([1, 3], 3), "of an offer that is gone to the next"


def hide_and_sort(listed: OfferRows) -> None:
    listed.set_filter(cheaper_than(0.25))
    listed.set_sort((("rel", False),))


@pytest.mark.parametrize("at", range(4))
@pytest.mark.parametrize(
    "do",
    [
        lambda listed: listed.set_sort((("rel", False),)),
        hide_and_sort,
        lambda listed: listed.set_usage(Usage(disk=500.0), "on-demand"),
        lambda listed: listed.set_filter(cheaper_than(0.25)),
        lambda listed: listed.set_base(cheaper_than(0.25)),
        lambda listed: listed.set_avoided(frozenset({2, 7})),
        lambda listed: listed.move_cursor(3),
    ],
)
def test_what_is_done_while_offers_are_replaced_holds(
    do: Callable[[OfferRows], None], at: int
) -> None:
    listed, expected = filled(*ALL), filled(*ALL)
    first, *others = (replace(one, reliability=1 - one.id / 10) for one in ALL)
    little = replace(first, id=8, disk_space=1.0)
    news = (*others, little, replace(first, dph_base=0.15, id=7, machine_id=7))
    for number, _ in enumerate(listed.replacing(news)):
        if number == at:
            do(listed)
    assert number == 3
    do(expected)
    expected.set_offers(news)
    assert (shown(listed), cursor(listed)) == (shown(expected), cursor(expected))
    assert [row.price for row in listed.visible] == [row.price for row in expected.visible]
    assert listed.left_out.count == expected.left_out.count
    assert listed.unfit_count == expected.unfit_count > 0
    assert [row.offer.id for row in listed.all_rows] == [row.offer.id for row in expected.all_rows]


def test_after_offers_were_replaced_equal_ones_are_by_id_still() -> None:
    listed = filled(*ALL)
    for _ in listed.replacing((FOUR, THREE, ONE, offer(2, 0.9))):
        pass
    listed.set_sort((("n", False),))
    assert shown(listed) == [1, 2, 3, 4]


@pytest.mark.parametrize("sort", [(("cheap", False),), (("price", False), ("cheap", True))])
def test_an_order_by_what_is_remembered_is_worked_out_anew_for_all(
    sort: tuple[tuple[str, bool], ...],
) -> None:
    book = PriceBook()
    listed = OfferRows(OFFER_LIST, Usage(), "on-demand", book)
    listed.set_sort(sort)
    offers = tuple(offer(number, 0.1, gpu=f"RTX {number}") for number in (1, 2, 3))
    listed.set_offers(offers[:2])
    book.medians = {kind_of(one): one.id % 3 + 0.1 for one in offers}
    for _ in listed.replacing(offers):
        pass
    assert list(listed.visible) == sorted_offers(by_id(listed.visible), sort)


class AnyOrder(RuleBasedStateMachine):
    """Whatever the order of events, the rows are those of a list built from scratch."""

    @initialize()
    def start(self) -> None:
        self.listed = OfferRows(OFFER_LIST, Usage(), "on-demand")
        self.offers: tuple[Offer, ...] = ()
        self.sort: tuple[tuple[str, bool], ...] = ()
        self.most = 9.0
        self.avoided = frozenset[int]()
        self.usage = Usage()
        self.following: int | None = None
        self.next_id = 1

    @rule(prices=st.lists(st.sampled_from([0.1, 0.2, 0.3, 0.5]), min_size=1, max_size=6))
    def stream(self, prices: list[float]) -> None:
        stable = len(self.offers)
        for price in prices:
            count = self.next_id % 3
            known = None if self.next_id % 4 == 0 else price
            one = offer(self.next_id, price, num_gpus=count, reliability=known)
            self.offers += (replace(one, machine_id=self.next_id % 5),)
            self.next_id += 7 if self.next_id % 2 else 2
        self.listed.set_offers(self.offers, stable)

    @rule(drop=st.integers(2, 5))
    def refresh(self, drop: int) -> None:
        self.offers = self.changed(drop)
        self.listed.set_offers(self.offers)

    def changed(self, drop: int) -> tuple[Offer, ...]:
        return tuple(
            replace(one, dph_base=0.25) if one.id % drop == 0 else one
            for one in self.offers
            if one.id % (drop + 1)
        )

    @rule(drop=st.integers(2, 5))
    def refresh_in_slices(self, drop: int) -> None:
        news = self.changed(drop)
        for _ in self.listed.replacing(news):
            self.rows_are_right()
        self.offers = news

    @rule(machines=st.frozensets(st.integers(0, 4), max_size=3))
    def avoid(self, machines: frozenset[int]) -> None:
        self.avoided = machines
        self.listed.set_avoided(machines)

    @rule(sort=st.sampled_from(SORTS))
    def order(self, sort: tuple[tuple[str, bool], ...]) -> None:
        self.sort = sort
        self.listed.set_sort(sort)

    @rule()
    def turn_the_order(self) -> None:
        self.sort = reversed_first(self.sort)
        self.listed.set_sort(self.sort)

    @rule(most=st.sampled_from([0.15, 0.25, 0.4, 9.0]))
    def narrow(self, most: float) -> None:
        self.listed.set_filter(cheaper_than(most), narrower=most <= self.most)
        self.most = most

    @rule(disk=st.sampled_from([10.0, 500.0]))
    def use(self, disk: float) -> None:
        self.usage = Usage(disk=disk)
        self.listed.set_usage(self.usage, "on-demand")

    @rule(index=st.integers(0, 40))
    def move(self, index: int) -> None:
        self.listed.move_cursor(index)
        self.following = cursor(self.listed) if self.listed.visible else self.following

    @invariant()
    def rows_are_right(self) -> None:
        expected = [
            row
            for row in by_id([price_offer(one, self.usage, "on-demand") for one in self.offers])
            if row.price < self.most and row.fits
        ]
        left_out = [
            row.offer.machine_id for row in expected if row.offer.machine_id in self.avoided
        ]
        assert self.listed.left_out.count == len(left_out)
        assert self.listed.left_out.machine_count == len(set(left_out))
        expected = [row for row in expected if row.offer.machine_id not in self.avoided]
        assert sorted(shown(self.listed)) == sorted(row.offer.id for row in expected)
        assert {row.offer.id: row.price for row in self.listed.visible} == {
            row.offer.id: row.price for row in expected
        }
        if self.following in shown(self.listed):
            assert cursor(self.listed) == self.following

    @invariant()
    def rows_are_in_order(self) -> None:
        expected = sorted_offers(by_id(self.listed.visible), self.sort)
        assert list(self.listed.visible) == expected


AnyOrder.TestCase.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
TestAnyOrder = AnyOrder.TestCase


def test_hosts_with_less_free_disk_than_wanted_are_left_out_and_counted() -> None:
    listed = filled(offer(1, disk_space=9.5), offer(2, disk_space=10.0), offer(3, disk_space=None))
    assert sorted(shown(listed)) == [2, 3]
    assert (listed.unfit_count, listed.fetched, len(listed.all_rows)) == (1, 3, 2)
    listed.set_usage(Usage(disk=9.0), "on-demand")
    assert sorted(shown(listed)) == [1, 2, 3]
    assert listed.unfit_count == 0
