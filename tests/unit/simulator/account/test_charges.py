from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.support.rented import called, clock_of, credit, destroy, put, rented
from tests.support.simulator import BEARER, Answer, ask, demo_world
from vasttui.clock import VirtualClock
from vasttui.simulator.world import World, WorldConfig

HOUR, DAY = 3_600.0, 86_400.0
NO_RANGE = "Must provide both 'day' gte and lte filters for instance charges"


def get(world: World, **query: object) -> Answer:
    target = f"/api/v0/charges/?{urlencode(query)}"
    return ask(world, "GET", target, headers=BEARER)


def days(first: float, last: float, **more: object) -> str:
    return json.dumps({"day": {"gte": first, "lte": last}, **more})


def ever(world: World) -> str:
    return days(0, world.clock.now() + DAY)


def charged(world: World, filters: str = "", **query: object) -> list[dict[str, Any]]:
    """The rows of one page; of all time by default."""
    answer = get(world, select_filters=filters or ever(world), **query)
    assert answer.status == 200, answer.body
    assert answer.json["success"] is True
    rows: list[dict[str, Any]] = answer.json["results"]
    return rows


def of(rows: list[dict[str, Any]], number: int) -> dict[str, Any]:
    return next(row for row in rows if row["source"] == f"instance-{number}")


