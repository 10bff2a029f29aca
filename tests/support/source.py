"""The project's own source, parsed, for architecture tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "vasttui"
TESTS = ROOT / "tests"


@dataclass(frozen=True)
class Module:
    """One source file."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All nodes of the tree, as `ast.walk` finds them."""
        return tuple(ast.walk(self.tree))

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    def at(self, node: ast.stmt | ast.expr | ast.keyword) -> str:
        """The position of a node, in the form editors understand."""
        return f"{self.name}:{node.lineno}"


@cache
def modules(folder: Path) -> tuple[Module, ...]:
    """Every module below `folder`."""
    if folder not in (PACKAGE, TESTS) and folder.is_relative_to(PACKAGE):
        return tuple(one for one in modules(PACKAGE) if one.path.is_relative_to(folder))
    return tuple(
        Module(path, path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.py"))
    )


def calls(module: Module) -> Iterator[tuple[str, ast.Call]]:
    """Every call to a function with that last name."""
    for node in module.nodes:
        if isinstance(node, ast.Call):
            yield called_name(node), node


def called_name(call: ast.Call) -> str:
    """`c` of `a.b.c()`; empty if what is called has no name."""
    function = call.func
    if isinstance(function, ast.Subscript):
        function = function.value
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The value of a keyword argument."""
    return next((one.value for one in call.keywords if one.arg == name), None)


def is_constant(node: ast.expr | None, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def is_literal_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
