from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.support.simulator import Answer, ask, demo_world, search
from vasttui.simulator.http.wire import Request
from vasttui.simulator.market.fields import FLAGS, NUMBERS, QUICK, TEXTS, getter
from vasttui.simulator.market.offers import Terms, wire
from vasttui.simulator.world import World


@pytest.fixture(scope="module")
def world() -> World:
    """A market at a fixed time, all of it in one answer, with something of everything."""
    return demo_world(offers=400, search_cap=5_000, seed=3)


def refused(world: World, body: object) -> Answer:
    answer = ask(world, "POST", "/api/v0/bundles/", body)
    assert answer.status == 400
    assert answer.json["error"] == "invalid_request"
    return answer


def test_an_answer_holds_64_offers_whatever_the_limit_says() -> None:
    world = demo_world()
    assert len(search(world)) == 64
    assert len(search(world, {"limit": 10_000})) == 64
    assert len(search(world, {"limit": 65})) == 64
    assert len(search(world, {"limit": 5})) == 5
    assert len(search(world, {"limit": "5"})) == 5
    assert search(world, {"limit": 0}) == []


def test_a_high_cap_lets_a_big_market_through_whole() -> None:
    world = demo_world(offers=3_000, search_cap=3_000)
    rows = search(world)
    assert len({row["id"] for row in rows}) == 3_000
    assert [row["rn"] for row in rows] == list(range(1, 3_001))


def test_paging_by_price_reaches_every_offer() -> None:
    world = demo_world(offers=300)
    seen: set[int] = set()
    price = 0.0
    for _ in range(20):
        rows = search(world, {"dph_total": {"gte": price}, "order": [["dph_total", "asc"]]})
        if {row["id"] for row in rows} <= seen:
            break
        seen |= {row["id"] for row in rows}
        price = rows[-1]["dph_total"]
    assert len(seen) == 300


def test_the_three_forms_answer_alike(world: World) -> None:
    body = {"gpu_name": {"eq": "RTX 4090"}, "order": [["dph_total", "asc"]], "limit": 7}
    posted = ask(world, "POST", "/api/v0/bundles/", body)
    asked = ask(world, "GET", f"/api/v0/bundles/?{urlencode({'q': json.dumps(body)})}")
    put = ask(world, "PUT", "/api/v0/search/asks/", {"select_cols": ["*"], "q": body})
    assert posted.status == 200
    assert len(posted.json["offers"]) == 7
    assert posted.body == asked.body == put.body
    assert set(posted.json) == {"offers"}


def test_no_question_at_all_is_the_default_search(world: World) -> None:
    assert ask(world, "GET", "/api/v0/bundles").body == ask(world, "POST", "/api/v0/bundles").body


def test_the_outer_limit_of_the_newer_form_counts(world: World) -> None:
    answer = ask(world, "PUT", "/api/v0/search/asks/", {"q": {}, "limit": 3})
    assert len(answer.json["offers"]) == 3


def test_columns_can_be_chosen(world: World) -> None:
    body = {"select_cols": ["id", "dph_total"], "q": {"limit": 2}}
    rows = ask(world, "PUT", "/api/v0/search/asks/", body).json["offers"]
    assert [set(row) for row in rows] == [{"id", "dph_total"}] * 2


def test_the_content_type_names_no_charset_and_text_is_utf_8(world: World) -> None:
    answer = ask(world, "POST", "/api/v0/bundles/", {"geolocation": {"eq": "IS"}})
    assert answer.headers["content-type"] == "application/json"
    assert "Hafnarfjarðarkaupstaður" in answer.body.decode()


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"\xff", b"[" * 100_000])
def test_what_is_no_json_object_is_refused(world: World, body: bytes) -> None:
    assert refused(world, body).json["msg"] == "Invalid json body"


def test_numbers_may_come_as_strings(world: World) -> None:
    rows = search(world, {"num_gpus": {"eq": "2"}})
    assert rows
    assert rows == search(world, {"num_gpus": {"eq": 2}})
    assert {row["num_gpus"] for row in rows} == {2}


