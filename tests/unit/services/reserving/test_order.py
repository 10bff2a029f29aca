"""What credit and deposit say of a payment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vasttui.models.reserved import NO_DEPOSIT, Deposit
from vasttui.services.reserving.order import Order, Verdict, order_from

HOUR = 3_600.0
ORDER = Order(
    instance_id=7, name="train-a", dollars=165.31, full=0.287, rate=0.2, credit=312.40, left=0.0,
    burn=2.2,
)  # fmt: skip
MORE = replace(ORDER, left=126.74, dollars=50.0)


@pytest.mark.parametrize(
    ("order", "left", "credit", "hours", "verdict"),
    [
        (ORDER, 165.31, 147.09, 0, Verdict.PAID),
        (ORDER, 165.31, None, 0, Verdict.PAID),  # the deposit alone shows it
        (ORDER, 165.30, 147.08, 0.01, Verdict.PAID),
        (ORDER, 154.0, 90.0, 48, Verdict.PAID),
        (ORDER, 0.0, 312.40, 0, Verdict.AS_BEFORE),
        (ORDER, 0.0, 290.0, 10, Verdict.AS_BEFORE),  # what was billed
        (ORDER, 0.0, 400.0, 0, Verdict.AS_BEFORE),  # topped up
        (ORDER, 0.0, 147.09, 0, Verdict.UNCLEAR),  # the money is gone, the deposit not listed
        (ORDER, 0.0, None, 0, Verdict.UNCLEAR),
        (ORDER, 330.62, 0.0, 0, Verdict.UNCLEAR),  # somebody else paid, too
        (ORDER, 50.0, 262.0, 0, Verdict.UNCLEAR),
        (ORDER, 0.0, 200.0, 900, Verdict.UNCLEAR),  # it may have been used up
        (MORE, 176.74, 262.40, 0, Verdict.PAID),
        (MORE, 126.73, 312.0, 0.1, Verdict.AS_BEFORE),
        (MORE, 150.0, 312.0, 0.1, Verdict.UNCLEAR),
        (replace(MORE, dollars=1.0), 126.5, 300.0, 10, Verdict.UNCLEAR),
    ],
)  # fmt: skip
def test_a_verdict(
    order: Order, left: float, credit: float | None, hours: float, verdict: Verdict
) -> None:
    deposit = Deposit(left) if left else NO_DEPOSIT
    assert order.judge(deposit, credit, hours * HOUR) is verdict


def test_it_comes_back_from_the_journal() -> None:
    assert order_from(ORDER.details) == ORDER
    unknown = replace(ORDER, credit=None)
    assert order_from(unknown.details) == unknown


@pytest.mark.parametrize(
    "changes", [{"dollars": "much"}, {"instance_id": "x"}, {"credit": "?"}, {"left": ""}]
)
def test_a_damaged_row_is_none(changes: dict[str, str]) -> None:
    assert order_from({**ORDER.details, **changes}) is None
    assert order_from({}) is None
