"""Fields of the filter language, and the set of fields of one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Literal

from msgspec import Struct

Kind = Literal["number", "bool", "text", "place", "version", "gpu", "choice"]
"""How a value is read: a place is a two-letter country code, a gpu part of a GPU's name, a choice
the start of one of a few words."""

Unit = Literal["", "memory", "megabytes", "disk", "days", "rate", "share", "percent"]
"""Which units a number may have, e.g. `24G`, `30d`, `1Gb`, `98%`."""


class Field(Struct, frozen=True):
    """A field of the filter language.

    `expr` is the Python expression for its value, over the record `o` of a row `r`, the time `now`
    and the field set's `scope`; with `known` it is never None. A typed number times `scale` is in
    the unit of `expr`. `wire` is the server's name for it, empty if the server cannot filter by it.
    `choices` are the words of a choice. `at_least` fields are lower bounds whatever the operator;
    `bare` fields may stand alone; `many` fields hold a set of values, one of which must match; None
    counts as `absent` unless that is None; the server works `virtual` ones out,
    so that they are never null there; a colon value that is not a number is looked up in the field
    `words`.
    """

    name: str
    kind: Kind
    help: str
    expr: str
    example: str
    aliases: tuple[str, ...] = ()
    wire: str = ""
    scale: float = 1.0
    unit: Unit = ""
    choices: tuple[str, ...] = ()
    known: bool = False
    cost: int = 0
    at_least: bool = False
    bare: bool = False
    many: bool = False
    absent: bool | None = None
    virtual: bool = False
    words: str = ""

    @property
    def short(self) -> str:
        """The name shown and completed."""
        return min(self.name, self.aliases[0], key=len) if self.aliases else self.name

    @property
    def names(self) -> tuple[str, ...]:
        """All its names."""
        return (self.name, *self.aliases)

    @property
    def topic(self) -> str:
        """What it is about: the same for `vram` and `gpu_ram`, which mean the same thing."""
        return self.wire or self.name


class FieldSet(Struct, frozen=True, eq=False, kw_only=True, dict=True):
    """The fields of one kind of row, most useful first.

    `record` is the expression for the record `o` of a row `r`; `scope` holds the other names field
    expressions use. Bare words are looked up in the field `text`. `seen` has the expressions of
    the values to complete, by topic. `price` is the price in $/h rows are compared by, `example` a
    comparison shown in error messages.
    """

    fields: tuple[Field, ...]
    record: str
    scope: Mapping[str, object]
    seen: Mapping[str, str]
    price: Callable[[Any], float]
    example: str

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {name: field for field in self.fields for name in field.names}

    def find(self, name: str) -> Field | None:
        """The field with that exact name or alias; None if there is none."""
        return self._by_name.get(name)

    def field(self, name: str) -> Field:
        """The field of a rule. Raises KeyError for an unknown name."""
        return self._by_name[name]

    def suggest(self, name: str) -> str | None:
        """The field name closest to a mistyped one; None if none is close."""
        close = get_close_matches(name.lower(), self._by_name, n=1, cutoff=0.7)
        return close[0] if close else None

    def begins(self, start: str) -> str | None:
        """The first field name that starts with `start` and is longer; None if there is none."""
        if not start:
            return None
        longer = (name for name in self._by_name if name.startswith(start) and name != start)
        return next(longer, None)
