"""Which rule makes the list empty."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.offer_rows import NOW, row, rows
from tests.support.slow_filter import keeps, query_texts
from vasttui.models.money import PricedOffer
from vasttui.query.explain import explain
from vasttui.query.offer_fields import row_price
from vasttui.query.parse import parse
from vasttui.query.rules import Query


def test_the_rule_to_blame_comes_first() -> None:
    market = [
        row(dph_base=0.4),
        row(dph_base=0.5),
        row(dph_base=0.2, geolocation="Norway, NO"),
        row(dph_base=0.9, geolocation="Norway, NO", cuda_max_good=12.0),
    ]
    why = explain(parse("cuda>=12.4 cc:SE eff<0.40").query, market, NOW)
    assert [(one.rule.label, one.removes, one.seen) for one in why.blames] == [
        ("eff<0.40", 3, 2),
        ("cc:SE", 2, 1),
        ("cuda>=12.4", 1, 0),
    ]
    assert [one.cheapest for one in why.blames] == [market[0], market[2], None]
    assert why.nearest is market[2]


def test_first_is_the_rule_without_which_most_would_be_seen() -> None:
    market = [
        *(row(id=at, dph_base=0.9, cuda_max_good=12.0) for at in range(3)),  # break two rules
        row(id=3, geolocation="Norway, NO"),
        row(id=4, geolocation="Norway, NO"),
        row(id=5, cuda_max_good=12.0),
        row(id=6, verification="unverified"),
    ]
    why = explain(parse("eff<0.40 cuda>=12.4 verified=true cc:SE").query, market, NOW)
    # cuda hides the most rows, but without cc two would be seen; equal ones stay as written.
    assert [(one.rule.label, one.removes, one.seen) for one in why.blames] == [
        ("cc:SE", 2, 2),
        ("cuda>=12.4", 4, 1),
        ("verified=true", 1, 1),
        ("eff<0.40", 3, 0),
    ]


def test_nothing_to_explain() -> None:
    why = explain(Query(), [row()], NOW)
    assert (why.blames, why.nearest) == ((), None)
    of_nothing = explain(parse("n=1").query, list[PricedOffer](), NOW)
    assert [(one.removes, one.seen, one.cheapest) for one in of_nothing.blames] == [(0, 0, None)]


def test_a_row_without_an_all_in_price_is_compared_by_its_plain_price() -> None:
    unpriced = row(inet_down_cost=None)
    assert row_price(unpriced) == pytest.approx(0.28 + 0.01)


@given(text=query_texts(), market=st.lists(rows(), max_size=12))
def test_counts_agree_with_the_plain_reading(text: str, market: list[PricedOffer]) -> None:
    query = parse(text).query
    why = explain(query, market, NOW)
    assert {one.rule for one in why.blames} == set(query.rules)
    for blame in why.blames:
        alone = Query((blame.rule,))
        assert blame.removes == sum(not keeps(alone, one) for one in market)
    for at, rule in enumerate(query.rules):
        others = Query(query.rules[:at] + query.rules[at + 1 :])
        seen = [one for one in market if keeps(others, one)]
        hidden = [row_price(one) for one in seen if not keeps(query, one)]
        blame = next(one for one in why.blames if one.rule.start == rule.start)
        assert blame.seen == len(seen)
        assert row_price(blame.cheapest) == min(hidden, default=float("inf"))
