"""The commands about the account of the official client, as client 1.9.1 sends them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.support.simulator import BEARER, ask, demo_world
from vasttui.simulator.world import World


@pytest.fixture
def world() -> World:
    return demo_world(credit=40.0)


def get(world: World, path: str) -> Any:
    answer = ask(world, "GET", f"/api/v0{path}", headers=BEARER)
    assert answer.status == 200, answer.body
    return answer.json


def test_show_user_and_set_user(world: World) -> None:
    before = get(world, "/users/current")
    assert {"balance", "balance_threshold", "credit", "email", "id", "username"} <= set(before)
    changed = {"balance_threshold": 10, "balance_threshold_enabled": True}
    assert ask(world, "PUT", "/api/v0/users/", changed, BEARER).json["success"] is True
    assert get(world, "/users/current")["balance_threshold"] == 10


def test_show_ipaddrs(world: World) -> None:
    rows = get(world, "/users/me/ipaddrs?owner=me")["results"]
    assert len(rows) == 3
    for row in rows:
        assert set(row) == {"ip", "first_seen", "first_location"}


def test_show_subaccounts(world: World) -> None:
    [row] = get(world, "/subaccounts?owner=me")["users"]
    assert {"id", "username", "email"} <= set(row)


def test_create_subaccount(world: World) -> None:
    body = {"email": "ci@example.com", "username": "ci", "password": "secret", "host_only": False,
            "parent_id": "me"}  # fmt: skip
    made = ask(world, "POST", "/api/v0/users/", body, BEARER)
    assert made.json == {"id": made.json["id"], "username": "ci", "email": "ci@example.com",
                         "key_id": made.json["key_id"]}  # fmt: skip
    assert made.json["id"] in [row["id"] for row in get(world, "/subaccounts?owner=me")["users"]]
    assert "secret" not in str(world.ledger.requests)
    again = ask(world, "POST", "/api/v0/users/", body, BEARER)
    assert (again.status, again.json["error"]) == (409, "user_exists")
    for change, error in (
        ({"email": "x@vast.ai"}, "invalid_email"),
        ({"password": ""}, "missing_auth_value"),
        ({"username": "u" * 65}, "invalid_request"),
    ):
        refused = ask(world, "POST", "/api/v0/users/", {**body, **change}, BEARER)
        assert (refused.status, refused.json["error"]) == (400, error)


def test_show_audit_logs(world: World) -> None:
    ask(world, "POST", "/api/v0/secrets/", {"key": "A", "value": "b"}, BEARER)
    rows = get(world, "/audit_logs/")
    assert "api.secrets_POST" in [row["api_route"] for row in rows]
    for row in rows:
        assert set(row) == {"ip_address", "api_key_id", "created_at", "api_route", "args"}


def test_show_connections(world: World) -> None:
    rows = get(world, "/users/cloud_integrations/")
    assert {row["cloud_type"] for row in rows} == {"s3", "drive"}
    for row in rows:
        assert set(row) == {"id", "name", "cloud_type"}


def test_transfer_credit_and_show_invoices(world: World) -> None:
    body = {"sender": "me", "recipient": "bob@example.com", "amount": 25.5}
    path = "/api/v0/commands/transfer_credit/"
    assert ask(world, "PUT", path, body, BEARER).json["success"] is True
    now = int(world.clock.now()) + 1
    filters = quote(json.dumps({"when": {"gte": now - 604_800, "lte": now},
                                "service": {"in": ["transfer"]}}))  # fmt: skip
    path = f"/api/v1/invoices/?select_filters={filters}&latest_first=False&limit=20"
    [row] = ask(world, "GET", path, headers=BEARER).json["results"]
    assert row["metadata"]["invoice_id"]
    assert row["amount"] == 25.5
    assert get(world, "/users/current")["credit"] == pytest.approx(14.5)


def test_tfa_status_and_login() -> None:
    world = demo_world(second_factor=True)
    assert get(world, "/tfa/status/")["tfa_enabled"] is True
    body = {"tfa_method": "totp", "code": "123456"}
    assert ask(world, "POST", "/api/v0/tfa/", body, BEARER).json["session_key"]


def _rendered(row: dict[str, Any]) -> None:
    """What the official client needs of a charge, at any depth (`cli/commands/billing.py`)."""
    needed = {"start", "end", "type", "source", "description", "amount", "metadata", "items"}
    assert needed <= set(row)
    if row["source"] and "-" in row["source"]:
        _, _ = row["source"].capitalize().split("-")
    for item in row["items"]:
        _rendered(item)


@pytest.mark.parametrize("shape", ["table", "tree"])
def test_show_invoices_v1_of_charges(shape: str) -> None:
    world = demo_world(past=True, traffic=True, volumes=3)
    now = int(world.clock.now())
    filters = quote(json.dumps({"day": {"gte": now - 604_800, "lte": now}}))
    query = f"select_filters={filters}&latest_first=False&limit=100&format={shape}"
    rows = get(world, f"/charges/?{query}")["results"]
    assert {row["type"] for row in rows} >= {"instance", "volume"}
    for row in rows:
        _rendered(row)


def test_show_invoices_and_earnings() -> None:
    world = demo_world(machines=1)
    now = world.clock.now()
    found = get(
        world, f"/users/me/invoices?owner=me&sdate={now - 86_400}&edate={now}&inc_charges=True"
    )
    for row in found["invoices"]:
        assert {"description", "quantity", "rate", "amount", "timestamp", "type"} <= set(row)
        assert float(row["amount"]) >= 0
    day = now / 86_400
    earned = get(
        world, f"/users/me/machine-earnings?owner=me&sday={day - 1}&eday={day}&machid=null"
    )
    assert earned["per_day"]
