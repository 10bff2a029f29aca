from __future__ import annotations

import pytest

from tests.support.rented import called, clock_of, put, rented
from tests.support.simulator import demo_world
from vasttui.simulator.world import World

HOUR = 3_600.0
MEASURED = ("gpu_util", "gpu_temp", "vmem_usage", "mem_usage", "mem_limit")


def course(world: World, label: str, name: str, seconds: float = HOUR) -> list[float]:
    values = []
    for _ in range(60):
        values.append(called(world, label)[name])
        clock_of(world).advance(seconds / 60)
    return values


def test_a_training_keeps_its_gpu_busy_with_pauses() -> None:
    load = course(demo_world(), "train-a", "gpu_util")
    assert sum(value > 90 for value in load) > 50
    assert min(load) < 20


def test_an_idle_instance_does_next_to_nothing() -> None:
    world = demo_world(instances=9)
    number = next(row["id"] for row in rented(world) if row["label"] is None)
    put(world, f"{number}", {"label": "idle"})
    assert max(course(world, "idle", "gpu_util")) < 2
    assert called(world, "idle")["vmem_usage"] < 1


def test_serving_goes_up_and_down() -> None:
    load = course(demo_world(instances=6), "notebook", "gpu_util")
    assert min(load) < 20
    assert max(load) > 60


@pytest.mark.parametrize("instances", [400])
def test_all_values_are_possible(instances: int) -> None:
    world = demo_world(instances=instances)
    for _ in range(4):
        for row in rented(world):
            if row["gpu_util"] is None:
                continue
            assert 0 <= row["gpu_util"] <= 100
            assert 20 < row["gpu_temp"] < 95
            assert 0 < row["vmem_usage"] <= row["gpu_totalram"] / 1024
            assert 0 < row["mem_usage"] <= row["mem_limit"]
            assert 0 < row["disk_usage"] <= row["disk_space"]
            assert row["disk_util"] == pytest.approx(
                row["disk_usage"] / row["disk_space"], abs=1e-6
            )
        clock_of(world).advance(977)


def test_a_container_warms_up() -> None:
    world = demo_world()
    put(world, f"reboot/{called(world, 'train-a')['id']}")
    clock_of(world).advance(50)
    cold = called(world, "train-a")
    clock_of(world).advance(600)
    warm = called(world, "train-a")
    assert warm["gpu_temp"] > cold["gpu_temp"] + 10
    assert warm["vmem_usage"] > cold["vmem_usage"] + 5


@pytest.mark.parametrize("label", ["eval-b", "old-c", "cheap-d"])
def test_nothing_is_measured_while_it_does_not_run(label: str) -> None:
    row = called(demo_world(), label)
    assert {row[name] for name in MEASURED} == {None}


def test_there_is_nothing_before_the_first_heartbeat() -> None:
    world = demo_world()
    put(world, f"reboot/{called(world, 'train-a')['id']}")
    clock_of(world).advance(42)
    row = called(world, "train-a")
    assert row["actual_status"] == "running"
    assert row["gpu_util"] is None


def test_the_disk_of_what_never_ran_is_not_known() -> None:
    row = called(demo_world(), "eval-b")
    assert row["disk_usage"] == row["disk_util"] == -1


def test_a_training_fills_its_disk_but_for_a_rest() -> None:
    world = demo_world(credit=1e6)
    used = course(world, "train-a", "disk_usage", 60 * HOUR)
    assert used == sorted(used)
    assert used[0] < used[-1]
    assert used[-1] == pytest.approx(0.98 * called(world, "train-a")["disk_space"])


def test_what_was_written_stays_when_it_stops() -> None:
    world = demo_world()
    row = called(world, "train-a")
    put(world, f"{row['id']}", {"state": "stopped"})
    clock_of(world).advance(HOUR)
    after = called(world, "train-a")["disk_usage"]
    assert after == pytest.approx(row["disk_usage"], abs=0.01)
    put(world, f"{row['id']}", {"state": "running"})
    clock_of(world).advance(HOUR + 50)
    assert called(world, "train-a")["disk_usage"] == pytest.approx(after + 0.9, abs=0.01)
