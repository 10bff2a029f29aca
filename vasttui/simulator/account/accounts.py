"""API keys and the account behind them (docs: "show user"; client 1.9.1 `api/billing.py`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from vasttui.simulator.account.api_keys import MAIN, ApiKeys
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import Reply, Request, error_reply, json_reply

_WELL_FORMED = re.compile(r"[!-~]{8,512}")
_CREATED = 1_728_748_803.601
DEMO_EMAIL = "demo@example.com"


def presented_key(request: Request) -> str | None:
    """The key in the bearer header or in `?api_key=`; None if there is none."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return key.strip()
    return request.query.get("api_key")


def key_refusal(route: Route, key: str | None, expected: str) -> Reply | None:
    """The refusal of a key on this route; None if the key is accepted.

    Without an `expected` key every well-formed key is accepted.
    """
    if route.bad_key_status is None:
        return None
    if not key:
        return (
            error_reply(403, "auth_error", "This action requires login.")
            if route.needs_key
            else None
        )
    if is_good(key, expected):
        return None
    return error_reply(route.bad_key_status, "auth_error", "Invalid user key")


def is_good(key: str, expected: str) -> bool:
    """Whether it is the `expected` key, or well-formed if none is."""
    return key == expected if expected else _WELL_FORMED.fullmatch(key) is not None


_TEXTS = (
    "billaddress_line1", "billaddress_line2", "billaddress_city", "billaddress_zip",
    "billaddress_country", "billaddress_taxinfo", "fullname", "phone_number", "ssh_key", "username",
)  # fmt: skip
_AMOUNTS = ("balance_threshold", "autobill_threshold")
_FLAG = "balance_threshold_enabled"


def _defaults() -> dict[str, str | int | float | bool | None]:
    texts: dict[str, str | int | float | bool | None] = dict.fromkeys(_TEXTS)
    return {
        **texts, "username": DEMO_EMAIL, "balance_threshold": 0.0, "autobill_threshold": None,
        _FLAG: False,
    }  # fmt: skip


@dataclass(slots=True)
class Profile:
    """What the user may change about the account; amounts in $."""

    fields: dict[str, str | int | float | bool | None] = field(default_factory=_defaults)


class Accounts:
    """One account with prepaid credit, which its instances use up."""

    def __init__(
        self, contracts: Contracts, keys: ApiKeys, second_factor: str,
        *, balance: Callable[[float], float] | None = None,
    ) -> None:  # fmt: skip
        """`second_factor` is its `tfa_status`; `balance` is what a host has earned, in $."""
        self._contracts, self._keys, self._balance = contracts, keys, balance
        self._second_factor = second_factor
        self.profile = Profile()

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        return [
            Route("GET", "/api/v0/users/current", "account", self._current),
            Route("PUT", "/api/v0/users", "set_user", self._set, interval=5.0),
        ]

    def _current(self, call: Call) -> Reply:
        return json_reply(self.user(call.now, call.key))

    def user(self, now: float, key: str) -> dict[str, object]:
        """The account as the service shows it. Its own API key is in it; clients must remove it."""
        used = self._keys.used(key)
        return {
            **_identity(key, used.id if used else MAIN),
            **_money(round(self._contracts.credit(now), 6), self._contracts.charged(now)),
            **({} if self._balance is None else {"balance": round(self._balance(now), 2)}),
            **self.profile.fields,
            "host_only": 0,
            "host_agreement_accepted": int(self._balance is not None),
            "has_rented": 1,
            "rights": used.rights if used else {},
            "discord_id": None,
            "oauth_provider": None,
            "tfa_status": self._second_factor,
            "tfa_login": 0,
            "password_resettable": True,
            "huggingface_cloud_sync_enabled": 0,
            "is_subject_to_unpaid_deletion": 0,
        }

    def _set(self, call: Call) -> Reply:
        given = call.request.json_object()
        if not given:
            return error_reply(400, "missing_input", "No user data was given.")
        unknown = [name for name in given if name not in self.profile.fields]
        if unknown:
            return error_reply(400, "invalid_args", f"{unknown[0]} cannot be set.")
        for name, value in given.items():
            if wrong := _wrong(name, value):
                return error_reply(400, "invalid_args", wrong)
        self.profile.fields.update(_typed(given))
        return json_reply({"success": True, "msg": "User updated"})


def _wrong(name: str, value: object) -> str:
    """Why a field cannot have this value; empty if it can."""
    if name in _AMOUNTS:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return "" if value is None or is_number else f"{name} is not a number"
    if name == _FLAG:
        return "" if isinstance(value, bool | int) else f"{name} is not true or false"
    return "" if value is None or isinstance(value, str) else f"{name} is not a text"


def _typed(given: Mapping[str, object]) -> dict[str, str | int | float | bool | None]:
    """Values that were checked."""
    return {name: value for name, value in given.items()
            if value is None or isinstance(value, str | float | int)}  # fmt: skip


def _identity(key: str, key_id: int) -> dict[str, object]:
    return {
        "id": 123456,
        "key_id": key_id,
        "api_key": key,
        "sid": "5ad3c1f0e6b94d0f9c7be2c1f0a1b2c3",
        "crisp_hmac": "9b1c5d7e3f2a4b6c8d0e1f2a3b4c5d6e7f8a9b0c1d2e3f4a5b6c7d8e9f0a1b2c",
        "email": DEMO_EMAIL,
        "email_verified": 1,
        "created_at": round(_CREATED * 1000),
    }


def _money(credit: float, charged: float) -> dict[str, object]:
    spent = -round(charged, 6)
    return {
        "credit": credit,
        "balance": 0,
        "balance_referrals": 0.0,
        "autobill_amount": None,
        "billing_creditonly": 1,
        "can_pay": True,
        "has_billing": 0,
        "has_payout": 0,
        "has_stripe_payout": 0,
        "payout_enabled": 0,
        "got_signup_credit": 0,
        "total_spend": spent,
        "paid_verified": 100.0,
        "paid_expected": 100.0,
        "billed_verified": spent,
        "billed_expected": spent,
        "last4": None,
        "paypal_email": None,
        "wise_email": None,
    }