def test_booleans_may_come_as_strings(world: World) -> None:
    assert search(world, {"rentable": {"eq": "false"}}) == search(
        world, {"rentable": {"eq": False}}
    )
    assert {row["rentable"] for row in search(world, {"rentable": {"eq": "false"}})} == {False}


def test_several_rules_all_count(world: World) -> None:
    rows = search(world, {"dph_total": {"gte": 0.2, "lt": 0.5}, "gpu_ram": {"gte": 24_000}})
    assert rows
    assert all(0.2 <= row["dph_total"] < 0.5 and row["gpu_ram"] >= 24_000 for row in rows)


def test_a_filter_on_id_matches_nothing_but_ask_contract_id_does(world: World) -> None:
    some = search(world)[3]["id"]
    assert search(world, {"id": {"eq": some}}) == []
    assert search(world, {"id": {"neq": 1}}) == []
    assert [row["id"] for row in search(world, {"ask_contract_id": {"eq": some}})] == [some]


def test_an_underscore_is_no_blank(world: World) -> None:
    assert search(world, {"gpu_name": {"eq": "RTX 4090"}})
    assert search(world, {"gpu_name": {"eq": "RTX_4090"}}) == []


def test_unknown_fields_are_ignored(world: World) -> None:
    assert search(world, {"colour": {"eq": "red"}, "client_id": "me"}) == search(world)


@pytest.mark.parametrize(
    "body",
    [
        {"num_gpus": 0},
        {"verified": True},
        {"num_gpus": {"like": 2}},
        {"num_gpus": {"eq": "two"}},
        {"num_gpus": {"in": 2}},
        {"rentable": {"eq": "perhaps"}},
        {"geolocation": {"gt": "US"}},
        {"driver_version": {"gte": "a.b.c"}},
        {"gpu_name": {"eq": ["RTX 4090"]}},
        {"type": "leased"},
        {"limit": -1},
        {"limit": "many"},
        {"allocated_storage": "much"},
        {"order": "dph_total"},
        {"order": [["prix", "asc"]]},
        {"order": [["dph_total", "up"]]},
        {"order": ["dph_total", "asc"]},
        {"order": [["gpu_ids", "asc"]]},
    ],
)
def test_nonsense_is_refused(world: World, body: dict[str, object]) -> None:
    assert refused(world, body).json["msg"]


def test_a_bare_value_is_named_in_the_refusal(world: World) -> None:
    assert refused(world, {"num_gpus": 0}).json["msg"] == "0 is not a valid search op"


