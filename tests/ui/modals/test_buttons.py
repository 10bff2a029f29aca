"""The buttons of dialogs."""

from __future__ import annotations

import ast
from pathlib import Path

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


def test_the_button_that_changes_nothing_comes_first() -> None:
    rows = [(file.stem, actions) for file in FILES for actions in rows_of_buttons(file)]
    assert len(rows) > 8
    assert [one for one in rows if "cancel" in one[1][1:]] == []
