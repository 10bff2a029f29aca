"""The description of a list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from msgspec import Struct, field

from vasttui.lists.columns import Column
from vasttui.lists.sorting import Read, SortKeys
from vasttui.query.fields import FieldSet
from vasttui.words import plural

Row = TypeVar("Row")

RowId = int | str
"""The stable id of a row."""


class Fact(NamedTuple):
    """One line of the details: name, text, and name of its style."""

    name: str
    text: str
    style: str = ""


def raw_facts(record: Any) -> list[Fact]:
    """Every raw field of a row, including nested records."""
    facts = []
    for name in names_of(record):
        value = getattr(record, name)
        if names_of(value):
            facts += [Fact(f"{name}.{part}", text) for part, text, _ in raw_facts(value)]
        else:
            facts.append(Fact(name, "-" if value is None else str(value)))
    return facts


def names_of(record: Any) -> Sequence[str]:
    """The names of its fields; none of what is no record."""
    if is_dataclass(record):
        return [one.name for one in fields(record)]
    if isinstance(record, Struct):
        return record.__struct_fields__
    return record._fields if isinstance(record, tuple) and hasattr(record, "_fields") else ()


class Resource(Struct, Generic[Row], frozen=True, eq=False, kw_only=True, dict=True):
    """Everything a list screen needs to know about its rows.

    `name` is its key in the preferences, `noun` the name of one row, `nouns` that of several where
    it is not the same with an s. The first of `columns` is
    always shown; `shown` are the default columns, `sort` the default order: without it rows stand
    by their `place`, else by their id. `summary` describes all rows in a few words, `part` all and
    those that the filter leaves. `details` makes the lines of each tab. A row that the filter shows
    brings the one of the id `above` with it. Rows of one `group` stand together, the groups in
    order; a row with a `heading` is that line over the others of its group. `read` fetches all rows
    and raises VastError, every `every` s while the list is shown. `empty` explains an empty list.
    `private` are the ids of a row that private mode hides, wherever they stand.
    """

    name: str
    noun: str
    id: Callable[[Row], RowId]
    columns: Sequence[Column[Row]]
    fields: FieldSet
    sort: SortKeys
    place: Callable[[Row], int] | None = None
    above: Callable[[Row], RowId | None] | None = None
    group: Callable[[Row], Any] | None = None
    heading: Callable[[Row], str] | None = None
    shown: Sequence[str] = ()
    summary: Callable[[Sequence[Row]], str] | None = None
    part: Callable[[Sequence[Row], Sequence[Row]], str] | None = None
    details: Mapping[str, Callable[[Row], Sequence[Fact]]] = field(default_factory=dict)
    read: Callable[[Any], Awaitable[Sequence[Row]]] | None = None
    private: Callable[[Row], Sequence[int | None]] | None = None
    nouns: str = ""
    every: float = 30.0
    empty: str = ""
    hints: tuple[str, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[str, Column[Row]]:
        """The columns by their keys."""
        return {column.key: column for column in self.columns}

    @cached_property
    def default_columns(self) -> tuple[str, ...]:
        """The keys of the default columns."""
        return tuple(self.shown or self.by_key)

    def choose(self, keys: Iterable[str]) -> list[Column[Row]]:
        """The first column, then the existing ones with these keys."""
        first = self.columns[0]
        others = [self.by_key[key] for key in keys if key in self.by_key and key != first.key]
        return [first, *others]

    def heads(self, row: Row) -> bool:
        """Whether it is only the heading of others."""
        return self.heading is not None and bool(self.heading(row))

    def reader(self, key: str) -> Read[Row] | None:
        """Reads the value to sort a column by; None if it is unknown or cannot be sorted."""
        column = self.by_key.get(key)
        return None if column is None else column.value

    def is_remembered(self, key: str) -> bool:
        """Whether the value of this column may become another while the row stays."""
        column = self.by_key.get(key)
        return column is not None and column.remembered

    def is_best_first(self, key: str) -> bool:
        """Whether large values of this column come first."""
        column = self.by_key.get(key)
        return column is not None and column.best_first

    def count(self, rows: Sequence[Row]) -> str:
        """`3 volumes`, or the summary of the rows."""
        if self.summary is not None:
            return self.summary(rows)
        return plural(len(rows), self.noun, self.nouns)