def items(row: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [item for item in row["items"] if item["type"] == kind]


def only(world: World, label: str) -> dict[str, Any]:
    """That instance, with all others destroyed."""
    for row in rented(world):
        if row["label"] != label:
            destroy(world, row["id"])
    return called(world, label)


def in_all(world: World, filters: str) -> float:
    total: float = sum(row["amount"] for row in charged(world, filters))
    return total


def test_there_is_a_row_for_each_instance() -> None:
    world = demo_world()
    rows = charged(world)
    assert {row["source"] for row in rows} == {f"instance-{row['id']}" for row in rented(world)}
    train = called(world, "train-a")
    row = of(rows, train["id"])
    assert set(row) == {
        "start", "end", "type", "source", "description", "amount", "metadata", "items",
    }  # fmt: skip
    assert row["type"] == "instance"
    assert str(train["id"]) in row["description"]
    assert row["metadata"] == {"label": "train-a"}
    assert row["start"] == train["start_date"] // DAY * DAY
    assert row["end"] == world.clock.now() // DAY * DAY
    assert [item["type"] for item in row["items"]] == ["gpu", "disk", "bwd", "bwu"]


def test_the_sum_has_its_parts() -> None:
    world = demo_world()
    train = called(world, "train-a")
    row = of(charged(world), train["id"])
    (gpu,), (disk,) = items(row, "gpu"), items(row, "disk")
    assert row["amount"] == pytest.approx(gpu["amount"] + disk["amount"], abs=0.0011)
    assert disk["amount"] == pytest.approx(8 * train["storage_total_cost"], abs=0.002)
    hours = (8 * HOUR - 100) / HOUR
    assert gpu["amount"] == pytest.approx(hours * train["dph_base"], abs=0.01)
    words = gpu["description"].split()
    assert words[1:3] == ["hours", "at"]
    assert float(words[0]) == pytest.approx(hours, abs=0.1)
    assert words[3] == f"${train['dph_base']:.3f}/hour"
    for item in (gpu, disk):
        assert (item["metadata"], item["items"], item["source"]) == ({}, [], None)


def test_amounts_have_three_decimals() -> None:
    for row in charged(demo_world(instances=12)):
        for part in (row, *row["items"]):
            assert part["amount"] == round(part["amount"], 3)


def test_what_was_charged_is_what_the_credit_lost() -> None:
    world = demo_world()
    before, since = credit(world), world.clock.now()
    clock_of(world).advance(5 * HOUR)
    put(world, f"{called(world, 'train-a')['id']}", {"state": "stopped"})
    clock_of(world).advance(7 * HOUR)
    lost = before - credit(world)
    assert in_all(world, days(since, world.clock.now())) == pytest.approx(lost, abs=0.003)


def test_only_the_days_that_are_asked_for_count() -> None:
    world = demo_world()
    train = only(world, "train-a")
    clock_of(world).advance(4 * HOUR)
    now = world.clock.now()
    row = of(charged(world, days(now - 3 * HOUR, now - HOUR)), train["id"])
    assert row["amount"] == pytest.approx(2 * train["dph_total"], abs=0.001)
    assert charged(world, days(0, train["start_date"] - 30 * DAY)) == []
    assert charged(world, days(now, now + DAY)) == []


def test_two_halves_make_the_whole() -> None:
    world = demo_world(instances=12)
    middle = world.clock.now() - 7 * HOUR
    halves = in_all(world, days(0, middle)) + in_all(world, days(middle, world.clock.now()))
    assert halves == pytest.approx(in_all(world, ever(world)), abs=0.012)


def test_two_prices_are_one_item_at_their_mean() -> None:
    world = demo_world(instances=5)
    spot = called(world, "spot-e")
    world.become(spot["id"], "running")
    since = world.clock.now()
    for price in (2.0, 3.0):
        put(world, f"bid_price/{spot['id']}", {"price": price})
        clock_of(world).advance(HOUR)
    row = of(charged(world, days(since, world.clock.now())), spot["id"])
    [item] = items(row, "gpu")
    assert (item["description"], item["amount"]) == ("2.000 hours at $2.500/hour", 5.0)


def test_a_pause_is_not_charged() -> None:
    world = demo_world()
    train = only(world, "train-a")
    put(world, f"{train['id']}", {"state": "stopped"})
    clock_of(world).advance(60)
    since = world.clock.now()
    clock_of(world).advance(24 * HOUR)
    row = of(charged(world, days(since, world.clock.now())), train["id"])
    [gpu] = items(row, "gpu")
    assert (gpu["amount"], gpu["description"]) == (0.0, "0.000 hours at $0.000/hour")
    assert row["amount"] == pytest.approx(24 * train["storage_total_cost"], abs=0.001)


@pytest.mark.parametrize(
    ("what", "gpu", "disk"),
    [
        ("running", True, True), ("frozen", True, True), ("stopped", False, True),
        ("scheduling", False, True), ("exited", False, True), ("failed", False, True),
        ("stuck", False, True), ("provisioning", False, True), ("unknown", True, True),
        ("offline", False, False),
    ],
)  # fmt: skip
def test_what_each_state_is_charged(what: str, gpu: bool, disk: bool) -> None:
    world = demo_world()
    train = called(world, "train-a")
    world.become(train["id"], what)
    before = credit(world)
    others = sum(
        sum(one.hourly) for one in world.contracts.all(world.clock.now()) if one.id != train["id"]
    )
    clock_of(world).advance(60)
    mine = (gpu * train["dph_base"] + disk * train["storage_total_cost"]) / 60
    assert before - credit(world) == pytest.approx(mine + others / 60, abs=1e-6)


def test_what_was_destroyed_was_charged_all_the_same() -> None:
    world = demo_world()
    train = called(world, "train-a")
    before = of(charged(world), train["id"])
    destroy(world, train["id"])
    clock_of(world).advance(DAY)
    assert of(charged(world), train["id"]) == before


def test_the_latest_comes_first_unless_said_otherwise() -> None:
    world = demo_world(instances=12)
    starts = [row["start"] for row in charged(world, latest_first="false")]
    assert starts == sorted(starts)
    assert [row["start"] for row in charged(world)] == starts[::-1]
    assert [row["start"] for row in charged(world, latest_first="true")] == starts[::-1]


def test_pages() -> None:
    world = demo_world(instances=12)
    filters = ever(world)
    whole = charged(world, filters)
    answer = get(world, select_filters=filters, limit=5).json
    found, counts = list(answer["results"]), [answer["count"]]
    while answer["next_token"] is not None:
        token = answer["next_token"]
        answer = get(world, select_filters=filters, limit=5, after_token=token).json
        found += answer["results"]
        counts.append(answer["count"])
        assert answer["total"] == 12
    assert found == whole
    assert counts == [5, 5, 2]


@pytest.mark.parametrize(
    ("limit", "rows"), [(None, 100), ("", 100), (7, 7), (1000, 500), (0, 1), (-3, 1)]
)
def test_the_size_of_a_page(limit: object, rows: int) -> None:
    world = demo_world(instances=520)
    query = {} if limit is None else {"limit": limit}
    answer = get(world, select_filters=ever(world), **query).json
    assert (answer["count"], len(answer["results"]), answer["total"]) == (rows, rows, 520)


def test_the_last_page_may_be_full() -> None:
    world = demo_world(instances=4)
    assert get(world, select_filters=ever(world), limit=4).json["next_token"] is None


@pytest.mark.parametrize("token", ["nonsense", "e30=", "W10=", "bnVsbA==", "eyJhdCI6ICJ4In0="])
def test_a_token_that_means_nothing(token: str) -> None:
    world = demo_world()
    answer = get(world, select_filters=ever(world), after_token=token)
    assert (answer.status, answer.json) == (
        400, {"success": False, "error": "invalid_token", "msg": "Invalid pagination token"},
    )  # fmt: skip


@pytest.mark.parametrize(
    "filters",
    ["", "{}", '{"day": {}}', '{"day": {"gte": 0}}', '{"day": {"lte": 9}}', '{"day": 5}',
     '{"day": {"gte": "a", "lte": "b"}}', '{"type": {"in": ["instance"]}}'],
)  # fmt: skip
def test_the_days_are_needed(filters: str) -> None:
    answer = get(demo_world(), select_filters=filters)
    assert (answer.status, answer.json) == (400, {"success": False, "msg": NO_RANGE})


@pytest.mark.parametrize("query", [{"select_filters": "{"}, {"limit": "many"}])
def test_what_cannot_be_read_is_refused(query: dict[str, str]) -> None:
    world = demo_world()
    answer = get(world, **{"select_filters": ever(world), **query})
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("kinds", "rows"), [(["instance"], 4), (["volume", "instance"], 4), (["volume"], 0), ([], 0)]
)
def test_other_things_than_instances(kinds: list[str], rows: int) -> None:
    world = demo_world()
    filters = days(0, world.clock.now(), type={"in": kinds})
    assert len(charged(world, filters)) == rows


