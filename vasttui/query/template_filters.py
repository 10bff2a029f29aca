"""What a template needs of a host as a filter, and a filter as what a template needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from vasttui.models.template import Need, Value
from vasttui.models.template_draft import Filters
from vasttui.models.template_needs import needs_from
from vasttui.query.filters import members
from vasttui.query.names import named
from vasttui.query.needs import in_words
from vasttui.query.offer_fields import OFFERS
from vasttui.query.parse import parse
from vasttui.query.rules import Rule
from vasttui.query.values import driver_number, whole_gigabytes
from vasttui.query.wire import exact_conditions, gpu_conditions, memory_conditions

_SIGNS = {"eq": "=", "neq": "!=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_SIZES = frozenset({"vram"})
_LOCAL = frozenset({"eff", "price", "value", "ram"})
"""Fields that are worked out here, or not exactly what the service compares."""


class NeedsFilter(NamedTuple):
    """A filter text, and in words what it leaves out because it cannot be said in it."""

    text: str
    left_out: tuple[str, ...] = ()


class Wanted(NamedTuple):
    """A filter in the service's words, or a sentence on what cannot be part of a template."""

    filters: Filters
    problem: str = ""


def needs_filter(needs: Iterable[Need]) -> NeedsFilter:
    """The filter for offers that have what is needed."""
    pieces, left = [], []
    for need in needs:
        piece = _piece(need)
        if piece and _says(piece, need):
            pieces.append(piece)
        else:
            left.append(in_words(need))
    return NeedsFilter(" ".join(pieces), tuple(left))


def wanted_filters(text: str, gpu_names: Sequence[str] = ()) -> Wanted:
    """What a template needs, from a filter text. `gpu_names` are the names known in the market."""
    parsed = parse(text, OFFERS)
    if parsed.problems:
        return Wanted({}, f"{parsed.problems[0]}")
    if parsed.query.removed:
        name = min(parsed.query.removed)
        return Wanted({}, f"{name}=any says nothing of a host: leave it out.")
    found: dict[str, dict[str, object]] = {}
    for rule in named(parsed.query, gpu_names).rules:
        name, conditions = _wire(rule, gpu_names)
        if not conditions:
            return Wanted(
                {}, f"“{rule.label}” is only known here and cannot be part of a template."
            )
        for op, value in conditions:
            ops = found.setdefault(name, {})
            if op in ops:
                return Wanted({}, f"{rule.field} is limited twice in the same way.")
            ops[op] = list(value) if isinstance(value, tuple) else value
    return Wanted(found)


def _wire(rule: Rule, gpu_names: Sequence[str]) -> tuple[str, list[tuple[str, object]]]:
    """The service's field and conditions of a rule; none where it cannot say it exactly."""
    field = OFFERS.field(rule.field)
    if rule.negated or rule.field in _LOCAL or not field.wire:
        return field.wire, []
    if field.kind == "gpu":
        found: Iterator[tuple[str, object]] = iter(gpu_conditions(rule, gpu_names))
        return field.wire, [one for one in found if one[1]]
    if rule.op in ("match", "outside"):
        return field.wire, []
    conditions = memory_conditions(rule, field) if rule.field in _SIZES else exact_conditions(rule)
    return field.wire, list(conditions)


def _piece(need: Need) -> str:
    """One condition as it is typed; empty if the filter has no such field."""
    field = OFFERS.find(need.field)
    if field is None or not field.wire:
        return ""
    size = whole_gigabytes(need.op, need.value) if field.wire == "gpu_ram" else None
    if size is not None:
        return f"vram{_SIGNS[need.op]}{size}"
    values = [_typed(value, field.scale) for value in members(need.value)]
    if field.name == "geolocation" and need.op == "in":
        return f"cc:{','.join(values)}"
    if need.op in ("in", "notin"):
        return f"{field.short} {need.op} [{','.join(values)}]"
    if need.op == "eq" and need.value is True and field.bare:
        return field.short
    sign = _SIGNS.get(need.op)
    return f"{field.short}{sign}{values[0]}" if sign and values else ""


def _typed(value: Value, scale: float) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value.replace(" ", "_")
    return f"{value / scale:.12g}"


def _says(piece: str, need: Need) -> bool:
    """Whether the piece, read again, is the very same condition."""
    wanted = wanted_filters(piece)
    read = needs_from(wanted.filters)
    return len(read) == 1 and read[0].op == need.op and _plain(read[0]) == _plain(need)


def _plain(need: Need) -> list[object]:
    field = OFFERS.find(need.field)
    if field is not None and field.kind == "version":
        return [driver_number(str(value)) or value for value in members(need.value)]
    return sorted(map(_comparable, members(need.value)), key=str)


def _comparable(value: Value) -> object:
    if isinstance(value, bool) or value is None:
        return value
    try:
        return round(float(value), 6)
    except ValueError:
        lower = str(value).lower()
        return {"true": True, "false": False}.get(lower, lower.replace("_", " "))
