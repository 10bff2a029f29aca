"""Codes of a second factor: what cannot be one is not sent, as wrong ones lock the account."""

from __future__ import annotations

import pytest

from vasttui.models.account import Method
from vasttui.services.account.second_factor import BACKUP, EMAIL, code_problem

APP, SMS = (Method(id=1, method=name, label=None) for name in ("totp", "sms"))


@pytest.mark.parametrize("method", [APP, SMS])
@pytest.mark.parametrize("code", ["12", "12345", "1234567", "12345a", "１２３４５６", "-12345"])
def test_a_code_of_an_app_or_phone_has_six_digits(method: Method, code: str) -> None:
    assert code_problem(method, code) == "The code has 6 digits; nothing was sent."


@pytest.mark.parametrize("method", [EMAIL, BACKUP])
def test_other_codes_are_no_shorter(method: Method) -> None:
    assert code_problem(method, "12") == "That is too short for a code; nothing was sent."


@pytest.mark.parametrize(
    ("method", "code"),
    [(APP, "123456"), (APP, "123 456"), (SMS, "000000"), (EMAIL, "123456"),
     (BACKUP, "ABCD-EFGH-0001")],
)  # fmt: skip
def test_a_possible_code_is_sent(method: Method, code: str) -> None:
    assert code_problem(method, code) == ""


@pytest.mark.parametrize("method", [APP, BACKUP])
def test_without_a_code_one_is_asked_for(method: Method) -> None:
    assert code_problem(method, " ") == "Enter the code."
