from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.support.lists import OFFER_LIST, sorted_offers
from tests.support.offer_rows import row, rows
from vasttui.lists.offer_rows import by_id
from vasttui.lists.sorting import merged_rows
from vasttui.models.money import PricedOffer

COLUMNS = ["eff", "value", "rel", "cuda", "cc", "n", "price", "ram", "ends", "gpu", "flags"]


def test_unknown_values_come_last_either_way() -> None:
    known, more, unknown = row(reliability=0.9), row(reliability=0.95), row(reliability=None)
    mixed = [unknown, more, known]
    assert sorted_offers(mixed, [("rel", False)]) == [known, more, unknown]
    assert sorted_offers(mixed, [("rel", True)]) == [more, known, unknown]


def test_equal_rows_keep_the_order_they_came_in() -> None:
    one, two, three = row(id=1), row(id=2), row(id=3)
    for descending in (False, True):
        assert sorted_offers([two, one, three], [("rel", descending)]) == [two, one, three]
    assert by_id([two, three, one]) == [one, two, three]


def test_a_name_that_is_no_column_orders_nothing() -> None:
    one, two = row(id=1, reliability=0.9), row(id=2, reliability=0.8)
    assert OFFER_LIST.reader("nonsense") is None
    assert sorted_offers([one, two], [("nonsense", True), ("rel", False)]) == [two, one]


def test_every_column_has_an_order() -> None:
    assert [one.key for one in OFFER_LIST.columns if one.value is None] == []
    assert OFFER_LIST.columns[0].value is not None
    assert OFFER_LIST.columns[0].value(row()) == row().offer.gpu_name


def test_columns_open_with_their_better_end() -> None:
    assert OFFER_LIST.is_best_first("value")
    assert OFFER_LIST.is_best_first("rel")
    assert not OFFER_LIST.is_best_first("eff")
    assert not OFFER_LIST.is_best_first("price")


@given(
    st.lists(rows(), max_size=30),
    st.lists(st.tuples(st.sampled_from(COLUMNS), st.booleans()), min_size=1, max_size=3),
)
def test_the_first_column_decides_first(
    found: list[PricedOffer], keys: list[tuple[str, bool]]
) -> None:
    ordered = sorted_offers(found, keys)
    assert sorted(map(id, ordered)) == sorted(map(id, found))
    for one, other in pairwise(ordered):
        for key, descending in keys:
            read = OFFER_LIST.reader(key)
            assert read is not None
            a, b = read(one), read(other)
            if a == b:
                continue
            assert b is None or (a is not None and (a > b if descending else a < b))
            break


@given(
    st.lists(rows(), max_size=30), st.lists(rows(), max_size=10),
    st.lists(st.tuples(st.sampled_from(COLUMNS), st.booleans()), max_size=3),
)  # fmt: skip
def test_rows_are_merged_into_others_as_if_all_were_sorted(
    found: list[PricedOffer], more: list[PricedOffer], keys: list[tuple[str, bool]]
) -> None:
    first, second = (sorted_offers(some, keys) for some in (found, more))
    reads = [(OFFER_LIST.reader(key), descending) for key, descending in keys]
    orders = [(read, descending) for read, descending in reads if read is not None]
    merged = merged_rows(first, second, orders)
    assert list(map(id, merged)) == list(map(id, sorted_offers([*first, *second], keys)))


def test_only_the_rows_that_are_merged_are_looked_at() -> None:
    seen: list[int] = []

    def read(number: int) -> int:
        seen.append(number)
        return number

    assert merged_rows(range(0, 20_000, 2), [7], [(read, False)])[:6] == [0, 2, 4, 6, 7, 8]
    assert len(seen) < 40
