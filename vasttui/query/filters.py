"""Arithmetic on the server's filters: `{field: {op: value}}`, everything ANDed.

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
# What a bound of the other filter must be like so that all its values keep the first one's bound.
_BOUNDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "gt": (("gt", "gte"), ("gte", "gt")),
    "gte": (("gt", "gte"), ("gte", "gte")),
    "lt": (("lt", "lte"), ("lte", "lt")),
    "lte": (("lt", "lte"), ("lte", "lte")),
}


def tighten(ops: dict[str, Operand], op: str, value: Operand) -> None:
    """Adds a condition to those on one field; what cannot be said beside them is left out."""
    old = ops.get(op)
    if op not in ops:
        ops[op] = value
    elif op == "in":
        wanted = members(value)
        ops[op] = tuple(one for one in members(old) if one in wanted)
    elif op == "notin":
        ops[op] = tuple(dict.fromkeys((*members(old), *members(value))))
    elif op in _COMPARE and comparable(value, old) and _COMPARE[op](value, old):
        ops[op] = value


def covers(wide: Filters, narrow: Filters) -> bool:
    """Whether every offer that keeps `narrow` also keeps `wide`."""
    return all(
        implied(op, value, narrow.get(field, {}))
        for field, ops in wide.items()
        for op, value in ops.items()
    )


def implied(op: str, value: Operand, given: Ops) -> bool:
    """Whether every value that keeps the `given` conditions keeps this one too.

    Of conditions on a missing value only the same one will do: for some fields the server counts
    it as a value.
    """
    if op in given and given[op] == value:
        return True
    if None in members(value):
        return False
    for finite in ("eq", "in"):
        if finite in given:
            candidates = members(given[finite])
            return None not in candidates and all(holds(op, value, one) for one in candidates)
    if op in {"neq", "notin"}:
        return all(_ruled_out(one, given) for one in members(value))
    return any(
        given_op in given
        and comparable(given[given_op], value)
        and _COMPARE[test](given[given_op], value)
        for given_op, test in _BOUNDS.get(op, ())
    )


def holds(op: str, value: Operand, one: Scalar) -> bool:
    """Whether the value `one` keeps the condition."""
    if op in {"eq", "in"}:
        return one in members(value)
    if op in {"neq", "notin"}:
        return one not in members(value)
    return comparable(one, value) and _COMPARE[op](one, value)


def members(value: Operand) -> tuple[Scalar, ...]:
    """The values of a list, or the one value."""
    return value if isinstance(value, tuple) else (value,)


def comparable(one: object, other: object) -> bool:
    """Whether the two have an order."""
    if isinstance(one, str) or isinstance(other, str):
        return isinstance(one, str) and isinstance(other, str)
    return isinstance(one, int | float) and isinstance(other, int | float)


def _ruled_out(one: Scalar, given: Ops) -> bool:
    if any(one in members(given[op]) for op in ("neq", "notin") if op in given):
        return True
    return any(
        op in given and comparable(one, given[op]) and not _COMPARE[op](one, given[op])
        for op in _COMPARE
    )
