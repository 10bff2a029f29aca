"""Shared by all decoders: reading JSON, schemas built from the models, sentences about bad rows.

The validators are built from the models' field types, so that no field can be forgotten: every
string is cleaned, and no number may be a bool, a string, infinite or NaN.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from functools import lru_cache
from sys import intern
from typing import Any, TypeVar

from msgspec import Struct
from pydantic_core import CoreSchema, SchemaValidator, ValidationError, from_json
from pydantic_core import core_schema as cs
from pydantic_core.core_schema import DataclassField

from vasttui.text import clean

Model = TypeVar("Model")

_SHORT = 64
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def _shared(text: str) -> str:
    """Cleaned text, interned because rows share a few GPU and CPU names."""
    return _short(text) if len(text) <= _SHORT else intern(clean(text))


@lru_cache(maxsize=4096)
def _short(text: str) -> str:
    return intern(clean(text))


def _as_sent(text: str) -> str | None:
    shown = _shared(text)
    if shown == text:
        return None
    return intern(text if text.strip(" ") == shown else shown + "\N{REPLACEMENT CHARACTER}")


def _whole(value: float) -> int:
    if value != int(value):
        raise ValueError("not a whole number")
    return int(value)


def whole_number(least: int = -(2**63)) -> CoreSchema:
    """A whole number of at least `least`, which sometimes comes as a float."""
    exact = cs.float_schema(strict=True, ge=max(least, -(2**53)), le=2**53, allow_inf_nan=False)
    return cs.union_schema(
        [
            cs.int_schema(strict=True, ge=least, lt=2**63),
            cs.no_info_after_validator_function(_whole, exact),
        ],
        mode="left_to_right",
    )


TEXT = cs.no_info_after_validator_function(_shared, cs.str_schema(strict=True))
AS_SENT = cs.no_info_after_validator_function(_as_sent, cs.str_schema(strict=True))
"""A text with the blanks around it, to compare: None where there are none. Where it has more that
cannot be shown it is equal to nothing that can be typed."""
ID = cs.int_schema(strict=True, ge=1, lt=2**63)
COUNT = cs.int_schema(strict=True, ge=0, lt=2**31)
NUMBER = cs.float_schema(strict=True, allow_inf_nan=False)
PRICE = cs.float_schema(strict=True, ge=0, allow_inf_nan=False)


@lru_cache(maxsize=4096, typed=True)
def _same(number: float) -> float:
    return number


def shared(schema: CoreSchema) -> CoreSchema:
    """The same, but equal numbers are one object, where rows share a few."""
    return cs.no_info_after_validator_function(_same, schema)


class NotJson(ValueError):
    """The bytes are not a JSON document."""


def read_json(data: bytes) -> object:
    """The document in `data`. Raises NotJson.

    One lone surrogate, as in a hostile name, makes the fast parser reject everything; then the
    lenient one of the standard library is used. Values such as NaN are accepted: they make their
    field unreadable, not the document.
    """
    try:
        return from_json(data)
    except ValueError as error:
        if not _SURROGATE.search(data):
            raise NotJson(str(error)) from None
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)) from None


def decode_row(
    validator: SchemaValidator, row: object, essential: Container[str]
) -> tuple[Any, tuple[str, ...]]:
    """The model in a row (None if an essential field is unreadable) and the unreadable fields."""
    if not isinstance(row, dict):
        return None, ()
    try:
        return validator.validate_python(row), ()
    except ValidationError as error:
        wrong = tuple(dict.fromkeys(str(it["loc"][0]) for it in error.errors(include_url=False)))
    if any(name in essential for name in wrong):
        return None, wrong
    good = {name: value for name, value in row.items() if name not in wrong}
    return validator.validate_python(good), wrong


def schema_of(
    model: type[Model],
    strict: Mapping[str, CoreSchema],
    *,
    wire_names: Mapping[str, str] | None = None,
    ours: Container[str] = (),
) -> CoreSchema:
    """The schema of a record: `strict` for the fields it names, others by their type.

    `wire_names` has the fields with another name on the wire. The fields in `ours` are never read
    from the wire and keep their defaults.
    """
    parts = []
    for name, kind, default in _fields(model):
        if name in ours:
            inner: CoreSchema = cs.any_schema()
        else:
            inner = strict.get(name) or _by_type(kind.removesuffix(" | None"))
        if kind.endswith(" | None"):
            inner = cs.nullable_schema(inner)
        if default is not MISSING:
            inner = cs.with_default_schema(inner, default=default)
        alias = (wire_names or {}).get(name)
        parts.append(
            cs.dataclass_field(
                name, inner, kw_only=True, init=name not in ours, validation_alias=alias
            )
        )
    if issubclass(model, Struct):
        return _of_struct(model, parts)
    names = [part["name"] for part in parts]
    arguments = cs.dataclass_args_schema(model.__name__, parts)
    return cs.dataclass_schema(model, arguments, names, slots=True)


def _fields(model: type[Any]) -> Iterator[tuple[str, str, object]]:
    """Name, type and default of each field."""
    if not issubclass(model, Struct):
        for field in fields(model):
            yield field.name, str(field.type), field.default
        return
    names, defaults = model.__struct_fields__, model.__struct_defaults__
    required = [MISSING] * (len(names) - len(defaults))
    for name, default in zip(names, (*required, *defaults), strict=True):
        yield name, model.__annotations__[name], default


def _of_struct(model: type[Struct], parts: Sequence[DataclassField]) -> CoreSchema:
    """The schema of a struct, which makes itself."""
    named = {
        part["name"]: cs.typed_dict_field(
            part["schema"],
            required=part["schema"]["type"] != "default",
            validation_alias=part.get("validation_alias"),
        )
        for part in parts
        if part.get("init", True)
    }
    return cs.no_info_after_validator_function(
        lambda values: model(**values), cs.typed_dict_schema(named)
    )


def _by_type(kind: str) -> CoreSchema:
    """The schema of a field by its type."""
    if kind == "str":
        return TEXT
    if kind == "bool":
        return cs.bool_schema(strict=True)
    if kind == "float":
        return NUMBER
    if kind == "int":
        return whole_number()
    if kind == "tuple[int, ...]":
        return cs.tuple_schema(
            [cs.int_schema(strict=True, ge=-(2**63), lt=2**63)], variadic_item_index=0
        )
    raise TypeError(f"no schema for a field of type {kind}")


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
