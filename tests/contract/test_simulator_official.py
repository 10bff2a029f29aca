"""Checks the simulator against the official specification (data/official.json) and a recording.

`official.json` keeps the facts of docs: "search offers", "search templates" and "show user" as of
August 2026; `offer_keys_2026_09.json` the keys of an offer as the service sent it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.support.simulator import BEARER, ask, demo_world, search

DATA = Path(__file__).parent / "data"
OFFICIAL: dict[str, Any] = json.loads((DATA / "official.json").read_text())
OFFERS, TEMPLATES, USER = (
    OFFICIAL[name] for name in ("search_offers", "search_templates", "show_user")
)
KEYS: set[str] = set(json.loads((DATA / "offer_keys_2026_09.json").read_text()))
NOT_ALWAYS = {"start_date", "geolocation", "geolocode", "hosting_type", "discount_rate"}

WORLD = demo_world(offers=400, search_cap=1_000)
ROWS = search(WORLD)


def kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def test_every_offer_has_exactly_the_recorded_keys() -> None:
    assert len(KEYS) == 100
    for row in ROWS + search(WORLD, {"num_gpus": {"eq": 0}}):
        assert set(row) == KEYS


def test_every_documented_key_is_there() -> None:
    assert set(OFFERS["offer_keys"]) <= KEYS


@pytest.mark.parametrize("name", sorted(OFFERS["offer_keys"]))
def test_values_have_the_documented_type(name: str) -> None:
    documented = OFFERS["offer_keys"][name]
    kinds = {kind(row[name]) for row in ROWS}
    if documented == "null":
        return
    assert kinds <= {documented, "null"}
    assert documented in kinds


@pytest.mark.parametrize("name", ["search", "instance"])
def test_cost_objects_have_the_documented_keys(name: str) -> None:
    for row in ROWS:
        assert sorted(row[name]) == OFFERS["cost_keys"][name]
        assert {kind(value) for value in row[name].values()} == {"number"}


def test_the_documented_example_is_answered() -> None:
    answer = ask(WORLD, OFFERS["method"], OFFERS["path"], OFFERS["example_request"])
    assert answer.status == 200
    rows = answer.json["offers"]
    assert rows
    assert all(row["verification"] == "verified" and row["rentable"] for row in rows)


@pytest.mark.parametrize("name", OFFERS["filters"])
def test_every_documented_filter_is_understood(name: str) -> None:
    refused = ask(WORLD, OFFERS["method"], OFFERS["path"], {name: 17})
    assert refused.status == 400
    assert refused.json["msg"] == "17 is not a valid search op"


@pytest.mark.parametrize("op", OFFERS["operators"])
def test_every_documented_operator_works(op: str) -> None:
    operand: object = [1, 4] if op in ("in", "notin") else 2
    rows = search(WORLD, {"num_gpus": {op: operand}})
    found = {row["num_gpus"] for row in rows if row["resource_type"] == "gpu"}
    counts: set[int] = {row["num_gpus"] for row in ROWS}
    expected = {
        "eq": {2},
        "neq": counts - {2},
        "gt": {count for count in counts if count > 2},
        "lt": {1},
        "gte": counts - {1},
        "lte": {1, 2},
        "in": {1, 4},
        "notin": counts - {1, 4},
    }
    assert found == expected[op]


@pytest.mark.parametrize("word", OFFERS["types"])
def test_every_documented_type_is_answered(word: str) -> None:
    rows = search(WORLD, {"type": word, "limit": 5})
    assert [row["is_bid"] for row in rows] == [word == "bid"] * 5


def test_documented_errors() -> None:
    bad = ask(WORLD, OFFERS["method"], OFFERS["path"], b"not json")
    assert bad.status == 400
    assert OFFERS["errors"]["400"].items() <= bad.json.items()
    locked = demo_world(api_key="some-other-key")
    wrong = ask(locked, OFFERS["method"], OFFERS["path"], {}, BEARER)
    assert wrong.status == 404
    assert OFFERS["errors"]["404"].items() <= wrong.json.items()


def test_the_documented_rate_holds() -> None:
    world = demo_world(rate_limits=True)
    allowed = OFFERS["rate_limit"]["requests"]
    statuses = [ask(world, OFFERS["method"], OFFERS["path"], {}).status for _ in range(allowed + 1)]
    assert statuses == [200] * allowed + [429]


def test_templates_have_the_documented_shape() -> None:
    answer = ask(WORLD, TEMPLATES["method"], TEMPLATES["path"], headers=BEARER)
    assert set(TEMPLATES["required"]) == set(answer.json)
    for row in answer.json["templates"]:
        assert set(TEMPLATES["template_keys"]) <= set(row)


@pytest.mark.parametrize("name", TEMPLATES["filters"])
def test_every_documented_template_filter_is_understood(name: str) -> None:
    query = urlencode({"select_filters": json.dumps({name: 3})})
    answer = ask(WORLD, TEMPLATES["method"], f"{TEMPLATES['path']}?{query}", headers=BEARER)
    assert answer.status == 400


def test_the_documented_refusal_of_templates_is_among_the_forms() -> None:
    world = demo_world()
    world.plan("templates", ["429:detail"])
    answer = ask(world, TEMPLATES["method"], TEMPLATES["path"], headers=BEARER)
    assert answer.json == {"detail": TEMPLATES["too_many"]}


def test_the_account_has_the_documented_fields() -> None:
    answer = ask(WORLD, USER["method"], USER["path"], headers=BEARER)
    names = {"integer": "number", "number": "number", "string": "string"}
    for name, documented in USER["keys"].items():
        assert kind(answer.json[name]) in {names[documented], "null"}


def test_the_account_refuses_as_documented() -> None:
    answer = ask(WORLD, USER["method"], USER["path"], headers=(("authorization", "Bearer x"),))
    assert str(answer.status) in USER["statuses"]
    assert sorted(answer.json) == USER["error_keys"]
