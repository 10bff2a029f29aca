"""Lines of details: names beside texts, and every field as it is."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from vasttui.ui.lists.facts import fact_line, hanging, in_room, raw_lines


@dataclass
class Pen:
    id: int = 7
    ink: str | None = None
    price: float = 0.25
    nib: str = "a nib that takes more room than any column of the table has to give away"


def plain(lines: list) -> list[str]:  # type: ignore[type-arg]
    return [line.plain for line in lines]


def test_a_fact_is_a_name_and_a_text() -> None:
    assert fact_line("Cost", "$1").plain == "Cost     $1"
    assert fact_line("", "more").plain == "         more"
    assert fact_line("Colour", "red", 12).plain == "Colour      red"


def test_what_is_too_long_goes_on_under_the_text() -> None:
    line = fact_line("Image", "one two three four five")
    assert hanging(line, 40) == [line]
    assert [part.rstrip() for part in plain(hanging(line, 20))] == [
        "Image    one two",
        "         three",
        "         four five",
    ]


def test_no_word_stands_alone_where_the_one_before_it_has_room_beside() -> None:
    line = fact_line("Machine", "RTX 4090 · Sweden · 99.5 % reliable")
    assert [part.rstrip() for part in plain(hanging(line, 40))] == [
        "Machine  RTX 4090 · Sweden",
        "         99.5 % reliable",
    ]
    long = fact_line("Key", "averylongword averylongwordtoo")
    assert plain(hanging(long, 29))[-1].strip() == "averylongwordtoo"


def test_no_line_begins_or_ends_with_the_dot_between_two_parts() -> None:
    line = fact_line("Cost", "8 h = $0.49 · traffic is free")
    assert [part.rstrip() for part in plain(hanging(line, 22))] == [
        "Cost     8 h = $0.49", "         traffic", "         is free",
    ]  # fmt: skip


@pytest.mark.parametrize("width", range(18, 60))
def test_at_no_width_a_line_begins_or_ends_with_a_dot(width: int) -> None:
    text = "$0.30 GPU + $0.02 disk now · stopped $0.02/h · spent $2.29 · traffic free"
    lines = [part[9:].strip() for part in plain(hanging(fact_line("Cost", text), width))]
    assert not [part for part in lines if part.startswith("·") or part.endswith("·")]
    assert " ".join(lines).replace(" ·", "").split() == text.replace(" ·", "").split()


def test_lines_wrap_while_there_is_room_for_the_others() -> None:
    lines = [fact_line("Disk", "one two three"), fact_line("Net", "four five · six")]
    assert [part.rstrip() for part in plain(in_room(lines, 18, 3))] == [
        "Disk     one", "         two three", "Net      four …",
    ]  # fmt: skip


def test_fields_stand_in_columns_that_are_read_downwards() -> None:
    lines = plain(raw_lines(Pen(), 100, ()))
    assert [line.split()[:2] for line in lines] == [["id", "7"], ["ink", "-"]]
    assert "price 0.25" in lines[0]
    assert lines[1].rstrip().endswith("…")
    assert {len(line) for line in lines} == {96}


def test_in_one_column_nothing_is_cut() -> None:
    assert plain(raw_lines(Pen(), 60, ())) == [
        "id 7", "ink -", "price 0.25", f"nib {Pen.nib}",
    ]  # fmt: skip


def test_what_is_private_is_hidden_and_what_is_missing_is_not_made_a_secret() -> None:
    assert plain(raw_lines(Pen(), 60, {"id", "ink", "price"}))[:3] == [
        "id •••",
        "ink -",
        "price •••",
    ]
