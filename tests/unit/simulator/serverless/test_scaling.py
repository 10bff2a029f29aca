"""Endpoints start and stop workers with the load; workers are instances that are charged."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.support.rented import clock_of, credit, destroy
from tests.support.simulator import BEARER, Answer, ask, demo_world
from vasttui.cli.options import LOADS
from vasttui.simulator.account.contract import Contract
from vasttui.simulator.serverless.load import CURVES
from vasttui.simulator.serverless.workers import status
from vasttui.simulator.world import World

LLAMA, WHISPER = 19_392, 19_430
FIRST, SECOND, OPEN = 4_471, 4_490, 4_512
MINUTE, HOUR = 60.0, 3_600.0


def sent(world: World, method: str, path: str, body: object = None) -> Answer:
    return ask(world, method, f"/api/v0/{path}", body, BEARER)


def small(**overrides: Any) -> World:
    return demo_world(**{"instances": 1, "endpoints": 2, **overrides})


def workers(world: World, endpoint: int = LLAMA) -> list[Contract]:
    ask(world, "GET", "/_sim/ledger")
    return world.serverless.scaling.workers_of(endpoint, world.clock.now())


def states(world: World, endpoint: int = LLAMA) -> Counter[str]:
    return Counter(status(one) for one in workers(world, endpoint))


def pass_time(world: World, seconds: float, step: float = 30.0) -> set[str]:
    """Every state that was seen meanwhile."""
    seen: set[str] = set()
    for _ in range(int(seconds // step)):
        clock_of(world).advance(step)
        seen |= set(states(world))
    return seen


def become(world: World, number: int, word: str) -> Answer:
    return ask(world, "POST", "/_sim/workers", {"id": number, "become": word})


def test_the_first_endpoints() -> None:
    world = small()
    rows = sent(world, "GET", "endptjobs/").json["results"]
    assert [(one["endpoint_name"], one["endpoint_state"]) for one in rows] == [
        ("llama-70b", "active"), ("whisper", "suspended"),
    ]  # fmt: skip
    groups = sent(world, "GET", "workergroups/").json["results"]
    assert [(one["id"], one["endpoint_id"]) for one in groups] == [
        (FIRST, LLAMA), (SECOND, LLAMA), (OPEN, WHISPER),
    ]  # fmt: skip
    assert "dph_total" in groups[0]["search_query"]
    assert "dph_total" not in groups[2]["search_query"]
    assert groups == sent(world, "GET", "autojobs/").json["results"]
    assert states(world) == {"idle": 2, "model_loading": 1, "stopped": 2}
    assert not workers(world, WHISPER)


def test_workers_are_instances_and_marked() -> None:
    world = small()
    rows = ask(world, "GET", "/api/v1/instances/", headers=BEARER).json["instances"]
    marked = {row["id"]: row for row in rows if "endpoint_id" in row}
    assert set(marked) == {one.id for one in workers(world)}
    assert {row["workergroup_id"] for row in marked.values()} == {FIRST, SECOND}
    for one in workers(world):
        row = marked[one.id]
        assert row["instance"]["totalHour"] == pytest.approx(sum(one.hourly))
        assert (row["actual_status"] == "running") is (status(one) != "stopped")


@pytest.mark.parametrize(
    ("word", "gpu", "disk"),
    [("idle", True, True), ("loading", True, True), ("model_loading", True, True),
     ("stopping", True, True), ("update_ready", True, True), ("parking", True, True),
     ("creating", False, True), ("created", False, True), ("stopped", False, True),
     ("unavail", False, True), ("error", False, False), ("pending", False, False),
     ("destroying", False, False)],
)  # fmt: skip
def test_what_a_state_bills(word: str, gpu: bool, disk: bool) -> None:
    world = small(serverless_load="none")
    one = workers(world)[0]
    assert become(world, one.id, word).status == 200
    before = one.charged
    clock_of(world).advance(20)
    workers(world)
    wanted = (one.price * gpu + one.disk_price * disk) * 20 / HOUR
    assert one.charged - before == pytest.approx(wanted)


def test_the_money_adds_up_over_a_day_of_scaling() -> None:
    world = small(credit=100.0)
    start = credit(world)
    for _ in range(24):
        clock_of(world).advance(HOUR)
        states(world)
    everything = [*world.contracts.all(world.clock.now()), *world.contracts.gone()]
    charged = sum(one.charged for one in everything)
    first = world.contracts.paid_first
    assert credit(world) == pytest.approx(first - charged)
    assert credit(world) < start


def test_more_load_starts_workers_and_less_stops_them() -> None:
    world = small(serverless_load="none")
    seen = pass_time(world, 20 * MINUTE)
    assert states(world)["idle"] == 0, "nobody asks"
    assert "stopping" in seen
    ask(world, "POST", "/_sim/serverless", {"load": "steady"})
    seen = pass_time(world, 10 * MINUTE)
    assert {"starting", "model_loading", "idle"} <= seen
    assert states(world)["idle"] >= 1


def test_an_endpoint_with_a_limit_never_has_more_workers() -> None:
    world = small(serverless_load="steady")
    row = sent(world, "GET", f"endptjobs/{LLAMA}/").json["result"]
    sent(world, "PUT", f"endptjobs/{LLAMA}/", {**row, "max_workers": 6, "min_load": 5_000.0})
    pass_time(world, HOUR, 60.0)
    assert len(workers(world)) == 6


@pytest.mark.parametrize(("state", "runs"), [("suspended", 3), ("stopped", 0)])
def test_suspended_workers_stay_and_stopped_ones_do_not(state: str, runs: int) -> None:
    world = small()
    row = sent(world, "GET", f"endptjobs/{LLAMA}/").json["result"]
    assert sent(world, "PUT", f"endptjobs/{LLAMA}/", {**row, "endpoint_state": state}).json == {
        "success": True
    }
    pass_time(world, 10 * MINUTE)
    assert sum(one.hourly[0] > 0 for one in workers(world)) == runs
    assert len(workers(world)) == 5


def test_new_workers_go_through_their_states_and_some_fail() -> None:
    world = small(serverless_load="none", offers=400)
    made = sent(world, "POST", "endptjobs/", {"endpoint_name": "new", "cold_workers": 14}).json
    body = {"endpoint_id": made["result"], "search_params": "gpu_ram>=8 num_gpus=1"}
    sent(world, "POST", "workergroups/", body)
    seen: set[str] = set()
    for _ in range(400):
        clock_of(world).advance(10)
        seen |= set(states(world, made["result"]))
    assert {"creating", "created", "loading", "model_loading", "idle", "stopping", "stopped",
            "parking", "error"} <= seen  # fmt: skip
    assert all(one.chunk.size == 1 for one in workers(world, made["result"]))


def test_without_offers_or_groups_nothing_is_rented() -> None:
    world = small()
    made = sent(world, "POST", "endptjobs/", {"endpoint_name": "lonely"}).json["result"]
    pass_time(world, 5 * MINUTE)
    assert not workers(world, made)
    body = {"endpoint_id": made, "search_params": "dph_total<=0.0001"}
    sent(world, "POST", "autojobs/", body)
    pass_time(world, 5 * MINUTE)
    assert not workers(world, made)
    assert "no offer found" in world.serverless.book.events[-1].text


def test_without_credit_nothing_is_started() -> None:
    world = small(credit=0.01, serverless_load="steady")
    pass_time(world, 20 * MINUTE, 60.0)
    assert set(states(world)) == {"stopped"}
    row = sent(world, "GET", "endptjobs/").json["results"][0]
    assert row["auto_delete_due_24h"] is True


def test_a_deleted_endpoint_leaves_workers_behind_for_a_while() -> None:
    world = small()
    before = {one.id for one in workers(world)}
    answer = sent(world, "DELETE", f"endptjobs/{LLAMA}/").json
    assert len(answer["deleted_workers"]) == 4
    [left] = answer["failed_workers"]
    assert {*answer["deleted_workers"], left} == before
    assert [one.id for one in workers(world)] == [left]
    assert workers(world)[0].hourly[1] > 0, "it goes on billing"
    again = sent(world, "DELETE", f"endptjobs/{LLAMA}/")
    assert (again.status, again.json["msg"]) == (400, "Routegroup not found for user")
    pass_time(world, 4 * MINUTE)
    assert not workers(world)
    groups = sent(world, "GET", "workergroups/").json["results"]
    assert [one["id"] for one in groups] == [OPEN]


def test_deleting_a_group_deletes_its_workers() -> None:
    world = small()
    ask(world, "POST", "/_sim/serverless", {"fail_delete": 1})
    answer = sent(world, "DELETE", f"workergroups/{SECOND}/").json
    assert (len(answer["deleted_workers"]), len(answer["failed_workers"])) == (0, 1)
    gone = sent(world, "DELETE", f"autojobs/{SECOND}/")
    assert (gone.status, gone.json["error"]) == (404, "no_such_workergroup")


def test_a_worker_that_is_destroyed_as_an_instance_is_replaced() -> None:
    world = small(serverless_load="steady")
    for one in workers(world):
        destroy(world, one.id)
    assert not workers(world)
    pass_time(world, 15 * MINUTE)
    assert states(world)["idle"] >= 1


def test_the_options_name_the_curves() -> None:
    assert set(LOADS) == set(CURVES)
