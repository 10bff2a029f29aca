"""The account, and its log in every shape that was seen, and in hostile ones."""

from __future__ import annotations

import math
from typing import Any, cast

import pytest

from vasttui.api.operations import OPERATIONS
from vasttui.models.account import Account, Address, Connection, Method, SecondFactor, Subaccount
from vasttui.models.audit import AuditEntry
from vasttui.models.decode_account import (
    account_from,
    address_from,
    audit_from,
    connection_from,
    moment,
    second_factor_from,
    session_from,
    subaccount_from,
)
from vasttui.models.transfer import dollars_of, recipient_problem
from vasttui.simulator.account.rights import route_name
from vasttui.simulator.http.routing import Route

HOSTILE = "[red]\x1b[2J\u202e" + "x" * 900


def entry(**fields: Any) -> AuditEntry:
    row = {
        "ip_address": "203.0.113.7", "api_key_id": 4021, "created_at": 1_790_868_532.0,
        "api_route": "api.instance_DELETE", "args": {"instance_id": 9001}, **fields,
    }  # fmt: skip
    [found] = audit_from([row])
    return found


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (1_728_748_803_601, 1_728_748_803.601),
        (1_728_748_803, 1_728_748_803.0),
        ("2024-10-12T16:00:03Z", 1_728_748_803.0),
        ("2024-10-12T16:00:03", 1_728_748_803.0),
        ("2024-10-12", 1_728_691_200.0),
    ],
)
def test_a_time_comes_in_seconds_milliseconds_or_words(value: object, seconds: float) -> None:
    assert moment(value) == seconds


@pytest.mark.parametrize(
    "value", [True, None, math.nan, math.inf, -5, 1e300, "soon", "", [], 10**30]
)
def test_what_is_no_time_is_none(value: object) -> None:
    with pytest.raises(ValueError, match=r".*"):
        moment(value)
    assert account_from({"id": 1, "created_at": value}) == Account(id=1)


def test_flags_come_as_numbers_and_what_is_neither_is_unknown() -> None:
    account = account_from({"id": 1, "email_verified": 1, "host_only": 0, "can_pay": "yes",
                            "has_billing": 2})  # fmt: skip
    assert account == Account(id=1, email_verified=True, host_only=False)


def test_the_secrets_of_an_account_are_not_kept() -> None:
    account = account_from({"id": 1, "api_key": "k" * 64, "crisp_hmac": "h" * 64, "sid": "s" * 32})
    assert account == Account(id=1)


def test_an_address_in_both_shapes() -> None:
    ours = {"ip": "192.0.2.1", "first_seen": "2026-03-02T00:00:00Z", "first_location": "Lisbon, PT"}
    assert address_from(ours) == Address(
        ip="192.0.2.1", first_seen=1_772_409_600.0, first_location="Lisbon, PT"
    )
    docs = {"id": 1, "ip_address": "192.0.2.1", "timestamp": "2026-03-02T00:00:00Z"}
    assert address_from(docs) == Address(ip="192.0.2.1", first_seen=1_772_409_600.0)
    assert address_from({"ip": 7}) is None
    assert address_from("192.0.2.1") is None


def test_subaccounts_and_connections() -> None:
    assert subaccount_from({"id": 7, "email": 5}) == Subaccount(id=7)
    assert subaccount_from({"id": 7, "deleted_at": "2026-01-01T00:00:00Z"}) is None
    assert connection_from({"id": "1811", "name": HOSTILE}) == connection_from(
        {"id": 1811, "name": HOSTILE}
    )
    assert connection_from({"id": 1, "name": None}) == Connection(id="1")
    assert connection_from({"id": None}) is None


def test_a_second_factor_that_cannot_be_read_is_unknown() -> None:
    bad = {"tfa_enabled": "yes", "methods": 7, "backup_codes_remaining": -1}
    assert [second_factor_from(one) for one in (None, bad)] == [SecondFactor(None)] * 2
    good = {"id": 42, "method": "totp", "label": "App", "is_primary": 1, "locked_until": None}
    answer = {"tfa_enabled": True, "methods": [good, {"id": "x"}], "backup_codes_remaining": 8}
    method = Method(id=42, method="totp", label="App", is_primary=True)
    assert second_factor_from(answer) == SecondFactor(True, (method,), 8)


