"""The account: its credit, who may use it, and what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec import Struct


class Account(Struct, frozen=True, kw_only=True):
    """The answer to `GET /users/current`, without its secrets (docs: "show user").

    `credit` is the remaining prepaid credit in $, `balance_threshold` an amount in $ that the
    account watches, where `balance_threshold_enabled`: what happens below it is not documented.
    Below `autobill_threshold` $ the card is charged; None where nothing is set. `total_spend` in $
    comes negative. `created_at` is in epoch seconds; `tfa_status` is enabled, disabled or legacy.
    `key_id` is the id of the key that the request was sent with.
    """

    id: int
    username: str | None = None
    email: str | None = None
    email_verified: bool | None = None
    credit: float | None = None
    balance: float | None = None
    balance_threshold: float | None = None
    balance_threshold_enabled: bool | None = None
    autobill_threshold: float | None = None
    autobill_amount: float | None = None
    total_spend: float | None = None
    billing_creditonly: bool | None = None
    can_pay: bool | None = None
    has_billing: bool | None = None
    host_only: bool | None = None
    host_agreement_accepted: bool | None = None
    is_subject_to_unpaid_deletion: bool | None = None
    tfa_status: str | None = None
    key_id: int | None = None
    created_at: float | None = None

    @property
    def threshold(self) -> float | None:
        """The threshold in $, where one above zero is enabled."""
        wanted = self.balance_threshold_enabled and (self.balance_threshold or 0.0) > 0
        return self.balance_threshold if wanted else None

    @property
    def name(self) -> str:
        """The account's name on screen."""
        return self.username or self.email or f"account {self.id}"


class Address(Struct, frozen=True, kw_only=True):
    """An address that the account was used from; `first_seen` is in epoch seconds (client 1.9.1
    `cli/display.py`; docs: "show ipaddrs")."""

    ip: str
    first_seen: float | None = None
    first_location: str | None = None


class Subaccount(Struct, frozen=True, kw_only=True):
    """An account that belongs to this one; `created_at` is in epoch seconds (docs: "show
    subaccounts")."""

    id: int
    username: str | None = None
    email: str | None = None
    created_at: float | None = None


class Connection(Struct, frozen=True, kw_only=True):
    """A connection to a cloud storage; its id may be a number or a text (docs: "show
    connections")."""

    id: str
    name: str | None = None
    cloud_type: str | None = None


class Method(Struct, frozen=True, kw_only=True):
    """A way to get a code: `method` is totp or sms. `phone_number` comes masked; `locked_until` is
    in epoch seconds (docs: "two-factor authentication endpoints")."""

    id: int
    method: str
    label: str | None = None
    phone_number: str | None = None
    is_primary: bool | None = None
    locked_until: float | None = None


class SecondFactor(Struct, frozen=True):
    """The state of two-factor authentication; None is unknown."""

    enabled: bool | None
    methods: tuple[Method, ...] = ()
    backup_codes: int | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A login with a second factor: the key that takes the place of the API key."""

    key: str = field(repr=False)
    backup_codes: int | None = None
