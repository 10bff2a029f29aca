from __future__ import annotations

import pytest

from tests.support.rented import called, clock_of, one, put, rented
from tests.support.simulator import demo_world
from vasttui.simulator.account.contract import Contract
from vasttui.simulator.account.lifecycle import launch
from vasttui.simulator.world import World

STATUS = ("actual_status", "cur_state", "next_state", "intended_status")
RUNNING = ("running",) * 4
STOPPED = ("exited", "stopped", "stopped", "stopped")
RICH = 1e6
SUCCESS = "success, running vastai/pytorch_2.8.0-cuda-12.9.1-py312-24.04/ssh"


def states(world: World, label: str) -> tuple[str | None, ...]:
    row = called(world, label)
    return tuple(row[name] for name in STATUS)


def contract(world: World, label: str) -> Contract:
    found = world.contracts.get(called(world, label)["id"], world.clock.now())
    assert found is not None
    return found


def act(world: World, label: str, what: str, body: object = None) -> None:
    number = called(world, label)["id"]
    answer = put(world, f"{what}/{number}" if what else f"{number}", body)
    assert answer.json["success"] is True, answer.body


def test_a_new_contract_goes_through_every_state_until_it_runs() -> None:
    world = demo_world(instances=1)
    clock, new = clock_of(world), contract(world, "train-a")
    new.follow(launch(new, clock.now(), 90.0))
    new.settle(clock.now())
    seen: list[tuple[str | None, str | None, bool]] = []
    for _ in range(24):
        row = called(world, "train-a")
        if not seen or seen[-1][0] != row["actual_status"]:
            seen.append((row["actual_status"], row["status_msg"], bool(row["ports"])))
        clock.advance(5)
    assert [status for status, _, _ in seen] == [None, "created", "loading", "running"]
    assert [ports for _, _, ports in seen] == [False, False, False, True]
    assert seen[3][1] == SUCCESS


def test_the_message_tells_the_progress_of_a_download() -> None:
    world = demo_world()
    messages = []
    while (row := called(world, "eval-b"))["actual_status"] == "loading":
        assert states(world, "eval-b") == ("loading", "running", "running", "running")
        messages.append(row["status_msg"])
        clock_of(world).advance(20)
    assert 26 <= len(messages) <= 28  # six minutes of the quarter of an hour had passed
    assert len(set(messages)) > 15
    layer, _, step = messages[0].partition(": ")
    assert len(layer) == 12
    assert int(layer, 16)
    assert step in ("Pulling fs layer", "Downloading", "Download complete", "Pull complete")
    assert states(world, "eval-b") == RUNNING
    assert called(world, "eval-b")["status_msg"].startswith("success, running nvcr.io/nvidia/")


def test_a_stop_is_noted_at_once_and_done_a_little_later() -> None:
    world = demo_world()
    act(world, "train-a", "", {"state": "stopped"})
    assert states(world, "train-a") == ("running", "running", "stopped", "stopped")
    assert called(world, "train-a")["ports"]
    clock_of(world).advance(10)
    assert states(world, "train-a") == STOPPED
    assert called(world, "train-a")["ports"] == {}
    assert called(world, "train-a")["gpu_util"] is None


def test_a_start_is_noted_at_once_and_done_a_good_deal_later() -> None:
    world = demo_world()
    act(world, "old-c", "", {"state": "running"})
    assert states(world, "old-c") == ("exited", "running", "running", "running")
    clock_of(world).advance(30)
    assert states(world, "old-c") == ("loading", "running", "running", "running")
    clock_of(world).advance(30)
    assert states(world, "old-c") == RUNNING
    assert called(world, "old-c")["ports"]


def test_a_start_before_the_stop_is_done_undoes_it() -> None:
    world = demo_world()
    act(world, "train-a", "", {"state": "stopped"})
    clock_of(world).advance(3)
    act(world, "train-a", "", {"state": "running"})
    for _ in range(20):
        assert states(world, "train-a") == RUNNING
        clock_of(world).advance(5)


def test_a_reboot_takes_some_seconds() -> None:
    world = demo_world()
    before = contract(world, "train-a").run_since
    act(world, "train-a", "reboot")
    assert states(world, "train-a")[0] == "rebooting"
    clock_of(world).advance(45)
    assert states(world, "train-a") == RUNNING
    after = contract(world, "train-a").run_since
    assert before is not None
    assert after == world.clock.now() - 5


def test_recycling_makes_the_container_anew() -> None:
    world = demo_world()
    act(world, "train-a", "recycle")
    assert states(world, "train-a")[0] == "recycling"
    clock_of(world).advance(45)
    assert states(world, "train-a")[0] == "loading"
    clock_of(world).advance(45)
    assert states(world, "train-a") == RUNNING


@pytest.mark.parametrize("what", ["reboot", "recycle"])
@pytest.mark.parametrize("label", ["old-c", "cheap-d"])
def test_what_does_not_run_cannot_be_restarted(label: str, what: str) -> None:
    world = demo_world()
    before = states(world, label)
    act(world, label, what)
    for _ in range(3):
        assert states(world, label) == before
        clock_of(world).advance(60)


def test_a_reboot_brings_a_crashed_container_back() -> None:
    world = demo_world(instances=7)
    assert states(world, "crashed") == ("exited", "running", "running", "running")
    assert called(world, "crashed")["status_msg"] == "container exited with code 137"
    act(world, "crashed", "reboot")
    clock_of(world).advance(60)
    assert states(world, "crashed") == RUNNING


