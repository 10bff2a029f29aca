"""Turns the service's JSON into models: strict about money and identity, lenient about the rest.

The validators are made from the models' own field types, so that a field cannot be forgotten:
every string is cleaned, no number may be a bool, a string, infinite or not a number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from sys import intern
from typing import Any, TypeVar

from pydantic_core import CoreSchema, SchemaValidator, ValidationError, from_json
from pydantic_core import core_schema as cs

from vasttui.models.account import Account
from vasttui.models.offer import Offer
from vasttui.text import clean

Model = TypeVar("Model")

_REASONS = 5
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def _shared(text: str) -> str:
    """Cleaned text, one object for all that read the same: offers share few GPU and CPU names."""
    return intern(clean(text))


_TEXT = cs.no_info_after_validator_function(_shared, cs.str_schema(strict=True))
_ID = cs.int_schema(strict=True, ge=1, lt=2**63)
_COUNT = cs.int_schema(strict=True, ge=0, lt=2**31)
_PRICE = cs.float_schema(strict=True, ge=0, allow_inf_nan=False)
_ESSENTIAL: Mapping[str, CoreSchema] = {
    "id": _ID, "num_gpus": _COUNT, "dph_base": _PRICE, "dph_total": _PRICE, "storage_cost": _PRICE,
    "gpu_name": _TEXT,
}  # fmt: skip
_STRICT: Mapping[str, CoreSchema] = {
    **_ESSENTIAL,
    **dict.fromkeys(("machine_id", "host_id", "ask_contract_id", "bundle_id"), _ID),
    **dict.fromkeys(("min_bid", "discounted_dph_total", "inet_up_cost", "inet_down_cost"), _PRICE),
}


class NotJson(ValueError):
    """The bytes are no JSON document."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The rows that could be read, and what was wrong with the others.

    `bad` rows are left out, because their identity or price could not be read; `patched` rows
    lack a detail, shown as unknown. `reasons` holds the first few sentences about both.
    """

    offers: tuple[Offer, ...]
    bad: int = 0
    patched: int = 0
    reasons: tuple[str, ...] = ()


def read_json(data: bytes) -> object:
    """The document in `data`. Raises NotJson.

    One lone surrogate, which a hostile name can hold, makes the fast parser refuse everything;
    then the forgiving one of the standard library reads it. Values such as NaN are read: they
    spoil the field that holds them, not the document.
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


def decode_offers(data: bytes) -> Decoded:
    """The offers in a JSON array of rows. Raises NotJson when it is no JSON array."""
    try:
        return Decoded(tuple(_offers.validate_json(data)))
    except ValidationError:
        pass
    rows = read_json(data)
    if not isinstance(rows, list):
        raise NotJson("not an array")
    return decode_rows(rows)


def decode_rows(rows: Sequence[object]) -> Decoded:
    """The offers in rows that are parsed already, one by one: a bad row harms no other."""
    found: list[Offer] = []
    bad = patched = 0
    reasons: list[str] = []
    for row in rows:
        offer, wrong = _decode(_offer, row, _ESSENTIAL)
        if offer is None:
            bad += 1
            reasons.append(_reason("An offer was left out", row, wrong))
            continue
        found.append(offer)
        if wrong:
            patched += 1
            reasons.append(_reason(f"Offer {offer.id} lacks a detail", row, wrong))
    return Decoded(tuple(found), bad, patched, tuple(reasons[:_REASONS]))


def account_from(document: object) -> Account | None:
    """The account in an answer, None when its id cannot be read. Other details may be missing."""
    account: Account | None = _decode(_account, document, {"id"})[0]
    return account


def _decode(
    validator: SchemaValidator, row: object, essential: Container[str]
) -> tuple[Any, tuple[str, ...]]:
    """The model in a row and the fields that could not be read; None without the essential ones."""
    if not isinstance(row, dict):
        return None, ()
    try:
        return validator.validate_python(row), ()
    except ValidationError as error:
        wrong = tuple(dict.fromkeys(str(one["loc"][0]) for one in error.errors(include_url=False)))
    if any(name in essential for name in wrong):
        return None, wrong
    good = {name: value for name, value in row.items() if name not in wrong}
    return validator.validate_python(good), wrong


def schema_of(model: type[Model], strict: Mapping[str, CoreSchema]) -> CoreSchema:
    """The schema of a slotted dataclass: `strict` for the fields it names, else by their type."""
    parts = []
    for one in fields(model):  # type: ignore[arg-type]
        kind = str(one.type)
        inner = strict.get(one.name) or _by_type(kind.removesuffix(" | None"))
        if kind.endswith(" | None"):
            inner = cs.nullable_schema(inner)
        if one.default is not MISSING:
            inner = cs.with_default_schema(inner, default=one.default)
        parts.append(cs.dataclass_field(one.name, inner, kw_only=True))
    names = [part["name"] for part in parts]
    arguments = cs.dataclass_args_schema(model.__name__, parts)
    return cs.dataclass_schema(model, arguments, names, slots=True)


def _by_type(kind: str) -> CoreSchema:
    """What a detail may be on the wire. Whole numbers come as floats now and then."""
    if kind == "str":
        return _TEXT
    if kind == "bool":
        return cs.bool_schema(strict=True)
    number = cs.float_schema(strict=True, allow_inf_nan=False)
    if kind == "float":
        return number
    whole = cs.int_schema(strict=True, ge=-(2**63), lt=2**63)
    if kind == "int":
        exact = cs.float_schema(strict=True, ge=-(2**53), le=2**53, allow_inf_nan=False)
        return cs.union_schema(
            [whole, cs.no_info_after_validator_function(_whole, exact)], mode="left_to_right"
        )
    if kind == "tuple[int, ...]":
        return cs.tuple_schema([whole], variadic_item_index=0)
    raise TypeError(f"no schema for a field of type {kind}")


def _whole(value: float) -> int:
    if value != int(value):
        raise ValueError("not a whole number")
    return int(value)


def _reason(what: str, row: object, wrong: Sequence[str]) -> str:
    if not isinstance(row, dict):
        return f"{what}: it is {type(row).__name__}, not an object."
    details = [f"{name} is {_shown(row[name])}" if name in row else f"no {name}" for name in wrong]
    return f"{what}: {'; '.join(details[:3])}{' …' if len(details) > 3 else ''}."


def _shown(value: object) -> str:
    """A value from the wire in a few words; it may be of any type and size."""
    if isinstance(value, str):
        return f"'{clean(value, 40)}'"
    if value is None or isinstance(value, bool | float):
        return json.dumps(value)
    if isinstance(value, int) and abs(value) < 2**63:
        return str(value)
    kinds = {list: "a list", dict: "an object", int: "a huge number"}
    return kinds.get(type(value), "unreadable")


_offers = SchemaValidator(cs.list_schema(schema_of(Offer, _STRICT)))
_offer = SchemaValidator(schema_of(Offer, _STRICT))
_account = SchemaValidator(schema_of(Account, {"id": _ID}))
