"""Other settings for an instance: what is read, what is sent, what is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vasttui.models.decode_settings import settings_from
from vasttui.models.remake import (
    Difference,
    LaunchSettings,
    Remake,
    differences,
    script_words,
)

ROW = {
    "id": 7, "image_uuid": "acme/a:1", "image_args": ["--port", "80 81"],
    "extra_env": [["-p 80:80", "1"], ["A", "x"], ["KEY", "hidden"], ["TEXT", "two\nlines"],
                  ["VASTTUI_INTENT", "abc"]],
    "onstart": "echo one\necho two", "template_hash_id": None, "template_name": None,
}  # fmt: skip
OLD = settings_from(ROW)


def test_what_is_read() -> None:
    assert OLD.image == "acme/a:1"
    assert OLD.args == ("--port", "80 81")
    assert OLD.variables == {"A": "x", "KEY": "hidden"}
    assert OLD.kept == {"-p 80:80": "1", "TEXT": "two\nlines", "VASTTUI_INTENT": "abc"}
    assert OLD.onstart == "echo one\necho two"
    assert "hidden" not in repr(OLD)
    assert "echo" not in repr(OLD)


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"extra_env": {"A": "x"}}, "env", {"A": "x"}),
        ({"extra_env": None}, "env", {}),
        ({"extra_env": "A=x"}, "env", None),
        ({"extra_env": [["A"]]}, "env", None),
        ({"extra_env": [["A", 1]]}, "env", {"A": "1"}),
        ({"image_args": "--a 'b c'"}, "args", ("--a", "b c")),
        ({"image_args": None}, "args", ()),
        ({"image_args": "'"}, "args", None),
        ({"image_args": [1]}, "args", None),
        ({"image_args": ["\x1b[2J"]}, "args", None),
        ({"onstart": None}, "onstart", ""),
        ({"onstart": 7}, "onstart", None),
        ({"onstart": "if x\n\ty\n"}, "onstart", "if x\n\ty"),
        ({"onstart": "a\r\n\x1bb"}, "onstart", "a\n\N{SYMBOL FOR ESCAPE}b"),
        ({"image_uuid": ["x"]}, "image", None),
    ],
)
def test_every_shape_of_a_field(changes: dict[str, object], field: str, value: object) -> None:
    found = settings_from({**ROW, **changes})
    assert getattr(found, field) == value


def test_only_what_changes_is_sent_and_no_id() -> None:
    assert Remake(image="acme/a:2").body == {"image": "acme/a:2"}
    whole = Remake(template_hash="f" * 32, args=("a", "b c"), env={"A": "1"}, onstart="")
    assert whole.body == {
        "template_hash_id": "f" * 32, "args": "a 'b c'", "env": {"A": "1"}, "onstart": "",
    }  # fmt: skip
    assert Remake().body == {}
    assert "1" not in repr(Remake(env={"A": "1"}))


def test_before_and_after_without_a_value_that_may_be_secret() -> None:
    env = {**OLD.kept, "A": "x", "KEY": "other", "NEW": "secret"}
    new = replace(OLD, image="acme/a:2", args=(), env=env, onstart="echo hi")
    assert differences(OLD, new) == [
        Difference("Image", "acme/a:1", "acme/a:2"),
        Difference("Arguments", "--port '80 81'", "none"),
        Difference("KEY", "set", "another value"),
        Difference("NEW", "none", "set"),
        Difference("On start", "2 lines", "echo hi"),
    ]
    assert Difference("A", "set", "none") in differences(OLD, replace(OLD, env={}))
    template = replace(OLD, template_hash="f" * 32, template_name="vLLM")
    assert differences(OLD, template) == [Difference("Template", "none", "vLLM")]
    unread = differences(LaunchSettings(), replace(OLD, env={"A": "x"}))
    assert {one.before for one in unread} == {"?"}
    assert differences(OLD, OLD) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [(None, "?"), ("", "none"), ("a\n\n", "a"), ("a\nb", "2 lines"), ("\n", "none")],
)
def test_a_script_in_a_few_words(text: str | None, words: str) -> None:
    assert script_words(text) == words


def test_settings_are_the_same_whatever_a_template_is_called() -> None:
    assert OLD.same_as(settings_from({**ROW, "template_name": "other"}))
    assert not OLD.same_as(settings_from({**ROW, "onstart": "x"}))
