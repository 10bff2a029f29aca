from __future__ import annotations

import pytest

from tests.support.simulator import BEARER, KEY, ask, demo_world

ACCOUNT = "/api/v0/users/current"


@pytest.mark.parametrize("path", [ACCOUNT, ACCOUNT + "/"])
def test_the_account_is_a_flat_object(path: str) -> None:
    answer = ask(demo_world(credit=17.5), "GET", path, headers=BEARER)
    assert answer.status == 200
    assert answer.json["credit"] == 17.5
    assert answer.json["balance"] == 0
    assert answer.json["email"] == "demo@example.com"
    assert answer.json["tfa_status"] == "disabled"


def test_the_account_gives_the_key_back_as_the_service_does() -> None:
    assert ask(demo_world(), "GET", ACCOUNT, headers=BEARER).json["api_key"] == KEY


def test_the_key_may_come_in_the_address() -> None:
    assert ask(demo_world(), "GET", f"{ACCOUNT}?api_key={KEY}").json["id"] == 123456


@pytest.mark.parametrize("path", [ACCOUNT, "/api/v0/template/"])
def test_without_a_key_one_must_log_in(path: str) -> None:
    answer = ask(demo_world(), "GET", path)
    assert answer.status == 403
    assert answer.json == {
        "success": False,
        "error": "auth_error",
        "msg": "This action requires login.",
    }


@pytest.mark.parametrize("key", ["short", "with blank in it", "ctrl\x01characters"])
def test_an_ill_formed_key_is_unknown(key: str) -> None:
    answer = ask(demo_world(), "GET", ACCOUNT, headers=(("authorization", f"Bearer {key}"),))
    assert answer.status == 401
    assert answer.json["msg"] == "Invalid user key"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", ACCOUNT, 401),
        ("GET", "/api/v0/template/", 401),
        ("POST", "/api/v0/bundles/", 404),
        ("GET", "/api/v0/bundles/", 404),
        ("PUT", "/api/v0/search/asks/", 404),
    ],
)
def test_a_wrong_key_is_refused_by_each_path_in_its_way(
    method: str, path: str, status: int
) -> None:
    answer = ask(demo_world(api_key="another-key"), method, path, {}, BEARER)
    assert answer.status == status
    assert answer.json == {"success": False, "error": "auth_error", "msg": "Invalid user key"}


def test_the_right_key_opens() -> None:
    world = demo_world(api_key=KEY)
    assert ask(world, "GET", ACCOUNT, headers=BEARER).status == 200
    assert ask(world, "POST", "/api/v0/bundles/", {}, BEARER).status == 200
    assert ask(world, "GET", ACCOUNT).status == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v0/bundles/"),
        ("GET", "/api/v0/gpu_names/unique/"),
        ("GET", "/api/v0/gpu_types/"),
    ],
)
def test_searching_needs_no_key(method: str, path: str) -> None:
    assert ask(demo_world(api_key=KEY), method, path).status == 200


def test_lists_of_gpus_do_not_look_at_keys() -> None:
    bad = (("authorization", "Bearer x"),)
    assert ask(demo_world(), "GET", "/api/v0/gpu_names/unique/", headers=bad).status == 200


def test_times_are_in_milliseconds_spending_is_negative_and_secrets_are_there() -> None:
    user = ask(demo_world(), "GET", ACCOUNT, headers=BEARER).json
    assert user["created_at"] == 1_728_748_803_601
    assert user["total_spend"] < 0
    assert {"api_key", "crisp_hmac", "sid"} <= set(user)


def test_thresholds_are_set_and_shown() -> None:
    world = demo_world()
    fields = {"balance_threshold": 10, "balance_threshold_enabled": True, "autobill_threshold": 5.5}
    answer = ask(world, "PUT", "/api/v0/users/", fields, BEARER)
    assert answer.json["success"] is True
    assert fields.items() <= ask(world, "GET", ACCOUNT, headers=BEARER).json.items()


@pytest.mark.parametrize(
    "fields",
    [{}, {"credit": 1_000}, {"balance_threshold": "10"}, {"balance_threshold_enabled": "yes"},
     {"fullname": 7}],
)  # fmt: skip
def test_what_cannot_be_set_is_refused_and_changes_nothing(fields: dict[str, object]) -> None:
    world = demo_world()
    before = ask(world, "GET", ACCOUNT, headers=BEARER).json
    answer = ask(world, "PUT", "/api/v0/users/", fields, BEARER)
    assert answer.status == 400
    assert ask(world, "GET", ACCOUNT, headers=BEARER).json == before
