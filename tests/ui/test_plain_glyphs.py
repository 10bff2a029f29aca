"""Signs in ASCII: each in its one cell, and names as they are."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

import vasttui.ui
from tests.support.stage import stage
from vasttui.ui.plain_glyphs import aligned, in_ascii, in_cells
from vasttui.ui.plain_lines import PlainGlyphs


def test_every_sign_becomes_one_letter_of_ascii() -> None:
    signs = "·…✖✓●○◐◌★▶▲▼↑↓×–─│╭╮╰╯┤█▒░▁▂▃▄▅▆▇▏‹›"
    assert in_ascii(signs).isascii()
    assert len(in_ascii(signs)) == len(signs)
    assert "".join(map(in_ascii, "██▒▒░░▁▁")) == "##==..__"
    assert in_ascii("日本 ▒") == "日本 ="
    assert in_ascii("Xeon® Gold, Core™ i5, © ² − ′") == "Xeon  Gold, Core  i5,   2 - '"
    assert cell_len(in_ascii("日本 ▒")) == cell_len("日本 ▒")


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("│  ≤0.25  ready │", "| <=0.25  ready |"),
        ("≤0.25  ready", "<=0.25 ready"),
        ("at ≤$0.45, one   x", "at <=$0.45, one  x"),
        ("│ ≤0.25 │  a", "| ?0.25 |  a"),
        ("≤1 ≥2", "?1 ?2"),
        ("  ≤1   ≥2", " <=1  >=2"),
        ("日本  ≤1", "日本 <=1"),
    ],
)
def test_at_most_stays_at_most_and_columns_stay_where_they_are(line: str, plain: str) -> None:
    assert aligned(line) == plain
    assert cell_len(plain) == cell_len(line)
    assert len(in_cells(line)) == len(line)
    assert in_ascii("a ≤1, ≥2") == "a <=1, >=2"


def test_a_line_of_several_styles_keeps_its_width() -> None:
    parts = [Segment("a ·  "), Segment("≤1", Style(bold=True)), Segment(" b")]
    drawn = PlainGlyphs().apply(parts, Color(0, 0, 0))
    assert [one.text for one in drawn] == ["a . ", "<=1", " b"]
    assert drawn[1].style == Style(bold=True)


_OF_KEYBOARDS = {"layouts.py", "pieces.py"}
"""Files whose letters are typed, not drawn."""


def test_every_sign_that_the_program_writes_has_its_form_in_ascii() -> None:
    left = {}
    for file in Path(vasttui.ui.__file__).parent.rglob("*.py"):
        if file.name in _OF_KEYBOARDS:
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        texts = (one.value for one in ast.walk(tree) if isinstance(one, ast.Constant))
        for text in texts:
            if isinstance(text, str) and not in_ascii(text).isascii():
                left[file.name] = in_ascii(text)
    assert left == {}


async def test_all_places_are_drawn_in_ascii_when_that_is_wanted() -> None:
    async with stage(ascii_only=True, volumes=3) as running:
        for section in ("instances", "charges", "credit"):
            running.app.go(section)
            await running.pause()
            assert running.text.isascii(), section
        await running.dialog("question_mark")
        assert running.text.isascii()


@pytest.mark.parametrize("ascii_only", [False, True])
async def test_no_letter_stands_where_a_scrollbar_ends(ascii_only: bool) -> None:
    account = {"endpoints": 2}
    async with stage(ascii_only=ascii_only, account=account, size=(60, 20)) as running:
        await running.press("4")
        await running.dialog("n")
        await running.until(lambda: "Its search finds" in running.text)
        assert running.app.screen.query_one("#scroll").show_vertical_scrollbar
        beside = "".join(line[57] for line in running.text.splitlines()[1:11])
        assert beside.isspace() is ascii_only, beside
