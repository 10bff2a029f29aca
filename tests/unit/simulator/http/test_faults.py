from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from tests.support.simulator import BEARER, Answer, ask, demo_world
from vasttui.simulator.http.damage import HOSTILE
from vasttui.simulator.http.wire import Request, Trouble


def spoiled(fault: str) -> Answer:
    world = demo_world()
    world.plan("search", [fault])
    return ask(world, "POST", "/api/v0/bundles/", {"limit": 20})


def rows(fault: str) -> list[dict[str, Any]]:
    offers: list[dict[str, Any]] = spoiled(fault).json["offers"]
    return offers


def good() -> list[dict[str, Any]]:
    return rows("ok")


def trouble(fault: str) -> Trouble | None:
    world = demo_world()
    world.plan("search", [fault])
    return world.handle(Request.of("POST", "/api/v0/bundles/")).trouble


def test_faults_come_in_order_and_then_all_is_well() -> None:
    world = demo_world()
    world.plan("search", ["http:503", "ok"])
    world.plan("search", ["quota"])
    statuses = [ask(world, "POST", "/api/v0/bundles/").status for _ in range(5)]
    assert statuses == [503, 200, 429, 200, 200]


def test_faults_are_for_their_operation_alone() -> None:
    world = demo_world()
    world.plan("account", ["http:502"])
    assert ask(world, "POST", "/api/v0/bundles/").status == 200
    assert ask(world, "GET", "/api/v0/users/current", headers=BEARER).status == 502
    assert world.faults.left() == {}
    assert world.faults.consumed() == [("account", "http:502")]


def test_all_forms_of_the_search_share_one_plan() -> None:
    world = demo_world()
    world.plan("search", ["http:500", "http:500", "http:500"])
    for method, path in (("POST", "bundles"), ("GET", "bundles"), ("PUT", "search/asks")):
        assert ask(world, method, f"/api/v0/{path}/").status == 500


@pytest.mark.parametrize(
    "fault",
    ["", "explode", "http", "http:299", "http:abc", "429:loud", "truncate", "truncate:-1",
     "stall:long", "drip", "redirect", "big", "html:x", "reset:1", "hostile:2", "drip:.5"],
)  # fmt: skip
def test_unknown_faults_are_refused_when_planned(fault: str) -> None:
    world = demo_world()
    with pytest.raises(ValueError, match="Unknown fault"):
        world.plan("search", [fault])
    assert world.faults.left() == {}


def test_unknown_operations_are_refused_when_planned() -> None:
    with pytest.raises(ValueError, match=r"Unknown operation 'serach'.*search"):
        demo_world().plan("serach", ["ok"])


@pytest.mark.parametrize("status", [502, 503, 504])
def test_the_gateway_answers_with_a_page(status: int) -> None:
    answer = spoiled(f"http:{status}")
    assert answer.status == status
    assert answer.headers["content-type"].startswith("text/html")
    assert str(status) in answer.body.decode()


def test_an_inner_error_has_no_body() -> None:
    answer = spoiled("http:500")
    assert (answer.status, answer.body) == (500, b"")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410])
def test_refusals_have_the_usual_shape(status: int) -> None:
    answer = spoiled(f"http:{status}")
    assert answer.status == status
    assert answer.json["success"] is False
    assert answer.json["error"]
    assert answer.json["msg"]


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("tfa", 401, "auth_error"),
        ("session_expired", 404, "auth_error"),
        ("no_right", 403, "permission_error"),
        ("refused", 200, "resources_unavailable"),
        ("quota", 429, "search_quota_exceeded"),
    ],
)
def test_named_refusals(fault: str, status: int, code: str) -> None:
    answer = spoiled(fault)
    assert (answer.status, answer.json["error"]) == (status, code)


def test_a_429_can_be_had_in_each_form() -> None:
    assert spoiled("429").body == spoiled("429:plain").body
    assert spoiled("429:short").body == b"API requests too frequent"
    assert "detail" in spoiled("429:detail").json
    assert spoiled("429:json").json["error"] == "rate_limit_exceeded"
    assert spoiled("429:header").headers["retry-after"] == "6"
    assert spoiled("429:body").json["retry_after"] == 6.0
    assert float(spoiled("quota").headers["x-ratelimit-reset"]) == 1_790_035_200


