"""What a filter text means, and the message for an invalid one."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.slow_filter import query_texts
from vasttui.query.parse import MAX_LENGTH, MAX_RULES, parse
from vasttui.query.rules import Query, Rule

WORDS = [
    *("gpu", "eff", "cc", "driver", ":", "=", ">=", "-", '"', "[", "]", ",", " ", "in ", "not in"),
    *("4090", "any", "null", "..", "%", "24G", "_", "|", "1e999", "٣", "\t", "9" * 5000),
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS), max_size=12).map("".join)))
@example("a" * 5_000)
@example("driver>=" + "9" * 400)
@example("driver=1.2.3.4")
@example("gpu_ram>=1e308 duration>1e308")
def test_any_text_can_be_parsed(text: str) -> None:
    parsed = parse(text)
    for error in (*parsed.problems, *parsed.warnings):
        assert 0 <= error.start < error.end <= len(text)
        assert str(error)
    for rule in parsed.query.rules:
        assert text[rule.start : rule.end] == rule.text
        assert rule.label


def rules(text: str) -> tuple[Rule, ...]:
    parsed = parse(text)
    assert parsed.problems == ()
    return parsed.query.rules


def only(text: str) -> Rule:
    (rule,) = rules(text)
    return rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("gpu:4090", Rule("gpu", "match", ("4090",))),
        ("gpu=4090", Rule("gpu", "match", ("4090",))),
        ("gpu!=4090", Rule("gpu", "unmatch", ("4090",))),
        ("gpu notin [4090,3090]", Rule("gpu", "unmatch", ("4090", "3090"))),
        ("-gpu:3090", Rule("gpu", "match", ("3090",), negated=True)),
        ("gpu:4090|RTX_5090", Rule("gpu", "match", ("4090", "rtx 5090"))),
        ('gpu:"rtx 4090"', Rule("gpu", "match", ("rtx 4090",))),
        ("gpu in [4090, 5090]", Rule("gpu", "match", ("4090", "5090"))),
        ("GPU:4090", Rule("gpu", "match", ("4090",))),
        ("gpu_name=RTX_4090", Rule("gpu_name", "eq", ("RTX 4090",))),
        ("n=1", Rule("num_gpus", "eq", (1,))),
        ("n:1,2,4", Rule("num_gpus", "in", (1, 2, 4))),
        ("n:2..4", Rule("num_gpus", "between", (2, 4))),
        ("-n=1", Rule("num_gpus", "eq", (1,), negated=True)),
        ("vram>=24", Rule("vram", "gte", (24,))),
        ("vram>=24G", Rule("vram", "gte", (24.0,))),
        ("vram>=80GiB", Rule("vram", "gte", (80.0,))),
        ("vram:24..48", Rule("vram", "between", (24, 48))),
        ("vram=24..48", Rule("vram", "between", (24, 48))),
        ("gpu_ram>=24", Rule("gpu_ram", "gte", (24_000.0,))),
        ("disk>=1T", Rule("disk_space", "gte", (1000.0,))),
        ("disk>=16GB", Rule("disk_space", "gte", (16.0,))),
        ("ends>30d", Rule("ends", "gt", (30 * 86_400.0,))),
        ("ends>12h", Rule("ends", "gt", (12 * 3_600.0,))),
        ("duration>24", Rule("duration", "gt", (24 * 86_400.0,))),
        ("down>=1Gb", Rule("inet_down", "gte", (1000.0,))),
        ("up>=500Mb", Rule("inet_up", "gte", (500.0,))),
        ("rel>=98", Rule("rel", "gte", (0.98,))),
        ("rel>=.98", Rule("rel", "gte", (0.98,))),
        ("rel>=98%", Rule("rel", "gte", (0.98,))),
        ("rel=1", Rule("rel", "eq", (1,))),
        ("reliability>=98", Rule("reliability", "gte", (98,))),
        ("eff<$0.60", Rule("eff", "lt", (0.6,))),
        ("cc:de,NL", Rule("cc", "in", ("DE", "NL"))),
        ("cc:DE,", Rule("cc", "eq", ("DE",))),
        ("-cc:CN", Rule("cc", "eq", ("CN",), negated=True)),
        ("dc", Rule("datacenter", "eq", (True,))),
        ("-dc", Rule("datacenter", "eq", (True,), negated=True)),
        ("dc:no", Rule("datacenter", "eq", (False,))),
        ("cpu:epyc", Rule("cpu_name", "match", ("epyc",))),
        ("cpu:7950x", Rule("cpu_name", "match", ("7950x",))),
        ("cpu=epyc", Rule("cpu_name", "match", ("epyc",))),
        ("cpu in [epyc,xeon]", Rule("cpu_name", "match", ("epyc", "xeon"))),
        ("cpu=null", Rule("cpu_cores_effective", "null")),
        ("cpu>=16", Rule("cpu_cores_effective", "gte", (16,))),
        ("cpu:16", Rule("cpu_cores_effective", "eq", (16,))),
        ("driver>=550", Rule("driver", "gte", (550_000_000,))),
        ("driver>550", Rule("driver", "gt", (550_999_999,))),
        ("driver=550.54", Rule("driver", "between", (550_054_000, 550_054_999))),
        ("driver!=550", Rule("driver", "outside", (550_000_000, 550_999_999))),
        ("driver_version>=535", Rule("driver_version", "gte", (535,))),
        ("driver_version>=535.86.05", Rule("driver_version", "gte", (535_086_005,))),
        ("external=null", Rule("external", "null")),
        ("external!=null", Rule("external", "known")),
        ("allocated_storage=60", Rule("allocated_storage", "gte", (60,))),
        ("epyc", Rule("text", "match", ("epyc",))),
        ("-Xeon", Rule("text", "match", ("xeon",), negated=True)),
        ('"rtx pro"', Rule("text", "match", ("rtx pro",))),
        ('"rtx p', Rule("text", "match", ("rtx p",))),
        ('"eff"', Rule("text", "match", ("eff",))),
        ("m:25991", Rule("machine_id", "eq", (25991,))),
    ],
)
def test_meaning(text: str, rule: Rule) -> None:
    assert only(text) == rule


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("eff<0.60", "eff<0.60"),
        ("rel  >= .98", "rel>=.98"),
        ("cc:SE", "cc:SE"),
        ("-cc:CN", "-cc:CN"),
        ('"rtx pro"', '"rtx pro"'),
        ("num_gpus gte 2", "num_gpus gte 2"),
    ],
)
def test_label(text: str, label: str) -> None:
    assert only(text).label == label


@pytest.mark.parametrize(
    ("text", "spot", "reason"),
    [
        ("n=1 eff<", "eff<", "eff needs a number; try eff<0.60"),
        ("n=1 eff<a", "eff<a", "eff needs a number; try eff<0.60"),
        ("eff<.", "eff<.", "eff needs a number; try eff<0.60"),
        ("n=1 vram", "vram", "vram needs a number; try vram>=24"),
        ("gpu:", "gpu:", "gpu needs a value; try gpu:4090"),
        ("gpu:-", "gpu:-", "gpu needs a name; try gpu:4090"),
        ("gpu>4090", "gpu>4090", "gpu cannot be used with < or >; try gpu:4090"),
        ("n=1 ef", "ef", "ef is the start of eff; finish it, or quote it to search for the word"),
        ("cc:D", "cc:D", "cc needs two-letter codes; try cc:DE,NL"),
        ("cc:DE,N", "cc:DE,N", "cc needs two-letter codes; try cc:DE,NL"),
        ("vram:24..", "vram:24..", "vram needs a number; try vram>=24"),
        ("down>1GB", "down>1GB", "down is in bits, not bytes; try down>=500"),
        ("ends>3q", "ends>3q", "ends does not take the unit 'q'; try ends>30d"),
        ("dc:maybe", "dc:maybe", "dc must be true, false or any; try dc=true"),
        (
            "verified=any'",
            "verified=any'",
            "verified must be true, false or any; try verified=true",
        ),
        ("dc!=maybe", "dc!=maybe", "dc must be true or false; try dc=true"),
        ("driver=x", "driver=x", "driver needs a version; try driver>=550"),
        ("-", "-", "- excludes what follows it; try -cc:CN"),
        ("- n=1", "-", "- excludes what follows it; try -cc:CN"),
        ("<0.6", "<0.6", "< needs a field before it; try eff<0.60"),
        ('""', '""', "there is nothing between the quotes"),
        ("n=>1", "n=>1", "unknown operator =>; use = != < <= > >= in notin"),
        ("cc in [SE, N", "cc in [SE,", "the list for cc has no closing ]"),
        ("gpu-name in [A, N", "[A,", "the list for gpu-name has no closing ]"),
        ("[SE, N", "[SE,", "the list has no closing ]"),
        (
            "gpuu:4090",
            "gpuu:4090",
            "unknown field gpuu (did you mean gpu?); quote it to search for the text",
        ),
    ],
)
def test_what_has_no_meaning_is_marked_with_a_reason(text: str, spot: str, reason: str) -> None:
    (problem,) = parse(text).problems
    assert text[problem.start : problem.end] == spot
    assert str(problem) == reason


def test_the_good_part_of_a_broken_text_is_understood() -> None:
    assert parse("n=1 eff<").query == parse("n=1").query


def test_a_word_that_begins_a_field_counts_once_it_is_finished() -> None:
    assert parse("re").problems
    assert only("re ").values == ("re",)
    assert only('"re"').values == ("re",)


def test_a_later_comparison_replaces_its_like_with_a_warning() -> None:
    parsed = parse("n>=1 n<=8 num_gpus>=4")
    assert parsed.query.rules == (Rule("num_gpus", "gte", (4,)), Rule("num_gpus", "lte", (8,)))
    (warning,) = parsed.warnings
    assert (warning.start, warning.end) == (0, 4)
    assert "num_gpus>=4" in str(warning)


def test_colon_rules_and_exclusions_replace_nothing() -> None:
    assert len(rules("gpu:rtx gpu:4090 gpu!=d -n=1 -n=2 n=4")) == 6


def test_any_takes_a_rule_and_its_default_away() -> None:
    parsed = parse("verified=false verified=any n=2 n:any")
    assert parsed.query == Query((), frozenset({"verified", "num_gpus"}))
    assert parse("verified=any verified=false").query.rules == (Rule("verified", "eq", (False,)),)


def test_an_unknown_field_is_a_warning_and_has_no_effect() -> None:
    parsed = parse("num_gpu=1")
    assert parsed.query == Query()
    (warning,) = parsed.warnings
    assert str(warning) == "unknown field num_gpu (did you mean num_gpus?); ignored"


def test_rules_that_mean_the_same_are_equal_wherever_they_stand() -> None:
    assert parse("n=1  eff<0.6").query == parse("num_gpus = 1 eff<0.60").query
    assert hash(parse("n=1").query) == hash(parse("  n=1").query)


def test_length_and_number_of_rules_are_bounded() -> None:
    assert parse("a" * (MAX_LENGTH + 1)).problems
    many = parse("x " * (MAX_RULES + 1))
    assert len(many.query.rules) == MAX_RULES
    assert len(many.problems) == 1


@given(query_texts())
def test_what_is_valid_stays_valid_between_blanks(text: str) -> None:
    assert parse(f"  {text} ").query == parse(text).query
