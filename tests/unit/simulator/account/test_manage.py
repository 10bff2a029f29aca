from __future__ import annotations

import pytest

from tests.support.rented import called, clock_of, destroy, one, put, rented
from tests.support.simulator import BEARER, Answer, ask, demo_world
from vasttui.simulator.world import World


def number(world: World, label: str = "train-a") -> int:
    found: int = called(world, label)["id"]
    return found


def refused(answer: Answer) -> tuple[int, str, str]:
    assert answer.json["success"] is False
    return answer.status, answer.json["error"], answer.json["msg"]


TAKEN = (
    200,
    "resources_unavailable",
    "Required resources are currently unavailable, state change queued.",
)


@pytest.mark.parametrize(("label", "state"), [("train-a", "stopped"), ("old-c", "running")])
def test_a_state_that_is_asked_for_is_intended_at_once(label: str, state: str) -> None:
    world = demo_world()
    answer = put(world, f"{number(world, label)}", {"state": state})
    assert (answer.status, answer.json) == (200, {"success": True})
    assert called(world, label)["intended_status"] == state


@pytest.mark.parametrize(("label", "state"), [("train-a", "running"), ("old-c", "stopped")])
def test_a_state_it_already_has_changes_nothing(label: str, state: str) -> None:
    world = demo_world()
    before = called(world, label)
    assert put(world, f"{before['id']}", {"state": state}).json == {"success": True}
    assert called(world, label) == before


def test_a_label_is_set_and_taken_away() -> None:
    world = demo_world()
    one_id = number(world)
    answer = put(world, f"{one_id}", {"label": "my job"})
    assert answer.json == {"success": True, "msg": f"label for {one_id} set to 'my job'"}
    assert called(world, "my job")["id"] == one_id
    for empty in ("", None):
        assert put(world, f"{one_id}", {"label": empty}).json["success"] is True
        row = one(world, one_id)
        assert row is not None
        assert row["label"] is None


def test_label_and_state_together() -> None:
    world = demo_world()
    put(world, f"{number(world)}", {"label": "pause", "state": "stopped"})
    assert called(world, "pause")["intended_status"] == "stopped"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"label": "x" * 1025, "state": "stopped"}, "label_too_long"),
        ({"label": 7}, "invalid_args"),
        ({"state": "paused", "label": "new"}, "invalid_args"),
        ({"state": None}, "invalid_args"),
    ],
)
def test_a_refused_change_changes_nothing(body: dict[str, object], error: str) -> None:
    world = demo_world()
    before = rented(world)
    status, code, text = refused(put(world, f"{number(world)}", body))
    assert (status, code) == (400, error)
    if error == "label_too_long":
        assert text == "Please limit label length to 1024 characters, ideally less than 128."
    assert rented(world) == before


def test_the_longest_label() -> None:
    world = demo_world()
    assert put(world, f"{number(world)}", {"label": "x" * 1024}).status == 200


def test_what_is_not_json_is_refused() -> None:
    world = demo_world()
    answer = ask(world, "PUT", f"/api/v0/instances/{number(world)}/", b"{", BEARER)
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")


def test_each_path_says_in_its_way_that_there_is_no_such_instance() -> None:
    world = demo_world()
    assert refused(put(world, "12345", {"state": "running"})) == (
        404, "no_such_instance", "Instance 12345 not found.",
    )  # fmt: skip
    assert refused(put(world, "reboot/12345")) == (400, "invalid_args", "invalid instance_id")
    assert refused(put(world, "recycle/12345")) == (400, "invalid_id", "Invalid instance id.")
    assert refused(put(world, "bid_price/12345", {"price": 0.2})) == (
        404, "no_such_instance", "Instance with that ID does not exist.",
    )  # fmt: skip
    assert refused(destroy(world, 12345)) == (404, "no_such_instance", "Instance not found")
    assert refused(destroy(world, "all")) == (400, "invalid_args", "invalid instance_id")


def test_destroying() -> None:
    world = demo_world()
    gone = number(world)
    answer = destroy(world, gone)
    assert answer.json == {"success": True, "msg": "Instance destroyed successfully"}
    assert one(world, gone) is None
    assert gone not in {row["id"] for row in rented(world)}
    assert refused(destroy(world, gone))[:2] == (404, "no_such_instance")


def test_a_start_is_refused_while_others_have_the_gpu() -> None:
    world = demo_world()
    old = number(world, "old-c")
    world.become(old, "gpu_taken")
    assert refused(put(world, f"{old}", {"state": "running"})) == TAKEN
    row = called(world, "old-c")
    assert (row["cur_state"], row["intended_status"]) == ("stopped", "running")
    assert refused(put(world, f"{old}", {"state": "running"})) == TAKEN
    world.become(old, "gpu_free")
    clock_of(world).advance(60)
    assert called(world, "old-c")["actual_status"] == "running"


def test_without_money_nothing_starts() -> None:
    world = demo_world(credit=0.0)
    old = number(world, "old-c")
    clock_of(world).advance(1)
    status, code, _ = refused(put(world, f"{old}", {"state": "running"}))
    assert (status, code) == (400, "missing_billing")
    assert called(world, "old-c")["intended_status"] == "stopped"


def test_a_bid_that_wins_brings_the_instance_back() -> None:
    world = demo_world(instances=5)
    row = called(world, "spot-e")
    path = f"bid_price/{row['id']}"
    low = row["min_bid"] * 0.99
    assert put(world, path, {"client_id": "me", "price": low}).json == {"success": True}
    assert called(world, "spot-e")["dph_base"] == low
    assert called(world, "spot-e")["intended_status"] == "stopped"
    high = row["min_bid"] * 1.2
    assert put(world, path, {"client_id": "me", "price": high}).json == {"success": True}
    assert called(world, "spot-e")["intended_status"] == "running"
    clock_of(world).advance(60)
    assert called(world, "spot-e")["actual_status"] == "running"
    assert called(world, "spot-e")["dph_base"] == high


