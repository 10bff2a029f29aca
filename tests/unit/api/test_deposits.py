"""Paying ahead: what is sent, once, and every shape of the answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.http import Script, client_of, reply
from vasttui.api.outcome import Fate, Outcome
from vasttui.errors import BrokenAnswer, NotFound, Rejected, VastError
from vasttui.models.reserved import NO_DEPOSIT, Deposit, Prepaid

FOUND = {
    "success": True, "refundable_deposit": 126.74, "total_discount": 9.64, "discount_months": 1,
}  # fmt: skip


async def read(answer: object, status: int = 200) -> Deposit:
    script = Script(reply(json.dumps(answer), status))
    client = client_of(script)
    try:
        return await client.deposits.get(7)
    finally:
        assert script.requests[0].url.path == "/api/v0/instances/balance/7/"
        assert script.requests[0].url.params["owner"] == "me"
        await client.aclose()


async def paid(answer: object, status: int = 200) -> Outcome:
    script = Script(reply(json.dumps(answer), status))
    client = client_of(script)
    outcome = await client.deposits.pay(7, 165.31)
    assert [(one.method, one.url.path) for one in script.requests] == [
        ("PUT", "/api/v0/instances/prepay/7/")
    ]
    assert json.loads(script.requests[0].content) == {"amount": 165.31}
    await client.aclose()
    return outcome


async def test_a_deposit() -> None:
    assert await read(FOUND) == Deposit(126.74, 9.64, 1.0)
    missing = {"success": False, "error": "no_such_instance", "msg": "No such instance."}
    assert await read(missing, 404) is NO_DEPOSIT


@pytest.mark.parametrize(
    ("changes", "deposit"),
    [
        ({"total_discount": "9"}, Deposit(126.74, None, 1.0)),
        ({"total_discount": None, "discount_months": -1}, Deposit(126.74, None, None)),
        ({"discount_months": [1]}, Deposit(126.74, 9.64, None)),
        ({"refundable_deposit": 0}, Deposit(0.0, 9.64, 1.0)),
    ],
)
async def test_what_is_unreadable_is_unknown(changes: Any, deposit: Deposit) -> None:
    assert await read({**FOUND, **changes}) == deposit


@pytest.mark.parametrize(
    ("answer", "status", "error"),
    [
        ({**FOUND, "refundable_deposit": "126"}, 200, BrokenAnswer),
        ({**FOUND, "refundable_deposit": None}, 200, BrokenAnswer),
        ({**FOUND, "refundable_deposit": -1}, 200, BrokenAnswer),
        ({"success": True}, 200, BrokenAnswer), ([FOUND], 200, BrokenAnswer),
        ({"success": False, "msg": "no"}, 404, NotFound),
    ],
)  # fmt: skip
async def test_an_unreadable_deposit_is_never_taken_for_none(
    answer: object, status: int, error: type[VastError]
) -> None:
    with pytest.raises(error):
        await read(answer, status)


@pytest.mark.parametrize(
    ("answer", "prepaid"),
    [
        ({"success": True, "timescale": 0.546, "discount_rate": 0.035}, Prepaid(0.546, 0.035)),
        ({"success": True, "timescale": "1", "discount_rate": 35}, Prepaid()),
        ({"success": True}, Prepaid()),
    ],
)  # fmt: skip
async def test_a_payment_is_sent_once_and_says_what_it_buys(
    answer: object, prepaid: Prepaid
) -> None:
    outcome = await paid(answer)
    assert (outcome.fate, outcome.data) == (Fate.OK, prepaid)


@pytest.mark.parametrize(("status", "words"), [(400, "No such instance"), (411, "Insufficient")])
async def test_a_refusal_has_no_code(status: int, words: str) -> None:
    outcome = await paid({"success": False, "msg": words}, status)
    assert (outcome.fate, outcome.status) == (Fate.REJECTED, status)
    assert isinstance(outcome.error, Rejected)
    assert words in f"{outcome.error}"


async def test_without_an_answer_it_is_not_sent_again() -> None:
    assert (await paid("", 502)).fate is Fate.UNKNOWN
