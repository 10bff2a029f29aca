"""What can be changed in a source file: one operator or constant at a time."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_BINARY: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv, ast.Pow: ast.Mult, ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr, ast.BitXor: ast.BitOr, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip
_COMPARE: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE), ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE), ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
_WORD = re.compile(r"[A-Za-z_][\w./-]{0,23}|[^\x00-\x7f]{1,2}")
_DIGITS = re.compile(r"(?<=\.)\d(?=f)")
_NOT_CODE = {"annotation", "returns", "decorator_list", "type_comment"}
_TYPES = {"Literal", "TypeVar", "cast", "TypeAlias"}


@dataclass(frozen=True)
class Change:
    """One change: `field` of `parent` (its `at`-th item) becomes `new`."""

    tree: ast.Module
    parent: ast.AST
    field: str
    at: int | None
    old: ast.AST
    new: ast.AST

    @property
    def line(self) -> int:
        """Where the change is; a part of a string stands where the string does."""
        place: int = getattr(self.old, "lineno", 0) or getattr(self.parent, "lineno", 0)
        return place

    def __str__(self) -> str:
        return f"{_shown(self.old)}  ->  {_shown(self.new)}"

    def source(self) -> str:
        """The whole file with this change."""
        self._put(self.new)
        try:
            return ast.unparse(self.tree) + "\n"
        finally:
            self._put(self.old)

    def _put(self, node: ast.AST) -> None:
        if self.at is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.at] = node


def changes(source: str) -> list[Change]:
    """Everything that can be changed in a file."""
    tree = ast.parse(source)
    return list(_below(tree, tree))


def _below(tree: ast.Module, parent: ast.AST) -> Iterator[Change]:
    for field, at, node in _children(parent):
        if _is_no_code(parent, field, node):
            continue
        if isinstance(node, ast.AugAssign) and type(node.op) in _BINARY:
            other = ast.AugAssign(node.target, _BINARY[type(node.op)](), node.value)
            yield Change(tree, parent, field, at, node, other)
        if isinstance(node, ast.expr):
            for new in _others(parent, node):
                yield Change(tree, parent, field, at, node, new)
        yield from _below(tree, node)


def _children(parent: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
    for field, value in ast.iter_fields(parent):
        if isinstance(value, list):
            for at, item in enumerate(value):
                if isinstance(item, ast.AST):
                    yield field, at, item
        elif isinstance(value, ast.AST):
            yield field, None, value


def _is_no_code(parent: ast.AST, field: str, node: ast.AST) -> bool:
    """Types, decorators, docstrings, and imports that only types need."""
    if field in _NOT_CODE or (isinstance(parent, ast.Expr) and isinstance(node, ast.Constant)):
        return True
    if isinstance(node, ast.Subscript):
        return isinstance(node.value, ast.Name) and node.value.id in _TYPES
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in _TYPES
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def _others(parent: ast.AST, node: ast.expr) -> Iterator[ast.expr]:
    """What could stand there instead."""
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        yield ast.BinOp(node.left, _BINARY[type(node.op)](), node.right)
    elif isinstance(node, ast.Compare):
        for at, op in enumerate(node.ops):
            for other in _COMPARE[type(op)]:
                ops = [*node.ops[:at], other(), *node.ops[at + 1 :]]
                yield ast.Compare(node.left, ops, node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield ast.IfExp(node.test, node.orelse, node.body)
    elif isinstance(node, ast.Set) or (
        isinstance(node, ast.Tuple) and isinstance(parent, ast.Compare)
    ):
        yield from _without_one(node)
    elif isinstance(node, ast.Constant):
        yield from _other_constants(parent, node.value)


def _without_one(node: ast.Set | ast.Tuple) -> Iterator[ast.expr]:
    for at in range(len(node.elts) if len(node.elts) > 1 else 0):
        left = [*node.elts[:at], *node.elts[at + 1 :]]
        yield ast.Set(left) if isinstance(node, ast.Set) else ast.Tuple(left, ast.Load())


def _other_constants(parent: ast.AST, value: object) -> Iterator[ast.expr]:
    other: Any = None
    if isinstance(value, bool):
        other = not value
    elif isinstance(value, int):
        other = value + 1
    elif isinstance(value, float):
        other = value * 2 or 1.0
    elif isinstance(value, str) and isinstance(parent, ast.JoinedStr):
        other = _DIGITS.sub(lambda found: str((int(found[0]) + 1) % 10), value)
    elif isinstance(value, str) and _WORD.fullmatch(value):
        other = f"{value}_"  # prose is left alone: nothing follows from it
    if other is not None and other != value:
        yield ast.Constant(other)


def _shown(node: ast.AST) -> str:
    text = node.value if isinstance(node, ast.Constant) else ast.unparse(node)
    shown = " ".join(text.split()) if isinstance(text, str) else repr(text)
    if isinstance(node, ast.Constant) and isinstance(text, str):
        shown = repr(text)
    return shown if len(shown) <= 90 else f"{shown[:89]}…"
