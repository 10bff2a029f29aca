"""Words that name a GPU or a country."""

from __future__ import annotations

import pytest

from tests.support.offer_rows import NOW, USAGE, row
from tests.support.slow_filter import matches
from vasttui.models.search import SearchOptions
from vasttui.query.names import named
from vasttui.query.parse import parse
from vasttui.query.wire import server_query

NAMES = ("A100 SXM4", "H100 SXM", "H200", "RTX 4090", "RTX PRO 6000 WS", "RTX 6000Ada", "Titan V")
CHOICE = SearchOptions(trust="any", usage=USAGE)


def asked(text: str, names: tuple[str, ...] = NAMES) -> dict[str, object]:
    query = named(parse(text).query, names)
    body = server_query(query, CHOICE, names, full=True).body()
    options = {"external", "rentable", "type", "allocated_storage"}
    return {field: ops for field, ops in body.items() if field not in options}


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("h200 n=8", {"gpu_name": {"in": ["H200"]}, "num_gpus": {"eq": 8}}),
        ('"sweden" h100', {"geolocation": {"eq": "SE"}, "gpu_name": {"in": ["H100 SXM"]}}),
        ("place:Sweden,norway ", {"geolocation": {"in": ["SE", "NO"]}}),
        ('"united states"', {"geolocation": {"eq": "US"}}),
        ('"rtx pro"', {"gpu_name": {"in": ["RTX PRO 6000 WS"]}}),
        ('"rtx pr"', {}),
        ('"rtx pro 6000"', {"gpu_name": {"in": ["RTX PRO 6000 WS"]}}),
        ("titan", {"gpu_name": {"in": ["Titan V"]}}),
        ("tit", {}),
        ("-h200", {"gpu_name": {"notin": ["H200"]}}),
        ("-sweden", {}),
        ("epyc bavaria georgia 7642", {}),
        ("text:h100|h200", {"gpu_name": {"in": ["H100 SXM", "H200"]}}),
        ("text:h100|epyc", {}),
    ],
)
def test_what_a_word_asks_for(text: str, filters: dict[str, object]) -> None:
    assert asked(text) == filters


def test_without_the_names_of_the_market_a_word_is_text() -> None:
    assert asked("h200", ()) == {}


def test_the_rows_at_hand_are_read_alike() -> None:
    query = named(parse("4090 sweden").query, NAMES)
    assert matches(query, row(), NOW)
    assert matches(query, row(geolocation=", SE"), NOW)
    assert not matches(query, row(gpu_name="RTX 3090", id=40904090), NOW)
    assert not matches(query, row(geolocation="Norway, NO"), NOW)


def test_a_rule_keeps_its_words_and_its_place() -> None:
    (rule,) = named(parse("-h200").query, NAMES).rules
    assert (rule.label, rule.negated, rule.start, rule.end) == ("-h200", True, 0, 5)
