"""Keys that may not do everything: second factor, team, narrow."""

from __future__ import annotations

import pytest

from tests.support.simulator import BEARER, KEY, ask, demo_world
from vasttui.models.rights import RIGHTS, lacks, right_of

SSH, ACCOUNT, INSTANCES = "/api/v0/ssh/", "/api/v0/users/current", "/api/v1/instances/"


@pytest.mark.parametrize("path", [ACCOUNT, SSH, INSTANCES, "/api/v0/charges/", "/api/v0/template/"])
def test_with_a_second_factor_a_plain_key_sees_nothing_of_the_account(path: str) -> None:
    world = demo_world(second_factor=True)
    answer = ask(world, "GET", path, headers=BEARER)
    assert answer.status == 401
    assert "Two Factor Authentication" in answer.json["msg"]


def test_with_a_second_factor_the_market_is_open_and_a_session_sees_all() -> None:
    world = demo_world(second_factor=True)
    assert ask(world, "POST", "/api/v0/bundles/", {}, BEARER).status == 200
    world.rights.sessions.add(KEY)
    assert ask(world, "GET", ACCOUNT, headers=BEARER).status == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "route"),
    [
        ("GET", SSH, 403, "api.ssh_GET"),
        ("POST", SSH, 401, "api.ssh_POST"),
        ("GET", ACCOUNT, 403, "api.user.current_GET"),
        ("GET", "/api/v0/charges/", 403, "api.charges_GET"),
        ("DELETE", "/api/v0/instances/7/", 401, "api.instance_DELETE"),
        ("PUT", "/api/v0/instances/7/", 401, "api.instance_PUT"),
        ("PUT", "/api/v0/asks/7/", 401, "api.ask_PUT"),
    ],
)
def test_a_narrow_key_is_refused_with_the_name_of_the_route(
    method: str, path: str, status: int, route: str
) -> None:
    world = demo_world(narrow_key=True)
    answer = ask(world, method, path, {}, BEARER)
    assert answer.status == status
    assert route in answer.json["msg"]
    assert len(world.contracts.all(world.clock.now())) == 4


def test_a_narrow_key_sees_offers_instances_and_their_logs() -> None:
    world = demo_world(narrow_key=True)
    found = ask(world, "GET", INSTANCES, headers=BEARER)
    assert found.status == 200
    number = found.json["instances"][0]["id"]
    log = f"/api/v0/instances/request_logs/{number}/"
    assert ask(world, "PUT", log, {"tail": "10"}, BEARER).status == 200
    assert ask(world, "POST", "/api/v0/bundles/", {}, BEARER).status == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_team_has_no_ssh_keys(method: str) -> None:
    answer = ask(demo_world(team_key=True), method, SSH, {}, BEARER)
    assert answer.status == 400
    assert answer.json["error"] == "team_ssh_keys_not_supported"
    assert ask(demo_world(team_key=True), "GET", ACCOUNT, headers=BEARER).status == 200


@pytest.mark.parametrize(
    ("method", "path", "right"),
    [
        ("GET", "/instances/{id}/", "instance_read"),
        ("PUT", "/instances/request_logs/{id}/", "instance_read"),
        ("PUT", "/instances/{id}/", "instance_write"),
        ("PUT", "/asks/{id}/", "instance_write"),
        ("PUT", "/volumes/", "instance_write"),
        ("POST", "/volumes/search/", "misc"),
        ("PUT", "/commands/transfer_credit/", "billing_write"),
        ("PUT", "/commands/copy_direct/", "instance_write"),
        ("PUT", "/commands/reset_apikey/", "user_write"),
        ("GET", "/charges/", "billing_read"),
        ("POST", "/bundles/", "misc"),
        ("GET", "/template/", "user_read"),
        ("DELETE", "/secrets/", "user_write"),
        ("GET", "/machines/{id}/reports/", "machine_read"),
        ("GET", "/team/members/", "team_read"),
    ],
)
def test_the_right_that_a_request_needs(method: str, path: str, right: str) -> None:
    assert right_of(method, path) == right
    assert right in RIGHTS


def test_a_right_that_is_lacked_is_named() -> None:
    assert lacks("billing_read") == "This key may not read billing (it lacks billing_read)."
    assert lacks("user_write") == "This key may not change the account (it lacks user_write)."
    assert all(right in lacks(right) for right in RIGHTS)


@pytest.mark.parametrize(
    ("bounds", "allowed"),
    [
        ({"eq": 7}, {7}),
        ({"gte": 7, "lte": 8}, {7, 8}),
        ({"lte": 7}, {6, 7}),
        ({}, {6, 7, 8, 9}),
    ],
)
def test_a_limit_holds_for_the_ids_that_it_names(bounds: dict[str, int], allowed: set[int]) -> None:
    world = demo_world()
    limits = {"api.instance.request_logs": {"constraints": {"id": bounds}}}
    body = {"name": "log", "permissions": {"api": {"instance_read": limits}}}
    text = ask(world, "POST", "/api/v0/auth/apikeys/", body, BEARER).json["key"]
    bearer = (("authorization", f"Bearer {text}"),)
    may = {
        number
        for number in (6, 7, 8, 9)
        if ask(world, "PUT", f"/api/v0/instances/request_logs/{number}/", {}, bearer).status != 401
    }
    assert may == allowed
    wider = {"name": "more", "permissions": {"api": {"instance_read": {}}}}
    assert ask(world, "POST", "/api/v0/auth/apikeys/", wider, bearer).status == 401


@pytest.mark.parametrize(
    "limits", [7, {"a": 7}, {"a": {"constraints": 7}}, {"a": {"constraints": {"id": {"ne": 7}}}}]
)
def test_a_limit_that_is_not_documented_is_refused(limits: object) -> None:
    body = {"name": "log", "permissions": {"api": {"instance_read": limits}}}
    refused = ask(demo_world(), "POST", "/api/v0/auth/apikeys/", body, BEARER)
    assert (refused.status, refused.json["error"]) == (400, "invalid_permissions")