def test_other_bodies() -> None:
    assert spoiled("html").headers["content-type"].startswith("text/html")
    assert spoiled("empty").body == b""
    with pytest.raises(json.JSONDecodeError):
        _ = spoiled("half_json").json
    redirect = spoiled("redirect:https://evil.example:8443/x")
    assert redirect.status == 307
    assert redirect.headers["location"] == "https://evil.example:8443/x"


@pytest.mark.parametrize("size", [27, 1_000, 200_001])
def test_big_answers_are_as_big_as_planned(size: int) -> None:
    answer = spoiled(f"big:{size}")
    assert len(answer.body) == size
    assert answer.json["offers"] == []


def test_a_bomb_is_small_until_it_is_unpacked() -> None:
    answer = spoiled("gzip_bomb:3000000")
    assert answer.headers["content-encoding"] == "gzip"
    assert len(answer.body) < 10_000
    unpacked = gzip.decompress(answer.body)
    assert len(unpacked) == 3_000_002
    assert json.loads(unpacked) == {}


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("ok", None),
        ("reset", Trouble("reset")),
        ("commit_then_reset", Trouble("reset")),
        ("garbage", Trouble("garbage")),
        ("stall:2.5", Trouble("stall", 2.5)),
        ("stall", Trouble("stall", 3600.0)),
        ("drip:0.1", Trouble("drip", 0.1)),
        ("truncate:100", Trouble("truncate", 100.0)),
    ],
)
def test_trouble_on_the_wire_is_left_to_the_adapters(fault: str, expected: Trouble | None) -> None:
    assert trouble(fault) == expected


def test_only_a_committed_request_counts_before_the_reset() -> None:
    world = demo_world(daily_quota=1)
    world.plan("search", ["reset", "commit_then_reset"])
    for _ in range(2):
        ask(world, "POST", "/api/v0/bundles/")
    assert ask(world, "POST", "/api/v0/bundles/").status == 429
    world = demo_world(daily_quota=1)
    world.plan("search", ["reset"])
    ask(world, "POST", "/api/v0/bundles/")
    assert ask(world, "POST", "/api/v0/bundles/").status == 200


def test_a_bad_row_leaves_the_others_alone() -> None:
    first, *others = rows("bad_row")
    assert first["dph_total"] == "cheap"
    assert first["id"] is None
    assert others == good()[1:]


def test_wrong_types_are_all_wrong() -> None:
    for row, right in zip(rows("wrong_types"), good(), strict=True):
        assert row.keys() == right.keys()
        for name, value in right.items():
            assert type(row[name]) is not type(value)


def test_missing_and_null_fields_leave_what_is_needed() -> None:
    needed = {
        "id",
        "ask_contract_id",
        "gpu_name",
        "num_gpus",
        "dph_base",
        "dph_total",
        "storage_cost",
    }
    for missing, null, right in zip(
        rows("missing_fields"), rows("null_fields"), good(), strict=True
    ):
        assert missing == {name: right[name] for name in needed}
        assert null == {name: right[name] if name in needed else None for name in right}


def test_other_shapes() -> None:
    assert isinstance(spoiled("other_shape").json, list)
    assert spoiled("not_rows").json["offers"][:4] == [None, 7, "row", []]
    assert rows("extra_fields")[0]["quantum_ready"] is True
    assert rows("text_numbers")[0]["num_gpus"] == str(good()[0]["num_gpus"])


def test_hostile_strings_are_everywhere_and_valid_json() -> None:
    found = rows("hostile")
    strings = {value for row in found for value in row.values() if isinstance(value, str)}
    assert strings == set(HOSTILE)
    assert [row["dph_total"] for row in found] == [row["dph_total"] for row in good()]
    assert b"\\ud800" in spoiled("hostile").body


def test_accounts_and_lists_can_be_damaged_too() -> None:
    world = demo_world()
    world.plan("account", ["wrong_types", "null_fields"])
    world.plan("gpu_names", ["hostile"])
    path = "/api/v0/users/current"
    assert ask(world, "GET", path, headers=BEARER).json["credit"] == "about 42.5"
    account = ask(world, "GET", path, headers=BEARER).json
    assert account["credit"] is None
    assert account["id"] == 123456
    assert ask(world, "GET", "/api/v0/gpu_names/unique").json["gpu_names"][0] == HOSTILE[0]


def test_damage_is_done_to_good_answers_only() -> None:
    world = demo_world()
    world.plan("account", ["wrong_types"])
    assert ask(world, "GET", "/api/v0/users/current").status == 403
