"""Every filter the official client accepts has the same meaning here.

The recorded answers are those of its `parse_query`; see the `source` key of the data.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vasttui.models.money import Usage
from vasttui.models.search import SearchOptions
from vasttui.query.offer_fields import OFFERS
from vasttui.query.parse import parse
from vasttui.query.wire import server_query

DATA = json.loads((Path(__file__).parent / "data" / "official_queries.json").read_text())
ACCEPTED = [case for case in DATA["cases"] if "filters" in case]
REFUSED = [case["query"] for case in DATA["cases"] if "refused" in case]

# The server's names of fields (client 1.9.1 data/query.py). `id` is sent as
# `ask_contract_id`: the two are equal, and the server finds nothing by the former.
SERVER_NAMES = {
    "reliability2": ("reliability", 1),
    "dphtotal": ("dph_total", 1),
    "gpu_totalram": ("gpu_total_ram", 1),
    "gpu_totalram_GB": ("gpu_total_ram", 1000),
    "cpu_ram_GB": ("cpu_ram", 1000),
    "gpu_ram_GB": ("gpu_ram", 1000),
    "ubuntu_version": ("os_version", 1),
    "driver_version": ("driver_vers", 1),
    "id": ("ask_contract_id", 1),
    "target_reliability": ("expected_reliability", 1),
}


def meaning(filters: dict[str, Any]) -> dict[str, dict[str, object]]:
    """The filters by the server's names, numbers as numbers, the strictest of several bounds."""
    result: dict[str, dict[str, object]] = {}
    for field, ops in filters.items():
        if OFFERS.find(field) is None:
            continue  # the server ignores unknown fields
        name, factor = SERVER_NAMES.get(field, (field, 1))
        for op, value in ops.items():
            op = "gte" if field == "target_reliability" else op
            read = value_of(field, value, factor)
            known = result.setdefault(name, {})
            known[op] = max(known.get(op, read), read) if op == "gte" else read
    return result


def value_of(field: str, value: object, factor: float) -> Any:
    known = OFFERS.find(field)
    if isinstance(value, list):
        return {value_of(field, one, factor) for one in value}
    if isinstance(value, str) and known is not None and known.kind != "text":
        return float(value) * factor
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return float(value) * factor


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda case: case["query"] or "(empty)")
def test_same_filters_as_the_official_client(case: dict[str, Any]) -> None:
    parsed = parse(case["query"])
    asked = server_query(parsed.query, SearchOptions(usage=Usage(disk=5.0)), (), full=True).body()
    assert asked.pop("type") == "on-demand"
    assert asked.pop("allocated_storage") == 5.0
    assert parsed.problems == ()
    assert meaning(asked) == meaning(case["filters"])


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda case: case["query"] or "(empty)")
def test_a_field_nobody_knows_is_a_warning(case: dict[str, Any]) -> None:
    unknown = [name for name in case["filters"] if OFFERS.find(name) is None]
    reasons = " ".join(str(warning) for warning in parse(case["query"]).warnings)
    assert all(f"unknown field {name}" in reasons for name in unknown)


@pytest.mark.parametrize(
    "text",
    [
        "num_gpus=",
        "num_gpus=>1",
        "num_gpus<>1",
        "num_gpus ! 1",
        "gpu_ram=abc",
        "num_gpus>any",
        "verified!=any",
        "geolocation in []",
        "gpu_name in ,",
        "driver_version=a.b.c",
        "=1",
        "dph<",
        "eff",
    ],
)
def test_what_both_refuse_is_a_problem(text: str) -> None:
    assert text in REFUSED
    assert parse(text).problems


def test_every_field_of_the_official_client_is_known() -> None:
    names = [*DATA["fields"], *DATA["aliases"]]
    assert [name for name in names if OFFERS.find(name) is None] == []


def test_the_corpus_is_large() -> None:
    assert len(DATA["cases"]) >= 300
    assert "1.9.1" in DATA["source"]
