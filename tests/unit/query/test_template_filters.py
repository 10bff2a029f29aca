"""What a template needs, as words, as a filter, and back."""

from __future__ import annotations

import pytest

from tests.support.offer_rows import row
from vasttui.models.template import Need
from vasttui.models.template_needs import needs_from
from vasttui.query.match import compile_query
from vasttui.query.needs import in_words, unmet
from vasttui.query.offer_fields import OFFERS
from vasttui.query.parse import parse
from vasttui.query.template_filters import needs_filter, wanted_filters

NAMES = ("RTX 4090", "RTX 4090D", "H100 SXM")


@pytest.mark.parametrize(
    ("filters", "text"),
    [
        ({"cuda_max_good": {"gte": 12.6}, "compute_cap": {"lte": 900}},
         "cuda>=12.6 compute_cap<=900"),
        ({"cpu_arch": {"in": ["amd64", "arm64"]}}, "cpu_arch in [amd64,arm64]"),
        ({"geolocation": {"in": ["US", "CA"]}, "verified": {"eq": True}}, "cc:US,CA verified"),
        ({"gpu_ram": {"gte": 24_000.0}, "num_gpus": {"eq": "1"}}, "gpu_ram>=24 n=1"),
        ({"external": {"eq": False}, "rentable": {"eq": "true"}}, "external=false rentable=true"),
        ({"gpu_name": {"in": ["RTX 4090", "H100_SXM"]}}, "gpu_name in [RTX_4090,H100_SXM]"),
        ({"driver_version": {"gte": "535.86.05"}}, "driver_version>=535.86.05"),
        ({"duration": {"gte": 259_200}, "cpu_arch": {"eq": None}}, "duration>=3 cpu_arch=null"),
        ({"gpu_totalram": {"gte": 48_000}}, "gpu_totalram>=48000"),
    ],
)  # fmt: skip
def test_needs_are_a_filter_that_means_the_same(filters: object, text: str) -> None:
    assert needs_filter(needs_from(filters)) == (text, ())


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"nonsense": {"eq": 1}}, "nonsense = 1"),
        ({"cuda_max_good": {"like": 12}}, "CUDA: a condition that cannot be read"),
        ({"cpu_arch": {"in": ["a,b"]}}, "CPU in a,b"),
        ({"gpu_name": {"eq": "x verified"}}, ""),
        ("{", "extra_filters: a condition that cannot be read"),
    ],
)
def test_what_the_filter_cannot_say_is_left_out_in_words(filters: object, words: str) -> None:
    found = needs_filter(needs_from(filters))
    if words:
        assert found == ("", (words,))
    else:
        assert found.left_out == ()
        assert wanted_filters(found.text).filters == filters


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("", {}),
        ("vram>=24 cuda>=12.8", {"gpu_ram": {"gte": 24_064.0}, "cuda_max_good": {"gte": 12.8}}),
        ("cc:US,CA verified", {"geolocation": {"in": ["US", "CA"]}, "verified": {"eq": True}}),
        ("gpu:4090", {"gpu_name": {"in": ["RTX 4090", "RTX 4090D"]}}),
        ("cuda>=12 cuda<13", {"cuda_max_good": {"gte": 12, "lt": 13}}),
        ("ends>30d", {"duration": {"gt": 2_592_000.0}}),
    ],
)
def test_a_filter_is_sent_in_the_words_of_the_service(
    text: str, filters: dict[str, object]
) -> None:
    assert wanted_filters(text, NAMES) == (filters, "")


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("vram>=24 cuda>=12.8", ""), ("vram<=80", ""), ("vram>23", "vram>=24"),
        ("vram<48", "vram<=47"), ("vram=24", "vram>=24 vram<=24"), ("gpu_ram>=24", ""),
    ],
)  # fmt: skip
def test_a_saved_filter_comes_back_as_it_was_typed(text: str, again: str) -> None:
    needs = needs_from(wanted_filters(text, NAMES).filters)
    assert needs_filter(needs) == (again or text, ())


@pytest.mark.parametrize(
    "text",
    ["mine", "-dc", "eff<1", "ram>=64", "epyc", "gpu:nothing", "cuda>=x", "verified=any"],
)
def test_what_the_service_cannot_compare_is_no_part_of_a_template(text: str) -> None:
    wanted = wanted_filters(text, NAMES)
    assert wanted.filters == {}
    assert wanted.problem


@pytest.mark.parametrize(
    ("need", "words"),
    [
        (Need("cuda_vers", "gte", 12.6), "CUDA >= 12.6"),
        (Need("gpu_ram", "gte", 24_064.0), "VRAM in GB >= 24"),
        (Need("gpu_ram", "gte", 24_000.0), "GPU memory in MB >= 24000"),
        (Need("compute_cap", "lte", 900.0), "compute capability <= 9"),
        (Need("cpu_arch", "in", ("amd64", "arm64")), "CPU in amd64, arm64"),
        (Need("duration", "gt", 259_200.0), "days until the offer ends > 3"),
        (Need("verified", "eq", True), "verified = yes"),
    ],
)
def test_needs_in_words(need: Need, words: str) -> None:
    assert in_words(need) == words


@pytest.mark.parametrize("cuda", [12.4, 12.8])
def test_filter_and_comparison_agree(cuda: float) -> None:
    needs = needs_from({"cuda_max_good": {"gte": 12.6}, "geolocation": {"in": ["SE"]}})
    offer = row(cuda_max_good=cuda, geolocation="Sweden, SE")
    keep = compile_query(parse(needs_filter(needs).text, OFFERS).query, 0.0, OFFERS)
    assert bool(keep([offer])) is (unmet(needs, offer.offer) == ())
