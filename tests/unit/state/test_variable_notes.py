"""Notes about variables: when and from where, never a value."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vasttui.state.variable_notes import Note, VariableNotes


def notes(path: Path) -> VariableNotes:
    found = VariableNotes(path, lambda job: job())
    found.load()
    return found


def test_they_are_kept_by_account_and_name(tmp_path: Path) -> None:
    path = tmp_path / "variables.json"
    notes(path).set(7, ["A", "B"], Note(10.0, "x.env"))
    again = notes(path)
    assert again.of(7, "A") == again.of(7, "B") == Note(10.0, "x.env")
    assert again.of(7, "C") is None
    assert again.of(8, "A") is None
    again.drop(7, "A")
    again.drop(7, "A")
    assert notes(path).of(7, "A") is None
    assert json.loads(path.read_text()) == {"7": {"B": [10.0, "x.env"]}}


@pytest.mark.parametrize(
    "value", [None, 7, [], [1], ["1", ""], [True, ""], [-1, ""], [1e99, ""], [1, 2], [1, "", 3]]
)
def test_what_is_not_a_note_is_left_out(tmp_path: Path, value: object) -> None:
    path = tmp_path / "variables.json"
    path.write_text(json.dumps({"7": {"A": value, "B": [1, "\x1b[1m"]}, "8": [1]}))
    assert notes(path).of(7, "A") is None
    assert notes(path).of(7, "B") == Note(1.0, "␛[1m")
