"""The template form as text: what it stands for, and what is said before it is saved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from vasttui.models.rent import Launch
from vasttui.models.template import Need, Template
from vasttui.ui.rent.variable_help import VariableSuggester, variable_example, variable_lines
from vasttui.ui.templates.typed import (
    PROXY,
    PUBLIC,
    Base,
    TemplateTyped,
    read_form,
    typed_of,
    warnings,
)

TYPED = TemplateTyped(name=" mine ", image="a/b:1", disk="40", ports="8000 9:10", env="A='b c'")
OLD = Template(
    id=7, hash_id="b" * 32, name="old", image="a/b", tag="1", runtype="args", args="--x 1",
    disk=40.0, ports=("8000:8000", "9:10/udp"), env={"A": "it's", "B": ""}, onstart="a\nb",
    needs=(Need("cuda_max_good", "gte", 12.8), Need("strange", "eq", 1.0)), private=False,
    flags=("--shm-size", "1g"), mine=True, href="https://x.example/",
)  # fmt: skip


def wrong(typed: TemplateTyped, base: Base | None = None) -> dict[str, str]:
    reading = read_form(typed, base, ())
    assert (reading.draft is None) is bool(reading.wrong)
    return reading.wrong


def test_every_field_reaches_the_draft() -> None:
    typed = replace(
        TYPED, launch=Launch.JUPYTER.name, way=PROXY, onstart="echo", offers="cuda>=12",
        login="-u me -p hunter2 docker.io", desc="d", href="https://x", readme="# Hi", who=PUBLIC,
    )  # fmt: skip
    made = read_form(typed, None, ()).draft
    assert made is not None
    assert (made.name, made.image, made.launch, made.direct) == (
        "mine", "a/b:1", Launch.JUPYTER, False,
    )  # fmt: skip
    assert (made.disk, made.ports, made.env) == (40.0, ("8000", "9:10"), {"A": "b c"})
    assert made.login == ("docker.io", "me", "hunter2")
    assert (made.onstart, made.desc, made.href) == ("echo", "d", "https://x")
    assert (made.readme, made.private) == ("# Hi", False)
    assert made.filters == {"cuda_max_good": {"gte": 12}}
    assert "hunter2" not in repr(made)


@pytest.mark.parametrize("edits", [True, False])
def test_a_template_comes_through_the_form_unchanged(edits: bool) -> None:
    typed = typed_of(OLD)
    assert (typed.ports, typed.offers) == ("8000 9:10/udp", "cuda>=12.8")
    made = read_form(typed, Base(OLD, edits), ()).draft
    assert made is not None
    assert made.env == OLD.env
    assert (made.flags, made.args, made.onstart) == (OLD.flags, "--x 1", "a\nb")
    kept = {"cuda_max_good": {"gte": 12.8}, "strange": {"eq": 1.0}}
    assert made.filters == (None if edits else kept)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"), ({"image": ""}, "image"), ({"image": "A b"}, "image"),
        ({"disk": "x"}, "disk"), ({"disk": "7"}, "disk"), ({"disk": "inf"}, "disk"),
        ({"ports": "1-5"}, "ports"), ({"env": "A"}, "env"), ({"env": "A='"}, "env"),
        ({"onstart": "x" * 5_000}, "onstart"), ({"login": "docker.io"}, "login"),
        ({"offers": "eff<1"}, "offers"), ({"href": "javascript:x"}, "href"),
        ({"launch": "ARGS", "args": "'"}, "args"),
        ({"env": "K='-----BEGIN OPENSSH PRIVATE KEY-----'"}, "env"),
        ({"readme": "-----BEGIN OPENSSH PRIVATE KEY-----"}, "readme"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_field(changes: dict[str, Any], field: str) -> None:
    assert set(wrong(replace(TYPED, **changes))) == {field}


def test_arguments_are_those_of_the_entrypoint_only() -> None:
    made = read_form(replace(TYPED, args="--x"), None, ()).draft
    assert made is not None
    assert made.args == ""


@pytest.mark.parametrize(
    ("typed", "base", "words"),
    [
        (TYPED, None, "A has a space in the value"),
        (replace(TYPED, env="HF_TOKEN=x", who=PUBLIC), None, "HF_TOKEN has a value"),
        (typed_of(OLD), Base(OLD, edits=True), "keeps it: train-a, saved links and worker groups."),
        (typed_of(OLD), Base(OLD, edits=True), "Not shown in Offers, but kept: strange = 1."),
        (replace(typed_of(OLD), offers=""), Base(OLD, edits=True), "dropped when this is saved"),
        (typed_of(OLD), Base(OLD, edits=False), "Readme and registry login are not copied."),
        (typed_of(OLD), Base(replace(OLD, altered=frozenset({"env"})), edits=True),
         "Variables: not every character can be shown. Untouched, it stays."),
    ],
)  # fmt: skip
def test_what_is_to_be_known_before_saving(
    typed: TemplateTyped, base: Base | None, words: str
) -> None:
    assert words in "\n".join(warnings(typed, base, ["train-a"]))


def test_a_new_plain_template_needs_no_warning() -> None:
    assert warnings(replace(TYPED, env="A=b"), None, []) == []
    assert warnings(replace(TYPED, env="A=b PATH=/x LD_PRELOAD=y"), None, []) == [
        "PATH, LD_PRELOAD replace the container's own."
    ]


@pytest.mark.parametrize(
    ("value", "suggestion"),
    [
        ("VL", "VLLM_MODEL="),
        ("vllm_a", "VLLM_ARGS="),
        ("VLLM_MODEL=a/b ", "VLLM_MODEL=a/b VLLM_ARGS="),
        ("A='x y' OPEN", "A='x y' OPEN_BUTTON_PORT="),
        ("VLLM_MODEL=a/b", None),
        ("XYZ", None),
    ],
)
async def test_the_variables_of_the_image_are_offered(value: str, suggestion: str | None) -> None:
    suggester = VariableSuggester(lambda: "vastai/vllm:1")
    assert await suggester.get_suggestion(value) == suggestion


def test_they_are_explained_and_shown_in_an_empty_field() -> None:
    assert "VLLM_MODEL        model to serve" in variable_lines("vastai/vllm:1").plain
    assert variable_example("vastai/vllm:1") == "VLLM_MODEL=… VLLM_ARGS=…"
    assert variable_example("a/b") == "HF_TOKEN=… MODE=train"
