"""Shared by all decoders: what a field may be, and sentences about bad rows.

What is read follows from the models' field types, so that no field can be forgotten: every string
is cleaned, and no number may be a bool, a string, infinite or NaN.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from sys import float_info, intern
from typing import Any, Generic, TypeVar

from msgspec import Struct

from vasttui.text import clean

Model = TypeVar("Model")
Check = Callable[[Any], object]
"""Makes the value of a field of what was sent, which is of any type. Raises ValueError if that
cannot be read."""

_MISSING = object()
_SHORT = 64
_MOST = 8192
_WHOLE_FLOATS = 2**53
"""Larger whole numbers that come as floats may have been others."""


class Known(dict[Any, Any]):
    """What was made of values that many rows share; None of None. Long texts are not kept, and not
    too many values."""

    def __init__(self, make: Callable[[Any], object]) -> None:
        super().__init__({None: None})
        self._make = make

    def __missing__(self, value: Any) -> object:
        made = self._make(value)
        if type(value) is not str or len(value) <= _SHORT:
            if len(self) >= _MOST:
                self.clear()
                self[None] = None
            self[value] = made
        return made


TEXTS = Known(lambda sent: intern(clean(sent)))
"""Texts, cleaned; interned because rows share a few GPU and CPU names."""


def text(value: object) -> str:
    """A text, cleaned."""
    if type(value) is not str:
        raise ValueError("not a text")
    cleaned: str = TEXTS[value]
    return cleaned


def as_it_is(value: object) -> str:
    """A text that is cleaned by who reads it."""
    if type(value) is not str:
        raise ValueError("not a text")
    return value


def flag(value: object) -> bool:
    """True or false."""
    if type(value) is not bool:
        raise ValueError("neither true nor false")
    return value


def between(least: float, most: float = float_info.max) -> Callable[[object], float]:
    """A finite number from `least` to `most`."""

    def check(value: object) -> float:
        if type(value) is int and -(2**1023) < value < 2**1023:
            value = float(value)
        if type(value) is not float or not least <= value <= most:
            raise ValueError("not such a number")
        return value

    return check


def exactly_whole(least: int = -(2**63), most: int = 2**63 - 1) -> Callable[[object], int]:
    """A whole number from `least` to `most` that is written as one."""

    def check(value: object) -> int:
        if type(value) is not int or not least <= value <= most:
            raise ValueError("not such a whole number")
        return value

    return check


def whole(least: int = -(2**63), most: int = 2**63 - 1) -> Callable[[object], int]:
    """A whole number from `least` to `most`, which sometimes comes as a float."""
    exact = exactly_whole(least, most)

    def check(value: object) -> int:
        if type(value) is float and value.is_integer() and abs(value) <= _WHOLE_FLOATS:
            return exact(int(value))
        return exact(value)

    return check


def whole_numbers(value: object) -> tuple[int, ...]:
    """A list of whole numbers."""
    if not isinstance(value, list):
        raise ValueError("not a list")
    return tuple(map(_member, value))


_member = exactly_whole()
ID = exactly_whole(1)
COUNT = exactly_whole(0, 2**31 - 1)
NUMBER = between(-float_info.max)
PRICE = between(0)

BY_TYPE: Mapping[str, Check] = {
    "str": text, "bool": flag, "float": NUMBER, "int": whole(), "tuple[int, ...]": whole_numbers,
}  # fmt: skip


class RowDecoder(Generic[Model]):
    """Makes a model of a row: `checks` for the fields it names, `by_type` for the others.

    A field without a default is essential. `wire_names` has the fields with another name on the
    wire. The fields in `ours` are never read from the wire and keep their defaults.
    """

    def __init__(
        self,
        model: Callable[..., Model],
        checks: Mapping[str, Check],
        *,
        by_type: Mapping[str, Check] = BY_TYPE,
        wire_names: Mapping[str, str] | None = None,
        ours: Container[str] = (),
    ) -> None:
        self._model = model
        self._fields: list[tuple[str, str, Check, bool]] = []
        self._essential: set[str] = set()
        for name, kind, default in _fields(model):
            if name in ours:
                continue
            wire = (wire_names or {}).get(name, name)
            check = checks.get(name) or by_type[kind.removesuffix(" | None")]
            self._fields.append((name, wire, check, kind.endswith(" | None")))
            if default is MISSING:
                self._essential.add(wire)

    def decode(self, row: object) -> tuple[Model | None, tuple[str, ...]]:
        """The model in a row, None if an essential field is unreadable, and the unreadable fields,
        by their names on the wire."""
        if not isinstance(row, dict):
            return None, ()
        values: dict[str, object] = {}
        wrong: dict[str, None] = {}
        for name, wire, check, may_be_none in self._fields:
            value = row.get(wire, _MISSING)
            if value is None and may_be_none:
                values[name] = None
            elif value is not _MISSING:
                try:
                    values[name] = check(value)
                except ValueError:
                    wrong[wire] = None
            elif wire in self._essential:
                wrong[wire] = None
        if self._essential.isdisjoint(wrong):
            return self._model(**values), tuple(wrong)
        return None, tuple(wrong)

    def readable(self, row: object) -> Model | None:
        """The model in a row, without its unreadable fields; None if one of them is essential."""
        return self.decode(row)[0]


def _fields(model: Any) -> Iterator[tuple[str, str, object]]:
    """Name, type and default of each field."""
    if not issubclass(model, Struct):
        for field in fields(model):
            yield field.name, str(field.type), field.default
        return
    names, defaults = model.__struct_fields__, model.__struct_defaults__
    required = [MISSING] * (len(names) - len(defaults))
    for name, default in zip(names, (*required, *defaults), strict=True):
        yield name, model.__annotations__[name], default


def reason(what: str, row: object, wrong: Sequence[str]) -> str:
    """A sentence on what is wrong with a row, with the values of its `wrong` fields."""
    if not isinstance(row, dict):
        return f"{what}: it is {type(row).__name__}, not an object."
    details = [f"{name} is {_shown(row[name])}" if name in row else f"no {name}" for name in wrong]
    return f"{what}: {'; '.join(details[:3])}{' …' if len(details) > 3 else ''}."


def _shown(value: object) -> str:
    """A value from the wire, of any type and size, in a few words."""
    if isinstance(value, str):
        return f"'{clean(value, 40)}'"
    if value is None or isinstance(value, bool | float):
        return json.dumps(value)
    if isinstance(value, int) and abs(value) < 2**63:
        return str(value)
    kinds = {list: "a list", dict: "an object", int: "a huge number"}
    return kinds.get(type(value), "unreadable")
