"""What a field is expected to be, and what came instead.

A kind of value has a unit and the range that its values have in that unit: that is how a change of
the unit is seen, which no type tells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import inf

from vasttui.models.decode_json import NotJson, read_json
from vasttui.text import clean

_NAME = re.compile(r"[a-z][A-Za-z0-9_]{0,39}")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_ -]{0,23}")


@dataclass(frozen=True, slots=True)
class Kind:
    """Values of some types, named in words, in the range of their unit. 0 and -1 are in any: they
    stand for "none". `like` are other units, and what a value is multiplied with to be one."""

    about: str
    types: frozenset[str]
    least: float = -inf
    most: float = inf
    like: Mapping[str, float] | None = None

    def holds(self, value: float) -> bool:
        """Whether a number can be one of this unit."""
        return value in (0, -1) or self.least <= value <= self.most


def _kind(about: str, types: str, least: float = -inf, most: float = inf, **like: float) -> Kind:
    return Kind(about, frozenset(types.split("|")), least, most, like)


_WHOLE, _NUMBER = "whole number", "whole number|number"
KINDS: Mapping[str, Kind] = {
    "id": _kind("an id", _WHOLE, 1),
    "text": _kind("a text", "text"),
    "flag": _kind("yes or no", "yes or no"),
    "bit": _kind("0 or 1, or yes or no", f"yes or no|{_WHOLE}", 0, 1),
    "whole": _kind("a whole number", _NUMBER),
    "number": _kind("a number", _NUMBER),
    "list": _kind("a list", "list"),
    "object": _kind("an object", "object"),
    "list/object": _kind("a list or an object", "list|object"),
    "any": _kind("anything", "text|yes or no|whole number|number|list|object"),
    "time": _kind("a time, epoch seconds", _NUMBER, 9e8, 6e9, milliseconds=1e-3),
    "date": _kind("a time, as text or number", f"text|{_NUMBER}", 9e8, 6e12),
    "s": _kind("seconds", _NUMBER, 1, 2e9, milliseconds=1e-3),
    "$": _kind("$", _NUMBER, -1e7, 1e7),
    "$/h": _kind("$/h", _NUMBER, 2e-6, 1e3, cents=1e-2),
    "$/s": _kind("$/s", _NUMBER, 1e-12, 5e-2),
    "$/GB": _kind("$/GB", _NUMBER, 1e-7, 20.0),
    "$/GB/month": _kind("$/GB/month", _NUMBER, 1e-4, 50.0),
    "MB": _kind("MB", _NUMBER, 900, 9e6, GB=1024, bytes=1 / 1024**2),
    "GPU MB": _kind("MB", _NUMBER, 1_900, 1e6, GB=1024, bytes=1 / 1024**2),
    "GB": _kind("GB", _NUMBER, 0.01, 5e5, bytes=1e-9),
    "Mb/s": _kind("Mb/s", _NUMBER, 0.01, 9e5, bits=1e-6),
    "share": _kind("a share from 0 to 1", _NUMBER, 0, 1.0001, percent=1e-2),
    "%": _kind("%", _NUMBER, 0, 100.5),
    "degrees": _kind("°C", _NUMBER, 1, 140),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a row, under any of its `names`. `needed`: without it the row is not shown.
    `null` says that it may be null, `absent` that it may be missing, `words` what it may say."""

    names: tuple[str, ...]
    kind: Kind
    needed: bool = False
    null: bool = False
    absent: bool = False
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Shape:
    """The rows of an answer: where they are, and their fields.

    `where` are the names under which they may be; "" is the answer itself, a list or an object.
    `known` are fields that are not read. `names` False: the keys are the user's own words. Without
    fields the rows are texts.
    """

    where: tuple[str, ...]
    fields: tuple[Field, ...] = ()
    known: frozenset[str] = frozenset()
    names: bool = True


def shape(where: str, fields: str = "", known: str = "", *, names: bool = True) -> Shape:
    """A shape in short: a line for each kind of value, `MB: gpu_ram! cpu_ram? disk~`.

    `!` needed, `?` may be null, `~` may be missing; `a|b` is one field of two names; a kind of
    words is `(running loading)`.
    """
    found = []
    for line in fields.strip().splitlines():
        kind, _, listed = line.strip().partition(": ")
        words = frozenset(kind[1:-1].split()) if kind.startswith("(") else frozenset()
        for one in listed.split():
            name = one.rstrip("!?~")
            marks = one[len(name) :]
            found.append(
                Field(tuple(name.split("|")), KINDS["text" if words else kind], "!" in marks,
                      "?" in marks, "~" in marks, words)
            )  # fmt: skip
    return Shape(tuple(where.split("|")), tuple(found), frozenset(known.split()), names)


@dataclass(frozen=True, slots=True)
class Difference:
    """A sentence on what differs. `harmful`: what vasttui needs cannot be read, or would be wrong
    on the screen. `said` is what came, for the user alone."""

    sentence: str
    harmful: bool = False
    said: str = ""


