"""What a field of the filter language is, and the table it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Literal

Kind = Literal["number", "bool", "text", "place", "version", "gpu", "choice"]
"""How a value is read: a place is a two-letter country code, a gpu a piece of a GPU's name, a
choice the beginning of one of a few words."""

Unit = Literal["", "memory", "megabytes", "disk", "days", "rate", "share", "percent"]
"""Which units a number may carry, e.g. `24G`, `30d`, `1Gb`, `98%`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of the filter language.

    `expr` is the Python expression of its value, over the record `o` of a row `r`, the time `now`
    and the `scope` of its table; `known` says that it is never None. A typed number times `scale`
    is in the unit of `expr`. `wire` is the server's name for it, empty when the server cannot be
    asked. `choices` are the words that a choice is among. `at_least` fields are lower bounds
    whatever their operator is; `bare` ones may stand alone; `many` ones hold a set of values, of
    which one has to fit; the value None means `absent` where that is not None; a colon value that
    is no number is looked up in the field `words`.
    """

    name: str
    kind: Kind
    help: str
    aliases: tuple[str, ...] = ()
    expr: str
    wire: str = ""
    scale: float = 1.0
    unit: Unit = ""
    example: str
    choices: tuple[str, ...] = ()
    known: bool = False
    cost: int = 0
    at_least: bool = False
    bare: bool = False
    many: bool = False
    absent: bool | None = None
    words: str = ""

    @property
    def short(self) -> str:
        """The name to show and to complete."""
        return min(self.name, self.aliases[0], key=len) if self.aliases else self.name

    @property
    def names(self) -> tuple[str, ...]:
        """Every name of it."""
        return (self.name, *self.aliases)

    @property
    def topic(self) -> str:
        """What it is about: `vram` and `gpu_ram` are two ways to speak of one thing."""
        return self.wire or self.name


@dataclass(frozen=True, eq=False, kw_only=True)
class FieldSet:
    """What can be filtered by one set of fields, the most useful first.

    `record` is the expression of the record `o` of a row `r`; `scope` holds what else the
    expressions of fields may use. The field `text` is where bare words are looked up. `seen` has
    the expressions of the values to complete, by topic. `price` is $/h to compare rows by, and
    `example` a comparison to show to those who write it wrongly.
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
        """The field of that exact name or alias."""
        return self._by_name.get(name)

    def field(self, name: str) -> Field:
        """The field of a rule. Raises KeyError for a name that no field has."""
        return self._by_name[name]

    def suggest(self, name: str) -> str | None:
        """The field name most like a mistyped one."""
        close = get_close_matches(name.lower(), self._by_name, n=1, cutoff=0.7)
        return close[0] if close else None

    def begins(self, start: str) -> str | None:
        """The first field name that begins with `start` and is longer."""
        if not start:
            return None
        longer = (name for name in self._by_name if name.startswith(start) and name != start)
        return next(longer, None)