def test_a_session_key_is_in_no_repr() -> None:
    session = session_from({"session_key": " s3cret-s3cret-s3cret ", "backup_codes_remaining": 3})
    assert session is not None
    assert (session.key, session.backup_codes) == ("s3cret-s3cret-s3cret", 3)
    assert "s3cret" not in repr(session)
    assert session_from({"session_key": 7}) is None


def test_an_entry_says_what_was_done() -> None:
    assert (entry().what, entry().about) == ("destroyed an instance", 9001)
    assert entry(api_route="api.ask_PUT", args={"id": 123}).what == "rented"
    stop = {"instance_id": 9001, "target_state": "stopped"}
    assert entry(api_route="api.instance_PUT", args=stop).what == "stopped an instance"
    assert entry(api_route="api.instance_PUT", args={}).what == "changed an instance"
    assert entry(api_route="api.ssh_POST").what == "added an SSH key"
    assert entry(api_route="api.instance.ssh_DELETE").what == "detached an SSH key"
    assert entry(api_route="api.moon_POST").what == "api.moon_POST"


def test_every_change_that_can_be_sent_has_its_words_in_the_audit_log() -> None:
    sent = [
        one for one in OPERATIONS.values()
        if not one.reads and one.method != "GET" and one.version is not None  # not the live side
    ]  # fmt: skip
    routes = [
        Route(one.method, f"/api/v0{one.path[:-1]}", one.name, cast("Any", None)) for one in sent
    ]
    names = set(map(route_name, routes))
    assert len(names) > 20
    assert {name for name in names if entry(api_route=name).what == name} == set()


def test_arguments_may_be_text() -> None:
    found = entry(args='{"instance_id": "9001", "target_state": "running"}',
                  api_route="api.instance_PUT")  # fmt: skip
    assert (found.what, found.about) == ("started an instance", 9001)


@pytest.mark.parametrize(
    "args",
    [
        {"env": {"HF_TOKEN": "hf_hidden"}, "onstart": "export A=hf_hidden", "disk": 10},
        {"docker_login_pass": "hf_hidden", "disk": 10},
        {"nested": [{"api_key": "hf_hidden"}], "disk": 10},
        '{"value": "hf_hidden", "disk": 10}',
        "{'password': 'hf_hidden', 'disk': 10}",
        "ssh_key=hf_hidden disk=10",
    ],
)
def test_what_may_be_secret_is_not_in_the_arguments(args: object) -> None:
    found = entry(args=args)
    assert "hidden" not in repr(found)
    assert "10" in found.args


@pytest.mark.parametrize("name", ["ip_address", "api_key_id", "created_at", "api_route", "args"])
@pytest.mark.parametrize("value", [None, True, [], {"a": {}}, -1, "", HOSTILE, 10**30])
def test_one_bad_field_costs_no_row(name: str, value: object) -> None:
    found = entry(**{name: value})
    assert "\x1b" not in repr(found)
    others = {"ip_address", "api_key_id", "created_at", "api_route"} - {name}
    assert all(getattr(found, other) == getattr(entry(), other) for other in others)


def test_entries_that_are_alike_are_two_rows() -> None:
    row = {"created_at": 1.0, "api_route": "x", "api_key_id": 1}
    assert len({one.id for one in audit_from([row, row, "junk", row])}) == 3


@pytest.mark.parametrize(
    ("text", "dollars"),
    [("25", 25.0), ("$12.50", 12.5), (" 0.01 ", 0.01), ("12.505", None), ("-3", None),
     ("1e3", None), ("", None), ("12,5", None), ("٣", None), ("inf", None)],
)  # fmt: skip
def test_amounts_are_dollars_and_cents(text: str, dollars: float | None) -> None:
    assert dollars_of(text) == dollars


@pytest.mark.parametrize("text", ["bob@example.com", "234567"])
def test_mail_addresses_and_ids_can_get_credit(text: str) -> None:
    assert recipient_problem(text, ("me@example.com", "7")) == ""


@pytest.mark.parametrize(
    "text",
    ["", "bob", "bob@example", "bob @example.com", "-7", "0", "7", "ME@example.com", "9" * 30,
     "bob@example.com\nx", "²"],
)  # fmt: skip
def test_nothing_else_can(text: str) -> None:
    assert recipient_problem(text, ("me@example.com", "7"))