def test_a_bid_without_a_price_is_one_that_wins() -> None:
    world = demo_world(instances=5)
    row = called(world, "spot-e")
    assert put(world, f"bid_price/{row['id']}", {"client_id": "me"}).status == 200
    assert called(world, "spot-e")["dph_base"] == row["min_bid"]
    assert called(world, "spot-e")["intended_status"] == "running"


def test_a_bid_that_is_lowered_too_far_loses_at_once() -> None:
    world = demo_world(instances=5)
    row = called(world, "spot-e")
    put(world, f"bid_price/{row['id']}", {"price": row["min_bid"] * 1.2})
    clock_of(world).advance(60)
    put(world, f"bid_price/{row['id']}", {"price": 0.01})
    assert called(world, "spot-e")["actual_status"] == "exited"
    assert called(world, "spot-e")["cur_state"] == "stopped"


def test_a_start_with_a_bid_that_is_too_low_waits() -> None:
    world = demo_world(instances=5)
    row = called(world, "spot-e")
    assert refused(put(world, f"{row['id']}", {"state": "running"})) == TAKEN
    put(world, f"bid_price/{row['id']}", {"price": row["min_bid"] * 1.2})
    clock_of(world).advance(60)
    assert called(world, "spot-e")["actual_status"] == "running"


def test_a_higher_bid_does_not_start_what_its_owner_stopped() -> None:
    world = demo_world(instances=5)
    spot = number(world, "spot-e")
    world.become(spot, "running")
    put(world, f"{spot}", {"state": "stopped"})
    clock_of(world).advance(20)
    put(world, f"bid_price/{spot}", {"price": 3.0})
    clock_of(world).advance(120)
    assert called(world, "spot-e")["actual_status"] == "exited"
    assert called(world, "spot-e")["intended_status"] == "stopped"


def test_a_bid_does_not_start_what_its_owner_no_longer_waits_for() -> None:
    world = demo_world(instances=5)
    spot = number(world, "spot-e")
    put(world, f"{spot}", {"state": "running"})
    put(world, f"{spot}", {"state": "stopped"})
    put(world, f"bid_price/{spot}", {"price": 3.0})
    clock_of(world).advance(120)
    assert called(world, "spot-e")["intended_status"] == "stopped"


def test_a_bid_does_not_start_what_was_stopped_before_it_was_lost() -> None:
    world = demo_world(instances=5)
    spot = number(world, "spot-e")
    world.become(spot, "running")
    put(world, f"{spot}", {"state": "stopped"})
    for price in (0.01, 3.0):
        put(world, f"bid_price/{spot}", {"price": price})
        clock_of(world).advance(60)
    assert called(world, "spot-e")["intended_status"] == "stopped"


def test_a_bid_does_not_restart_what_ended_by_itself() -> None:
    world = demo_world(instances=5)
    spot = number(world, "spot-e")
    put(world, f"bid_price/{spot}", {"price": 2.0})
    clock_of(world).advance(60)
    world.become(spot, "exited")
    put(world, f"bid_price/{spot}", {"price": 3.0})
    clock_of(world).advance(120)
    assert called(world, "spot-e")["actual_status"] == "exited"


def test_no_bid_frees_a_gpu_that_is_taken() -> None:
    world = demo_world(instances=5)
    spot = number(world, "spot-e")
    world.become(spot, "gpu_taken")
    put(world, f"bid_price/{spot}", {"price": 3.0})
    clock_of(world).advance(120)
    assert called(world, "spot-e")["cur_state"] == "stopped"


def test_a_second_stop_does_not_delay_the_first() -> None:
    world = demo_world()
    for _ in range(2):
        put(world, f"{number(world)}", {"state": "stopped"})
        clock_of(world).advance(5)
    assert called(world, "train-a")["actual_status"] == "exited"


@pytest.mark.parametrize("price", [0, 0.0009, -1, "0.2", True])
def test_the_least_bid(price: object) -> None:
    world = demo_world(instances=5)
    answer = put(world, f"bid_price/{number(world, 'spot-e')}", {"price": price})
    assert refused(answer) == (400, "invalid_args", "Please set a bid price >= 0.001.")


def test_the_highest_bid_depends_on_the_number_of_gpus() -> None:
    world = demo_world()
    two = f"bid_price/{number(world, 'old-c')}"
    assert put(world, two, {"price": 64}).status == 200
    assert put(world, two, {"price": 64.01}).status == 400


@pytest.mark.parametrize(
    ("path", "interval"),
    [("{}", 1.0), ("reboot/{}", 1.0), ("recycle/{}", 1.0), ("bid_price/{}", 5.5)],
)
def test_changes_have_their_documented_intervals(path: str, interval: float) -> None:
    world = demo_world(rate_limits=True)
    target = path.format(number(world))
    assert put(world, target).status == 200
    clock_of(world).advance(interval - 0.1)
    assert put(world, target).status == 429
    clock_of(world).advance(interval)
    assert put(world, target).status == 200


def test_destroying_has_its_documented_interval() -> None:
    world = demo_world(rate_limits=True)
    first, second = number(world, "train-a"), number(world, "eval-b")
    assert destroy(world, first).status == 200
    assert destroy(world, second).status == 429
    clock_of(world).advance(3.0)
    assert destroy(world, second).status == 200


def test_a_change_may_happen_although_its_answer_is_lost() -> None:
    world = demo_world()
    world.plan("manage", ["commit_then_reset"])
    assert put(world, f"{number(world)}", {"state": "stopped"}).status == 0
    assert called(world, "train-a")["intended_status"] == "stopped"
