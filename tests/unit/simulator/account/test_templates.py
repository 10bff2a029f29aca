from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.support.simulator import BEARER, Answer, ask, demo_world, search
from vasttui.clock import VirtualClock
from vasttui.simulator.world import World


def templates(world: World | None = None, /, **query: Any) -> Answer:
    text = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in query.items()
    }
    path = f"/api/v0/template/?{urlencode(text)}"
    return ask(world or demo_world(), "GET", path, headers=BEARER)


def test_all_recommended_templates_come() -> None:
    data = templates(select_cols=["*"], select_filters={"recommended": {"eq": True}}).json
    assert data["success"] is True
    assert data["templates_found"] == len(data["templates"]) == 9
    assert len({row["hash_id"] for row in data["templates"]}) == 9
    assert all(isinstance(row["env"], str) for row in data["templates"])


def test_without_any_parameter_all_that_may_be_seen_come() -> None:
    assert templates().json["templates_found"] == 13


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"recommended": {"eq": False}}, 4),
        ({"count_created": {"gt": 100_000}}, 2),
        ({"recommended_disk_space": {"lte": "20"}}, 2),
        ({"name": {"in": ["vLLM", "ComfyUI", "Nothing"]}}, 2),
        ({"name": {"eq": "vLLM"}, "ssh_direct": {"eq": True}}, 1),
        ({"colour": {"eq": "red"}}, 13),
        ({"creator_id": {"eq": 123456}}, 2),
        ({"name": "LL"}, 4),
    ],
)
def test_filters(filters: dict[str, object], found: int) -> None:
    assert templates(select_filters=filters).json["templates_found"] == found


def test_columns_and_order() -> None:
    rows = templates(select_cols=["name"], order_by="name").json["templates"]
    names = [row["name"] for row in rows]
    assert names == sorted(names)
    assert set(rows[0]) == {"name"}


def test_numbers_are_ordered_as_numbers() -> None:
    rows = templates(order_by="count_created").json["templates"]
    counts = [row["count_created"] for row in rows]
    assert counts == sorted(counts)


@pytest.mark.parametrize(
    "query",
    [
        {"select_filters": "{"},
        {"select_filters": {"name": 3}},
        {"select_filters": {"name": {"like": "v"}}},
        {"select_cols": "name"},
        {"select_cols": "{}"},
        {"order_by": "colour"},
    ],
)
def test_nonsense_is_refused(query: dict[str, object]) -> None:
    answer = templates(None, **query)
    assert answer.status == 400
    assert answer.json["error"] == "invalid_request"


def sent(world: World, method: str, body: dict[str, object], version: int = 0) -> Answer:
    return ask(world, method, f"/api/v{version}/template/", body, BEARER)


def mine(world: World) -> list[dict[str, Any]]:
    found = templates(world, select_filters={"creator_id": {"eq": 123456}}).json["templates"]
    return list(found)


def test_where_only_documented_filters_work_a_part_of_a_name_is_refused() -> None:
    answer = templates(demo_world(exact_templates=True), select_filters={"name": "LL"})
    assert (answer.status, answer.json["msg"]) == (400, "LL is not a valid search op")


def test_rows_have_conditions_as_text_and_the_password() -> None:
    row = next(row for row in mine(demo_world()) if row["name"] == "vllm-mine")
    assert json.loads(row["extra_filters"])["cuda_max_good"] == {"gte": 12.8}
    assert row["docker_login_pass"]


def test_two_rows_have_one_hash_and_the_own_one_is_rented_with() -> None:
    world = demo_world()
    rows = templates(world, select_filters={"name": {"eq": "train-base"}}).json["templates"]
    assert len({row["hash_id"] for row in rows}) == 1
    assert len({row["creator_id"] for row in rows}) == 2
    found = world.templates.find(rows[0]["hash_id"], None)
    assert found is not None
    assert found.creator == 123456


def test_the_same_content_is_the_same_template() -> None:
    world = demo_world()
    body: dict[str, object] = {"name": "x", "image": "a/b", "recommended_disk_space": "20"}
    first, second = sent(world, "POST", body), sent(world, "POST", body)
    assert first.json["template"] == second.json["template"]
    assert "New Template ID" in first.json["msg"]
    assert "already exists" in second.json["msg"]
    assert [row["recommended_disk_space"] for row in mine(world) if row["name"] == "x"] == [20.0]