def test_a_label_that_there_is_not_is_left_out() -> None:
    world = demo_world(instances=12)
    unnamed = next(row for row in rented(world) if row["label"] is None)
    assert of(charged(world), unnamed["id"])["metadata"] == {}


def test_charges_are_read_with_a_key_and_seldom() -> None:
    world = demo_world(rate_limits=True)
    assert ask(world, "GET", "/api/v0/charges/").status == 403
    assert get(world, select_filters=ever(world)).status == 200
    clock_of(world).advance(0.9)
    assert get(world, select_filters=ever(world)).status == 429
    clock_of(world).advance(1.0)
    assert get(world, select_filters=ever(world)).status == 200


def day_of(world: World, ago: int = 0) -> str:
    """A whole UTC day, so many days ago, as clients ask for it."""
    midnight = (world.clock.now() // DAY - ago) * DAY
    return days(midnight, midnight + DAY - 1)


def test_a_day_begins_and_ends_at_midnight_utc() -> None:
    world = demo_world(instances=12, volumes=3, traffic=True)
    clock_of(world).advance(3 * DAY)
    midnight = (world.clock.now() // DAY - 2) * DAY
    for row in charged(world, day_of(world, 2)):
        assert (row["start"], row["end"]) == (midnight, midnight)
        assert all((item["start"], item["end"]) == (midnight, midnight) for item in row["items"])
        assert row["description"].endswith(" - 1 day")
    [*_, row] = charged(world, days(midnight - DAY, midnight + DAY - 1))
    assert (row["start"], row["end"]) == (midnight - DAY, midnight)
    assert row["description"].endswith(" - 2 days")


def test_the_days_add_up_to_what_the_credit_lost() -> None:
    world = demo_world(instances=12, volumes=3, traffic=True, credit=500.0)
    clock_of(world).advance(DAY - world.clock.now() % DAY)
    before = credit(world)
    destroy(world, called(world, "notebook")["id"])
    clock_of(world).advance(5 * DAY)
    days_alone = [sum(row["amount"] for row in charged(world, day_of(world, ago)))
                  for ago in range(1, 6)]  # fmt: skip
    assert sum(days_alone) == pytest.approx(before - credit(world), abs=0.006)
    midnight = world.clock.now() // DAY * DAY
    together = in_all(world, days(midnight - 5 * DAY, midnight - 1))
    assert round(together, 3) == round(sum(days_alone), 3)


def test_traffic_is_charged_while_it_runs() -> None:
    world = demo_world(traffic=True)
    train = only(world, "train-a")
    network = world.contracts.all(world.clock.now())[0].chunk.machine.network
    since = world.clock.now()
    clock_of(world).advance(10 * HOUR)
    put(world, f"{train['id']}", {"state": "stopped"})
    clock_of(world).advance(10 * HOUR)
    row = of(charged(world, days(since, world.clock.now())), train["id"])
    [down], [up] = items(row, "bwd"), items(row, "bwu")
    assert float(down["description"].removesuffix(" GB Downloaded")) == pytest.approx(3.0, rel=0.01)
    assert float(up["description"].removesuffix(" GB Uploaded")) == pytest.approx(0.5, rel=0.01)
    assert down["amount"] == pytest.approx(3 * network.down_cost, abs=0.001)
    assert up["amount"] == pytest.approx(0.5 * network.up_cost, abs=0.001)


def test_charges_come_late() -> None:
    world = demo_world(charge_lag=2 * HOUR)
    clock_of(world).advance(2 * DAY - world.clock.now() % DAY + HOUR)
    train = called(world, "train-a")
    early = of(charged(world, day_of(world, 1)), train["id"])["amount"]
    assert charged(world, day_of(world)) == []
    clock_of(world).advance(2 * HOUR)
    late = of(charged(world, day_of(world, 1)), train["id"])["amount"]
    assert late - early == pytest.approx(train["dph_total"], abs=0.002)
    assert len(charged(world, day_of(world))) > 0


def test_what_was_rented_before_is_charged_too() -> None:
    world = demo_world(past=True, traffic=True)
    rows = charged(world)
    gone = {row["metadata"].get("label") for row in rows} - {row["label"] for row in rented(world)}
    assert gone - {None} == {"sd-batch", "gguf", "night-run", "eval-old"}
    workers = charged(world, days(0, world.clock.now(), type={"in": ["serverless"]}))
    assert {row["metadata"]["endpoint_id"] for row in workers} == {19_392}
    assert credit(world) == 42.5


def test_the_tree_has_workers_inside_their_endpoint() -> None:
    world = demo_world(past=True)
    flat, nested = charged(world), charged(world, format="tree")
    [endpoint] = [row for row in nested if row["type"] == "serverless"]
    assert endpoint["source"] == "endpoint-19392"
    assert endpoint["metadata"] == {"endpoint_id": 19_392}
    assert [group["source"] for group in endpoint["items"]] == [
        "workergroup-4471", "workergroup-4490",
    ]  # fmt: skip
    workers = [worker for group in endpoint["items"] for worker in group["items"]]
    assert [worker for worker in flat if "endpoint_id" in worker["metadata"]] == workers[::-1]
    assert endpoint["amount"] == pytest.approx(sum(one["amount"] for one in workers))
    assert len(nested) == len(flat) - 1


def test_what_is_charged_is_the_same_after_a_restart(tmp_path: Path) -> None:
    clock = VirtualClock()
    config = WorldConfig(offers=20, past=True, traffic=True, volumes=1, endpoints=2)
    first = World(config, clock, tmp_path / "world.json")
    destroy(first, called(first, "train-a")["id"])
    again = World(config, clock, tmp_path / "world.json")
    assert charged(again) == charged(first)
    assert credit(again) == pytest.approx(credit(first), abs=1e-6)
