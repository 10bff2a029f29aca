"""API keys and the account behind them (docs: "show user"; client 1.9.1 `api/billing.py`)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vasttui.simulator.account.api_keys import MAIN, ApiKeys
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import Reply, Request, error_reply, json_reply

_WELL_FORMED = re.compile(r"[!-~]{8,512}")
_CREATED = 1_748_000_000.25
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
    good = key == expected if expected else _WELL_FORMED.fullmatch(key) is not None
    return None if good else error_reply(route.bad_key_status, "auth_error", "Invalid user key")


class Accounts:
    """One account with prepaid credit, which its instances use up."""

    def __init__(self, contracts: Contracts, keys: ApiKeys) -> None:
        self._contracts, self._keys = contracts, keys

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        return [Route("GET", "/api/v0/users/current", "account", self._current)]

    def _current(self, call: Call) -> Reply:
        used = self._keys.used(call.key)
        return json_reply(
            {
                **_identity(call.key, used.id if used else MAIN),
                **_money(round(self._contracts.credit(call.now), 6)),
                **_address(),
                "host_only": False,
                "host_agreement_accepted": False,
                "has_rented": True,
                "rights": used.rights if used else {},
                "ssh_key": None,
                "discord_id": None,
                "oauth_provider": None,
                "tfa_status": "disabled",
                "password_resettable": True,
            }
        )


def _identity(key: str, key_id: int) -> dict[str, object]:
    """The service returns the caller's own API key; clients must remove it."""
    return {
        "id": 123456,
        "key_id": key_id,
        "api_key": key,
        "sid": "5ad3c1f0e6b94d0f9c7be2c1f0a1b2c3",
        "user": DEMO_EMAIL,
        "username": DEMO_EMAIL,
        "email": DEMO_EMAIL,
        "email_verified": True,
        "fullname": None,
        "phone_number": None,
        "created_at": _CREATED,
    }


def _money(credit: float) -> dict[str, object]:
    return {
        "credit": credit,
        "balance": 0,
        "balance_threshold": 0.0,
        "balance_threshold_enabled": False,
        "balance_referrals": 0.0,
        "autobill_threshold": None,
        "autobill_amount": None,
        "billing_creditonly": 1,
        "can_pay": True,
        "has_billing": True,
        "has_payout": False,
        "payout_enabled": False,
        "got_signup_credit": 0,
        "total_spend": -57.5,
        "paid_verified": 100.0,
        "paid_expected": 100.0,
        "billed_verified": -57.5,
        "billed_expected": -57.5,
        "last4": None,
        "paypal_email": None,
        "wise_email": None,
    }


def _address() -> dict[str, object]:
    fields = ("line1", "line2", "city", "zip", "country", "taxinfo")
    return {f"billaddress_{field}": None for field in fields}
