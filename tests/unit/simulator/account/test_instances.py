from __future__ import annotations

import base64
import json
import time
from collections import Counter
from typing import Any

import pytest

from tests.support.rented import LIST, called, clock_of, destroy, one, page, pages, rented
from tests.support.simulator import BEARER, ask, demo_world

V0 = "/api/v0/instances/"
OFFICIAL = {"select_filters": {}, "order_by": [{"col": "id", "dir": "asc"}], "limit": 25}


def numbers(rows: list[dict[str, Any]]) -> list[int]:
    return [row["id"] for row in rows]


def test_the_first_instances_tell_a_story() -> None:
    shown = [(row["label"], row["actual_status"]) for row in rented(demo_world())]
    assert shown == [
        ("train-a", "running"), ("eval-b", "loading"), ("old-c", "exited"), ("cheap-d", "offline"),
    ]  # fmt: skip


def test_the_story_has_its_ages_and_ends() -> None:
    world = demo_world()
    now = world.clock.now()
    train, old, cheap = (called(world, label) for label in ("train-a", "old-c", "cheap-d"))
    assert train["gpu_name"] == "RTX 4090"
    assert now - train["start_date"] == pytest.approx(8 * 3600, abs=1)
    assert old["disk_util"] > 0.9
    assert old["end_date"] - now == pytest.approx(2 * 86_400, abs=7_200)
    assert old["num_gpus"] == 2
    assert cheap["intended_status"] == "running"


def test_the_list_in_pages_as_the_official_client_reads_it() -> None:
    world = demo_world(instances=60)
    answers = list(pages(world, **OFFICIAL))
    assert [answer["instances_found"] for answer in answers] == [25, 25, 10]
    assert {answer["total_instances"] for answer in answers} == {60}
    assert all(answer["success"] is True for answer in answers)
    found = numbers([row for answer in answers for row in answer["instances"]])
    assert found == sorted(set(found))
    assert len(found) == 60


def test_a_token_names_the_last_row() -> None:
    world = demo_world(instances=60)
    answer = page(world, limit=7).json
    token = json.loads(base64.b64decode(answer["next_token"]))
    assert token == {"values": {"id": answer["instances"][-1]["id"]}, "os_page": 0}


@pytest.mark.parametrize(
    ("limit", "rows"), [(None, 25), (25, 25), (26, 25), (1000, 25), (7, 7), (0, 5), (-3, 5)]
)
def test_the_size_of_a_page(limit: int | None, rows: int) -> None:
    world = demo_world(instances=30)
    answer = page(world) if limit is None else page(world, limit=limit)
    assert len(answer.json["instances"]) == rows


def test_a_page_goes_on_after_a_row_that_is_gone() -> None:
    world = demo_world(instances=60)
    everything = numbers(rented(world))
    first = page(world).json
    assert destroy(world, first["instances"][-1]["id"]).status == 200
    second = page(world, after_token=first["next_token"]).json
    assert numbers(second["instances"]) == everything[25:50]
    assert second["total_instances"] == 59


@pytest.mark.parametrize("direction", ["asc", "desc", "upwards"])
@pytest.mark.parametrize("column", ["label", "start_date", "gpu_name", "is_bid"])
def test_every_order_pages_without_loss(column: str, direction: str) -> None:
    world = demo_world(instances=60)
    order = [{"col": column, "dir": direction}]
    rows = [row for answer in pages(world, order_by=order, limit=7) for row in answer["instances"]]
    assert sorted(numbers(rows)) == numbers(rented(world))
    values = [row[column] for row in rows if row[column] is not None]
    assert values == sorted(values, reverse=direction == "desc")


@pytest.mark.parametrize(("direction", "place"), [("asc", -1), ("desc", 0)])
def test_rows_without_a_value_stand_at_one_end(direction: str, place: int) -> None:
    world = demo_world(instances=60)
    order = [{"col": "label", "dir": direction}]
    rows = [row for answer in pages(world, order_by=order) for row in answer["instances"]]
    labels = [row["label"] for row in rows]
    blank = labels.count(None)
    assert blank > 1
    assert set(labels[-blank:] if place else labels[:blank]) == {None}


