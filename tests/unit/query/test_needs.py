"""What a template needs of a host, against what an offer has."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from tests.support.offer_rows import row
from vasttui.models.offer import Offer
from vasttui.models.template import Need, Template
from vasttui.models.template_needs import needs_as_filters, needs_from
from vasttui.query.needs import unmet

OFFER: Offer = row(
    cuda_max_good=12.4, compute_cap=890, cpu_arch="amd64", gpu_ram=24_564, driver_vers=550_054_015,
    geolocation="Sweden, SE", verification="verified", hosting_type=None, bw_nvlink=None,
).offer  # fmt: skip


def said(filters: object) -> tuple[str, ...]:
    return unmet(needs_from(filters), OFFER)


@pytest.mark.parametrize(
    ("filters", "sentence"),
    [
        ({"cuda_max_good": {"gte": 12.9}}, "needs CUDA >= 12.9, this host has 12.4"),
        ({"compute_cap": {"lte": 860}}, "needs compute capability <= 8.6, this host has 8.9"),
        ({"cpu_arch": {"in": ["arm64"]}}, "needs CPU in arm64, this host has amd64"),
        ({"cpu_arch": "arm64"}, "needs CPU = arm64, this host has amd64"),
        ({"gpu_ram": {"gt": 40_000}}, "needs GPU memory in MB > 40000, this host has 24564"),
        ({"gpu_ram": {"gte": 48_640}}, "needs VRAM in GB >= 48, this host has 24"),
        ({"gpu_ram": {"lte": 16_896.0}}, "needs VRAM in GB <= 16, this host has 24"),
        ({"gpu_ram_GB": {"gte": "40"}}, "needs gpu_ram_GB >= 40, this host has 24.564"),
        ({"gpu_name": {"notin": ["RTX_4090", "H100"]}},
         "needs GPU not in RTX 4090, H100, this host has RTX 4090"),
        ({"driver_version": {"gte": "560.28.03"}},
         "needs driver >= 560.28.03, this host has 550.54.15"),
        ({"verified": {"eq": False}}, "needs verified = no, this host has yes"),
        ({"geolocation": {"in": ["DE", "NO"]}}, "needs country in DE, NO, this host has SE"),
        ({"datacenter": {"eq": True}}, "needs datacenter = yes, unknown on this host"),
        ({"bw_nvlink": {"gt": 0}}, "needs bw_nvlink > 0, unknown on this host"),
        ({"cuda_max_good": None}, "needs CUDA = unknown, this host has 12.4"),
    ],
)  # fmt: skip
def test_each_unmet_need_is_named_with_what_the_host_has(filters: object, sentence: str) -> None:
    assert said(filters) == (sentence,)
    assert said(json.dumps(filters)) == (sentence,)


def test_what_is_met_is_not_mentioned() -> None:
    assert said({
        "cuda_max_good": {"gte": 12.4, "lt": "13"}, "compute_cap": {"gte": 750, "lte": 900},
        "cpu_arch": {"in": ["amd64", "arm64"]}, "gpu_totalram": {"gte": 24_000},
        "driver_version": {"gte": "550"}, "gpu_name": {"eq": "RTX_4090"},
        "verified": {"eq": "true"}, "geolocation": {"neq": "US"}, "cuda_vers": {"gte": 12},
        "num_gpus": 1, "datacenter": {"eq": None}, "external": {"eq": False},
    }) == ()  # fmt: skip


@pytest.mark.parametrize("filters", [None, "", " ", {}, [], "{}", "null"])
def test_no_filters_are_no_needs(filters: object) -> None:
    assert needs_from(filters) == ()


@pytest.mark.parametrize(
    "filters",
    [
        "not json", "[1]", "5", 7, [{"a": 1}], "[" * 3000, '{"cpu_arch": ' + '{"in": ' * 2000,
        "x" * 20_000,
    ],
)  # fmt: skip
def test_filters_that_cannot_be_read_are_said_to_be(filters: object) -> None:
    assert said(filters) == ("needs extra_filters: cannot be checked",)


@pytest.mark.parametrize(
    "filters",
    [
        {"future_field": {"gte": 1}}, {"cpu_arch": {"like": "amd%"}},
        {"cuda_max_good": {"gte": {}}},
        {"cuda_max_good": {"gte": [[1]]}}, {"cuda_max_good": {"gte": float("nan")}},
        {"cuda_max_good": {"gte": 10**400}}, {"cuda_max_good": {"in": [10**400]}},
        {"gpu_ids": {"eq": 1}}, {"__class__": {"eq": 1}}, {"country": {"eq": "SE"}},
        {5: {6: 7}}, {"cpu_arch": {"in": ["x"] * 100}},
    ],
)  # fmt: skip
def test_an_unknown_condition_is_never_taken_for_met(filters: dict[Any, Any]) -> None:
    [sentence] = said(filters)
    assert sentence.endswith(": cannot be checked")


@pytest.mark.parametrize(
    "filters",
    [{"cuda_max_good": {"gte": "new"}}, {"cpu_arch": {"gte": 5}}, {"cpu_arch": {"in": "x"}}],
)
def test_values_of_another_type_are_unmet_not_a_crash(filters: object) -> None:
    assert len(said(filters)) == 1


def test_hostile_text_is_cleaned_and_there_is_an_end_to_it() -> None:
    [need] = needs_from({"a\x1b[2J": {"eq": "b\x07" * 500}})
    assert "\x1b" not in need.field
    assert isinstance(need.value, str)
    assert "\x07" not in need.value
    assert len(need.value) <= 64
    assert len(needs_from({f"field{n}": n for n in range(1000)})) == 40


def test_a_virtual_machine_needs_a_host_for_such() -> None:
    template = Template(id=1, hash_id="a", name="Ubuntu", is_vm=True)
    lacking, unknown, able = (
        unmet(template.all_needs, structs.replace(OFFER, vms_enabled=vms))
        for vms in (False, None, True)
    )
    assert lacking == ("needs virtual machines = yes, this host has no",)
    assert unknown == ("needs virtual machines = yes, unknown on this host",)
    assert able == unmet(replace(template, is_vm=False).all_needs, OFFER) == ()
    asked = replace(template, needs=needs_from({"vms_enabled": {"eq": True}}))
    assert asked.all_needs == asked.needs


def test_needs_are_kept_as_filters() -> None:
    needs = (
        Need("cpu_arch", "in", ("amd64", "arm64")),
        Need("cuda_max_good", "gte", 1.5),
        Need("x"),
    )
    saved = json.loads(json.dumps(needs_as_filters(needs)))
    assert needs_from(saved) == needs
