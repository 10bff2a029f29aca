"""Operations on the server's filters: `{field: {op: value}}`, all ANDed.

Operators: client 1.9.1 `data/query.py` (`OP_TO_STR`).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

Scalar = str | float | bool | None
Operand = Scalar | tuple[Scalar, ...]
Ops = Mapping[str, Operand]
Filters = Mapping[str, Ops]

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
# For each bound, which given bound implies it, and how their operands must compare.
_BOUNDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "gt": (("gt", "gte"), ("gte", "gt")),
    "gte": (("gt", "gte"), ("gte", "gte")),
    "lt": (("lt", "lte"), ("lte", "lt")),
    "lte": (("lt", "lte"), ("lte", "lte")),
}


def tighten(ops: dict[str, Operand], op: str, value: Operand) -> None:
    """Add a condition on a field; one that cannot be expressed along with the others is dropped."""
    old = ops.get(op)
    if op not in ops:
        ops[op] = value
    elif op == "in":
        wanted = members(value)
        ops[op] = tuple(member for member in members(old) if member in wanted)
    elif op == "notin":
        ops[op] = tuple(dict.fromkeys((*members(old), *members(value))))
    elif op in _COMPARE and comparable(value, old) and _COMPARE[op](value, old):
        ops[op] = value


def covers(wide: Filters, narrow: Filters) -> bool:
    """Whether every offer that matches `narrow` also matches `wide`."""
    return all(
        implied(op, value, narrow.get(field, {}))
        for field, ops in wide.items()
        for op, value in ops.items()
    )


def implied(op: str, value: Operand, given: Ops) -> bool:
    """Whether every value that meets the `given` conditions meets this one too.

    A condition on a missing value is implied only by the same condition: for some fields the
    server treats missing as a value.
    """
    if op in given and given[op] == value:
        return True
    if None in members(value):
        return False
    for finite in ("eq", "in"):
        if finite in given:
            candidates = members(given[finite])
            return None not in candidates and all(holds(op, value, known) for known in candidates)
    if op in {"neq", "notin"}:
        return all(_ruled_out(member, given) for member in members(value))
    return any(
        given_op in given
        and comparable(given[given_op], value)
        and _COMPARE[test](given[given_op], value)
        for given_op, test in _BOUNDS.get(op, ())
    )


def holds(op: str, operand: Operand, value: Scalar) -> bool:
    """Whether a value meets the condition."""
    if op in {"eq", "in"}:
        return value in members(operand)
    if op in {"neq", "notin"}:
        return value not in members(operand)
    return comparable(value, operand) and _COMPARE[op](value, operand)


def members(value: Operand) -> tuple[Scalar, ...]:
    """The values of a list, or a single value as a tuple."""
    return value if isinstance(value, tuple) else (value,)


def comparable(left: object, right: object) -> bool:
    """Whether the two can be ordered."""
    if isinstance(left, str) or isinstance(right, str):
        return isinstance(left, str) and isinstance(right, str)
    return isinstance(left, int | float) and isinstance(right, int | float)


def _ruled_out(value: Scalar, given: Ops) -> bool:
    if any(value in members(given[op]) for op in ("neq", "notin") if op in given):
        return True
    return any(
        op in given and comparable(value, given[op]) and not _COMPARE[op](value, given[op])
        for op in _COMPARE
    )