def test_rows_of_the_same_value_are_ordered_by_id() -> None:
    rows = page(demo_world(instances=25), order_by=[{"col": "is_bid", "dir": "desc"}]).json
    bids = [row["id"] for row in rows["instances"] if row["is_bid"]]
    assert len(bids) > 1
    assert bids == sorted(bids)


def test_labels_are_counted_over_all_pages() -> None:
    world = demo_world(instances=60)
    counts = page(world, limit=5).json["label_counts"]
    assert counts == Counter(row["label"] or "" for row in rented(world))
    assert counts[""] > 1


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        ({"label": {"eq": "train-a"}}, lambda row: row["label"] == "train-a"),
        ({"label": {"in": [None]}}, lambda row: row["label"] is None),
        ({"label": {"eq": None}}, lambda row: row["label"] is None),
        ({"label": {"in": ["sweep", None]}}, lambda row: row["label"] in ("sweep", None)),
        ({"label": {"notin": [None]}}, lambda row: row["label"] is not None),
        ({"label": {"neq": "sweep"}}, lambda row: row["label"] != "sweep"),
        (
            {"actual_status": {"in": ["loading", "exited"]}, "is_bid": {"eq": False}},
            lambda row: row["actual_status"] in ("loading", "exited") and not row["is_bid"],
        ),
        ({"machine_id": {"gt": 2500}}, lambda row: row["machine_id"] > 2500),
        (
            {"machine_id": {"gte": 2100, "lt": 2400}},
            lambda row: 2100 <= row["machine_id"] < 2400,
        ),
        ({"template_id": {"lte": 5}}, lambda row: False),
    ],
)
def test_filters(filters: dict[str, object], fits: Any) -> None:
    world = demo_world(instances=60)
    expected = [row["id"] for row in rented(world) if fits(row)]
    answers = list(pages(world, select_filters=filters))
    found = numbers([row for answer in answers for row in answer["instances"]])
    assert found == expected
    assert answers[0]["total_instances"] == len(expected)
    assert bool(expected) is ("template_id" not in filters)


def test_an_id_can_be_looked_for() -> None:
    world = demo_world()
    number = called(world, "old-c")["id"]
    answer = page(world, select_filters={"id": {"eq": number}}).json
    assert numbers(answer["instances"]) == [number]
    assert answer["label_counts"] == {"old-c": 1}
    assert answer["next_token"] is None


def test_columns_that_are_not_known_are_null() -> None:
    answer = page(demo_world(), select_cols=["id", "label", "dph_total", "nonsense"]).json
    for row in answer["instances"]:
        assert list(row) == ["id", "label", "dph_total", "nonsense"]
        assert row["nonsense"] is None
        assert row["dph_total"] > 0


def test_a_star_stands_for_all_columns() -> None:
    world = demo_world()
    assert page(world, select_cols=["*"]).json == page(world).json


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            {"select_filters": {"dph_total": {"gt": 1}}},
            "Error in query parameters: dph_total is not a valid search key",
        ),
        (
            {"select_filters": {"num_gpus": {"eq": 1}}},
            "Error in query parameters: num_gpus is not a valid search key",
        ),
        (
            {"select_filters": {"label": "x"}},
            "Error in query parameters: x is not a valid search op",
        ),
        (
            {"select_filters": {"label": {"like": "x"}}},
            "Error in query parameters: like is not a valid search op",
        ),
        ({"select_filters": {"label": {"in": "x"}}}, "Error in query parameters: in needs a list"),
        (
            {"select_filters": {"machine_id": {"gt": "x"}}},
            "Error in query parameters: x is not a valid number",
        ),
        (
            {"order_by": [{"col": "gpu_util", "dir": "asc"}]},
            "Error in query parameters: gpu_util is not a valid order column",
        ),
        (
            {"order_by": {"col": "id"}},
            "Error in query parameters: order_by is not a list of columns",
        ),
        ({"order_by": "[{"}, "Invalid json body"),
        ({"select_filters": "{"}, "Invalid json body"),
        ({"select_cols": "["}, "Invalid json body"),
        ({"select_cols": {}}, "select_cols is not a list"),
        ({"limit": "many"}, "limit is not a number"),
    ],
)
def test_a_query_without_meaning_is_refused(query: dict[str, object], message: str) -> None:
    answer = page(demo_world(), **query)
    assert answer.status == 400
    assert answer.json == {"success": False, "error": "invalid_request", "msg": message}


