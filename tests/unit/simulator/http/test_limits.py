from __future__ import annotations

import json

import pytest

from tests.support.simulator import BEARER, Answer, ask, demo_world
from vasttui.clock import VirtualClock
from vasttui.simulator.world import World

MIDNIGHT = 1_790_035_200.0


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


def find(world: World) -> Answer:
    return ask(world, "POST", "/api/v0/bundles/", {"limit": 1})


def templates(world: World, headers: tuple[tuple[str, str], ...] = BEARER) -> int:
    return ask(world, "GET", "/api/v0/template/", headers=headers).status


def test_limits_are_off_by_default() -> None:
    world = demo_world()
    assert {find(world).status for _ in range(30)} == {200}


def test_ten_searches_a_minute(clock: VirtualClock) -> None:
    world = demo_world(rate_limits=True, clock=clock)
    assert [find(world).status for _ in range(12)] == [200] * 10 + [429] * 2
    clock.advance(6)
    assert [find(world).status for _ in range(2)] == [200, 429]
    clock.advance(600)
    assert [find(world).status for _ in range(11)] == [200] * 10 + [429]


def test_a_documented_interval_holds_for_each_key_alone(clock: VirtualClock) -> None:
    world = demo_world(rate_limits=True, clock=clock)
    other = (("authorization", "Bearer another-key"),)
    assert templates(world) == 200
    assert templates(world) == 429
    assert templates(world, other) == 200
    clock.advance(2.9)
    assert templates(world) == 429
    clock.advance(0.1)
    assert templates(world) == 200


def test_paths_without_an_interval_are_free() -> None:
    world = demo_world(rate_limits=True)
    statuses = {ask(world, "GET", "/api/v0/gpu_types/").status for _ in range(20)}
    assert statuses == {200}


def test_refusals_take_every_known_form_in_turn() -> None:
    world = demo_world(rate_limits=True)
    for _ in range(10):
        find(world)
    plain, short, detail, code, header, body, again = (find(world) for _ in range(7))
    assert plain.body == again.body == b"API requests too frequent: endpoint threshold=6.0"
    assert short.body == b"API requests too frequent"
    assert short.headers["content-type"].startswith("text/plain")
    assert detail.json == {"detail": "API requests too frequent endpoint threshold=6.0"}
    assert code.json == {
        "success": False,
        "error": "rate_limit_exceeded",
        "msg": "API requests too frequent endpoint threshold=6.0",
    }
    assert "retry-after" not in code.headers
    assert header.headers["retry-after"] == "6"
    assert body.json["retry_after"] == 6.0


def test_the_daily_quota_ends_at_midnight_utc(clock: VirtualClock) -> None:
    world = demo_world(daily_quota=3, clock=clock)
    assert [find(world).status for _ in range(3)] == [200] * 3
    answer = find(world)
    assert answer.status == 429
    assert answer.json["error"] == "search_quota_exceeded"
    reset = float(answer.headers["x-ratelimit-reset"])
    assert reset == MIDNIGHT
    clock.advance(reset - clock.now() - 1)
    assert find(world).status == 429
    clock.advance(1)
    assert find(world).status == 200


def test_the_quota_is_for_searches_alone() -> None:
    world = demo_world(daily_quota=0)
    assert ask(world, "GET", "/api/v0/gpu_types/").status == 200
    assert ask(world, "GET", "/api/v0/bundles/").status == 429


def test_bad_keys_cost_no_quota() -> None:
    world = demo_world(daily_quota=1, api_key="the-right-key")
    assert ask(world, "POST", "/api/v0/bundles/", {}, BEARER).status == 404
    assert find(world).status == 200
    assert json.loads(find(world).body)["error"] == "search_quota_exceeded"


def test_the_endpoints_of_the_account_share_a_rate(clock: VirtualClock) -> None:
    world = demo_world(rate_limits=True, clock=clock)
    paths = ("users/current", "ssh/", "secrets/", "auth/apikeys/", "audit_logs/", "tfa/status/")
    *good, bad = (ask(world, "GET", f"/api/v0/{path}", headers=BEARER) for path in paths)
    assert {answer.status for answer in good} == {200}
    assert bad.status == 429
    assert bad.json == {
        "error": "HTTPTooManyRequests", "msg": "API requests too frequent", "retry_after": 10,
        "limit": 5.0, "remaining": 0,
    }  # fmt: skip
    assert bad.headers["retry-after"] == "10"
    assert bad.headers["x-ratelimit-limit"] == "5.0"
    assert int(bad.headers["x-ratelimit-reset"]) == pytest.approx(clock.now() + 10, abs=1)
    assert ask(world, "GET", "/api/v1/instances/", headers=BEARER).status == 200
    clock.advance(2)
    assert ask(world, "GET", "/api/v0/tfa/status/", headers=BEARER).status == 200
