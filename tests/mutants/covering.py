"""Which tests are for which file, by what they import.

Tests that drive the screens take long, so they count only for files of the screens.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

LEFT_OUT = ("tests/architecture", "tests/bench", "tests/e2e", "tests/model", "tests/packaging")
"""Tests of the source's form, and tests of the program as a whole, which take long."""


class Covering:
    """The tests of a tree of the project."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._package = self._imports("vasttui")
        helpers = self._imports("tests/support")
        self._direct: dict[str, set[str]] = {}
        self._helped: dict[str, set[str]] = {}
        for path in sorted((root / "tests").rglob("test_*.py")):
            test = str(path.relative_to(root))
            if not test.startswith(LEFT_OUT):
                self._direct[test] = set(_imported(path))
                self._helped[test] = _reachable(self._direct[test], helpers)

    def rounds(self, source: str) -> list[list[str]]:
        """The tests that import this file, its own first; where there are none, those that import
        it through their helpers; where there are none either, the tests of what imports it."""
        wanted, found = {_module(source)}, list[str]()
        while wanted and not found:
            found = _importing(wanted, self._direct, source)
            found = found or _importing(wanted, self._helped, source)
            wanted = {user for user, names in self._package.items() if wanted & names}
        own = [test for test in found if _stem(source) in _stem(test)]
        return [part for part in (own, [test for test in found if test not in own]) if part]

    def _imports(self, folder: str) -> dict[str, set[str]]:
        paths = sorted((self._root / folder).rglob("*.py"))
        return {_module(str(one.relative_to(self._root))): set(_imported(one)) for one in paths}


def _importing(wanted: set[str], imports: dict[str, set[str]], source: str) -> list[str]:
    slow = () if source.startswith("vasttui/ui/") else ("tests/ui/",)
    return [test for test, names in imports.items() if names & wanted and not test.startswith(slow)]


def _stem(path: str) -> str:
    return Path(path).stem.removesuffix("s")


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def _imported(path: Path) -> tuple[str, ...]:
    return tuple(_names(ast.parse(path.read_text(encoding="utf-8"))))


def _names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)


def _reachable(first: set[str], imports: dict[str, set[str]]) -> set[str]:
    """These modules and what they import, through any number of helpers."""
    found, waiting = set(first), list(first)
    while waiting:
        new = imports.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found
