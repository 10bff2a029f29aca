"""What belongs to the account, and its second factor, as the service answers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.simulator import BEARER, KEY, Answer, ask, demo_world
from vasttui.clock import VirtualClock
from vasttui.simulator.account.second_factor import CODE
from vasttui.simulator.world import World

ACCOUNT = "/api/v0/users/current"


def get(world: World, path: str) -> Any:
    answer = ask(world, "GET", path, headers=BEARER)
    assert answer.status == 200, answer.body
    return answer.json


def post(world: World, path: str, body: dict[str, object]) -> Answer:
    return ask(world, "POST", f"/api/v0/tfa/{path}", body, BEARER)


def test_rows_have_the_fields_that_the_official_client_reads() -> None:
    world = demo_world()
    first = get(world, "/api/v0/users/me/ipaddrs?owner=me")["results"][0]
    assert sorted(first) == ["first_location", "first_seen", "ip"]
    [sub] = get(world, "/api/v0/subaccounts?owner=me")["users"]
    assert (sub["id"], sub["email"]) == (234_567, "lab@example.com")
    connection = get(world, "/api/v0/users/cloud_integrations/")[0]
    assert connection == {"id": 1811, "name": "backups", "cloud_type": "s3"}


def test_rows_may_have_the_documented_fields() -> None:
    world = demo_world(documented_rows=True)
    first = get(world, "/api/v0/users/me/ipaddrs")["results"][0]
    assert sorted(first) == ["id", "ip_address", "timestamp", "user_id"]
    assert "email" not in get(world, "/api/v0/subaccounts")["users"][0]
    assert get(world, "/api/v0/users/cloud_integrations")[0]["id"] == "1811"
    assert isinstance(get(world, "/api/v0/audit_logs/")[0]["args"], str)


def test_an_account_may_have_no_subaccounts() -> None:
    answer = ask(demo_world(subaccounts=False), "GET", "/api/v0/subaccounts", headers=BEARER)
    assert answer.status == 400


@pytest.mark.parametrize("proof", [{"tfa_method": "totp", "code": CODE},
                                   {"tfa_method_id": 42, "code": CODE},
                                   {"backup_code": "ABCD-EFGH-0000"}])  # fmt: skip
def test_a_code_opens_the_account_for_a_week(proof: dict[str, object]) -> None:
    clock = VirtualClock()
    world = demo_world(clock=clock, second_factor=True, api_key=KEY)
    assert ask(world, "GET", ACCOUNT, headers=BEARER).status == 401
    answer = post(world, "", proof)
    assert answer.status == 200
    assert "success" not in answer.json
    session = (("authorization", f"Bearer {answer.json['session_key']}"),)
    assert ask(world, "GET", ACCOUNT, headers=session).json["tfa_status"] == "enabled"
    clock.advance(7 * 86_400)
    expired = ask(world, "GET", ACCOUNT, headers=session)
    assert (expired.status, expired.json["msg"]) == (404, "Session expired. Please log in again.")


@pytest.mark.parametrize("method", ["sms", "email"])
def test_a_sent_code_belongs_to_its_secret_for_ten_minutes(method: str) -> None:
    clock = VirtualClock()
    world = demo_world(clock=clock, second_factor=True)
    secret = post(world, f"{method}/", {}).json["secret"]
    proof: dict[str, object] = {"tfa_method": method, "code": CODE}
    assert post(world, "", proof).json["error"] == "challenge_not_found"
    assert post(world, "", {**proof, "secret": secret}).status == 200
    clock.advance(601)
    assert post(world, "", {**proof, "secret": secret}).json["error"] == "2fa_expired"


def test_a_backup_code_works_once_and_five_wrong_codes_lock() -> None:
    clock = VirtualClock()
    world = demo_world(clock=clock, second_factor=True)
    backup: dict[str, object] = {"backup_code": "ABCD-EFGH-0003"}
    assert post(world, "", backup).json["backup_codes_remaining"] == 7
    assert post(world, "", backup).status == 401
    wrong: dict[str, object] = {"tfa_method": "totp", "code": "000000"}
    assert [post(world, "", wrong).status for _ in range(4)] == [400] * 4
    locked = post(world, "", {**wrong, "code": CODE})
    assert (locked.status, locked.json["error"]) == (429, "tfa_locked")
    assert get(world, "/api/v0/tfa/status/")["methods"][0]["locked_until"] == clock.now() + 900
    clock.advance(901)
    assert post(world, "", {**wrong, "code": CODE}).status == 200


def test_without_a_second_factor_there_are_no_methods() -> None:
    state = get(demo_world(), "/api/v0/tfa/status/")
    assert (state["tfa_enabled"], state["methods"]) == (False, [])
