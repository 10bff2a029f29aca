"""Charges, invoices and earnings in every shape that was seen, and in hostile ones."""

from __future__ import annotations

import math
from typing import Any

import pytest

from vasttui.models.billing import Charge, Earned, day_of, mills_of
from vasttui.models.decode_billing import (
    charge_of_day,
    day_from,
    earnings_from,
    invoice_from,
)
from vasttui.models.invoice import Invoice
from vasttui.models.transfer import Transfer

DAY = 20_682
MIDNIGHT = DAY * 86_400
HOSTILE = "[red]\x1b[2J\u202e" + "x" * 900


def item(kind: str, amount: object, words: object = "") -> dict[str, Any]:
    return {"start": MIDNIGHT, "end": MIDNIGHT, "type": kind, "source": None,
            "description": words, "amount": amount, "metadata": {}, "items": []}  # fmt: skip


def row(**changes: Any) -> dict[str, Any]:
    """A row of one day, as recorded."""
    return {
        "source": "instance-47912530", "amount": 0.123, "type": "instance", "start": MIDNIGHT,
        "description": "Instance 47912530 Charges - 1 day", "end": MIDNIGHT,
        "items": [item("gpu", 0.112, "0.280 hours at $0.400/hour"),
                  item("disk", 0.011, "(hours at $/hour)"),
                  item("bwd", 0.0, "0.0 GB Downloaded"), item("bwu", 0.0, "1.5 GB Uploaded")],
        "metadata": {"label": "my-label"}, **changes,
    }  # fmt: skip


def read(**changes: Any) -> Charge:
    charge = charge_of_day(row(**changes), DAY)
    assert charge is not None
    return charge


def test_a_row_as_recorded() -> None:
    charge = read()
    assert charge == Charge(
        DAY, "instance-47912530", 123, "my-label", start=MIDNIGHT, end=MIDNIGHT,
        gpu=112, disk=11, down=0, up=0, texts="\n".join(charge.words), hours=0.28, rate=0.4,
        gb_down=0.0, gb_up=1.5,
    )  # fmt: skip
    assert charge.words == (
        "Instance 47912530 Charges - 1 day", "0.280 hours at $0.400/hour", "(hours at $/hour)",
        "0.0 GB Downloaded", "1.5 GB Uploaded",
    )  # fmt: skip
    assert Charge(DAY, "fee", 1).words == ("", "", "", "", "")
    assert (charge.kind, charge.id, charge.name) == ("instance", 47_912_530, "my-label")
    assert (charge.hours, charge.rate, charge.gb_down, charge.gb_up) == (0.28, 0.4, 0.0, 1.5)
    assert charge.traffic == 0


@pytest.mark.parametrize(
    ("source", "metadata", "kind", "number", "name"),
    [
        ("volume-7", {}, "volume", 7, "volume 7"),
        ("instance-7", {"endpoint_id": 1}, "serverless", 7, "instance 7"),
        ("endpoint-19392", {}, "serverless", 19_392, "endpoint 19392"),
        ("workergroup-3", {"label": "w"}, "serverless", 3, "w"),
        ("cluster-x", {}, "cluster", None, "cluster x"),
        ("fee", None, "fee", None, "fee"),
        ("", {}, "instance", None, "instance"),
        ("", {"label": "mine"}, "instance", None, "mine"),
    ],
)
def test_what_was_charged_for(
    source: str, metadata: object, kind: str, number: int | None, name: str
) -> None:
    charge = read(source=source, metadata=metadata)
    assert (charge.kind, charge.id, charge.name) == (kind, number, name)


@pytest.mark.parametrize(
    ("amount", "mills"),
    [(38.421, 38_421), (-25, -25_000), (0.0005, 0), (0.0015, 2), (1e9, 10**12), (0, 0),
     (1e12, None), (-1e300, None), (math.nan, None), (math.inf, None), (True, None),
     ("3", None), (None, None), ([], None)],
)  # fmt: skip
def test_money_is_in_mills(amount: object, mills: int | None) -> None:
    assert mills_of(amount) == mills
    assert read(amount=amount).amount == mills


def test_sums_of_mills_are_exact() -> None:
    mills, dollars = 0, 0.0
    for _ in range(30_000):
        mills += mills_of(0.1) or 0
        dollars += 0.1
    assert mills == 3_000_000
    assert dollars != 3_000


@pytest.mark.parametrize("name", ["amount", "description", "start", "end", "items", "metadata"])
@pytest.mark.parametrize("value", [None, True, "x", HOSTILE, [], {}, -1e300, 10**30, [7, {}]])
def test_one_bad_field_costs_no_row_and_no_other_field(name: str, value: object) -> None:
    charge, good = read(**{name: value}), read()
    assert "\x1b" not in repr(charge)
    assert charge.source == good.source
    if name != "items":
        assert (charge.gpu, charge.disk, charge.traffic) == (112, 11, 0)
    if name != "amount":
        assert charge.amount == 123


def test_a_part_that_cannot_be_read_is_unknown_and_none_is_no_zero() -> None:
    charge = read(items=[item("gpu", "much"), item("disk", 0.1), item("disk", 0.2), item("x", 1)])
    assert (charge.gpu, charge.disk, charge.down, charge.traffic) == (None, 300, None, None)
    assert (charge.hours, charge.rate) == (None, None)
    assert read(items=[item("disk", 0.1), item("disk", None), item("disk", 5)]).disk is None


