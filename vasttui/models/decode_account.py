"""Decodes the account and what belongs to it: addresses, logins, the audit log."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import isfinite

from vasttui.models.account import (
    Account,
    Address,
    Connection,
    Method,
    SecondFactor,
    Session,
    Subaccount,
)
from vasttui.models.audit import AuditEntry
from vasttui.models.decode_fields import ID, Check, RowDecoder, as_it_is, flag, whole
from vasttui.models.decode_json import NotJson, read_json
from vasttui.text import clean

_ARGS_CAP = 2_000
_MASK = "•••"
_MILLISECONDS = 1e11
"""Times above this are in milliseconds: in seconds it is the year 5138."""

_LATEST = 32_503_680_000
"""The year 3000."""

_SECRET = re.compile(r"env|onstart|key$|token|pass|secret|login|value|code|args", re.IGNORECASE)
_IN_TEXT = re.compile(r"""(['"]?)(\w+)\1\s*[:=]\s*(?:"[^"]*"|'[^']*'|[^\s,;}]+)""")


def moment(value: object) -> float:
    """Epoch seconds of seconds, milliseconds or an ISO text. Raises ValueError for all else."""
    if isinstance(value, str):
        found = datetime.fromisoformat(value.strip())
        seconds = (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    elif isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError("not a time")
    else:
        seconds = value / 1000 if value > _MILLISECONDS else float(value)
    if not 0 <= seconds <= _LATEST:
        raise ValueError("not a time")
    return seconds


def _text_id(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).strip():
        raise ValueError("not an id")
    return clean(str(value))


def _flag(value: object) -> bool:
    """True or false, which may come as 1 or 0."""
    return flag(value == 1 if type(value) is int and value in (0, 1) else value)


_WHOLE = whole(1)
_FLAGS = (
    "email_verified", "balance_threshold_enabled", "billing_creditonly", "can_pay", "has_billing",
    "host_only", "host_agreement_accepted", "is_subject_to_unpaid_deletion", "is_primary",
)  # fmt: skip


_COMMON: Mapping[str, Check] = {
    **dict.fromkeys(_FLAGS, _flag),
    **dict.fromkeys(("created_at", "first_seen", "locked_until"), moment),
}


def account_from(document: object) -> Account | None:
    """The account in an answer; None if its id is unreadable. Other details may be missing."""
    return _account.readable(document)


def address_from(row: object) -> Address | None:
    """An address, in the fields of the official client or of the documentation."""
    if isinstance(row, dict) and "ip" not in row:
        row = {**row, "ip": row.get("ip_address"), "first_seen": row.get("timestamp")}
    return _address.readable(row)


def subaccount_from(row: object) -> Subaccount | None:
    """A subaccount; None if it is deleted or its id is unreadable."""
    if isinstance(row, dict) and row.get("deleted_at"):
        return None
    return _subaccount.readable(row)


def connection_from(row: object) -> Connection | None:
    """A cloud connection; None if its id is unreadable."""
    return _connection.readable(row)


def second_factor_from(document: object) -> SecondFactor:
    """The state of two-factor authentication; what cannot be read is unknown."""
    answer = document if isinstance(document, dict) else {}
    rows = answer.get("methods")
    found = map(_method.readable, rows if isinstance(rows, list) else ())
    enabled, codes = answer.get("tfa_enabled"), answer.get("backup_codes_remaining")
    return SecondFactor(
        bool(enabled) if isinstance(enabled, bool) or enabled in (0, 1) else None,
        tuple(method for method in found if method is not None),
        codes if type(codes) is int and codes >= 0 else None,
    )


def session_from(document: object) -> Session | None:
    """The session key in the answer to a login."""
    answer = document if isinstance(document, dict) else {}
    key, codes = answer.get("session_key"), answer.get("backup_codes_remaining")
    if not isinstance(key, str) or not key.strip():
        return None
    return Session(key.strip(), codes if type(codes) is int and codes >= 0 else None)


def audit_from(rows: Sequence[object]) -> tuple[AuditEntry, ...]:
    """The entries in an audit log; what cannot be read of one is unknown."""
    times: Counter[str] = Counter()
    found: list[AuditEntry] = []
    for row in rows:
        if not isinstance(row, dict):
            continue
        args = _arguments(row.get("args"))
        named = args if isinstance(args, dict) else {}
        state = named.get("target_state", named.get("state"))
        place = f"{row.get('created_at')} {row.get('api_route')} {row.get('api_key_id')}"
        times[place] += 1
        ours = {
            "id": f"{clean(place)} {times[place]}", "args": _shown(args), "about": _about(named),
            "state": state if isinstance(state, str) else None,
        }  # fmt: skip
        entry = _entry.readable({**row, **ours})
        if entry is not None:
            found.append(entry)
    return tuple(found)


def _arguments(args: object) -> object:
    """An object, or what its text says."""
    if not isinstance(args, str):
        return args
    try:
        return read_json(args.encode("utf-8", "replace"))
    except NotJson:
        return args


def _about(args: Mapping[str, object]) -> int | None:
    number = args.get("instance_id", args.get("id"))
    if isinstance(number, str) and number.isascii() and number.isdecimal():
        number = int(number)
    return number if type(number) is int and 0 < number < 2**63 else None


def _shown(args: object) -> str:
    """Arguments as text, without the values of what may be secret."""
    if args is None:
        return ""
    if isinstance(args, str):
        return clean(_IN_TEXT.sub(_hide, args[:_ARGS_CAP]), _ARGS_CAP)
    return clean(json.dumps(_masked(args), ensure_ascii=False, default=str), _ARGS_CAP)


def _hide(found: re.Match[str]) -> str:
    return f"{found[2]}: {_MASK}" if _SECRET.search(found[2]) else found[0]


def _masked(value: object, name: str = "") -> object:
    if value not in (None, "", [], {}) and _SECRET.search(name):
        return _MASK
    if isinstance(value, dict):
        return {str(key): _masked(inner, str(key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [_masked(inner, name) for inner in value]
    return value


_account = RowDecoder(Account, {**_COMMON, "id": ID, "key_id": _WHOLE})
_address = RowDecoder(Address, _COMMON)
_subaccount = RowDecoder(Subaccount, {**_COMMON, "id": _WHOLE})
_connection = RowDecoder(Connection, {"id": _text_id})
_method = RowDecoder(Method, {**_COMMON, "id": _WHOLE})
_entry = RowDecoder(AuditEntry, {**_COMMON, "args": as_it_is, "id": as_it_is, "api_key_id": _WHOLE})