@pytest.mark.parametrize(
    "token",
    ["x", "bm90IGpzb24=", base64.b64encode(b"[]").decode(), base64.b64encode(b"{}").decode()],
)
def test_a_token_nobody_gave_out_is_refused(token: str) -> None:
    answer = page(demo_world(instances=60), after_token=token)
    assert answer.status == 400
    assert answer.json["error"] == "invalid_token"


@pytest.mark.parametrize("query", ["", "?owner=me"])
def test_the_withdrawn_list_by_its_switch(query: str) -> None:
    gone = {
        "success": False, "error": "deprecated_endpoint",
        "msg": "/api/v0/instances/ is deprecated. Use /api/v1/instances/ instead.",
    }  # fmt: skip
    answers = {
        switch: ask(demo_world(v0_list=switch), "GET", V0 + query, headers=BEARER)
        for switch in ("410", "200", "empty")
    }
    assert {switch: answer.status for switch, answer in answers.items()} == {
        "410": 410, "200": 200, "empty": 200,
    }  # fmt: skip
    assert answers["410"].json == answers["200"].json == gone
    assert answers["empty"].json == {"instances": []}


def test_a_single_read_of_what_is_not_there_is_null() -> None:
    assert one(demo_world(), 7) is None


def test_a_single_read_needs_a_number() -> None:
    answer = ask(demo_world(), "GET", f"{V0}seven/", headers=BEARER)
    assert answer.status == 400
    assert answer.json["error"] == "invalid_args"


def test_what_can_be_filtered_by() -> None:
    world = demo_world()
    answer = ask(world, "GET", f"{V0}filters/", headers=BEARER)
    rows = {tuple(row.items()) for row in answer.json["filters"]}
    names = ("actual_status", "verification", "gpu_name")
    assert rows == {tuple((name, row[name]) for name in names) for row in rented(world)}


@pytest.mark.parametrize("path", [LIST, f"{V0}filters/", f"{V0}7/"])
def test_instances_are_only_for_their_owner(path: str) -> None:
    world = demo_world(api_key="another-key")
    assert ask(world, "GET", path).status == 403
    wrong = ask(world, "GET", path, headers=BEARER)
    assert wrong.status == 401
    assert wrong.json["error"] == "auth_error"


def test_the_list_may_be_paged_at_once_but_not_for_ever() -> None:
    world = demo_world(instances=60, rate_limits=True)
    statuses = [page(world).status for _ in range(12)]
    assert statuses[:3] == [200] * 3
    assert statuses[-1] == 429
    clock_of(world).advance(1.0)
    assert page(world).status == 200


def test_single_reads_have_their_documented_interval() -> None:
    world = demo_world(rate_limits=True)
    path = f"{V0}7/"
    assert ask(world, "GET", path, headers=BEARER).status == 200
    assert ask(world, "GET", path, headers=BEARER).status == 429
    clock_of(world).advance(2.0)
    assert ask(world, "GET", path, headers=BEARER).status == 200


def test_many_instances_are_made_and_listed_quickly() -> None:
    world = demo_world(instances=1_000)
    start = time.process_time()
    assert page(world, **OFFICIAL).json["total_instances"] == 1_000
    made = time.process_time() - start
    spent = []
    for _ in range(5):
        clock_of(world).advance(5)
        start = time.process_time()
        page(world, **OFFICIAL)
        spent.append(time.process_time() - start)
    assert made < 0.9  # usually 0.09
    assert min(spent) < 0.03  # usually 0.004
    assert len({row["id"] for row in rented(world)}) == 1_000


def test_a_big_fleet_holds_every_state() -> None:
    rows = rented(demo_world(instances=1_000))
    assert {row["actual_status"] for row in rows} == {
        None, "created", "loading", "running", "exited", "rebooting", "recycling", "offline",
        "unknown", "frozen",
    }  # fmt: skip
    running = sum(row["actual_status"] == "running" for row in rows)
    assert 600 < running < 900
    assert len({row["image_runtype"] for row in rows}) == 3
    assert any(row["label"] is None for row in rows)