@pytest.mark.parametrize("missing", ["name", "image"])
def test_a_template_needs_name_and_image(missing: str) -> None:
    body: dict[str, object] = {"name": "x", "image": "a/b"}
    answer = sent(demo_world(), "POST", {**body, missing: " "})
    assert (answer.status, answer.json["error"]) == (400, "invalid_args")
    assert answer.json["msg"] == f"Template {missing} is required"


def test_an_edit_makes_another_hash_and_the_old_one_stays_usable() -> None:
    world = demo_world()
    before = mine(world)[0]
    answer = sent(world, "PUT", {"hash_id": before["hash_id"], "desc": "new"}).json["template"]
    after = next(row for row in mine(world) if row["id"] == before["id"])
    assert after["hash_id"] == answer["hash_id"] != before["hash_id"]
    assert (after["desc"], after["env"]) == ("new", before["env"])
    old = world.templates.find(before["hash_id"], None)
    assert old is not None
    assert old.content["desc"] == before["desc"]
    assert sent(world, "PUT", {"hash_id": before["hash_id"], "desc": "x"}).status == 404


def test_the_newer_path_takes_the_whole_template() -> None:
    world = demo_world()
    before = mine(world)[0]
    whole = {"id": before["id"], "hash_id": before["hash_id"], "name": "y", "image": "a/b"}
    assert sent(world, "PUT", {**whole, "id": 1}, version=1).status == 404
    assert sent(world, "PUT", whole, version=1).status == 200
    after = next(row for row in mine(world) if row["id"] == before["id"])
    assert (after["name"], after["env"]) == ("y", "")


@pytest.mark.parametrize("by", ["hash_id", "template_id"])
def test_a_template_is_deleted_by_either_id(by: str) -> None:
    world = demo_world(terse_templates=by == "hash_id")
    row = mine(world)[0]
    body = {by: row["hash_id" if by == "hash_id" else "id"]}
    answer = sent(world, "DELETE", body)
    assert answer.json.get("success") == (None if by == "hash_id" else True)
    assert len(mine(world)) == 1
    assert sent(world, "DELETE", body).status == 404


def test_templates_of_others_are_not_changed() -> None:
    world = demo_world()
    theirs = templates(world, select_filters={"creator_id": {"eq": 48982}}).json["templates"]
    row = next(row for row in theirs if row["name"] != "train-base")
    assert sent(world, "PUT", {"hash_id": row["hash_id"], "desc": "x"}).status == 404
    assert sent(world, "DELETE", {"template_id": row["id"]}).status == 404
    assert sent(world, "DELETE", {}).status == 400


def test_recommended_ones_are_used_more_and_more() -> None:
    clock = VirtualClock()
    world = demo_world(clock=clock)
    before = templates(world, select_filters={"name": {"eq": "vLLM"}}).json["templates"][0]
    clock.advance(7200)
    after = templates(world, select_filters={"name": {"eq": "vLLM"}}).json["templates"][0]
    assert after["count_created"] > before["count_created"]


def test_they_are_ordered_by_several_columns() -> None:
    order = [{"col": "creator_id", "dir": "desc"}, {"col": "name", "dir": "asc"}]
    rows = templates(order_by=order, limit="3").json["templates"]
    assert [row["name"] for row in rows] == ["train-base", "vllm-mine", "train-base"]
    assert templates(order_by="[5]").status == 400


def test_a_rental_counts_for_its_template() -> None:
    world = demo_world()
    row = mine(world)[0]
    [offer] = search(world, {"limit": 1, "rentable": {"eq": True}})
    body = {"template_hash_id": row["hash_id"], "disk": 10}
    assert ask(world, "PUT", f"/api/v0/asks/{offer['id']}/", body, BEARER).status == 200
    after = mine(world)[0]
    assert after["count_created"] == row["count_created"] + 1
    assert after["hash_id"] == row["hash_id"]