@pytest.mark.parametrize(
    ("name", "body", "holds"),
    [
        ("verified", {"eq": True}, lambda row: row["verification"] == "verified"),
        ("verified", {"eq": False}, lambda row: row["verification"] != "verified"),
        ("datacenter", {"eq": True}, lambda row: row["hosting_type"] == 1),
        ("datacenter", {"eq": False}, lambda row: row["hosting_type"] == 0),
        ("geolocation", {"eq": "US"}, lambda row: (row["geolocation"] or "").endswith("US")),
        ("geolocation", {"in": ["SE", "KR"]},
         lambda row: (row["geolocation"] or "")[-2:] in ("SE", "KR")),
        ("geolocation", {"notin": ["US", "CN"]},
         lambda row: row["geolocation"] and row["geolocation"][-2:] not in ("US", "CN")),
        ("geolocation", {"neq": "US"},
         lambda row: row["geolocation"] and row["geolocation"][-2:] != "US"),
        ("duration", {"gte": 5_000_000}, lambda row: row["duration"] >= 5_000_000),
        ("gpu_totalram", {"gte": 48_000}, lambda row: row["gpu_total_ram"] >= 48_000),
        ("gpu_totalram_GB", {"gte": 48}, lambda row: row["gpu_total_ram"] >= 48_000),
        ("cpu_ram_GB", {"lt": 100}, lambda row: row["cpu_ram"] < 100_000),
        ("gpu_ram_GB", {"gt": "40"}, lambda row: row["gpu_ram"] > 40_000),
        ("dphtotal", {"lt": 0.3}, lambda row: row["dph_total"] < 0.3),
        ("reliability2", {"gte": 0.99}, lambda row: row["reliability"] >= 0.99),
        ("ubuntu_version", {"eq": "24.04"}, lambda row: row["os_version"] == "24.04"),
        ("driver_version", {"gte": "570.00.00"}, lambda row: row["driver_vers"] >= 570_000_000),
        ("driver_version", {"gte": 570_000_000}, lambda row: row["driver_vers"] >= 570_000_000),
        ("driver_version", {"in": ["580.119.02"]},
         lambda row: row["driver_version"] == "580.119.02"),
        ("target_reliability", {"gte": 0.98}, lambda row: row["expected_reliability"] >= 0.98),
        ("cuda_max_good", {"gte": "12.8"}, lambda row: (row["cuda_max_good"] or 0) >= 12.8),
        ("gpu_arch", {"neq": "nvidia"}, lambda row: row["gpu_arch"] == "amd"),
        ("cpu_arch", {"in": ["amd64"]}, lambda row: row["cpu_arch"] == "amd64"),
        ("static_ip", {"neq": True}, lambda row: not row["static_ip"]),
        ("cluster_id", {"neq": None}, lambda row: row["cluster_id"] is not None),
        ("cluster_id", {"gte": 0}, lambda row: row["cluster_id"] is not None),
        ("cluster_id", {"eq": None}, lambda row: row["cluster_id"] is None),
    ],
)  # fmt: skip
def test_fields_that_are_not_in_the_answer_work_as_filters(
    world: World, name: str, body: object, holds: Any
) -> None:
    found = {row["id"] for row in search(world, {name: body})}
    expected = {row["id"] for row in search(world) if holds(row)}
    assert found == expected
    assert 0 < len(found) < 400


def test_a_null_flag_counts_as_false(world: World) -> None:
    rows = search(world, {"external": {"eq": False}})
    assert {row["external"] for row in rows} == {None, False}
    assert {row["external"] for row in search(world, {"external": {"neq": False}})} == {True}


def test_external_may_be_a_bare_flag(world: World) -> None:
    assert search(world, {"external": False}) == search(world, {"external": {"eq": False}})
    assert search(world, {"external": True}) == search(world)


def test_disks_alone_only_come_to_those_who_ask_for_no_gpu(world: World) -> None:
    rows = search(world, {"num_gpus": {"eq": 0}})
    assert {(row["resource_type"], row["num_gpus"], row["cpu_ram"]) for row in rows} == {
        ("disk", 0, 0)
    }
    assert rows[0]["dph_total"] == rows[0]["storage_total_cost"] > 0
    assert {row["resource_type"] for row in search(world)} == {"gpu"}
    assert {row["resource_type"] for row in search(world, {"num_gpus": {"gte": 1}})} == {"gpu"}
    assert {row["id"] for row in search(world, {"resource_type": {"eq": "disk"}})} == {
        row["id"] for row in rows
    }


def test_the_disk_prices_the_offer_and_must_fit(world: World) -> None:
    plain = search(world)
    assert all(row["storage_total_cost"] == row["storage_cost"] * 8 / 720 for row in plain)
    rows = search(world, {"allocated_storage": 500})
    assert 0 < len(rows) < len(plain)
    assert all(row["disk_space"] >= 500 for row in rows)
    assert all(row["storage_total_cost"] == row["storage_cost"] * 500 / 720 for row in rows)
    assert search(world, {"allocated_storage": "500"}) == rows
    assert search(world, {"allocated_storage": {"gte": 500}}) == rows


def test_a_bare_target_reliability_is_understood(world: World) -> None:
    assert search(world, {"target_reliability": 0.98}) == search(
        world, {"target_reliability": {"gte": 0.98}}
    )


@pytest.mark.parametrize("word", ["on-demand", "ondemand", "ask", None])
def test_words_for_renting_on_demand(world: World, word: str | None) -> None:
    assert search(world, {"type": word}) == search(world)


