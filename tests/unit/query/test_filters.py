"""Which conditions of a search follow from others."""

from __future__ import annotations

import pytest

from vasttui.query.filters import Operand, implied, tighten


@pytest.mark.parametrize(
    ("op", "value", "given", "follows"),
    [
        ("lt", 5.0, {"lt": 5.0}, True),
        ("lt", 5.0, {"lt": 4.0}, True),
        ("lt", 5.0, {"lt": 6.0}, False),
        ("lt", 5.0, {"lte": 4.9}, True),
        ("lt", 5.0, {"lte": 5.0}, False),
        ("lte", 5.0, {"lt": 5.0}, True),
        ("lte", 5.0, {"lte": 5.1}, False),
        ("gt", 5.0, {"gt": 6.0}, True),
        ("gt", 5.0, {"gte": 5.0}, False),
        ("gt", 5.0, {"gte": 5.1}, True),
        ("gte", 5.0, {"gt": 5.0}, True),
        ("gte", 5.0, {"gte": 4.9}, False),
        ("lt", 5.0, {"gt": 1.0}, False),
        ("lt", 5.0, {"eq": 4.0}, True),
        ("lt", 5.0, {"in": (3.0, 6.0)}, False),
        ("neq", 5.0, {"lt": 5.0}, True),
        ("neq", 5.0, {"lte": 5.0}, False),
    ],
)
def test_a_narrower_condition_implies_a_wider_one(
    op: str, value: float, given: dict[str, Operand], follows: bool
) -> None:
    assert implied(op, value, given) is follows


@pytest.mark.parametrize(
    ("op", "first", "second", "kept"),
    [("lt", 5.0, 3.0, 3.0), ("lt", 3.0, 5.0, 3.0), ("gte", 2.0, 4.0, 4.0), ("gte", 4.0, 2.0, 4.0)],
)
def test_of_two_bounds_the_tighter_one_is_asked_for(
    op: str, first: float, second: float, kept: float
) -> None:
    ops: dict[str, Operand] = {}
    tighten(ops, op, first)
    tighten(ops, op, second)
    assert ops == {op: kept}
