"""Words of the filter for machines that this computer remembers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.offer_rows import NOW, row
from vasttui.lists.offer_browse import OfferBrowse
from vasttui.models.search import SearchOptions
from vasttui.query.complete import complete
from vasttui.query.machine_sets import MACHINES, NAMES
from vasttui.query.match import compile_query
from vasttui.query.offer_fields import OFFERS
from vasttui.query.parse import parse
from vasttui.query.wire import server_query
from vasttui.ui.offers.columns import OfferCells, offers_resource


@pytest.fixture(autouse=True)
def _sets() -> Iterator[None]:
    MACHINES.clear()
    MACHINES.set("mine", frozenset({1, 2}))
    MACHINES.set("failed", frozenset({2}))
    MACHINES.set("noted", frozenset({3}))
    yield
    MACHINES.clear()


@pytest.mark.parametrize(
    ("text", "machines"),
    [
        ("mine", [1, 2]), ("mine -failed", [1]), ("-mine", [3, None]), ("note", [3]),
        ("noted=false", [1, 2, None]), ("new", []), ("-starred", [1, 2, 3, None]),
    ],
)  # fmt: skip
def test_which_machines_a_word_means(text: str, machines: list[int | None]) -> None:
    parsed = parse(text)
    assert parsed.problems == ()
    rows = [row(id=at, machine_id=machine) for at, machine in enumerate((1, 2, 3, None), 1)]
    found = compile_query(parsed.query, NOW)(rows)
    assert [one.offer.machine_id for one in found] == machines


def test_the_service_is_not_asked_about_them() -> None:
    query = parse("mine -avoided starred").query
    asked = server_query(query, SearchOptions(), (), full=True)
    assert asked == server_query(parse("").query, SearchOptions(), (), full=True)


def test_each_is_completed_and_a_set_that_is_another_one_says_so() -> None:
    for name in NAMES:
        short = OFFERS.field(name).short  # `note`
        assert short in [one.insert for one in complete(name[:3], 3, {})]
    assert not MACHINES.set("mine", frozenset({1, 2}))
    assert MACHINES.set("mine", frozenset({1}))


def test_avoided_machines_are_hidden_unless_the_filter_asks_for_them() -> None:
    browse = OfferBrowse(offers_resource(OfferCells(lambda: NOW)), SearchOptions(), lambda: NOW)
    browse.list.set_offers([row(id=at, machine_id=at).offer for at in (1, 2, 3)])
    MACHINES.set("avoided", frozenset({2}))
    browse.set_avoided(frozenset({2}))

    def shown(text: str) -> list[int | None]:
        browse.set_text(text)
        return [one.offer.machine_id for one in browse.rows]

    assert (shown(""), browse.list.left_out.count, browse.list.left_out.machine_count) == (
        [1, 3],
        1,
        1,
    )
    assert shown("avoided") == [2]
    assert (shown("-mine"), shown("mine")) == ([3], [1])