@pytest.mark.parametrize("word", ["bid", "interruptible"])
def test_words_for_bidding(world: World, word: str) -> None:
    rows = search(world, {"type": word})
    assert all(row["is_bid"] and row["dph_base"] == row["min_bid"] for row in rows)
    assert {row["id"] for row in rows} == {row["id"] for row in search(world)}


def test_filters_see_the_price_of_the_bid(world: World) -> None:
    rows = search(world, {"type": "bid", "dph_total": {"lte": 0.2}})
    assert all(row["dph_total"] <= 0.2 for row in rows)
    assert len(rows) > len(search(world, {"dph_total": {"lte": 0.2}}))


def test_reserved_prices_are_discounted(world: World) -> None:
    rows = search(world, {"type": "reserved"})
    assert any(row["discounted_dph_total"] < row["dph_total"] for row in rows)
    assert not any(row["is_bid"] for row in rows)


def test_identical_offers_come_separately_when_asked(world: World) -> None:
    bundled, single = search(world), search(world, {"disable_bundling": True})
    assert len(single) > len(bundled)
    assert {row["bundle_id"] for row in single} == {row["bundle_id"] for row in bundled}
    assert len({row["id"] for row in single}) == len(single)


def test_the_best_score_comes_first_by_default(world: World) -> None:
    scores = [row["score"] for row in search(world)]
    assert scores == sorted(scores, reverse=True)


def test_an_order_may_have_several_columns(world: World) -> None:
    rows = search(
        world, {"order": [["gpu_name", "desc"], ["num_gpus", "asc"], ["dph_total", "desc"]]}
    )
    expected = sorted(rows, key=lambda row: -row["dph_total"])
    expected.sort(key=lambda row: row["num_gpus"])
    expected.sort(key=lambda row: row["gpu_name"], reverse=True)
    assert [row["id"] for row in rows] == [row["id"] for row in expected]


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("field", ["start_date", "geolocation"])
def test_null_comes_last_either_way(world: World, field: str, direction: str) -> None:
    values = [row[field] for row in search(world, {"order": [[field, direction]]})]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=direction == "desc")
    assert set(values[len(known) :]) == {None}


def test_aliases_order_too(world: World) -> None:
    assert search(world, {"order": [["dphtotal", "asc"]]}) == search(
        world, {"order": [["dph_total", "asc"]]}
    )


def test_every_scalar_field_is_known_with_its_kind(world: World) -> None:
    rows = search(world) + search(world, {"num_gpus": {"eq": 0}})
    assert TEXTS | FLAGS | NUMBERS | {"gpu_ids", "search", "instance"} == set(rows[0])
    for row in rows:
        for names, kinds in ((TEXTS, (str,)), (FLAGS, (bool,)), (NUMBERS, (int, float))):
            for name in names:
                assert row[name] is None or isinstance(row[name], kinds)


def test_quick_fields_are_those_of_the_object(world: World) -> None:
    terms = Terms("bid", 20, world.clock.now())
    for chunk in world.market.chunks(disks=True)[-60:]:
        offer = world.market.ask(chunk)
        row = wire(offer, terms, 0)
        for name in QUICK:
            assert getter(name)(offer, terms) == row[name], name
        assert getter("disk_bw")(offer, terms) == row["disk_bw"]


def test_a_huge_answer_comes_in_small_pieces() -> None:
    world = demo_world(offers=3_000, search_cap=3_000)
    request = Request.of("POST", "/api/v0/bundles/")
    pieces = list(world.handle(request).chunks)
    assert max(map(len, pieces)) < 100_000
    pauses = pieces.index(b'{"offers":[')
    assert pauses > 40
    assert len(json.loads(b"".join(pieces))["offers"]) == 3_000


def test_an_answer_is_of_one_moment_though_the_market_moves_while_it_is_read() -> None:
    world, still = demo_world(), demo_world()
    request = Request.of("POST", "/api/v0/bundles/", (), b'{"limit": 64}')
    reply = world.handle(request)
    pieces = iter(reply.chunks)
    body = b""
    while not body:
        body = next(pieces)
    world.clock.advance(86_400)  # type: ignore[attr-defined]
    search(world)
    assert body + b"".join(pieces) == still.handle(request).read()
