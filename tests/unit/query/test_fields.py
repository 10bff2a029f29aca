"""Every field of the filter language works."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.support.offer_rows import NOW, row
from vasttui.query.fields import Field
from vasttui.query.match import compile_query
from vasttui.query.offer_fields import OFFERS
from vasttui.query.parse import parse
from vasttui.query.rules import Query, Rule


def test_no_name_is_given_twice() -> None:
    names = Counter(name for field in OFFERS.fields for name in field.names)
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("field", OFFERS.fields, ids=lambda field: field.name)
def test_every_field_has_a_value_an_example_and_help(field: Field) -> None:
    known, unknown = Rule(field.name, "known"), Rule(field.name, "null")
    assert compile_query(Query((known, unknown)), NOW)([row()]) == []
    assert len(compile_query(Query((known,)), NOW)([row()])) in {0, 1}
    assert parse(f"{field.short}{field.example}").problems == ()
    assert field.help


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("n", "num_gpus"),
        ("cuda_vers", "cuda_max_good"),
        ("display_active", "gpu_display_active"),
        ("dlperf_usd", "dlperf_per_dphtotal"),
        ("dph", "dph_total"),
        ("flops_usd", "flops_per_dphtotal"),
        ("dlp", "value"),
        ("dc", "datacenter"),
        ("mach", "machine_id"),
        ("vcpu", "cpu_cores_effective"),
    ],
)
def test_aliases(name: str, canonical: str) -> None:
    field = OFFERS.find(name)
    assert field is not None
    assert field.name == canonical


def test_names_are_exact_and_near_ones_are_suggested() -> None:
    assert OFFERS.find("Num_Gpus") is None
    assert OFFERS.suggest("Num_Gpus") == "num_gpus"
    assert OFFERS.suggest("relibility") == "reliability"
    assert OFFERS.suggest("zzzzzz") is None


def test_beginnings() -> None:
    assert OFFERS.begins("ef") == "eff"
    assert OFFERS.begins("static_ip") is None
    assert OFFERS.begins("") is None