def rows_of(document: object, where: Sequence[str]) -> Sequence[object] | None:
    """The rows of an answer; None if they are not where they should be."""
    for name in where:
        found = document
        if name:
            found = document.get(name) if isinstance(document, dict) else None
        elif isinstance(document, dict):
            found = [document]
        if isinstance(found, str):
            found = _parsed(found)
        if isinstance(found, dict):
            return [found]
        if isinstance(found, list):
            return found
    return None


def _parsed(text: str) -> object:
    """A list that was sent as a text, as that of SSH keys is."""
    try:
        return read_json(text.encode("utf-8", "replace"))
    except NotJson:
        return None


def types_in(rows: Iterable[object]) -> dict[str, list[str]]:
    """The names in these rows, and the types that they had. A name that
    may be the user's own word is left out."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        if isinstance(row, dict):
            for name, value in row.items():
                if _NAME.fullmatch(name):
                    found.setdefault(name, {})[type_of(value)] = None
    return {name: sorted(types) for name, types in found.items()}


def type_of(value: object) -> str:
    """The JSON type in words."""
    if value is None:
        return "null"
    kinds = {bool: "yes or no", int: "whole number", float: "number", str: "text", list: "list"}
    return kinds.get(type(value), "object")


def differences(rows: Sequence[object], expected: Shape) -> list[Difference]:
    """What differs in the rows of an answer."""
    objects = [row for row in rows if isinstance(row, dict)]
    found = []
    wanted = (dict, "objects") if expected.fields or not expected.names else (str, "texts")
    if others := sum(not isinstance(row, wanted[0]) for row in rows):
        many = _some(others, len(rows))
        found.append(Difference(f"{many} should be {wanted[1]} and are not", harmful=True))
    if objects:
        for field in expected.fields:
            found += _of_field(objects, field)
        found += _unknown(objects, expected)
    return found


def _unknown(rows: Sequence[Mapping[str, object]], expected: Shape) -> list[Difference]:
    read = chain.from_iterable(field.names for field in expected.fields)
    old = {*read, *expected.known}
    new = [one for one in types_in(rows) if one not in old] if expected.names else []
    return [Difference(f"not known to vasttui: {', '.join(new)}")] if new else []


def _of_field(rows: Sequence[Mapping[str, object]], field: Field) -> list[Difference]:
    name, kind = field.names[0], field.kind
    sent = [row[key] for row in rows for key in field.names[:1] if key in row]
    if not sent and len(field.names) > 1:
        sent = [row[key] for row in rows for key in field.names[1:] if key in row]
    if not sent:
        gone = Difference(f"{name} ({kind.about}) is not sent", harmful=field.needed)
        return [] if field.absent else [gone]
    found = []
    if field.needed and len(sent) < len(rows):
        missing = f"{name} is missing in {_some(len(rows) - len(sent), len(rows))}"
        found.append(Difference(missing, harmful=True))
    values = [value for value in sent if value is not None]
    if not field.null and len(values) < len(sent):
        nulls = f"{name} ({kind.about}) is null in {_some(len(sent) - len(values), len(sent))}"
        found.append(Difference(nulls, harmful=field.needed))
    wrong = Counter(type_of(one) for one in values if type_of(one) not in kind.types)
    for one, count in wrong.items():
        sentence = f"{name} is {_a(one)} in {_some(count, len(sent))}, not {kind.about}"
        found.append(Difference(sentence, harmful=True))
    numbers = [
        one
        for one in values
        if isinstance(one, int | float) and not isinstance(one, bool) and not wrong
    ]
    return [*found, *_range(name, kind, numbers), *_words(name, field, values)]


def _range(name: str, kind: Kind, numbers: Sequence[float]) -> list[Difference]:
    outside = [one for one in numbers if not kind.holds(one)]
    telling = [one for one in numbers if one not in (0, -1)]
    if not outside:
        return []
    if len(outside) * 2 <= len(telling):
        sentence = f"{name} is not possible as {kind.about} in {_some(len(outside), len(numbers))}"
        return [Difference(sentence)]
    size = "small" if outside[0] < kind.least else "large"
    fits = [
        unit
        for unit, factor in (kind.like or {}).items()
        if all(kind.holds(one * factor) for one in telling)
    ]
    also = f"; it would fit {fits[0]}" if fits else ""
    many = _some(len(outside), len(numbers))
    return [Difference(f"{name} is too {size} for {kind.about} in {many}{also}", harmful=True)]


def _words(name: str, field: Field, values: Sequence[object]) -> list[Difference]:
    said = {value for value in values if isinstance(value, str)} if field.words else set()
    new = sorted(said - field.words)
    if not new:
        return []
    shown = [f"'{clean(one)}'" if _WORD.fullmatch(one) else "something unreadable" for one in new]
    return [Difference(f"{name} has words that vasttui does not know", said=", ".join(shown[:5]))]


def _some(part: int, whole: int) -> str:
    if part == whole:
        return "every row" if whole > 1 else "the row"
    return f"{part} of {whole} rows"


def _a(kind: str) -> str:
    return {"yes or no": "yes or no", "object": "an object"}.get(kind, f"a {kind}")
