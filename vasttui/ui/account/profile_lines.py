"""The account in lines: one for each thing that there is to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from vasttui.errors import TwoFactorRequired, VastError
from vasttui.models.account import (
    Account,
    Address,
    Connection,
    Method,
    SecondFactor,
    Subaccount,
)
from vasttui.services.account.profile import Profile
from vasttui.ui.format import day_words
from vasttui.ui.lists.lines_screen import Line
from vasttui.words import money, plural

Part = TypeVar("Part")

WARNING, AUTO_CHARGE, SECOND_FACTOR = "Low balance", "Auto-charge", "Two-factor"
CHANGEABLE = (WARNING, AUTO_CHARGE)

NO_CARD = "no card on file: nothing is charged"
_AT_ZERO = "at $0 instances are stopped, without a card deleted later"
_KEY = "what this program works with"
_DOT = " · "
_METHODS = {"totp": "authenticator app", "sms": "text message"}


def profile_lines(
    profile: Profile, key: str, hint: Callable[[VastError], str], new: str
) -> list[Line]:
    """All lines. `key` says which API key is used and where it comes from, `hint` what may be done
    about an error; `new` how to make a subaccount."""

    def unread(name: str, error: VastError) -> Line:
        return Line(name, name, "? unknown", f"{error} {hint(error)}".strip(), "warn")

    lines = [
        *_part(profile.account, "User", unread, lambda it: _account(it, key)),
        *_part(profile.second_factor, SECOND_FACTOR, unread, lambda it: _second_factor(
            it, profile.account)),
        *_part(profile.addresses, "Address", unread, _addresses),
        *_part(profile.subaccounts, "Subaccount", unread, lambda it: _subaccounts(it, new)),
        *_part(profile.connections, "Cloud", unread, _connections),
    ]  # fmt: skip
    return [replace(line, place=place) for place, line in enumerate(lines)]


def _part(
    part: Part | VastError, name: str, unread: Callable[[str, VastError], Line],
    lines: Callable[[Part], Iterator[Line]],
) -> Iterator[Line]:  # fmt: skip
    if isinstance(part, VastError):
        yield unread(name, part)
    else:
        yield from lines(part)


def _account(account: Account, key: str) -> Iterator[Line]:
    spent = None if account.total_spend is None else abs(account.total_spend)
    facts = (
        f"id {account.id}",
        _either(account.email_verified, "mail confirmed", "mail not confirmed"),
        _either(account.host_agreement_accepted, "host", "renter"),
        f"since {day_words(account.created_at)}" if account.created_at is not None else "",
    )
    names = dict.fromkeys(filter(None, (account.username, account.email)))
    yield Line(
        "User", "User", " · ".join(names) or account.name, _join(*facts), secret=True,
        more=f"spent {money(spent)} in all" if spent is not None else "",
    )  # fmt: skip
    owed = account.balance
    balance = f"balance {money(owed)}" if owed else ""
    yield Line(
        "Credit", "Credit", money(account.credit), _AT_ZERO, secret=True, more=balance
    )  # fmt: skip
    yield Line(WARNING, WARNING, threshold_words(account), "the service's own warning")
    yield auto_charge_line(account, AUTO_CHARGE)
    limits, _, more = _limits(account).partition(_DOT)
    yield Line("Limits", "Limits", limits or "? unknown", more)
    number = "" if account.key_id is None else f"id {account.key_id}"
    yield Line("Key", "API key", number or "? id unknown", _join(key, _KEY))


def threshold_words(account: Account) -> str:
    """When the service warns."""
    amount, is_on = account.balance_threshold, account.balance_threshold_enabled
    if is_on is None:
        return f"? below {money(amount)}, on or off is unknown"
    if not is_on:
        return "off"
    return "? on, the amount is unknown" if amount is None else f"on, below {money(amount)}"


def auto_charge_words(account: Account) -> str:
    """When the card is charged. The service does not say whether a missing amount is unknown."""
    if account.autobill_threshold is None:
        return "not set"
    return f"below {money(account.autobill_threshold)}"


def auto_charge_line(account: Account, name: str, *more: str) -> Line:
    """When the card is charged and what; that nothing is, where there is none."""
    words, note = auto_charge_words(account), _join(charged_words(account), *more)
    if not charges_nothing(account):
        return Line(AUTO_CHARGE, name, words, note)
    return Line(AUTO_CHARGE, name, f"{words}: no card", note, "warn")


def charges_nothing(account: Account) -> bool:
    """Whether an amount is set, and there is no card to charge."""
    return account.autobill_threshold is not None and account.has_billing is False


def charged_words(account: Account) -> str:
    """What the card is charged each time, or that there is none; empty if unknown."""
    if charges_nothing(account):
        return NO_CARD
    if account.autobill_amount is not None:
        return f"charges {money(account.autobill_amount)} each time"
    return _either(account.has_billing, "", "no card on file")


def _limits(account: Account) -> str:
    return _join(
        _either(account.billing_creditonly, "prepaid credit only", "may owe"),
        _either(account.can_pay, "may pay", "may not pay"),
        _either(account.has_billing, "a card is on file", "no card on file"),
        "may only host" if account.host_only else "",
        "! what is unpaid will be deleted" if account.is_subject_to_unpaid_deletion else "",
    )


def _second_factor(state: SecondFactor, account: Account | VastError) -> Iterator[Line]:
    words = {True: "on", False: "off", None: "? unknown"}[state.enabled]
    if isinstance(account, Account) and account.tfa_status == "legacy":
        words = f"{words}, of the old kind"
    needed = isinstance(account, TwoFactorRequired)
    codes = state.backup_codes
    left = "" if codes is None or not state.enabled else f"{plural(codes, 'backup code')} left"
    log_in = "! a login is needed for the account" if needed else ""
    yield Line(
        SECOND_FACTOR, SECOND_FACTOR, words, _join(log_in, left), "warn" if needed else ""
    )  # fmt: skip
    for method in state.methods:
        main = "used first" if method.is_primary else ""
        until = method.locked_until
        locked = "" if until is None else f"locked until {day_words(until)}"
        yield Line(
            f"method {method.id}", "  method", method_words(method),
            _join(main, locked, f"id {method.id}"),
        )  # fmt: skip


def method_words(method: Method) -> str:
    """`authenticator app, Phone`, `text message to ******1234`."""
    kind = _METHODS.get(method.method, method.method)
    to = f" to {method.phone_number}" if method.phone_number else ""
    label = f", {method.label}" if method.label else ""
    return f"{kind}{to}{label}"


def _addresses(found: Sequence[Address]) -> Iterator[Line]:
    for number, one in enumerate(found):
        seen = "" if one.first_seen is None else f"first seen {day_words(one.first_seen)}"
        value = ", ".join(filter(None, (one.ip, one.first_location)))
        yield Line(f"address {number} {one.ip}", "Address", value, seen, secret=True)
    if not found:
        yield Line("Address", "Address", "none", "", "dim")


def _subaccounts(found: Sequence[Subaccount], new: str) -> Iterator[Line]:
    for one in found:
        names = dict.fromkeys(filter(None, (one.username, one.email)))
        made = "" if one.created_at is None else f"made {day_words(one.created_at)}"
        value = " · ".join(names) or f"id {one.id}"
        note = _join(f"id {one.id}", made)
        yield Line(f"subaccount {one.id}", "Subaccount", value, note, secret=True)
    if not found:
        yield Line("Subaccount", "Subaccount", "none", new, "dim")


def _connections(found: Sequence[Connection]) -> Iterator[Line]:
    for one in found:
        value = f"{one.name or '(no name)'}, {one.cloud_type or 'unknown kind'}"
        yield Line(f"cloud {one.id}", "Cloud", value, f"id {one.id}")
    if not found:
        yield Line("Cloud", "Cloud", "none", "connections are made on the web", "dim")


def _either(flag: bool | None, true: str, false: str) -> str:
    """Nothing is said of what is unknown."""
    return "" if flag is None else true if flag else false


def _join(*parts: str) -> str:
    return _DOT.join(filter(None, parts))