def test_a_day_says_what_is_lost_of_it() -> None:
    rows = [row(), {**row(), "amount": 0.2}, row(source=None), "junk", row(source="volume-1")]
    day = day_from(rows, DAY, 7, 1.5)
    assert [(one.source, one.amount) for one in day.rows] == [
        ("instance-47912530", 200), ("instance", 123), ("volume-1", 123),
    ]  # fmt: skip
    assert (day.day, day.lost, day.read_at, day.is_whole) == (DAY, 4, 1.5, False)
    assert day_from(rows[:2], DAY, 1, 0.0).lost == 0
    assert day_from(rows[:2], DAY, 0, 0.0).lost == 1
    nameless = [row(source="x"), row(source="x"), row(source="instance-")]
    assert [one.amount for one in day_from(nameless, DAY, 3, 0.0).rows] == [123, 123, 123]
    assert day_from([row()], DAY, 1, 0.0).is_whole
    assert charge_of_day({"amount": 1}, DAY) == Charge(DAY, "other", 1_000, texts="\n\n\n\n")
    assert day_from([], DAY, 0, 0.0).is_whole


def bill(**changes: Any) -> dict[str, Any]:
    return {
        "start": 1_761_980_044, "end": 1_761_980_301, "type": "credit", "source": "stripe",
        "description": "Manual Billing from MASTERCARD ...7376", "amount": -25.0,
        "metadata": {"invoice_id": 2_185_418, "service": "stripe_payments"}, "items": [], **changes,
    }  # fmt: skip


def test_an_invoice_as_documented() -> None:
    invoice = invoice_from(bill())
    assert invoice == Invoice(
        id=2_185_418, type="credit", amount=-25.0, source="stripe", service="stripe_payments",
        description="Manual Billing from MASTERCARD ...7376", start=1_761_980_044.0,
        end=1_761_980_301.0,
    )  # fmt: skip
    assert invoice.is_paid
    unpaid = invoice_from(bill(end=None))
    assert unpaid is not None
    assert not unpaid.is_paid


@pytest.mark.parametrize("name", ["start", "end", "type", "source", "description", "metadata"])
@pytest.mark.parametrize("value", [None, True, [], {"a": {}}, -1, HOSTILE, 10**30])
def test_what_cannot_be_read_of_an_invoice_is_unknown(name: str, value: object) -> None:
    invoice = invoice_from(bill(**{name: value}))
    assert invoice is not None
    assert "\x1b" not in repr(invoice)
    assert invoice.mills == -25_000


def test_an_invoice_without_an_amount_is_one_all_the_same() -> None:
    for amount in ("3", None, True, math.inf):
        invoice = invoice_from(bill(amount=amount))
        assert invoice is not None
        assert (invoice.amount, invoice.mills, invoice.incoming()) == (None, None, None)
    assert invoice_from(None) is None


@pytest.mark.parametrize(
    ("changes", "incoming"),
    [
        ({"type": "credit", "amount": -25.0}, 25_000),
        ({"type": "refund", "amount": -144.44}, 144_440),
        ({"type": "reserved", "amount": 165.31}, -165_310),
        ({"type": "payout", "amount": 80.0}, -80_000),
        ({"type": "transfer", "amount": 25.0, "source": "me@example.com"}, -25_000),
        ({"type": "transfer", "amount": 25.0, "source": "bob@example.com"}, 25_000),
        ({"type": "transfer", "amount": -25.0, "source": "bob@example.com"}, 25_000),
        ({"type": "transfer", "amount": 25.0, "source": "transfer"}, -25_000),
    ],
)
def test_the_sign_that_a_person_expects(changes: dict[str, Any], incoming: int) -> None:
    invoice = invoice_from(bill(**changes))
    assert invoice is not None
    assert invoice.incoming(("Me@Example.com", "")) == incoming


def test_a_transfer_may_have_either_sign() -> None:
    transfer = Transfer("bob@example.com", 25.5)
    for amount, is_it in (
        (25.5, True),
        (-25.5, True),
        (25.51, False),
        (25.0, False),
        (None, False),
    ):
        assert transfer.may_be(Invoice(id=1, type="transfer", amount=amount)) is is_it
    assert not transfer.may_be(Invoice(id=1, type="credit", amount=25.5))


def test_earnings() -> None:
    parts = {"gpu_earn": 5.0, "sto_earn": 1.0, "bwu_earn": 0.25, "bwd_earn": 0.5}
    found = earnings_from({
        "summary": {"total_gpu": 8.0, "total_stor": 1.5, "total_bwu": 0.5, "total_bwd": "x"},
        "current": {"balance": 9.75, "service_fee": 0.25, "total": 9.75, "credit": 0.0},
        "per_machine": [{"machine_id": 1001, **parts}, {"machine_id": None, **parts}],
        "per_day": [{"day": DAY, **parts}],
    })  # fmt: skip
    earned = Earned(5_000, 1_000, 500, 250)
    assert found.machines == ((1001, earned),)
    assert found.days == ((DAY, earned),)
    assert (earned.total, found.total.gpu, found.total.total) == (6_750, 8_000, None)
    assert (found.balance, found.fee, found.lost) == (9_750, 250, 1)
    empty: tuple[object, ...] = ({}, None, [], {"per_day": 7, "per_machine": {}, "current": 3})
    for nothing in empty:
        assert earnings_from(nothing).lost == 2
    assert earnings_from({"per_day": [], "per_machine": []}).lost == 0


def test_days_begin_at_midnight_utc() -> None:
    assert day_of(MIDNIGHT) == day_of(MIDNIGHT + 86_399.9) == DAY
    assert day_of(MIDNIGHT - 0.1) == DAY - 1
