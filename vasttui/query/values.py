"""Parses the values of rules: numbers with units, booleans, versions, countries."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from vasttui.query.fields import Field, Unit
from vasttui.query.rules import Value

_TRUE = frozenset({"true", "yes", "on", "1", "1.0"})
_FALSE = frozenset({"false", "no", "off", "0", "0.0"})
_NUMBER = re.compile(r"\$?([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?) ?([a-z%]*)", re.I)
_NUMBERS = re.compile(r"[0-9.+$-]+")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_VERSION = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,3}){0,2}")

_MEMORY = {"g": 1.0, "gb": 1.0, "gib": 1.0, "m": 1 / 1024, "mb": 1 / 1024, "mib": 1 / 1024,
           "t": 1024.0, "tb": 1024.0, "tib": 1024.0}  # fmt: skip
_MEGABYTES = {"g": 1.0, "gb": 1.0, "gib": 1.024, "m": 1e-3, "mb": 1e-3, "mib": 1e-3,
              "t": 1000.0, "tb": 1000.0, "tib": 1048.576}  # fmt: skip
_DISK = {"g": 1.0, "gb": 1.0, "gib": 1.0, "m": 1e-3, "mb": 1e-3, "mib": 1e-3,
         "t": 1000.0, "tb": 1000.0, "tib": 1024.0}  # fmt: skip
_DAYS = {"m": 1 / 1440, "min": 1 / 1440, "h": 1 / 24, "d": 1.0, "w": 7.0, "mo": 30.0, "y": 365.0}
_RATE = {"k": 1e-3, "kb": 1e-3, "m": 1.0, "mb": 1.0, "g": 1000.0, "gb": 1000.0}
_UNITS: Mapping[Unit, Mapping[str, float]] = {
    "": {},
    "memory": _MEMORY,
    "megabytes": _MEGABYTES,
    "disk": _DISK,
    "days": _DAYS,
    "rate": _RATE,
    "share": {"%": 0.01},
    "percent": {"%": 1.0},
}


_ALSO = {"bid": "interruptible", "spot": "interruptible", "ondemand": "on-demand"}
"""Other words for choices."""


class Unreadable(ValueError):
    """A value of the wrong kind for its field; the message says what is needed."""


def read_value(field: Field, text: str) -> Value:
    """The value in the unit of the field's expression. Raises `Unreadable`."""
    match field.kind:
        case "number":
            return _number(field, text)
        case "bool":
            return _truth(text)
        case "version":
            return version_range(field, text)[0]
        case "place":
            return _country(text)
        case _:
            return text


def read_choices(field: Field, text: str) -> list[str]:
    """The field's choices that start with the text. Raises `Unreadable` if there are none."""
    start = text.strip().lower()
    start = _ALSO.get(start, start)
    words = [word for word in field.choices if word.startswith(start)]
    if not words:
        raise Unreadable(f"cannot be {start!r}")
    return words


def is_number(text: str) -> bool:
    """Whether the text is a number or a range of them, even an unfinished one; `7950x` is none."""
    return _NUMBERS.fullmatch(text) is not None


def version_range(field: Field, text: str) -> tuple[int, int]:
    """The lowest and highest driver number that `550`, `550.54` or `550.54.15` stands for.

    A number without dots is the raw number in the official field (client 1.9.1 `numeric_version`
    does not convert it), and a major version in our own short field. Raises `Unreadable`.
    """
    if not _VERSION.fullmatch(text) and not _WHOLE.fullmatch(text):
        raise Unreadable("needs a version")
    raw = field.name == "driver_version" or len(text) > 6
    if "." not in text and raw:
        return int(text), int(text)
    return _versions(text)


def driver_number(version: str) -> int | None:
    """`535.86.05` as 535086005, as in offers; None if it is not a version."""
    return _versions(version)[0] if _VERSION.fullmatch(version) else None


def whole_gigabytes(op: str, megabytes: object) -> int | None:
    """The whole GB that a bound in MB stands for, as `vram>=24` is sent; None for any other."""
    half = {"gte": 0.5, "lte": -0.5}.get(op)
    if half is None or isinstance(megabytes, bool) or not isinstance(megabytes, int | float):
        return None
    size = megabytes / 1024 + half
    return int(size) if size > 0 and size == int(size) else None


def _versions(text: str) -> tuple[int, int]:
    parts = text.split(".")
    missing = 3 - len(parts)
    number = int("".join(part.zfill(3) for part in parts))
    return number * 1000**missing, (number + 1) * 1000**missing - 1


def _number(field: Field, text: str) -> float:
    typed, factor = _measure(field, text.strip())
    number = typed * factor if factor != 1.0 else typed
    if field.name == "rel" and factor == 1.0 and number > 1:
        number /= 100
    scaled = number * field.scale if field.scale != 1.0 else number
    if not math.isfinite(scaled):
        raise Unreadable("is too large")
    return scaled


def _measure(field: Field, text: str) -> tuple[float, float]:
    if _WHOLE.fullmatch(text):
        return int(text), 1.0
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise Unreadable("needs a number")
    number = float(found[1])
    unit = found[2]
    if not unit:
        return number, 1.0
    if field.unit == "rate" and "B" in unit:
        raise Unreadable("is in bits, not bytes")
    factor = _UNITS[field.unit].get(unit.lower())
    if factor is None:
        raise Unreadable(f"does not take the unit {unit!r}")
    return number, factor


def _truth(text: str) -> bool:
    word = text.lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise Unreadable("must be true or false")


def _country(text: str) -> str:
    if len(text) != 2 or not text.isascii() or not text.isalpha():
        raise Unreadable("needs two-letter codes")
    return text.upper()
