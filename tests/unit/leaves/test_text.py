"""Text from strangers never reaches a terminal as a command."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vasttui.text import LABEL_CAP, clean, clean_lines


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("RTX 4090", "RTX 4090"),
        ("  padded \n", "padded"),
        ("two\nlines\tand tab", "two lines and tab"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("\x9b31mred", "\ufffd31mred"),
        ("del\x7f", "del␡"),
        ("right\u202eleft", "rightleft"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("soft\u00adhyphen", "softhyphen"),
        ("line\u2028sep", "line\ufffdsep"),
        ("lone \ud83d half", "lone \ufffd half"),
        ("private \ue000", "private \ufffd"),
        ("tag\U000e0041", "tag"),
        ("no-break\u00a0blank", "no-break blank"),
        ("Zürich, Île-de-France, 東京", "Zürich, Île-de-France, 東京"),
        ("e" + "\u0301" * 9, "e" + "\u0301" * 3),
        ("[/] [@click=app.quit]x[/]", "[/] [@click=app.quit]x[/]"),
        ("", ""),
    ],
)
def test_each_kind_of_trouble(raw: str, safe: str) -> None:
    assert clean(raw) == safe


def test_long_text_is_cut_with_a_sign() -> None:
    assert clean("x" * 300) == "x" * (LABEL_CAP - 1) + "…"
    assert clean("abcdef", cap=4) == "abc…"
    assert clean("abcd", cap=4) == "abcd"


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_nothing_is_left_that_a_terminal_obeys_or_hides(raw: str) -> None:
    safe = clean(raw)
    assert len(safe) <= LABEL_CAP
    assert not {unicodedata.category(char) for char in safe} & {"Cc", "Cf", "Cs", "Cn", "Co"}
    assert not any(char in "\u2028\u2029\ufe0f\u115f" for char in safe)
    safe.encode("utf-8")


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_clean_text_stays_as_it_is(raw: str) -> None:
    assert clean(clean(raw)) == clean(raw)


def test_lines_keep_their_indent_and_number() -> None:
    assert clean_lines("a\r\n\tb\n  c \x1b[0m\n") == ["a", "    b", "  c ␛[0m", ""]


def test_lines_are_capped_one_by_one() -> None:
    assert clean_lines("x" * 20 + "\ny", cap=5) == ["xxxx…", "y"]
