"""An answer as it was sent, made safe to show: strings cleaned, secrets replaced."""

from __future__ import annotations

import re
from collections.abc import Mapping

from vasttui.text import LOG_LINE_CAP, clean

MASK = "***"

_SECRET = re.compile(
    r"token|secret|passw|credential|private|auth|login|api_?key|ssh_?key|^key$|^onstart|^image_args",
    re.IGNORECASE,
)


def masked(row: Mapping[str, object]) -> dict[str, object]:
    """A copy of a parsed JSON object. Of `extra_env` the names stay; arguments of a container are
    secrets as well, because programs take keys that way."""
    return {clean(name): _value(name, value) for name, value in row.items()}


def _value(name: str, value: object) -> object:
    if name == "extra_env":
        return _environment(value)
    if value not in (None, "", [], {}) and _SECRET.search(name):
        return MASK
    if isinstance(value, str):
        return clean(value, LOG_LINE_CAP)
    if isinstance(value, dict):
        return masked(value)
    if isinstance(value, list):
        return [_value("", one) for one in value]
    return value


def _environment(value: object) -> object:
    """`extra_env` is a list of pairs, or an object (docs: "show instances")."""
    if isinstance(value, dict):
        return {_name(name): MASK for name in value}
    if isinstance(value, list):
        return [
            [_name(pair[0]), MASK] if isinstance(pair, list) and pair else MASK for pair in value
        ]
    return None if value is None else MASK


def _name(name: object) -> str:
    """Without what stands behind a `=`, should it be there: `-e TOKEN=x`."""
    return clean(name.partition("=")[0]) if isinstance(name, str) else MASK
