"""The search of a worker group for its machines: a text in the official client's query language, or
the object it is parsed to (client 1.9.1 `api/endpoints.py`, `api/query.py`)."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping

from vasttui.units import DAY

ANY = math.inf
"""The price limit of a group that takes any price."""

_DEFAULTS = (("verified", "True"), ("rentable", "True"), ("rented", "False"))
_PRICE = re.compile(
    r"(?<!\S)dph(?:_total)?\s*(?P<op><=|<|==?|!=|>=|>)\s*\$?(?P<number>[0-9]*\.?[0-9]+)(?!\S)"
)
_SIGNS = {"eq": "=", "neq": "!=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_UNITS = {"gpu_ram": 1000, "gpu_total_ram": 1000, "cpu_ram": 1000, "duration": DAY}
"""What a text counts in, in the units of the object (client 1.9.1 `api/query.py`)."""

_CAPPING = ("<=", "<", "=", "==")
_BOUNDS = ("lte", "lt", "eq")


def price_limit(search: object, query: Mapping[str, object] | None) -> float | None:
    """The most an offer may cost in $/h by a group's `search`, a text or an object, and by its
    parsed `query`; `ANY` without a limit, None if neither can be read. Where both name one, the
    dearer counts."""
    if search is None and query is None:
        return None
    parsed = _object(search)
    objects = [one for one in (parsed, query) if one is not None]
    found = [*(bound for one in objects for bound in _bound(one))]
    if isinstance(search, str) and parsed is None:
        found += _in_text(search)
    return max(found, default=ANY)


def search_text(query: Mapping[str, object]) -> str:
    """A parsed search in the official client's query language: `gpu_ram>=24 dph_total<=0.45`."""
    parts = []
    for name, ops in query.items():
        for op, value in (ops if isinstance(ops, Mapping) else {"eq": ops}).items():
            sign = _SIGNS.get(f"{op}", f" {op} ")
            parts.append(f"{name}{sign}{_typed(value, _UNITS.get(name, 1))}")
    return " ".join(parts)


def whole_search(search: str) -> str:
    """A search as it is sent: the official client adds `verified=True rentable=True rented=False`
    on create and update; what the text says of these itself stays."""
    missing = [f"{name}={value}" for name, value in _DEFAULTS if not _mentions(search, name)]
    return " ".join([*search.split(), *missing])


def own_search(search: str) -> str:
    """A search without what is added when it is sent, and without its price limit."""
    text = _PRICE.sub(lambda found: "" if found["op"] in _CAPPING else found[0], search)
    for name, value in _DEFAULTS:
        text = re.sub(rf"(?i)(?<!\S){name}\s*==?\s*{value}(?!\S)", "", text)
    return " ".join(text.split())


def with_price(search: str, dollars: float | None) -> str:
    """The search with this price limit in $/h and no other; None: without one."""
    text = _PRICE.sub(lambda found: "" if found["op"] in _CAPPING else found[0], search)
    return " ".join([*text.split(), *([] if dollars is None else [f"dph_total<={dollars:.10g}"])])


def _typed(value: object, unit: int) -> str:
    if isinstance(value, list):
        return f"[{','.join(_typed(one, unit) for one in value)}]"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"{value}".replace(" ", "_")
    return f"{value / unit:.10g}"


def _object(search: object) -> Mapping[str, object] | None:
    if isinstance(search, str) and search.lstrip().startswith("{"):
        try:
            search = json.loads(search)
        except (ValueError, RecursionError):
            return None
    return search if isinstance(search, dict) else None


def _in_text(search: str) -> list[float]:
    """The limit that holds of those in a text: the lowest."""
    found = [float(one["number"]) for one in _PRICE.finditer(search) if one["op"] in _CAPPING]
    return [min(found)] if found else []


def _bound(query: Mapping[str, object]) -> Iterator[float]:
    bounds = [
        float(value)
        for name in ("dph_total", "dph")
        if isinstance(ops := query.get(name), Mapping)
        for op in _BOUNDS
        if isinstance(value := ops.get(op), int | float) and not isinstance(value, bool)
        and math.isfinite(value)
    ]  # fmt: skip
    if bounds:
        yield min(bounds)


def _mentions(search: str, name: str) -> bool:
    return re.search(rf"(?i)(?<![\w.]){name}(?!\w)", search) is not None
