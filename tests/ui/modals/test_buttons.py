"""The buttons of dialogs."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import vasttui.ui

FILES = sorted(Path(vasttui.ui.__path__[0]).rglob("*.py"))


def rows_of_buttons(file: Path) -> list[list[str]]:
    """The actions of the buttons of each function, in order."""
    functions = [
        node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef)
    ]
    calls = [
        [
            call.args[1].value
            for call in ast.walk(function)
            if isinstance(call, ast.Call)
            and isinstance(call.func, ast.Name)
            and call.func.id == "button"
            and isinstance(call.args[1], ast.Constant)
        ]
        for function in functions
    ]
    return [[str(action) for action in row] for row in calls if row]


@pytest.mark.parametrize(
    "file", [file for file in FILES if rows_of_buttons(file)], ids=lambda file: file.stem
)
def test_the_button_that_changes_nothing_comes_first(file: Path) -> None:
    for actions in rows_of_buttons(file):
        assert "cancel" not in actions[1:]


def test_all_dialogs_with_buttons_are_found() -> None:
    assert sum(len(rows_of_buttons(file)) for file in FILES) > 8
