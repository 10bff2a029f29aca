"""Files, classes and functions stay small enough to read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.support.source import PACKAGE, TESTS, Module, modules

MOST_LINES = {"vasttui": 400, "tests": 600}
MOST_FUNCTION_LINES = 60
MOST_CLASS_LINES = 300


def too_long(module: Module) -> Iterator[str]:
    """What in this file is too long."""
    lines = module.text.count("\n")
    most = MOST_LINES[module.name.partition("/")[0]]
    if lines > most:
        yield f"{module.name}: {lines} lines, at most {most}"
    for node in module.nodes:
        if isinstance(node, ast.ClassDef):
            most = MOST_CLASS_LINES
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            most = MOST_FUNCTION_LINES
        else:
            continue
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > most:
            yield f"{module.at(node)}: {node.name} has {lines} lines, at most {most}"


def test_files_classes_and_functions_stay_small() -> None:
    every = (*modules(PACKAGE), *modules(TESTS))
    assert [line for module in every for line in too_long(module)] == []


def test_every_module_says_what_it_is_for() -> None:
    assert [one.name for one in modules(PACKAGE) if not ast.get_docstring(one.tree)] == []


def test_every_module_postpones_its_annotations() -> None:
    wanted = "from __future__ import annotations"
    package = modules(PACKAGE)
    code = [one for one in package if re.search(r"^ *(?:async )?def ", one.text, re.MULTILINE)]
    assert [one.name for one in code if wanted not in one.text] == []
