"""The live side: workers, logs, rolling updates, the router, and workers that answer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.rented import clock_of, destroy
from tests.support.simulator import BEARER, KEY, Answer, ask, demo_world
from vasttui.simulator.live_side import LiveSide
from vasttui.simulator.serverless.workers import status
from vasttui.simulator.world import World

LLAMA, FIRST, SECOND = 19_392, 4_471, 4_490


@pytest.fixture
def world() -> World:
    return demo_world(instances=0, endpoints=2, serverless_load="steady")


def secret(world: World) -> str:
    endpoint = world.serverless.book.endpoint(LLAMA)
    assert endpoint is not None
    return endpoint.api_key


def live(world: World, path: str, body: object, *, key: str = KEY, headers: Any = None) -> Answer:
    if headers is None:
        headers = (("authorization", f"Bearer {key}"), ("host", "127.0.0.1:8090"))
    return ask(world, "POST", f"/{path}/", body, headers)


def worker_rows(world: World, number: int = LLAMA) -> dict[int, dict[str, Any]]:
    rows = live(world, "get_endpoint_workers", {"id": number}).json
    return {row["id"]: row for row in rows}


def pass_time(world: World, seconds: float) -> None:
    for _ in range(int(seconds // 30)):
        clock_of(world).advance(30)
        ask(world, "GET", "/_sim/ledger")


def routed(world: World, **more: Any) -> dict[str, Any]:
    """The answer of the router once there is a worker, after some that say to wait."""
    body = {"endpoint": "llama-70b", "api_key": secret(world), "cost": 16, "request_idx": 0,
            "replay_timeout": 60, **more}  # fmt: skip
    for _ in range(5):
        answer: dict[str, Any] = live(world, "route", body, key=secret(world)).json
        if "url" in answer:
            break
        body["request_idx"] = answer["request_idx"]
        clock_of(world).advance(1)
    return answer


def work(
    world: World, auth: object, *, path: str = "/v1/completions", payload: object = None,
    key: str = "", url: str = "",
) -> Answer:  # fmt: skip
    """A request to the worker that the router named."""
    key = key or secret(world)
    body = {"auth_data": auth, "session_id": None, "payload": payload or {"prompt": "Say hi."}}
    target = url or (auth["url"] if isinstance(auth, dict) else "")
    headers = (("authorization", f"Bearer {key}"),)
    return ask(world, "POST", f"{target}{path}?api_key={key}", body, headers)


def test_workers_with_what_they_do(world: World) -> None:
    rows = worker_rows(world)
    words = sorted(row["status"] for row in rows.values())
    assert words == ["idle", "idle", "model_loading", "stopped", "stopped"]
    assert set(rows) == {one.id for one in world.contracts.all(world.clock.now())}
    ready = next(row for row in rows.values() if row["status"] == "idle")
    assert set(ready) == {
        "id", "status", "cur_load", "new_load", "cur_load_rolling_avg", "cur_perf", "perf",
        "measured_perf", "dlperf", "reliability", "reqs_working", "disk_usage", "loaded_at",
        "started_at",
    }  # fmt: skip
    assert 0 < ready["cur_load"] <= ready["perf"] == ready["measured_perf"]
    loading = next(row for row in rows.values() if row["status"] == "model_loading")
    assert (loading["cur_load"], loading["measured_perf"]) == (0.0, 0.0)
    groups = live(world, "get_workergroup_workers", {"id": SECOND}).json
    assert len(groups) == 1
    assert groups[0]["id"] in rows


def test_rows_come_late_and_go_late(world: World) -> None:
    first = min(worker_rows(world))
    destroy(world, first)
    assert worker_rows(world)[first] == {"id": first, "status": "destroying"}
    clock_of(world).advance(10)
    assert first not in worker_rows(world)
    book = world.serverless.book
    book.endpoints[0].limits["cold_workers"] = 6
    clock_of(world).advance(25)
    ask(world, "GET", "/_sim/ledger")
    pass_time(world, 200)
    hired = max(one.id for one in world.contracts.all(world.clock.now()))
    assert hired in worker_rows(world)
    ask(world, "POST", "/_sim/workers", {"id": hired, "become": "rebooting"})
    assert hired not in worker_rows(world), "a worker that reboots is not there"
    ask(world, "POST", "/_sim/workers", {"id": hired, "become": "created"})
    assert set(worker_rows(world)[hired]) == {"id", "status", "started_at"}
    ask(world, "POST", "/_sim/workers", {"id": hired, "become": "pondering"})
    assert worker_rows(world)[hired]["status"] == "pondering"


def test_an_endpoint_is_not_ready_at_first(world: World) -> None:
    body = {"endpoint_name": "new", "cold_workers": 0, "min_load": 0.0}
    number = ask(world, "POST", "/api/v0/endptjobs/", body, BEARER).json["result"]
    answer = live(world, "get_endpoint_workers", {"id": number})
    assert (answer.status, list(answer.json)) == (200, ["error_msg"])
    clock_of(world).advance(45)
    assert live(world, "get_endpoint_workers", {"id": number}).json == []


def test_the_other_forms_of_an_answer() -> None:
    world = demo_world(instances=0, endpoints=1, documented_rows=True)
    assert len(live(world, "get_endpoint_workers", {"id": LLAMA}).json["workers"]) == 5
    assert "not found" in live(world, "get_endpoint_workers", {"id": 1}).json
    assert list(live(world, "get_endpoint_logs", {"endpoint": "llama-70b"}).json) == ["logs"]


@pytest.mark.parametrize("path", ["get_endpoint_workers", "get_endpoint_logs", "route"])
def test_which_keys_open_it(world: World, path: str) -> None:
    book = world.serverless.book
    other = book.endpoints[1].api_key
    body = {"id": LLAMA, "endpoint": "llama-70b", "cost": 1}
    for key, status_code in ((KEY, 200), (secret(world), 200), (other, 401)):
        assert live(world, path, body, key=key).status == status_code
    assert live(world, path, body, headers=()).status == 401
    assert live(world, path, {**body, "api_key": KEY}, headers=()).status == 200


def test_logs_by_level(world: World) -> None:
    pass_time(world, 1200)
    logs = live(world, "get_endpoint_logs", {"id": LLAMA, "tail": 500}).json
    assert set(logs) == {"info0", "info1", "trace", "debug"}
    assert "stopping" in logs["info1"] or "starting" in logs["info1"]
    assert "load" in logs["trace"]
    assert logs["trace"].count("\n") < len(logs["debug"])
    tail = live(world, "get_endpoint_logs", {"id": LLAMA, "tail": 2}).json
    assert tail["trace"].count("\n") == 2
    group = live(world, "get_autogroup_logs", {"id": FIRST}).json
    assert str(SECOND) not in group["info1"]
    assert live(world, "get_workergroup_logs", {"id": FIRST}).json == group
    assert "error_msg" in live(world, "get_autogroup_logs", {"id": 1}).json


def test_a_worker_has_a_log_of_its_own(world: World) -> None:
    number = min(worker_rows(world))
    answer = ask(world, "PUT", f"/api/v0/instances/request_logs/{number}", {"tail": "20"}, BEARER)
    clock_of(world).advance(5)
    text = ask(world, "GET", answer.json["result_url"]).body.decode()
    assert "POST /v1/completions" in text
    assert "loss" not in text


def test_a_rolling_update_goes_from_worker_to_worker(world: World) -> None:
    group = world.serverless.book.group(FIRST)
    assert group is not None
    group.template_hash = "f" * 32
    assert live(world, "update_workers", {"workergroup_id": FIRST, "api_key": KEY}).json == {
        "success": True, "workers_to_update": 4,
    }  # fmt: skip
    again = live(world, "update_workers", {"workergroup_id": FIRST}).json
    assert (again["success"], "in progress" in again["error_msg"]) == (False, True)
    seen: set[str] = set()
    most = 0
    for _ in range(60):
        clock_of(world).advance(10)
        words = [row["status"] for row in worker_rows(world).values()]
        updating = [word for word in words if word.startswith("update_")]
        seen, most = seen | set(updating), max(most, len(updating))
    assert seen == {"update_ready", "update_starting"}, "one that reboots is not listed"
    assert most == 1
    updated = [
        one for one in world.contracts.all(world.clock.now())
        if one.workergroup_id == FIRST and one.template_hash == "f" * 32
    ]  # fmt: skip
    assert len(updated) == 4
    assert "update: 1 of 4" in live(world, "get_autogroup_logs", {"id": FIRST}).json["info0"]
    none = live(world, "update_workers", {"workergroup_id": FIRST, "cancel_update": True}).json
    assert none["success"] is False


def test_an_update_can_be_cancelled(world: World) -> None:
    live(world, "update_workers", {"workergroup_id": FIRST})
    cancel = {"workergroup_id": FIRST, "api_key": KEY, "cancel_update": True}
    assert live(world, "update_workers", cancel).json == {"success": True, "cancelled": True}
    pass_time(world, 300)
    assert not world.serverless.book.rollouts
    unknown = live(world, "update_workers", {"workergroup_id": 1})
    assert unknown.json == {"success": False, "error_msg": "workergroup 1 not found"}


def test_the_router_lets_wait_twice_and_then_names_a_worker(world: World) -> None:
    body = {"endpoint": "llama-70b", "api_key": secret(world), "cost": 16, "request_idx": 0,
            "replay_timeout": 60}  # fmt: skip
    first = live(world, "route", body, key=secret(world)).json
    assert set(first) == {"endpoint", "status", "request_idx", "__request_id"}
    assert "2 idle" in first["status"]
    body["request_idx"] = first["request_idx"]
    assert "url" not in live(world, "route", body, key=secret(world)).json
    ready = live(world, "route", body, key=secret(world)).json
    assert set(ready) == {
        "endpoint", "url", "cost", "reqnum", "request_idx", "signature", "__request_id",
    }  # fmt: skip
    assert ready["url"].startswith("http://127.0.0.1:8090/_workers/")
    again = live(world, "route", body, key=secret(world)).json
    assert {**again, "__request_id": ""} == {**ready, "__request_id": ""}, "it may be repeated"
    clock_of(world).advance(61)
    assert live(world, "route", body, key=secret(world)).json["request_idx"] != ready["request_idx"]


def test_who_may_not_be_routed(world: World) -> None:
    body = {"endpoint": "nobody", "cost": 1}
    assert live(world, "route", body).status == 400
    assert live(world, "route", {"endpoint": "llama-70b"}).status == 400
    suspended = live(world, "route", {"endpoint": "whisper", "cost": 1}).json
    assert suspended["status"] == "endpoint is suspended"


def test_a_worker_answers_and_is_busy_with_it(world: World) -> None:
    auth = routed(world, cost=200)
    answer = work(world, auth, payload={"model": "m", "prompt": "Say hi.", "max_tokens": 16})
    assert answer.status == 200
    assert answer.json["choices"][0]["text"].strip().startswith("Hi!")
    number = int(auth["url"].rpartition("/")[2])
    row = worker_rows(world)[number]
    assert row["new_load"] == 20.0
    chat = work(world, auth, path="/v1/chat/completions", payload={"messages": []})
    assert chat.json["choices"][0]["message"]["role"] == "assistant"
    assert work(world, auth, path="/generate/sync", payload={"input": {}}).status == 200
    assert world.ledger.of("worker")[-1].status == 200


def test_what_a_worker_refuses(world: World) -> None:
    auth = routed(world)
    for name in ("cost", "endpoint", "reqnum", "request_idx", "url", "signature"):
        altered = {**auth, name: auth["url"] if name == "signature" else 7}
        assert work(world, altered, url=auth["url"]).status == 401, name
    del altered["signature"]
    lacking = work(world, altered, url=auth["url"])
    assert (lacking.status, lacking.json) == (422, {"signature": "missing parameter"})
    assert work(world, auth, payload={"text": "x"}).json == {"prompt": "missing parameter"}
    assert work(world, None, url=auth["url"]).status == 422
    assert work(world, auth, path="/nothing").status == 404
    broken = ask(world, "POST", f"{auth['url']}/v1/completions", b"{", ())
    assert (broken.status, broken.json) == (422, {"error": "invalid JSON"})
    assert work(world, routed(world, cost=1e6)).status == 429
    ask(world, "POST", "/_sim/serverless", {"queue_full": 1})
    assert [work(world, auth).status for _ in range(2)] == [429, 200]


def test_a_worker_never_gets_the_accounts_key(world: World) -> None:
    auth = routed(world)
    assert ask(world, "GET", "/_sim/serverless").json == {"foreign_keys": 0}
    assert work(world, auth, key=KEY).status == 401
    assert ask(world, "GET", "/_sim/serverless").json == {"foreign_keys": 1}
    assert KEY not in str(world.ledger.of("worker")[-1].as_json())


def test_a_worker_that_is_not_ready_does_not_answer(world: World) -> None:
    auth = routed(world)
    number = int(auth["url"].rpartition("/")[2])
    ask(world, "POST", "/_sim/workers", {"id": number, "become": "stopping"})
    assert work(world, auth).status == 0
    worker = world.contracts.get(number, world.clock.now())
    assert worker is not None
    assert status(worker) == "stopping"


def test_the_live_side_has_an_address_of_its_own(world: World) -> None:
    """The account is not there; its own address has all, as for a server of one's own."""
    side: Any = LiveSide(world)
    assert ask(side, "GET", "/api/v0/endptjobs/", headers=BEARER).status == 404
    assert ask(side, "POST", "/get_endpoint_workers/", {"id": LLAMA}, BEARER).status == 200
