"""Columns of a table, and which of them fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from msgspec import Struct, structs

Row = TypeVar("Row")
NOTE = 6
"""Cells reserved in the header for `+12 ›` when columns are hidden."""

_WHOLE = 2

Cell = tuple[str, str]
"""The text of a cell and the name of its style ("" for the row's own)."""


class Column(Struct, Generic[Row], frozen=True):
    """One column of a table of `Row`s.

    `key` names it in settings and for sorting; `rank` says how long it stays on a narrow terminal
    (0 longest); `about` explains it in a line; `grows`: it takes the free space, with `width` as
    minimum, half of it if there is no more; `most`: it is as wide as its cells need, up to that
    many. Rows are sorted by `value`, None if unknown; a column without it cannot be sorted.
    `best_first`: large values come first. `plain` is the text of a cell in a file, where that is
    another. `scale` is drawn in the header in place of the title. `remembered`: its value is of
    what is remembered beside the row, and may become another while the row stays.
    """

    key: str
    title: str
    width: int
    cell: Callable[[Row], Cell]
    about: str
    rank: int
    left: bool = False
    grows: bool = False
    most: int = 0
    value: Callable[[Row], Any] | None = None
    best_first: bool = False
    plain: Callable[[Row], str] | None = None
    scale: str = ""
    remembered: bool = False

    @property
    def header(self) -> str:
        """What the header says."""
        return self.scale or self.title


class Fitted(Struct, Generic[Row], frozen=True):
    """The columns that fit, and how many do not."""

    columns: tuple[Column[Row], ...]
    hidden: int


def fit_columns(
    columns: Sequence[Column[Row]],
    width: int,
    shift: int = 0,
    needed: Mapping[str, int] | None = None,
) -> Fitted[Row]:
    """Choose what fits into `width` cells, with a blank before each column. `needed` cells are
    given in the order of rank: before them no column grows.

    Columns of the highest rank are hidden first. When scrolled right by `shift` columns, the first
    column stays and the next ones slide under it.
    """
    if not columns:
        return Fitted((), 0)
    needed = {} if needed is None else needed
    columns = [_narrowed(column, needed) for column in columns]
    if shift > 0:
        return _slide(columns, width, shift, needed)
    whole = sum(column.width + 1 for column in columns)
    room = width if whole <= width else width - NOTE
    kept: dict[str, int] = {}
    for column in sorted(columns, key=lambda column: column.rank):
        cells = column.width + 1
        if column.grows and column.width // 2 < room < cells:
            cells = room
        if cells > room and kept:
            break
        kept[column.key] = cells - 1
        room -= cells
    shown = tuple(
        structs.replace(column, width=kept[column.key]) for column in columns if column.key in kept
    )
    return Fitted(_widened(shown, needed, room), len(columns) - len(shown))


def _narrowed(column: Column[Row], needed: Mapping[str, int]) -> Column[Row]:
    """A column as narrow as its cells allow. The first two and numbers are never cut: columns of a
    higher rank go before."""
    least = max(len(column.header), needed.get(column.key, column.width))
    whole = column.rank < _WHOLE or not column.left
    return structs.replace(column, width=least if whole else min(column.width, least))


def _widened(
    columns: tuple[Column[Row], ...], needed: Mapping[str, int], room: int
) -> tuple[Column[Row], ...]:
    """The columns, those whose cells need more than their width widened by the free cells."""
    widths = {column.key: column.width for column in columns}
    for column in sorted(columns, key=lambda column: column.rank):
        more = min(room, max(0, needed.get(column.key, 0) - column.width))
        widths[column.key] += more
        room -= more
    wide = tuple(structs.replace(column, width=widths[column.key]) for column in columns)
    return _grown(wide, room)


def _grown(columns: tuple[Column[Row], ...], room: int) -> tuple[Column[Row], ...]:
    """The columns, the first that grows widened by the free cells."""
    for index, column in enumerate(columns):
        if column.grows and room > 0:
            wide = structs.replace(column, width=column.width + room)
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


def _slide(
    columns: Sequence[Column[Row]], width: int, shift: int, needed: Mapping[str, int]
) -> Fitted[Row]:
    first, rest = columns[0], columns[1 + shift :]
    shown = [first]
    room = width - NOTE - (first.width + 1)
    for column in rest:
        if column.width + 1 > room:
            break
        room -= column.width + 1
        shown.append(column)
    return Fitted(_widened(tuple(shown), needed, room), len(columns) - len(shown))
