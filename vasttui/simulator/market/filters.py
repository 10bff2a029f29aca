"""The filters of a search (docs: "search offers"; client 1.9.1 `data/query.py`).

As in SQL, comparisons with null do not hold, except for flags: a null flag counts as false.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence

from vasttui.simulator.http.wire import BadRequest
from vasttui.simulator.market.fields import (
    ALIASES,
    QUICK,
    THOUSANDS,
    Kind,
    Value,
    getter,
    kind_of,
)
from vasttui.simulator.market.market import Ask
from vasttui.simulator.market.offers import Terms, driver_number

Condition = Callable[[Ask, Terms], bool]
Test = Callable[[Value], bool]

_COMPARE: dict[str, Callable[..., bool]] = {
    "eq": operator.eq,
    "neq": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
_LISTS = ("in", "notin")
_PLACE_OPS = ("eq", "neq", "in", "notin")


def conditions(filters: Mapping[str, object]) -> list[Condition]:
    """All the filters, cheapest first. Unknown fields are ignored. Raises BadRequest."""
    found: list[tuple[bool, Condition]] = []
    for name, rules in filters.items():
        if not (name == "id" or name in _SPECIAL or name in THOUSANDS or _canonical(name)):
            continue
        found += [_condition(name, op, operand) for op, operand in _ops(rules)]
    return [condition for _, condition in sorted(found, key=lambda pair: pair[0])]


def number_tests(rules: object) -> Sequence[Test]:
    """The filters on a number that is no part of an offer. Raises BadRequest."""
    return [test_of("number", op, operand) for op, operand in _ops(rules)]


def _ops(rules: object) -> Iterator[tuple[str, object]]:
    if not isinstance(rules, Mapping):
        raise BadRequest(f"{rules} is not a valid search op")
    for op, operand in rules.items():
        if op not in _COMPARE and op not in _LISTS:
            raise BadRequest(f"{op} is not a valid search op")
        yield op, operand


def test_of(kind: Kind, op: str, operand: object) -> Test:
    """A filter on a single value. Raises BadRequest for an invalid operand."""
    if op in _LISTS:
        return _list_test(kind, op, operand)
    wanted = _operand(kind, operand)
    if wanted is None:
        return lambda value: op in ("eq", "neq") and (value is None) is (op == "eq")
    compare = _COMPARE[op]
    if kind == "flag":
        return lambda value: compare(bool(value), wanted)
    return lambda value: value is not None and compare(value, wanted)


def _condition(name: str, op: str, operand: object) -> tuple[bool, Condition]:
    """(slow, condition)."""
    if name == "id":  # matches nothing; `ask_contract_id` does
        return False, lambda ask, terms: False
    special = _SPECIAL.get(name)
    if special is not None:
        field, test = special(op, operand)
    else:
        field = THOUSANDS.get(name) or _canonical(name)
        kind = kind_of(field)
        assert kind is not None
        test = test_of(kind, op, _thousand(operand) if name in THOUSANDS else operand)
    read = getter(field)
    return field not in QUICK, lambda ask, terms: test(read(ask, terms))


def _canonical(name: str) -> str:
    """The field a name stands for; empty if there is none."""
    field = ALIASES.get(name, name)
    return field if kind_of(field) else ""


def _list_test(kind: Kind, op: str, operand: object) -> Test:
    if not isinstance(operand, list):
        raise BadRequest(f"{op} needs a list")
    wanted = {_operand(kind, item) for item in operand}
    keep = op == "in"
    if kind == "flag":
        return lambda value: (bool(value) in wanted) is keep
    return lambda value: value is not None and (value in wanted) is keep


def _verified(op: str, operand: object) -> tuple[str, Test]:
    test = test_of("flag", op, operand)
    return "vericode", lambda value: test(value == 1)


def _datacenter(op: str, operand: object) -> tuple[str, Test]:
    test = test_of("flag", op, operand)
    return "hosting_type", lambda value: value is not None and test(value == 1)


def _geolocation(op: str, operand: object) -> tuple[str, Test]:
    if op not in _PLACE_OPS:
        raise BadRequest(f"{op} is not a valid search op for geolocation")
    test = test_of("text", op, operand)
    return "geolocation", lambda value: test(value[-2:] if isinstance(value, str) else None)


def _driver_version(op: str, operand: object) -> tuple[str, Test]:
    if isinstance(operand, list):
        return "driver_vers", test_of("number", op, [_driver(item) for item in operand])
    return "driver_vers", test_of("number", op, _driver(operand))


def _target_reliability(op: str, operand: object) -> tuple[str, Test]:
    return "expected_reliability", test_of("number", "gte", operand)


_SPECIAL: dict[str, Callable[[str, object], tuple[str, Test]]] = {
    "verified": _verified,
    "datacenter": _datacenter,
    "geolocation": _geolocation,
    "driver_version": _driver_version,
    "target_reliability": _target_reliability,
}


def _operand(kind: Kind, operand: object) -> float | str | bool | None:
    if operand is None:
        return None
    if kind == "number":
        return number(operand)
    if kind == "flag":
        return flag(operand)
    if isinstance(operand, (dict, list)):
        raise BadRequest(f"{operand} is not a valid value")
    return str(operand)


def number(operand: object) -> float:
    """A number, also from a string. Raises BadRequest."""
    if isinstance(operand, (int, float, str)):
        try:
            return float(operand)
        except (ValueError, OverflowError):
            pass
    raise BadRequest(f"{operand} is not a valid number")


def flag(operand: object) -> bool:
    """A boolean, also from a string or from 0 and 1. Raises BadRequest."""
    if isinstance(operand, str) and operand.lower() in {"true", "false"}:
        return operand.lower() == "true"
    if isinstance(operand, (bool, int, float)) and operand in (0, 1):
        return bool(operand)
    raise BadRequest(f"{operand} is not a valid boolean")


def _thousand(operand: object) -> object:
    if isinstance(operand, list):
        return [_thousand(item) for item in operand]
    return None if operand is None else number(operand) * 1000


def _driver(operand: object) -> object:
    if isinstance(operand, str) and operand.count(".") == 2:
        try:
            return driver_number(operand)
        except ValueError:
            raise BadRequest(f"{operand} is not a valid driver version") from None
    return operand
