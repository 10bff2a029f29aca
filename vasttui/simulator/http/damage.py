"""Damaged answers: wrong types, missing fields, hostile strings."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import count

Change = Callable[[object], object]

HOSTILE = (
    "\x1b[31mred\x1b[0m",
    "\x1b]52;c;Y3VybCBldmlsLmV4YW1wbGV8c2g=\x07",
    "\x1b]0;owned\x07\x1b[2J\x1b[H",
    "\x9b31mc1\x9d0;title\x9c",
    "[red]bold[/red] [@click=app.quit]press[/] [unclosed",
    "\u202eGNP.exe\u202c \u2066hidden\u2069",
    "\ud800lone\udfff",
    "zero\u200bwidth\u200d\ufeff\u00ad",
    "Z" + "\u0301\u0302\u0303\u0304\u0305" * 40,
    "A" * 20_000,
    "line one\r\nline two\x00\x08\x7f\t\u2028end",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 漢字 \U000e0041\ufffe",
    "' OR 1=1; -- $(reboot) `id` %s {0} ../../etc/passwd",
    "",
    " ",
)
"""Strings a host could choose; a terminal obeys them if they are printed unchanged."""

_NEEDED = frozenset(
    {
        "id", "ask_contract_id", "gpu_name", "num_gpus", "dph_base", "dph_total", "storage_cost",
        "username", "email", "hash_id", "name", "image",
    }
)  # fmt: skip


def damaged(body: bytes, change: Change) -> bytes:
    """The answer with its rows changed; lone surrogates stay escaped."""
    return json.dumps(change(json.loads(body)), separators=(",", ":")).encode()


def _each_row(change: Callable[[dict[str, object]], object]) -> Change:
    """Change every object in the lists of an answer, or the answer itself if it has no lists."""

    def apply(data: object) -> object:
        if not isinstance(data, dict):
            return data
        if not any(isinstance(value, list) for value in data.values()):
            return change(data)
        return {
            name: [change(item) if isinstance(item, dict) else item for item in value]
            if isinstance(value, list)
            else value
            for name, value in data.items()
        }

    return apply


def _other_type(value: object) -> object:
    if value is None:
        return {"unexpected": True}
    if isinstance(value, bool):
        return [value]
    if isinstance(value, (int, float)):
        return f"about {value}"
    if isinstance(value, str):
        return 12.5
    return "" if isinstance(value, list) else []


def _bad_row(data: object) -> object:
    """Only the first row is made unreadable."""
    if not isinstance(data, dict):
        return data
    spoiled = {}
    for name, value in data.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            value = [{**value[0], "id": None, "dph_total": "cheap", "num_gpus": []}, *value[1:]]
        spoiled[name] = value
    return spoiled


def _not_rows(data: object) -> object:
    """Rows that are not objects."""
    if not isinstance(data, dict):
        return data
    return {
        name: [None, 7, "row", [], *value[4:]] if isinstance(value, list) else value
        for name, value in data.items()
    }


def _hostile(data: object) -> object:
    number = count()

    def replace(value: object) -> object:
        if isinstance(value, str):
            return HOSTILE[next(number) % len(HOSTILE)]
        if isinstance(value, list):
            return [replace(item) for item in value]
        if isinstance(value, Mapping):
            return {name: replace(item) for name, item in value.items()}
        return value

    return replace(data)


DAMAGES: dict[str, Change] = {
    "wrong_types": _each_row(lambda row: {name: _other_type(value) for name, value in row.items()}),
    "missing_fields": _each_row(
        lambda row: {name: value for name, value in row.items() if name in _NEEDED}
    ),
    "null_fields": _each_row(
        lambda row: {name: value if name in _NEEDED else None for name, value in row.items()}
    ),
    "extra_fields": _each_row(
        lambda row: {**row, "quantum_ready": True, "nested": {"deep": [[[1]]]}, "": None}
    ),
    "text_numbers": _each_row(
        lambda row: {
            name: str(value) if type(value) in (int, float) else value
            for name, value in row.items()
        }
    ),
    "bad_row": _bad_row,
    "not_rows": _not_rows,
    "other_shape": lambda data: [data],
    "hostile": _hostile,
}
