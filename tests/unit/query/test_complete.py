"""Completions while typing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.offer_rows import row
from vasttui.query.complete import LIMIT, complete, seen_values
from vasttui.query.parse import parse

SEEN = seen_values(
    [
        row(),
        row(geolocation="Norway, NO"),
        row(gpu_name="RTX 4090D", geolocation="Norway, NO"),
        row(gpu_name="RTX 3090 Ti", geolocation=None, cpu_name="Xeon® W-3225"),
        row(gpu_name="RTX 3090 Ti", geolocation="Norway"),
        row(gpu_name="RTX 3090 Ti", geolocation="Oslo, NO"),
        row(gpu_name="RTX 3090 Ti", cpu_name="Xeon W-1", sent_cpu_name="Xeon W-1 "),
    ]
)


def applied(text: str, cursor: int | None = None) -> list[str]:
    at = len(text) if cursor is None else cursor
    return [text[: one.start] + one.insert + text[one.end :] for one in complete(text, at, SEEN)]


def test_seen_values_are_the_most_frequent_first() -> None:
    assert SEEN["gpu_name"] == ("RTX 3090 Ti", "RTX 4090", "RTX 4090D")
    assert SEEN["geolocation"] == ("NO", "SE")
    assert SEEN["cpu_name"][0] == "AMD EPYC 7642 48-Core Processor"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("n=1 ef", "n=1 eff<"),
        ("n=1 -c", "n=1 -cc:"),
        ("cuda_v", "cuda_vers>="),
        ("d", "dlp>="),
        ("dc", "dc"),
        ("409", "gpu:RTX_4090"),
        ("gpu:", "gpu:RTX_3090_Ti"),
        ("gpu:40", "gpu:RTX_4090"),
        ("gpu:rtx_409", "gpu:RTX_4090"),
        ("gpu_name=RTX_4", "gpu_name=RTX_4090"),
        ("gpu in [RTX_4090,30", "gpu in [RTX_4090,RTX_3090_Ti"),
        ("cc:SE,", "cc:SE,NO"),
        ("cc:n", "cc:NO"),
        ("cc in [S", "cc in [SE"),
        ("cpu:ep", "cpu:AMD_EPYC_7642_48-Core_Processor"),
        ("cpu:xeon_w", "cpu:Xeon_W-1"),
        ("cpu_name=xeon_w", "cpu_name=Xeon_W-1_"),
        ("verified=f", "verified=false"),
        ("verified=a", "verified=any"),
        ("ubuntu=", "ubuntu=22.04"),
        ("", "gpu:"),
        ("n=1 ", "n=1 gpu:"),
    ],
)
def test_likeliest_completion(text: str, first: str) -> None:
    assert applied(text)[0] == first


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ('gpu:"rtx 40', 'gpu:"RTX 4090"'),
        ('gpu:"', 'gpu:"RTX 3090 Ti"'),
        ('gpu:"rtx ', 'gpu:"RTX 3090 Ti"'),
        ('n=1 -gpu:h100|"rtx 40', 'n=1 -gpu:h100|"RTX 4090"'),
        ('gpu_name="RTX 30', 'gpu_name="RTX 3090 Ti"'),
        ('gpu:"rtx 40"', 'gpu:"RTX 4090"'),
        ('gpu in ["RTX 4090", "RTX 3', 'gpu in ["RTX 4090", "RTX 3090 Ti"]'),
        ('gpu_name="RTX 4090" cc:"S', 'gpu_name="RTX 4090" cc:"SE"'),
        ('cpu:"amd ep', 'cpu:"AMD EPYC 7642 48-Core Processor"'),
        ('verified="f', 'verified="false"'),
    ],
)
def test_a_value_in_quotes_is_completed_within_them(text: str, first: str) -> None:
    filled = applied(text)[0]
    assert filled == first
    parsed = parse(f"{filled} ")
    assert not parsed.problems
    assert not any(rule.field == "text" for rule in parsed.query.rules)


def test_what_follows_the_quotes_stays() -> None:
    assert applied('gpu:"rtx 40" n=1', 10)[0] == 'gpu:"RTX 4090" n=1'
    assert applied('gpu in ["rtx 40"] n=1', 14)[0] == 'gpu in ["RTX 4090"] n=1'
    assert applied('gpu:"rtx 40 cc:"SE"', 11)[0] == 'gpu:"RTX 4090" cc:"SE"'


def test_the_rest_of_the_word_is_replaced() -> None:
    assert applied("gpu:40xx n=1", 6)[0] == "gpu:RTX_4090 n=1"


@pytest.mark.parametrize("text", ['"rtx', "nonsense=1", "x:y", "zzzz"])
def test_nothing_to_offer(text: str) -> None:
    assert complete(text, len(text), SEEN) == []


def test_every_completion_says_what_it_is() -> None:
    offered = complete("", 0, SEEN)
    assert len(offered) == LIMIT
    assert all(one.label and one.help for one in offered)


@given(st.text(alphabet='gpucdn:=<>"[],- 490', max_size=12), st.integers(0, 12))
def test_completing_any_text_gives_spots_in_it(text: str, at: int) -> None:
    cursor = min(at, len(text))
    for one in complete(text, cursor, SEEN):
        assert 0 <= one.start <= cursor <= one.end <= len(text)


@pytest.mark.parametrize("text", ["gpu:", "cc:", "cpu:", "gpu_name=", "dc:", "mobo:", "driver="])
def test_offered_values_can_be_read(text: str) -> None:
    for filled in applied(text):
        assert parse(filled).problems == ()
