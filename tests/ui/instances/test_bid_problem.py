"""Which bids are allowed for a rented instance."""

from __future__ import annotations

import pytest

from vasttui.ui.instances.flows import bid_problem

LIMITS = "A bid is at least $0.001/h, and at most $32/h per GPU."


@pytest.mark.parametrize(
    ("text", "gpus", "problem"),
    [
        ("0.25", 1, ""),
        ("0.001", 1, ""),
        ("0.0009", 1, LIMITS),
        ("32", 1, ""),
        ("32.01", 1, LIMITS),
        ("64", 2, ""),
        ("64.01", 2, LIMITS),
        ("1000", None, ""),
        ("inf", None, LIMITS),
        ("nan", 1, LIMITS),
        ("-1", 1, LIMITS),
        ("a lot", 1, "A bid is a number of dollars per hour, such as 0.25."),
    ],
)
def test_a_bid_is_within_what_the_service_takes(text: str, gpus: int | None, problem: str) -> None:
    assert bid_problem(text, gpus) == problem
