"""The simulator's scheduler: jobs run at minute 0, for real, and outlive their instance."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.rented import called, clock_of, destroy, one, rented
from tests.support.simulator import BEARER, Answer, ask, demo_world
from vasttui.clock import VirtualClock
from vasttui.simulator.account.scheduled_jobs import GONE_INSTANCE
from vasttui.simulator.world import World, WorldConfig

HOUR = 3_600.0
PATH = "/api/v0/commands/schedule_job/"
AT_16 = 1_790_006_400.0
"""Monday, 16:00 UTC; the world begins at 14:13:20."""


def world_at(**config: Any) -> World:
    return demo_world(offers=20, **config)


def move_to(world: World, at: float) -> None:
    clock_of(world).advance(at - world.clock.now())


def jobs(world: World) -> dict[int, dict[str, Any]]:
    answer = ask(world, "GET", PATH, headers=BEARER)
    assert answer.status == 200
    rows = answer.json["results"] if isinstance(answer.json, dict) else answer.json
    return {row["instance_id"]: row for row in rows}


def send(world: World, number: int, method: str = "POST", path: str = PATH, **other: Any) -> Answer:
    body = {
        "start_time": 1_790_010_000.0, "end_time": 1_790_013_540.0,
        "api_endpoint": f"/api/v0/instances/{number}/", "request_method": "PUT",
        "request_body": {"state": "stopped"}, "day_of_the_week": None, "hour_of_the_day": None,
        "frequency": "HOURLY", "instance_id": number, **other,
    }  # fmt: skip
    return ask(world, method, path, body, BEARER)


def weekly(hour: int = 16, day: int = 1) -> dict[str, Any]:
    """A job for an hour of this week; of Monday at 16:00 UTC."""
    start = AT_16 + (hour - 16) * HOUR + (day - 1) * 24 * HOUR
    return {
        "frequency": "WEEKLY", "day_of_the_week": day, "hour_of_the_day": hour,
        "start_time": start, "end_time": start + 3540,
    }  # fmt: skip


def test_at_the_start_a_job_is_left_whose_instance_is_gone() -> None:
    world = world_at()
    row = jobs(world)[GONE_INSTANCE]
    assert set(row) == {
        "id", "instance_id", "api_endpoint", "request_method", "request_body", "start_time",
        "end_time", "frequency", "day_of_the_week", "hour_of_the_day", "min_of_the_hour",
        "last_executed_around", "status",
    }  # fmt: skip
    assert (row["frequency"], row["last_executed_around"], row["status"]) == (
        "WEEKLY", 0.0, "PENDING",
    )  # fmt: skip
    assert list(jobs(world_at(documented_rows=True))) == [GONE_INSTANCE]
    clock_of(world).advance(7 * 24 * HOUR)  # it has no effect
    assert jobs(world)[GONE_INSTANCE]["status"] == "IN-PROGRESS"


def test_a_weekly_job_runs_at_its_hour_though_nobody_asks_then() -> None:
    world = world_at()
    number = called(world, "train-a")["id"]
    assert send(world, number, **weekly()).json == {"success": True, "scheduled_job_id": 77120}
    move_to(world, AT_16 + 13)
    assert called(world, "train-a")["intended_status"] == "running"
    assert jobs(world)[number]["last_executed_around"] == 0.0
    clock_of(world).advance(24 * HOUR)
    row = jobs(world)[number]
    assert row["last_executed_around"] == AT_16 + 14
    stopped = called(world, "train-a")
    assert (stopped["intended_status"], stopped["actual_status"]) == ("stopped", "exited")
    clock_of(world).advance(14 * 24 * HOUR)  # once: its span is over
    assert jobs(world)[number]["last_executed_around"] == row["last_executed_around"]
    log = ask(world, "GET", "/api/v0/audit_logs/", headers=BEARER).json
    assert (log[0]["api_route"], log[0]["ip_address"]) == ("api.instance_PUT", None)
    assert log[0]["created_at"] == AT_16 + 14


@pytest.mark.parametrize(
    ("method", "path", "body", "seen"),
    [
        ("DELETE", "{id}/", {}, None),
        ("PUT", "reboot/{id}/", {"instance_id": 1}, ("actual_status", "rebooting")),
        ("PUT", "bid_price/{id}/", {"client_id": "me", "price": 0.77}, ("dph_base", 0.77)),
    ],
)
def test_it_does_what_its_request_does(
    method: str, path: str, body: dict[str, Any], seen: tuple[str, Any] | None
) -> None:
    world = world_at()
    number = called(world, "train-a")["id"]
    endpoint = f"/api/v0/instances/{path.format(id=number)}"
    send(world, number, request_method=method, api_endpoint=endpoint, request_body=body, **weekly())
    move_to(world, AT_16 + 20)
    found = one(world, number)
    assert (found is None) is (seen is None)
    if seen is not None and found is not None:
        assert found[seen[0]] == seen[1]
    assert number in jobs(world)  # also if its instance is gone


def test_it_starts_what_is_stopped() -> None:
    world = world_at()
    number = called(world, "old-c")["id"]
    assert called(world, "old-c")["intended_status"] == "stopped"
    send(world, number, request_body={"state": "running"}, **weekly())
    move_to(world, AT_16 + 14)
    assert called(world, "old-c")["intended_status"] == "running"


def test_there_is_one_job_for_an_instance_and_it_can_be_replaced_and_deleted() -> None:
    world = world_at()
    number = called(world, "train-a")["id"]
    send(world, number, **weekly())
    there = send(world, number, **weekly(18))
    assert (there.status, there.json) == (422, {"scheduled_job_id": 77120})
    path = f"{PATH}77120/"
    assert send(world, number, "PUT", path, **weekly(18)).status == 200
    assert jobs(world)[number]["hour_of_the_day"] == 18
    deleted = ask(world, "DELETE", path, {}, BEARER)
    text = "Scheduled job 77120 deleted successfully"
    assert deleted.json == {"success": True, "msg": text}
    assert ask(world, "DELETE", path, {}, BEARER).status == 404
    assert send(world, number, "PUT", path, **weekly()).status == 404
    clock_of(world).advance(24 * HOUR)
    assert called(world, "train-a")["intended_status"] == "running"


def test_an_hourly_job_begins_in_the_hour_that_contains_its_start() -> None:
    world = world_at()
    number = called(world, "train-a")["id"]
    send(world, number, start_time=AT_16 + 1_320, end_time=AT_16 + 24 * HOUR)
    for at, ran in ((13, 0.0), (14, AT_16 + 14), (HOUR + 14, AT_16 + HOUR + 14)):
        move_to(world, AT_16 + at)
        assert jobs(world)[number]["last_executed_around"] == ran


def test_by_switch_jobs_come_early() -> None:
    world = world_at(early_jobs=True)
    number, other = (row["id"] for row in rented(world)[:2])
    send(world, number, **weekly())
    send(world, other, start_time=AT_16 + 5 * HOUR, end_time=AT_16 + 9 * HOUR)
    move_to(world, AT_16 - HOUR + 14)
    assert jobs(world)[number]["last_executed_around"] == AT_16 - HOUR + 14
    assert jobs(world)[other]["last_executed_around"] == AT_16 - HOUR + 14
    move_to(world, AT_16 + 14)
    assert jobs(world)[number]["last_executed_around"] == AT_16 - HOUR + 14


@pytest.mark.parametrize(
    "wrong",
    [
        {"frequency": "MONTHLY"}, {"day_of_the_week": 1}, {"hour_of_the_day": 5},
        {"frequency": "DAILY"}, {"frequency": "WEEKLY", "hour_of_the_day": 5},
        {**weekly(), "hour_of_the_day": 24}, {"end_time": 1.0}, {"start_time": "now"},
        {"request_method": "PATCH"}, {"api_endpoint": "https://evil.example"},
        {"instance_id": None}, {"min_of_the_hour": 61},
    ],
)  # fmt: skip
def test_what_is_no_job_is_refused(wrong: dict[str, Any]) -> None:
    world = world_at()
    number = called(world, "train-a")["id"]
    assert send(world, number, **wrong).status == 400
    assert send(world, 5).json["error"] == "no_such_instance"
    assert list(jobs(world)) == [GONE_INSTANCE]


def test_a_job_with_a_minute_never_runs() -> None:
    world = world_at()
    number = called(world, "train-a")["id"]
    send(world, number, **weekly(), min_of_the_hour=30)
    clock_of(world).advance(24 * HOUR)
    assert jobs(world)[number]["last_executed_around"] == 0.0


def test_what_is_due_while_the_world_is_off_runs_at_its_time(tmp_path: Path) -> None:
    clock, path = VirtualClock(), tmp_path / "world.json"
    first = World(WorldConfig(offers=20, instances=4), clock, path)
    number = called(first, "train-a")["id"]
    send(first, number, **weekly())
    clock.advance(24 * HOUR)
    again = World(WorldConfig(offers=20, instances=4), clock, path)
    assert called(again, "train-a")["intended_status"] == "stopped"
    assert jobs(again)[number]["last_executed_around"] == AT_16 + 14
    destroy(again, number)
    assert number in jobs(World(WorldConfig(offers=20, instances=4), clock, path))
