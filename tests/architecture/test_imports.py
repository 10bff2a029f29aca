"""What is imported where, and when."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from tests.support.source import PACKAGE, ROOT, TESTS, Module, modules

EVERYTHING = (*modules(PACKAGE), *modules(TESTS))
HEAVY = {"httpx", "httpcore", "pydantic", "pydantic_core", "h11", "anyio", "sqlite3", "tomllib"}


def local_imports(module: Module) -> list[int]:
    """The lines of imports inside functions."""
    return [
        node.lineno
        for function in ast.walk(module.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def has_reason(module: Module, line: int) -> bool:
    """Whether a comment right above the imports names what they cost at the start."""
    lines = module.text.splitlines()
    above = line - 2
    while above >= 0 and "import" in lines[above] and not lines[above].lstrip().startswith("#"):
        above -= 1
    comment = []
    while above >= 0 and lines[above].lstrip().startswith("#"):
        comment.append(lines[above])
        above -= 1
    text = " ".join(comment).lower()
    return "start-up" in text or " ms" in text


def test_imports_inside_functions_name_their_price() -> None:
    assert [
        f"{module.name}:{line}"
        for module in modules(PACKAGE)
        for line in local_imports(module)
        if not has_reason(module, line)
    ] == []


def imported_by(code: str) -> set[str]:
    """The top-level names in memory after `code` ran in a fresh interpreter."""
    script = f"{code}\nimport sys; sys.stderr.write('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


def test_the_first_frame_waits_for_nothing_heavy() -> None:
    loaded = imported_by("import vasttui.cli, vasttui.dashboard, vasttui.ui.app.app")
    assert "textual.app" in loaded
    assert loaded & HEAVY == set()
    assert {one for one in loaded if one.startswith("vasttui.simulator.")} == set()
    assert loaded & {"vasttui.models.decode", "vasttui.api.client"} == set()


@pytest.mark.parametrize("arguments", ["--version", "--help", "simulate --help", "doctor --help"])
def test_the_small_commands_load_little(arguments: str) -> None:
    loaded = imported_by(
        "from vasttui.cli import main\n"
        f"try: main({arguments.split()!r})\n"
        "except SystemExit as done: assert done.code == 0"
    )
    assert loaded & {"textual", "rich", "asyncio", *HEAVY} == set()


def test_doctor_and_the_simulator_do_without_the_screens() -> None:
    loaded = imported_by("import vasttui.cli, vasttui.doctor, vasttui.simulate")
    assert loaded & {"textual", "rich", "httpx", "pydantic"} == set()


def test_nobody_sleeps_on_the_computers_clock() -> None:
    bad = []
    for module in EVERYTHING:
        for node in ast.walk(module.tree):
            if (
                isinstance(node, ast.Attribute)
                and node.attr == "sleep"
                and isinstance(node.value, ast.Name)
                and node.value.id == "time"
            ):
                bad.append(module.at(node))
            if isinstance(node, ast.ImportFrom) and node.module == "time":
                bad += [module.at(node) for one in node.names if one.name == "sleep"]
    assert bad == []
