"""Nothing is worked out that nobody reads.

Every name that a module or a class of the package gives to something must be read somewhere in the
package; tests do not count. Names are compared, not types: one that means two things is read as
soon as one of them is. Names that a framework gave first, such as `compose`, are read there.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tests.support.source import PACKAGE, ROOT, Module, called_name, modules
from tests.support.wholes import whole

SIMULATOR = "vasttui/simulator/"
SHOWN_WHOLE = {"Instance", "Offer", "Worker"}
"""Classes whose fields are all shown as they are, each under its name."""
READ_ELSEWHERE = {"VirtualClock"}
"""What is read where this test does not look: the time of tests."""

_BY_NAME = {"attrgetter", "getattr", "hasattr", "methodcaller"}
_CODE = re.compile(r"\b[or]\.([a-z]\w*)")
_HANDLER = re.compile(r"(on|watch|key|action)_(\w+)")
_SPELLED = re.compile(r"[\w.]+(\(.*)?")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Given:
    """A name that is given to something; `owner` is the class it belongs to."""

    module: Module
    name: str
    node: ast.stmt | ast.expr
    owner: str = ""

    def __str__(self) -> str:
        dotted = f"{self.owner}.{self.name}" if self.owner else self.name
        return f"{self.module.at(self.node)} {dotted}"


def given(module: Module) -> Iterator[Given]:
    """Every name that the module and its classes define."""
    for node in module.tree.body:
        for name in _names(node):
            yield Given(module, name, node)
        if isinstance(node, ast.ClassDef):
            yield from _given_by(module, node, node.name)


def _given_by(module: Module, cls: ast.ClassDef, owner: str) -> Iterator[Given]:
    for node in cls.body:
        for name in _names(node):
            yield Given(module, name, node, owner)
        if isinstance(node, ast.ClassDef):
            yield from _given_by(module, node, f"{owner}.{node.name}")
        elif isinstance(node, Function):
            # Textual reads what a handler changes in its message.
            foreign = [one.arg for one in node.args.args[1:]] if _is_handler(node) else []
            for one in ast.walk(node):
                if (
                    isinstance(one, ast.Attribute)
                    and isinstance(one.ctx, ast.Store)
                    and not (isinstance(one.value, ast.Name) and one.value.id in foreign)
                ):
                    yield Given(module, one.attr, one, owner)


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, Function | ast.ClassDef):
        return [] if _is_handler(node) else [node.name]
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return [one.id for target in targets for one in ast.walk(target)
                if isinstance(one, ast.Name)]  # fmt: skip
    return []


def _is_handler(node: ast.stmt) -> bool:
    """Whether Textual calls it for a message."""
    decorators = getattr(node, "decorator_list", [])
    return any(isinstance(one, ast.Call) and called_name(one) == "on" for one in decorators)


class Readers:
    """Where each name is read."""

    def __init__(self) -> None:
        self.places: dict[str, list[tuple[Module, int]]] = defaultdict(list)
        self.spelled: set[str] = set()
        """Names in short texts, such as those of actions in key bindings."""
        for module in modules(PACKAGE):
            for node in module.nodes:
                for name in self._read(node):
                    self.places[name].append((module, getattr(node, "lineno", 0)))
        self.of_simulator = {
            name for module in modules(PACKAGE / "simulator") for name in _imported(module)
        }

    def _read(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Store):
            yield node.attr
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Call):
            yield from self._read_by_call(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _CODE.findall(node.value)
            if _SPELLED.fullmatch(node.value):
                self.spelled.update(re.findall(r"\w+", node.value))

    def _read_by_call(self, call: ast.Call) -> Iterator[str]:
        for argument in call.args if called_name(call) in _BY_NAME else ():
            if isinstance(argument, ast.Constant):
                yield from str(argument.value).split(".")

    def reads(self, one: Given) -> bool:
        """Whether somebody outside of its own definition reads it."""
        first, last = one.node.lineno, one.node.end_lineno or 0
        if isinstance(one.node, ast.expr):
            first = last = 0
        return any(
            not (module is one.module and first <= line <= last) and self._may_see(module, one)
            for module, line in self.places[one.name]
        )

    def _may_see(self, module: Module, one: Given) -> bool:
        """The simulator stands alone: what it reads is its own, or of what it imports."""
        if not module.name.startswith(SIMULATOR) or one.module.name.startswith(SIMULATOR):
            return True
        return _dotted(one.module) in self.of_simulator


def _imported(module: Module) -> Iterator[str]:
    for node in module.nodes:
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module


def _dotted(module: Module) -> str:
    path = module.path.relative_to(ROOT).with_suffix("")
    return ".".join(path.parts).removesuffix(".__init__")


@cache
def _inherited(module: str, owner: str) -> frozenset[str]:
    """The names that a class has from outside of the package."""
    found: object = importlib.import_module(module)
    for part in owner.split("."):
        found = getattr(found, part)
    assert isinstance(found, type)
    foreign = [one for one in whole(found).__mro__ if not one.__module__.startswith("vasttui")]
    return frozenset(
        name for one in foreign for name in (*vars(one), *vars(one).get("__annotations__", ()))
    )


def is_read(one: Given, readers: Readers) -> bool:
    """Whether anything in the package, or a framework, makes use of it."""
    if one.name.startswith("__") or readers.reads(one):
        return True
    if not one.owner:
        return False
    if one.owner in SHOWN_WHOLE:
        return True
    inherited = _inherited(_dotted(one.module), one.owner)
    handler = _HANDLER.fullmatch(one.name)
    if handler is not None and "_on_message" in inherited:
        return handler[1] != "action" or handler[2] in readers.spelled
    return one.name in inherited


def test_whatever_has_a_name_is_read() -> None:
    readers = Readers()
    every = [one for module in modules(PACKAGE) for one in given(module)]
    unread = [one for one in every if not is_read(one, readers)]
    left = [one for one in unread if one.name not in READ_ELSEWHERE]
    assert [str(one) for one in left] == []
    assert {one.name for one in unread} >= READ_ELSEWHERE
