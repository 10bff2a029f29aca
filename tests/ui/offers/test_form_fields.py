"""The form writes the filter text, field by field, and leaves the rest as typed."""

from __future__ import annotations

import re

import pytest

from vasttui.query.parse import parse
from vasttui.ui.offers.form_fields import (
    FORM_FIELDS,
    FormField,
    Prefill,
    prefill,
    problem,
    rule_text,
    write,
)

FIELDS = {field.key: field for field in FORM_FIELDS}


def fill(text: str) -> dict[str, Prefill]:
    return {key: prefill(text, field) for key, field in FIELDS.items()}


def change(text: str, **typed: str) -> str:
    before = fill(text)
    now = {key: one.value for key, one in before.items()} | typed
    return write(text, before, now)


@pytest.mark.parametrize(
    ("key", "text", "shown"),
    [
        ("gpu", "gpu:4090", "4090"),
        ("gpu", "gpu:4090|5090", "4090, 5090"),
        ("n", "n=1", "1"),
        ("n", "num_gpus>=4", ">=4"),
        ("vram", "vram>=24", "24"),
        ("cuda", "cuda>=12.4", "12.4"),
        ("rel", "rel>=.98", "98"),
        ("rel", "rel>99.5%", ">99.5"),
        ("eff", "eff<0.60", "<0.6"),
        ("eff", "eff<=0.6", "0.6"),
        ("ends", "ends>=30d", "30"),
        ("cc", "cc:SE,NO", "SE, NO"),
        ("cc", "country=se", "SE"),
        ("not_cc", "-cc:CN", "CN"),
        ("not_cc", "cc!=CN", "CN"),
    ],
)
def test_the_form_starts_with_what_the_filter_says(key: str, text: str, shown: str) -> None:
    assert prefill(text, FIELDS[key]) == Prefill(shown)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("n", "n>=2 n<=8"),
        ("vram", "gpu_ram>=24"),
        ("vram", "vram:16..24"),
        ("gpu", "-gpu:4090"),
        ("rel", "reliability2>=0.98 rel>.99"),
    ],
)
def test_what_a_field_cannot_hold_is_shown_beside_it_and_stays(key: str, text: str) -> None:
    found = prefill(text, FIELDS[key])
    assert found.value == ""
    assert found.elsewhere == text
    assert change(text) == text
    assert change(text, cuda="12") == f"{text} cuda>=12"


def test_nothing_said_is_nothing_filled_in() -> None:
    assert set(fill("epyc").values()) == {Prefill()}


@pytest.mark.parametrize(
    ("key", "typed", "written"),
    [
        ("gpu", "4090", "gpu:4090"),
        ("gpu", "RTX 4090, h100", "gpu:RTX_4090|h100"),
        ("gpu", '"[/]"', "gpu:/"),
        ("n", "2", "n=2"),
        ("n", ">= 2", "n>=2"),
        ("vram", "24", "vram>=24"),
        ("vram", "24G", "vram>=24G"),
        ("vram", "24 GB", "vram>=24GB"),
        ("rel", "98 %", "rel>=98%"),
        ("rel", "98", "rel>=98%"),
        ("rel", "98%", "rel>=98%"),
        ("eff", "0.5", "eff<=0.5"),
        ("ends", "30", "ends>=30d"),
        ("cc", "se, no", "cc:SE,NO"),
        ("not_cc", "cn", "-cc:CN"),
        ("cuda", "  ", ""),
    ],
)
def test_what_is_typed_becomes_a_rule(key: str, typed: str, written: str) -> None:
    assert rule_text(FIELDS[key], typed) == written


def test_only_what_was_changed_is_written() -> None:
    text = '  GPU:4090   rel>=.980  "rtx pro"  num_gpus = 1 '
    assert change(text) == text
    assert change(text, n="2") == text.replace("num_gpus = 1", "n=2")
    assert change(text, rel="") == '  GPU:4090 "rtx pro"  num_gpus = 1 '


def test_both_lists_of_countries_are_written_together() -> None:
    assert change("", cc="se", not_cc="cn") == "cc:SE -cc:CN"
    assert change("cc:SE -cc:CN", cc="NO") == "cc:NO -cc:CN"
    assert change("cc:SE -cc:CN", not_cc="") == "cc:SE"
    assert change("cc:SE n=1 -cc:CN", cc="", not_cc="") == "n=1"


@pytest.mark.parametrize("key", FIELDS)
def test_every_field_says_what_is_wrong_in_a_sentence(key: str) -> None:
    field = FIELDS[key]
    bad = {"names": "!!", "number": "many"}.get(field.kind, "Sweden")
    assert problem(field, bad).endswith(".")
    assert not re.search(r"\w:\w|\w[<>]=?[\d.]", problem(field, bad)), "the filter's grammar"
    assert len(problem(field, bad)) <= 45, "the width of half the form"
    assert problem(field, "") == ""


@pytest.mark.parametrize("typed", ["1 2", "1 epyc", "1 n=2", ">="])
def test_one_field_takes_one_value(typed: str) -> None:
    assert problem(FIELDS["n"], typed) != ""


@pytest.mark.parametrize("field", FORM_FIELDS, ids=lambda field: field.key)
def test_what_the_form_writes_it_reads_again(field: FormField) -> None:
    typed = {"names": "4090, h100", "in": "SE, NO", "not in": "CN"}.get(field.kind, "12")
    text = rule_text(field, typed)
    assert parse(text).problems == ()
    assert prefill(text, field) == Prefill(typed)


@pytest.mark.parametrize(
    ("key", "typed", "sentence"),
    [
        ("rel", "150", "Needs a percentage from 0 to 100."),
        ("rel", ">= 150 %", "Needs a percentage from 0 to 100."),
        ("rel", "-1", "Needs a percentage from 0 to 100."),
        ("rel", "100", ""),
        ("rel", "0", ""),
        ("vram", "-3", "Cannot be below 0."),
        ("vram", "<= -3 GB", "Cannot be below 0."),
        ("eff", "-0.1", "Cannot be below 0."),
        ("ends", "-1d", "Cannot be below 0."),
        ("ram", "0", ""),
        ("n", "0", "Must be at least 1."),
        ("n", "1.5", "Needs a whole number."),
        ("n", "4..8", ""),
        ("cc", "XX", "XX is not a country's code."),
        ("cc", "SE, QQ", "QQ is not a country's code."),
        ("not_cc", "xx", "XX is not a country's code."),
        ("cc", "SE, XK", ""),
        ("not_cc", "cn", ""),
    ],
)
def test_what_no_offer_can_be_is_refused(key: str, typed: str, sentence: str) -> None:
    assert problem(FIELDS[key], typed, countries=("XK",)) == sentence
