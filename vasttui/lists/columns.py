"""Columns of a table, and which of them fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")
NOTE = 6
"""Cells reserved in the header for `+12 ›` when columns are hidden."""

Cell = tuple[str, str]
"""The text of a cell and the name of its style ("" for the row's own)."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column of a table of `Row`s.

    `key` names it in settings and for sorting; `rank` says how long it stays on a narrow terminal
    (0 longest); `about` explains it in a line; `grows`: it takes the free space, with `width` as
    minimum. Rows are sorted by `value`, None if unknown; a column without it cannot be sorted.
    `best_first`: large values come first.
    """

    key: str
    title: str
    width: int
    cell: Callable[[Row], Cell]
    about: str
    rank: int
    left: bool = False
    grows: bool = False
    value: Callable[[Row], Any] | None = None
    best_first: bool = False


@dataclass(frozen=True, slots=True)
class Fitted(Generic[Row]):
    """The columns that fit, and how many do not."""

    columns: tuple[Column[Row], ...]
    hidden: int


def fit_columns(columns: Sequence[Column[Row]], width: int, shift: int = 0) -> Fitted[Row]:
    """Choose what fits into `width` cells, with a blank before each column.

    Columns of the highest rank are hidden first. When scrolled right by `shift` columns, the first
    column stays and the next ones slide under it.
    """
    if not columns:
        return Fitted((), 0)
    if shift > 0:
        return _slide(columns, width, shift)
    whole = sum(column.width + 1 for column in columns)
    room = width if whole <= width else width - NOTE
    kept: set[str] = set()
    for column in sorted(columns, key=lambda column: column.rank):
        needed = column.width + 1
        if needed > room and kept:
            break
        kept.add(column.key)
        room -= needed
    shown = tuple(column for column in columns if column.key in kept)
    return Fitted(_grown(shown, room), len(columns) - len(shown))


def _grown(columns: tuple[Column[Row], ...], room: int) -> tuple[Column[Row], ...]:
    """The columns, the first that grows widened by the free cells."""
    for index, column in enumerate(columns):
        if column.grows and room > 0:
            wide = replace(column, width=column.width + room)
            return (*columns[:index], wide, *columns[index + 1 :])
    return columns


def max_shift(columns: Sequence[Column[Row]], width: int) -> int:
    """The `shift` that brings the last column into view."""
    if sum(column.width + 1 for column in columns) <= width:
        return 0
    room = width - NOTE - (columns[0].width + 1)
    shown = 0
    for column in reversed(columns[1:]):
        room -= column.width + 1
        if room < 0:
            break
        shown += 1
    return max(0, len(columns) - 1 - shown)


def _slide(columns: Sequence[Column[Row]], width: int, shift: int) -> Fitted[Row]:
    first, rest = columns[0], columns[1 + shift :]
    shown = [first]
    room = width - NOTE - (first.width + 1)
    for column in rest:
        room -= column.width + 1
        if room < 0:
            break
        shown.append(column)
    return Fitted(tuple(shown), len(columns) - len(shown))