@pytest.mark.parametrize("what", ["nothing", "recycle", "start"])
def test_what_cannot_be_started_never_heals(what: str) -> None:
    world = demo_world(instances=8, credit=RICH)
    if what == "recycle":
        act(world, "typo-image", "recycle")
    if what == "start":
        act(world, "typo-image", "", {"state": "stopped"})
        clock_of(world).advance(20)
        act(world, "typo-image", "", {"state": "running"})
    clock_of(world).advance(86_400)
    assert states(world, "typo-image") == ("created", "running", "running", "running")
    message = called(world, "typo-image")["status_msg"]
    assert message.startswith("Error response from daemon: manifest for pytorch/pytroch:latest")


def test_what_hangs_while_loading_hangs_for_ever() -> None:
    world = demo_world(instances=10, credit=RICH)
    for _ in range(3):
        row = called(world, "slow-net")
        assert row["actual_status"] == "loading"
        assert row["status_msg"] == "4c7d45f7c63c: Download complete"
        clock_of(world).advance(86_400)


@pytest.mark.parametrize("state", ["running", "stopped"])
def test_a_wish_waits_while_the_host_is_away(state: str) -> None:
    world = demo_world()
    act(world, "cheap-d", "", {"state": state})
    clock_of(world).advance(600)
    row = called(world, "cheap-d")
    assert row["actual_status"] == "offline"
    assert row["intended_status"] == row["next_state"] == state


def test_a_start_waits_for_the_host_too() -> None:
    world = demo_world()
    act(world, "cheap-d", "", {"state": "stopped"})
    act(world, "cheap-d", "", {"state": "running"})
    clock_of(world).advance(600)
    assert states(world, "cheap-d") == ("offline", "running", "running", "running")


def test_a_bid_is_not_lost_while_the_host_is_away() -> None:
    world = demo_world(instances=5)
    number = called(world, "spot-e")["id"]
    for what in ("running", "offline"):
        world.become(number, what)
    put(world, f"bid_price/{number}", {"price": 0.01})
    clock_of(world).advance(600)
    assert states(world, "spot-e") == ("offline", "running", "running", "running")


def test_what_waits_for_its_gpu_starts_when_the_others_leave() -> None:
    world = demo_world(instances=11)
    assert states(world, "waits") == ("exited", "stopped", "running", "running")
    clock_of(world).advance(24 * 60)
    assert states(world, "waits") == ("exited", "stopped", "running", "running")
    clock_of(world).advance(120)
    assert states(world, "waits") == RUNNING


def test_waiting_can_be_ended() -> None:
    world = demo_world(instances=11)
    act(world, "waits", "", {"state": "stopped"})
    assert states(world, "waits") == STOPPED
    clock_of(world).advance(3600)
    assert states(world, "waits") == STOPPED


def test_a_bid_that_is_too_low_loses_the_gpu() -> None:
    world = demo_world(instances=5)
    assert states(world, "spot-e") == STOPPED
    row = called(world, "spot-e")
    assert row["is_bid"] is True
    assert row["dph_base"] < row["min_bid"]


def test_the_market_outbids_when_it_moves() -> None:
    world = demo_world(instances=1)
    clock, one = clock_of(world), contract(world, "train-a")
    one.is_bid = True
    one.price = one.least_bid(clock.now())
    while (row := called(world, "train-a"))["actual_status"] == "running":
        assert row["min_bid"] <= row["dph_base"]
        clock.advance(60)
        assert clock.now() < 1_790_000_000 + 86_400
    assert states(world, "train-a") == STOPPED
    assert row["min_bid"] > row["dph_base"]


def test_an_outbid_instance_stays_so_when_the_market_falls() -> None:
    world = demo_world(instances=5)
    contract(world, "spot-e").rival = 0.0
    clock_of(world).advance(7_200)
    assert called(world, "spot-e")["min_bid"] < called(world, "spot-e")["dph_base"]
    assert states(world, "spot-e") == STOPPED


def test_the_story_is_the_same_however_often_one_looks() -> None:
    often, seldom = demo_world(instances=60), demo_world(instances=60)
    for world in (often, seldom):
        act(world, "train-a", "", {"state": "stopped"})
        act(world, "old-c", "", {"state": "running"})
    for _ in range(120):
        clock_of(often).advance(30)
        rented(often)
    clock_of(seldom).advance(3_600)
    ours, theirs = rented(often), rented(seldom)
    assert [round(one.charged, 9) for one in often.contracts.all(often.clock.now())] == [
        round(one.charged, 9) for one in seldom.contracts.all(seldom.clock.now())
    ]
    assert ours == theirs


def test_another_seed_is_another_fleet() -> None:
    assert rented(demo_world(seed=2)) != rented(demo_world(seed=1))


def test_a_destroyed_instance_is_gone_for_good() -> None:
    world = demo_world()
    number = called(world, "train-a")["id"]
    assert world.contracts.remove(number, world.clock.now()) is not None
    assert one(world, number) is None
    assert [row["label"] for row in rented(world)] == ["eval-b", "old-c", "cheap-d"]
    assert [gone.id for gone in world.contracts.gone()] == [number]
    assert world.contracts.remove(number, world.clock.now()) is None
