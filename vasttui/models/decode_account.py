"""Decodes the account and what belongs to it: addresses, logins, the audit log."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import isfinite

from pydantic_core import CoreSchema, SchemaValidator
from pydantic_core import core_schema as cs

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
from vasttui.models.decode_schema import (
    ID,
    TEXT,
    NotJson,
    decode_row,
    read_json,
    schema_of,
    whole_number,
)
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


_WHOLE = whole_number(1)
_MOMENT = cs.no_info_plain_validator_function(moment)
_FLAG = cs.union_schema(
    [cs.bool_schema(strict=True), cs.no_info_after_validator_function(
        bool, cs.int_schema(strict=True, ge=0, le=1))],
    mode="left_to_right",
)  # fmt: skip
_FLAGS = (
    "email_verified", "balance_threshold_enabled", "billing_creditonly", "can_pay", "has_billing",
    "host_only", "host_agreement_accepted", "is_subject_to_unpaid_deletion", "is_primary",
)  # fmt: skip


def _of(model: type[object], strict: Mapping[str, CoreSchema]) -> SchemaValidator:
    common: dict[str, CoreSchema] = {
        **dict.fromkeys(_FLAGS, _FLAG),
        **dict.fromkeys(("created_at", "first_seen", "locked_until"), _MOMENT),
    }
    return SchemaValidator(schema_of(model, {**common, **strict}))


def account_from(document: object) -> Account | None:
    """The account in an answer; None if its id is unreadable. Other details may be missing."""
    account: Account | None = decode_row(_account, document, {"id"})[0]
    return account


def address_from(row: object) -> Address | None:
    """An address, in the fields of the official client or of the documentation."""
    if isinstance(row, dict) and "ip" not in row:
        row = {**row, "ip": row.get("ip_address"), "first_seen": row.get("timestamp")}
    address: Address | None = decode_row(_address, row, {"ip"})[0]
    return address


def subaccount_from(row: object) -> Subaccount | None:
    """A subaccount; None if it is deleted or its id is unreadable."""
    if isinstance(row, dict) and row.get("deleted_at"):
        return None
    found: Subaccount | None = decode_row(_subaccount, row, {"id"})[0]
    return found


def connection_from(row: object) -> Connection | None:
    """A cloud connection; None if its id is unreadable."""
    found: Connection | None = decode_row(_connection, row, {"id"})[0]
    return found


def second_factor_from(document: object) -> SecondFactor:
    """The state of two-factor authentication; what cannot be read is unknown."""
    answer = document if isinstance(document, dict) else {}
    rows = answer.get("methods")
    found = (decode_row(_method, row, {"id", "method"})[0]
             for row in (rows if isinstance(rows, list) else ()))  # fmt: skip
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
        entry: AuditEntry | None = decode_row(_entry, {**row, **ours}, ())[0]
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


_account = _of(Account, {"id": ID, "key_id": _WHOLE})
_address = _of(Address, {"ip": TEXT})
_subaccount = _of(Subaccount, {"id": _WHOLE})
_connection = _of(Connection, {"id": cs.no_info_plain_validator_function(_text_id)})
_method = _of(Method, {"id": _WHOLE, "method": TEXT})
_entry = _of(AuditEntry, {"args": cs.str_schema(), "id": cs.str_schema(), "api_key_id": _WHOLE})
