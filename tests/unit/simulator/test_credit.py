from __future__ import annotations

import pytest

from tests.support.rented import called, clock_of, credit, destroy, put, rented
from tests.support.simulator import demo_world
from vasttui.simulator.world import World

HOUR = 3_600.0


def disk(row: dict[str, float]) -> float:
    return row["storage_total_cost"]


def only(world: World, label: str) -> dict[str, float]:
    """That instance, with all others destroyed."""
    for row in rented(world):
        if row["label"] != label:
            destroy(world, row["id"])
    return called(world, label)


def spent_in(world: World, seconds: float) -> float:
    before = credit(world)
    clock_of(world).advance(seconds)
    return before - credit(world)


def test_the_credit_at_the_start_is_what_was_said() -> None:
    assert credit(demo_world(credit=17.5)) == 17.5
    assert credit(demo_world(credit=17.5, instances=0)) == 17.5


def test_without_instances_nothing_is_spent() -> None:
    assert spent_in(demo_world(instances=0), 1e6) == 0


def test_what_runs_costs_its_gpu_and_its_disk() -> None:
    world = demo_world()
    row = only(world, "train-a")
    assert spent_in(world, HOUR) == pytest.approx(row["dph_total"], abs=2e-6)
    assert spent_in(world, 1) == pytest.approx(row["dph_total"] / HOUR, abs=2e-6)


def test_what_is_stopped_costs_its_disk() -> None:
    world = demo_world()
    assert spent_in(world, HOUR) > disk(only(world, "old-c"))
    assert spent_in(world, 10 * HOUR) == pytest.approx(10 * disk(called(world, "old-c")), abs=2e-6)


def test_loading_costs_no_gpu() -> None:
    world = demo_world()
    row = only(world, "eval-b")
    assert spent_in(world, 300) == pytest.approx(disk(row) * 300 / HOUR, abs=2e-6)


def test_a_host_that_is_away_bills_nothing() -> None:
    world = demo_world()
    only(world, "cheap-d")
    assert spent_in(world, 10 * HOUR) == 0
    world.become(int(called(world, "cheap-d")["id"]), "running")
    assert spent_in(world, HOUR) == pytest.approx(called(world, "cheap-d")["dph_total"], abs=2e-6)


def test_without_a_heartbeat_the_gpu_is_still_billed() -> None:
    world = demo_world()
    row = only(world, "train-a")
    world.become(int(row["id"]), "unknown")
    assert spent_in(world, HOUR) == pytest.approx(row["dph_total"], abs=2e-6)


def test_the_gpu_is_billed_until_it_has_stopped() -> None:
    world = demo_world()
    row = only(world, "train-a")
    put(world, f"{row['id']}", {"state": "stopped"})
    expected = row["dph_base"] * 8 / HOUR + disk(row)
    assert spent_in(world, HOUR) == pytest.approx(expected, abs=2e-6)


def test_what_a_destroyed_instance_cost_stays_spent() -> None:
    world = demo_world()
    row = only(world, "train-a")
    clock_of(world).advance(HOUR)
    before = credit(world)
    destroy(world, row["id"])
    assert credit(world) == pytest.approx(before, abs=0.0005)  # rounded as charges are
    assert spent_in(world, HOUR) == 0


def test_the_bid_is_the_price() -> None:
    world = demo_world(instances=5)
    row = only(world, "spot-e")
    put(world, f"bid_price/{row['id']}", {"price": 0.5})
    clock_of(world).advance(60)
    assert spent_in(world, HOUR) == pytest.approx(0.5 + disk(row), abs=2e-6)


@pytest.mark.parametrize("step", [5.0, 61.0, 10 * HOUR])
def test_everything_stops_when_the_money_is_used_up(step: float) -> None:
    world = demo_world(credit=1.0)
    row = only(world, "train-a")
    gone = 1.0 / row["dph_total"] * HOUR
    passed = 0.0
    while passed < 10 * HOUR:
        clock_of(world).advance(step)
        passed += step
        left = credit(world)
        if step == 5.0:
            wanted = "running" if passed < gone else "stopped"
            assert called(world, "train-a")["intended_status"] == wanted
    after = (passed - gone) / HOUR
    assert left == pytest.approx(-after * disk(row) - row["dph_base"] * 8 / HOUR, abs=1e-5)
    assert called(world, "train-a")["actual_status"] == "exited"


def test_the_moment_of_stopping_does_not_depend_on_who_looks() -> None:
    often, seldom = (demo_world(credit=3.0, instances=40) for _ in range(2))
    for _ in range(600):
        clock_of(often).advance(10)
        credit(often)
    clock_of(seldom).advance(6_000)
    assert credit(often) == pytest.approx(credit(seldom), abs=1e-5)
    assert credit(seldom) < 0
    assert [row["actual_status"] for row in rented(often)] == [
        row["actual_status"] for row in rented(seldom)
    ]
    assert "running" not in {row["actual_status"] for row in rented(often)}


def test_what_begins_to_run_later_is_reckoned_with() -> None:
    often, seldom = (demo_world(credit=0.05) for _ in range(2))
    for world in (often, seldom):
        only(world, "eval-b")
    for _ in range(720):
        clock_of(often).advance(10)
        credit(often)
    clock_of(seldom).advance(7_200)
    assert credit(seldom) == pytest.approx(credit(often), abs=1e-5)
    assert called(seldom, "eval-b")["intended_status"] == "stopped"


def test_credit_moves_without_anybody_asking_for_instances() -> None:
    world = demo_world()
    first = credit(world)
    clock_of(world).advance(60)
    assert credit(world) < first


@pytest.mark.parametrize("instances", [0, 4, 12, 1_000])
def test_by_default_the_money_lasts_for_hours(instances: int) -> None:
    world = demo_world(instances=instances)
    clock_of(world).advance(6 * HOUR)
    assert credit(world) > 0
