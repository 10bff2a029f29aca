"""One rule of a text changes, the others stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.slow_filter import query_texts
from vasttui.query.edit import drop, set_rule
from vasttui.query.offer_fields import OFFERS
from vasttui.query.parse import parse


@pytest.mark.parametrize(
    ("text", "field", "replacement", "result"),
    [
        ("", "n", "n=1", "n=1"),
        ("gpu:4090", "n", "n=1", "gpu:4090 n=1"),
        ("gpu:4090  n=1 eff<0.6", "n", "n=2", "gpu:4090  n=2 eff<0.6"),
        ("num_gpus = 1 eff<0.6", "n", "n=2", "n=2 eff<0.6"),
        ("n>=1 eff<0.6 n<=4", "n", "n=2", "n=2 eff<0.6"),
        ("gpu_ram>=20 epyc", "vram", "vram>=24", "vram>=24 epyc"),
        ("n>=1 eff<0.6 n<=4", "n", None, "eff<0.6"),
        ("dc -cc:CN", "datacenter", None, "-cc:CN"),
        ("dc -cc:CN", "cc", "cc:SE", "dc cc:SE"),
        ("cpu:epyc cpu>=8", "vcpu", "cpu>=16", "cpu:epyc cpu>=16"),
        ("cpu=epyc cpu:8,16", "vcpu", "cpu>=16", "cpu=epyc cpu>=16"),
        ("verified=any", "verified", None, ""),
        ('gpu_name="RTX 4090"n=1', "gpu", "gpu:5090", "gpu:5090 n=1"),
        ("eff< ", "n", "n=1", "n=1 eff< "),
        ('epyc "rtx pro" n=1', "text", "xeon", "xeon n=1"),
        ("n=1", "eff", None, "n=1"),
    ],
)
def test_set_rule(text: str, field: str, replacement: str | None, result: str) -> None:
    assert set_rule(text, field, replacement) == result


def test_a_field_that_does_not_exist() -> None:
    with pytest.raises(KeyError):
        set_rule("n=1", "nonsense", None)


@given(
    text=query_texts(),
    change=st.sampled_from(
        [
            ("vram", "vram>=48"),
            ("eff", "eff<0.5"),
            ("cc", "cc:FI"),
            ("n", "n:2..4"),
            ("gpu", "gpu:l4"),
        ]
    ),
)
def test_the_new_rule_is_the_only_one_on_its_field_and_all_others_stay(
    text: str, change: tuple[str, str]
) -> None:
    field, replacement = change
    topic = OFFERS.field(field).topic

    def others(filter_text: str) -> list[object]:
        rules = parse(filter_text).query.rules
        return [rule for rule in rules if OFFERS.field(rule.field).topic != topic]

    changed = set_rule(text, field, replacement)
    about = [r for r in parse(changed).query.rules if OFFERS.field(r.field).topic == topic]
    assert about == list(parse(replacement).query.rules)
    assert others(changed) == others(text)
    removed = set_rule(changed, field, None)
    assert list(parse(removed).query.rules) == others(text)
    assert set_rule(changed, field, replacement) == changed


def test_drop() -> None:
    text = "gpu:5090  cc:SE eff<0.30"
    cc = parse(text).query.rules[1]
    assert drop(text, cc) == "gpu:5090 eff<0.30"
    assert drop("nothing of it", cc) == "nothing of it"


def test_a_rule_is_found_where_it_has_moved() -> None:
    rule = parse("n=1 cc:SE").query.rules[1]
    assert drop("n=1   dc cc:SE", rule) == "n=1   dc"


def test_of_two_equal_rules_the_meant_one_goes() -> None:
    first, second = parse("cc:SE n=1 cc:SE").query.rules[::2]
    assert drop("cc:SE n=1 cc:SE", second) == "cc:SE n=1"
    assert drop("cc:SE n=1 cc:SE", first) == "n=1 cc:SE"


@given(text=query_texts(), at=st.integers(0, 5))
def test_dropping_leaves_all_others(text: str, at: int) -> None:
    rules = parse(text).query.rules
    if at < len(rules):
        left = parse(drop(text, rules[at])).query.rules
        replaced = rules[at].field
        kept = [rule for rule in rules if rule is not rules[at]]
        assert [rule for rule in left if rule in kept or rule.field != replaced] == kept
