"""Machines treat every renter the same way, and others have said so."""

from __future__ import annotations

import json
from collections import Counter

from tests.support.rented import clock_of, one
from tests.support.simulator import BEARER, ask, demo_world, search
from vasttui.simulator.market.habits import Habit, benchmarks, habit, reports
from vasttui.simulator.market.machines import Machine, MachineMaker


def machines(count: int) -> list[Machine]:
    maker = MachineMaker(1)
    return [maker.gpu_machine()[0].machine for _ in range(count)]


def test_few_machines_are_bad_and_those_were_reported() -> None:
    some = machines(1000)
    kinds = Counter(map(habit, some))
    assert 850 < kinds["good"] < 950
    assert all(5 < kinds[bad] < 90 for bad in ("slow", "stuck", "lost"))
    assert all(list(reports(one)) for one in some if habit(one) != "good")
    assert list(map(habit, some)) == list(map(habit, machines(1000)))
    assert 550 < sum(bool(list(benchmarks(one))) for one in some) < 750


def rentals(kind: Habit, seconds: float) -> list[str]:
    """The status of two rentals of a machine with that habit, one after the other, so long after
    each was rented."""
    world = demo_world(offers=600, instances=0)
    search(world)
    asks = (world.market.ask(chunk) for chunk in world.market.chunks())
    number = next(it.id for it in asks if it.rentable and habit(it.chunk.machine) == kind)
    found = []
    for _ in range(2):
        answer = ask(
            world,
            "PUT",
            f"/api/v0/asks/{number}/",
            {"image": "x:1", "disk": 10},
            BEARER,
        )
        assert answer.status == 200, answer.body
        clock_of(world).advance(seconds)
        instance = answer.json["new_contract"]
        row = one(world, instance)
        assert row is not None
        found.append(str(row["actual_status"]))
        ask(world, "DELETE", f"/api/v0/instances/{instance}/", {}, BEARER)
    return found


def test_each_rental_of_a_machine_goes_the_same_way() -> None:
    assert rentals("good", 90) == ["running", "running"]
    assert rentals("slow", 300) == ["loading", "loading"]
    assert rentals("slow", 500) == ["running", "running"]
    assert rentals("stuck", 900) == ["loading", "loading"]
    assert rentals("lost", 1_000) == ["running", "running"]
    assert rentals("lost", 1_700) == ["offline", "offline"]


def test_reports_and_benchmarks_are_asked_for_by_machine() -> None:
    world = demo_world()
    search(world)
    some = {chunk.machine.machine_id: chunk.machine for chunk in world.market.chunks()}
    bad = next(number for number, one in some.items() if list(reports(one)))
    answer = ask(world, "GET", f"/api/v0/machines/{bad}/reports/", headers=BEARER)
    assert [row["problem"] for row in answer.json] == [one[0] for one in reports(some[bad])]
    assert ask(world, "GET", "/api/v0/machines/1/reports/", headers=BEARER).status == 404
    fast = next(number for number, one in some.items() if list(benchmarks(one)))
    path = f"/api/v0/benchmarks?select_filters={json.dumps({'machine_id': {'eq': fast}})}"
    rows = ask(world, "GET", path.replace(" ", ""), headers=BEARER).json["benchmarks"]
    assert [row["value"] for row in rows] == [one[1] for one in benchmarks(some[fast])]
    old = ask(demo_world(documented_rows=True), "GET", path.replace(" ", ""), headers=BEARER).json
    assert [row["score"] for row in old] == [row["value"] for row in rows]
