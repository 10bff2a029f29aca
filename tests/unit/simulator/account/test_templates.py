from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.support.simulator import BEARER, Answer, ask, demo_world


def templates(**query: Any) -> Answer:
    text = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in query.items()
    }
    return ask(demo_world(), "GET", f"/api/v0/template/?{urlencode(text)}", headers=BEARER)


def test_all_recommended_templates_come() -> None:
    data = templates(select_cols=["*"], select_filters={"recommended": {"eq": True}}).json
    assert data["success"] is True
    assert data["templates_found"] == len(data["templates"]) == 8
    assert len({row["hash_id"] for row in data["templates"]}) == 8
    assert all(isinstance(row["env"], str) for row in data["templates"])


def test_without_any_parameter_they_come_too() -> None:
    assert templates().json["templates_found"] == 8


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"recommended": {"eq": False}}, 0),
        ({"count_created": {"gt": 100_000}}, 2),
        ({"recommended_disk_space": {"lte": "20"}}, 2),
        ({"name": {"in": ["vLLM", "ComfyUI", "Nothing"]}}, 2),
        ({"name": {"eq": "vLLM"}, "ssh_direct": {"eq": True}}, 1),
        ({"colour": {"eq": "red"}}, 8),
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
        {"select_filters": {"name": "vLLM"}},
        {"select_filters": {"name": {"like": "v"}}},
        {"select_cols": "name"},
        {"select_cols": "{}"},
        {"order_by": "colour"},
    ],
)
def test_nonsense_is_refused(query: dict[str, object]) -> None:
    answer = templates(**query)
    assert answer.status == 400
    assert answer.json["error"] == "invalid_request"
