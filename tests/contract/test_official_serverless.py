"""The requests of the official client (client 1.9.1 `api/endpoints.py`) about endpoints and worker
groups, answered by the simulator."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.rented import clock_of
from tests.support.simulator import BEARER, KEY, Answer, ask, demo_world
from vasttui.simulator.world import World

ME = {"client_id": "me", "api_key": KEY}
CREATE: dict[str, object] = {
    "client_id": "me", "min_load": 0.0, "min_cold_load": 0.0, "target_util": 0.9,
    "cold_mult": 2.5, "cold_workers": 5, "max_workers": 20, "endpoint_name": "LLama",
    "max_queue_time": None, "target_queue_time": None, "inactivity_timeout": None,
    "autoscaler_instance": "prod",
}  # fmt: skip
GROUP: dict[str, object] = {
    "client_id": "me", "template_hash": "0bd5a1f2c3e44b6f8d7a9e0c1b2d3f45", "template_id": None,
    "search_params": "gpu_ram>=23 verified=True rentable=True rented=False", "launch_args": None,
    "gpu_ram": None, "endpoint_name": "LLama", "endpoint_id": None, "autoscaler_instance": "prod",
}  # fmt: skip


@pytest.fixture
def world() -> World:
    return demo_world(offers=20, instances=0)


def sent(world: World, method: str, path: str, body: object = None) -> Answer:
    return ask(world, method, f"/api/v0/{path}", body, BEARER)


def results(world: World, path: str) -> list[dict[str, Any]]:
    """The list, a minute later: what is new is listed late."""
    clock_of(world).advance(60)
    rows: list[dict[str, Any]] = sent(world, "GET", path, ME).json["results"]
    return rows


def test_show_create_update_and_delete_endpoint(world: World) -> None:
    assert sent(world, "GET", "endptjobs/", ME).json == {"success": True, "results": []}
    made = sent(world, "POST", "endptjobs/", CREATE).json
    assert made == {"success": True, "result": made["result"]}
    assert sent(world, "GET", "endptjobs/", ME).json["results"] == [], "it is listed later"
    number = made["result"]
    [row] = results(world, "endptjobs/")
    assert set(row) == {
        "id", "endpoint_name", "min_load", "min_cold_load", "target_util", "cold_mult",
        "cold_workers", "max_workers", "max_queue_time", "target_queue_time",
        "inactivity_timeout", "endpoint_state", "user_id", "created_at", "api_key",
        "auto_delete_in_seconds", "auto_delete_due_24h",
    }  # fmt: skip
    assert (row["id"], row["endpoint_name"], row["max_queue_time"]) == (number, "LLama", 30.0)
    assert len(row["api_key"]) == 64
    assert row["api_key"] != KEY

    change = {**dict.fromkeys(CREATE), "client_id": "me", "endptjob_id": number, "min_load": 100.0,
              "endpoint_state": "suspended", "autoscaler_instance": "prod"}  # fmt: skip
    assert sent(world, "PUT", f"endptjobs/{number}/", change).json == {"success": True}
    [after] = results(world, "endptjobs/")
    assert after == {**row, "min_load": 100.0, "endpoint_state": "suspended"}, "null keeps"

    gone = sent(world, "DELETE", f"endptjobs/{number}/", {"client_id": "me", "endptjob_id": number})
    assert gone.json["success"] is True
    assert results(world, "endptjobs/") == []


def test_what_is_left_out_is_reset(world: World) -> None:
    """Clients contradict each other about this; the simulator does the worse, or keeps it."""
    number = sent(world, "POST", "endptjobs/", {"endpoint_name": "a", "max_workers": 3}).json
    one = f"endptjobs/{number['result']}/"
    assert sent(world, "GET", one).json["result"]["min_load"] == 10.0
    sent(world, "PUT", one, {"min_load": 1.0})
    assert sent(world, "GET", one).json["result"]["max_workers"] == 20
    ask(world, "POST", "/_sim/serverless", {"keeps": True})
    sent(world, "PUT", one, {"max_workers": 4})
    assert sent(world, "GET", one).json["result"]["min_load"] == 1.0


@pytest.mark.parametrize(
    "wrong",
    [{"endpoint_name": "two words"}, {"endpoint_name": "x" * 256}, {"min_load": -1},
     {"max_workers": 2.5}, {"cold_mult": "2"}, {"endpoint_state": "asleep"}],
)  # fmt: skip
def test_wrong_values_are_refused(world: World, wrong: dict[str, object]) -> None:
    number = sent(world, "POST", "endptjobs/", CREATE).json["result"]
    for answer in (
        sent(world, "POST", "endptjobs/", {**CREATE, **wrong}),
        sent(world, "PUT", f"endptjobs/{number}/", {**CREATE, **wrong}),
    ):
        assert (answer.status, answer.json["error"]) == (400, "invalid_args")


def test_two_endpoints_may_have_one_name(world: World) -> None:
    for _ in range(2):
        sent(world, "POST", "endptjobs/", CREATE)
    assert [row["endpoint_name"] for row in results(world, "endptjobs/")] == ["LLama"] * 2


@pytest.mark.parametrize("path", ["autojobs", "workergroups"])
def test_show_create_update_and_delete_workergroup(world: World, path: str) -> None:
    endpoint = sent(world, "POST", "endptjobs/", CREATE).json["result"]
    made = sent(world, "POST", f"{path}/", GROUP).json
    assert made == {"success": True, "id": made["id"]}
    [row] = results(world, f"{path}/")
    assert (row["endpoint_id"], row["endpoint_name"], row["gpu_ram"]) == (endpoint, "LLama", 24.0)
    assert row["search_query"] == {
        "gpu_ram": {"gte": 23_000.0}, "verified": {"eq": True}, "rentable": {"eq": True},
        "rented": {"eq": False},
    }  # fmt: skip
    one = f"{path}/{made['id']}/"
    change = {**GROUP, "autojob_id": made["id"], "template_hash": None, "gpu_ram": 40.0,
              "search_params": "verified=True rentable=True rented=False"}  # fmt: skip
    assert sent(world, "PUT", one, change).json == {"success": True}
    [after] = results(world, f"{path}/")
    assert after["search_params"] == change["search_params"], "the search is written over"
    assert (after["template_hash"], after["gpu_ram"]) == (GROUP["template_hash"], 40.0)

    nameless = {**change, "endpoint_name": None}
    refused = sent(world, "PUT", one, nameless)
    assert (refused.status, refused.json["msg"]) == (400, "Missing endpoint ID")
    unknown = sent(world, "PUT", f"{path}/1/", change)
    assert (unknown.status, unknown.json["msg"]) == (400, "Workgroup not found for user")
    assert sent(world, "POST", f"{path}/", {**GROUP, "endpoint_name": "none"}).status == 400
    gone = sent(world, "DELETE", one, {"client_id": "me", "autojob_id": made["id"]})
    assert gone.json["success"] is True
    assert results(world, f"{path}/") == []


def test_the_forms_of_the_official_description() -> None:
    """The list of nothing is a refusal, and times are text."""
    world = demo_world(offers=20, instances=0, documented_rows=True)
    for path, words in (("endptjobs", "endpoints"), ("workergroups", "workergroups")):
        none = sent(world, "GET", f"{path}/")
        assert (none.status, none.json["msg"]) == (400, f"No {words} for user found")
    sent(world, "POST", "endptjobs/", CREATE)
    sent(world, "POST", "workergroups/", GROUP)
    [endpoint] = results(world, "endptjobs/")
    assert endpoint["created_at"].endswith("Z")
    [group] = results(world, "workergroups/")
    assert "search_params" not in group
    assert group["search_query"]["gpu_ram"] == {"gte": 23_000.0}


def test_deployments() -> None:
    """`show deployments`, `show deployment-versions`, `stop`, `start` and `delete deployment`
    (client 1.9.1 `api/deployments.py`)."""
    world = demo_world(offers=20, instances=0, endpoints=2)
    rows = sent(world, "GET", "deployments").json["deployments"]
    assert [(one["name"], one["tag"]) for one in rows] == [
        ("transcribe", "default"), ("square", "staging"),
    ]  # fmt: skip
    first = f"deployment/{rows[0]['id']}/"
    whole = sent(world, "GET", first).json["deployment"]
    assert (whole["endpoint_state"], whole["worker_count"]) == ("suspended", 0)
    assert {**rows[0], "endpoint_state": "suspended", "worker_count": 0} == whole
    versions = sent(world, "GET", f"{first}versions/").json["versions"]
    assert [one["id"] for one in versions] == [
        whole["last_healthy_version_id"], whole["current_version_id"],
    ]  # fmt: skip
    for word, state in (("stop", "stopped"), ("start", "active")):
        answer = sent(world, "POST", f"{first}{word}/").json
        assert answer == {"success": True, "endpoint_state": state}
        endpoint = sent(world, "GET", f"endptjobs/{rows[0]['endpoint_id']}/").json["result"]
        assert endpoint["endpoint_state"] == state
    second = f"deployment/{rows[1]['id']}/"
    assert sent(world, "POST", f"{second}stop/").status == 400, "it has no endpoint"
    assert sent(world, "DELETE", first).json == {"success": True}
    assert sent(world, "GET", first).status == 404
    assert [one["endpoint_name"] for one in results(world, "endptjobs/")] == ["llama-70b"]
    unknown = {"name": "square"}
    assert sent(world, "DELETE", "deployments/", unknown).status == 404, "the tag is not the usual"
    assert sent(world, "DELETE", "deployments/", {**unknown, "tag": "staging"}).json["success"]
    assert sent(world, "GET", "deployments").json["deployments"] == []
