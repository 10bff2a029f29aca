from __future__ import annotations

import json

import pytest

from tests.support.simulator import BEARER, KEY, ask, demo_world
from vasttui.simulator.http.ledger import KEPT


def test_faults_can_be_planned_over_the_wire() -> None:
    world = demo_world()
    answer = ask(world, "POST", "/_sim/plan", {"search": ["http:503", "ok"], "account": ["reset"]})
    assert answer.json == {
        "success": True,
        "left": {"search": ["http:503", "ok"], "account": ["reset"]},
    }
    assert ask(world, "POST", "/api/v0/bundles/").status == 503


@pytest.mark.parametrize(
    "body",
    [{"search": ["nonsense"]}, {"nothing": ["ok"]}, {"search": "ok"}, {"search": [1]}, b"{"],
)
def test_a_plan_without_meaning_is_refused(body: object) -> None:
    answer = ask(demo_world(), "POST", "/_sim/plan", body)
    assert answer.status == 400
    assert answer.json["error"] == "invalid_request"


def test_the_ledger_tells_everything() -> None:
    world = demo_world()
    world.plan("search", ["http:503", "reset"])
    ask(world, "POST", "/api/v0/bundles/", {"limit": 2}, (("User-Agent", "probe"),))
    ask(world, "GET", "/api/v0/nowhere/?a=b")
    story = ask(world, "GET", "/_sim/ledger/").json
    assert story["total"] == 2
    assert story["requests"] == [
        {
            "time": world.clock.now(),
            "operation": "search",
            "method": "POST",
            "path": "/api/v0/bundles/",
            "query": {},
            "headers": {"user-agent": "probe"},
            "body": '{"limit": 2}',
            "status": 503,
            "fault": "http:503",
        },
        {
            "time": world.clock.now(),
            "operation": "",
            "method": "GET",
            "path": "/api/v0/nowhere/",
            "query": {"a": "b"},
            "headers": {},
            "body": "",
            "status": 404,
            "fault": "",
        },
    ]
    assert story["consumed"] == [{"operation": "search", "fault": "http:503"}]
    assert story["left"] == {"search": ["reset"]}


def test_the_ledger_never_holds_a_key() -> None:
    world = demo_world()
    ask(world, "GET", "/api/v0/users/current", headers=BEARER)
    ask(world, "GET", f"/api/v0/users/current?api_key={KEY}")
    ask(world, "POST", "/api/v0/bundles/", {"api_key": "another-secret", "note": KEY}, BEARER)
    ask(world, "POST", f"/api/v0/{KEY}/", headers=(*BEARER, ("x-copy", KEY)))
    ask(
        world,
        "GET",
        "/api/v0/users/current",
        headers=(("authorization", "Basic c2VjcmV0OnBhc3M="),),
    )
    ledger = ask(world, "GET", "/_sim/ledger").body.decode()
    for secret in (KEY, "another-secret", "c2VjcmV0OnBhc3M="):
        assert secret not in ledger
    first, second, third, *_ = world.ledger.requests
    assert first.headers["authorization"] == "Bearer ***"
    assert second.query["api_key"] == "***"
    assert json.loads(third.body) == {"api_key": "***", "note": "***"}


def test_reset_forgets_the_past_and_the_plan() -> None:
    world = demo_world()
    world.plan("search", ["http:503", "http:503"])
    ask(world, "POST", "/api/v0/bundles/")
    assert ask(world, "POST", "/_sim/reset").status == 200
    story = ask(world, "GET", "/_sim/ledger").json
    assert story == {"total": 0, "requests": [], "consumed": [], "left": {}}
    assert ask(world, "POST", "/api/v0/bundles/").status == 200


def test_the_ledger_keeps_the_newest() -> None:
    world = demo_world()
    for number in range(KEPT + 5):
        ask(world, "GET", f"/api/v0/x{number}")
    assert world.ledger.total == KEPT + 5
    assert len(world.ledger.requests) == KEPT
    assert world.ledger.requests[0].path == "/api/v0/x5"


def test_requests_can_be_had_by_operation() -> None:
    world = demo_world()
    ask(world, "GET", "/api/v0/gpu_types/")
    ask(world, "POST", "/api/v0/bundles/")
    assert [entry.path for entry in world.ledger.of("search")] == ["/api/v0/bundles/"]


@pytest.mark.parametrize(("method", "path"), [("GET", "/_sim/plan"), ("GET", "/_sim/other")])
def test_other_control_paths_do_not_exist(method: str, path: str) -> None:
    assert ask(demo_world(), method, path).status == 404
