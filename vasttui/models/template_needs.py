"""Reads what a template needs of a host: its `extra_filters` (docs: "search templates")."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from vasttui.models.template import Need, Value
from vasttui.text import clean

_NAME, _MOST, _LONGEST, _HUGE = 64, 40, 16_384, 1e18
_UNREAD = Need("extra_filters")


def needs_from(filters: object) -> tuple[Need, ...]:
    """The conditions in `{"cuda_max_good": {"gte": 12.9}}`: a JSON text in answers, an object in
    requests. What cannot be read is a need that says so, not nothing."""
    if isinstance(filters, str):
        try:
            filters = json.loads(filters.strip() or "{}") if len(filters) <= _LONGEST else [...]
        except (ValueError, RecursionError):
            return (_UNREAD,)
    if not filters:
        return ()
    if not isinstance(filters, Mapping):
        return (_UNREAD,)
    return tuple(_needs(filters))[:_MOST]


def needs_as_filters(needs: Sequence[Need]) -> dict[str, dict[str, object]]:
    """The conditions as an object that `needs_from` reads."""
    found: dict[str, dict[str, object]] = {}
    for need in needs:
        found.setdefault(need.field, {})[need.op] = need.value
    return found


def _needs(filters: Mapping[object, object]) -> Iterator[Need]:
    for name, ops in filters.items():
        field = clean(str(name), _NAME)
        for op, value in (ops if isinstance(ops, Mapping) else {"eq": ops}).items():
            try:
                yield Need(field, clean(str(op), _NAME), _value(value))
            except ValueError:
                yield Need(field)


def _value(value: object) -> Value | tuple[Value, ...]:
    if isinstance(value, list) and len(value) <= _MOST:
        return tuple(map(_scalar, value))
    return _scalar(value)


def _scalar(value: object) -> Value:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return clean(value, _NAME)
    if isinstance(value, int | float) and abs(value) < _HUGE:
        return float(value)
    raise ValueError("not a value of a filter")
