"""How one line of a table is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from vasttui.lists.columns import Cell, Column, Fitted
from vasttui.ui.format import fit
from vasttui.ui.widgets.scrolling import thumb

GUTTER = 3
"""Cells left of the first column: the cursor's mark and the mark of marked rows."""

StyleOf = Callable[[str], Style]
"""The style of a name; the empty name is the table's own."""


def row_line(
    columns: Sequence[Column[Any]], cells: Sequence[Cell], width: int, style: StyleOf,
    *, cursor: bool, marked: bool,
) -> Strip:  # fmt: skip
    """One row, `width` cells wide. Neighbouring cells of one style are one segment."""
    base = style("cursor") if cursor else style("")
    own = base + style("marked") if marked and not cursor else base
    segments = [Segment(f" {'▶' if cursor else ' '}{'✓' if marked else ' '}", own)]
    run, run_style, used = "", own, GUTTER
    for column, (text, name) in zip(columns, cells, strict=True):
        shown = own if not name or cursor else base + style(name)
        if shown is not run_style:
            if run:
                segments.append(Segment(run, run_style))
            run, run_style = "", shown
        run += fit(text, column.width, right=not column.left) + " "
        used += column.width + 1
    segments.append(Segment(run, run_style))
    segments.append(Segment(" " * max(0, width - used), own))
    return Strip(segments).crop(0, width)


def heading_line(text: str, width: int, style: StyleOf) -> Strip:
    """A row that is only the heading of others: the text in a rule, `width` cells wide."""
    line = f"{' ' * GUTTER}{text} "
    return Strip([Segment(fit(line, width) if len(line) > width else line.ljust(width, "─"),
                          style("") + style("dim"))])  # fmt: skip


def header_line(fitted: Fitted[Any], sort: Mapping[str, bool], width: int, style: StyleOf) -> Strip:
    """The titles; `sort` says of a column whether it is sorted downwards."""
    plain, bold = style("header"), style("sorted")
    segments, used = [Segment(" " * GUTTER, plain)], GUTTER
    for column in fitted.columns:
        descending = sort.get(column.key)
        mark = "" if descending is None else "▼" if descending else "▲"
        # A title that fills its column has the mark in the blank behind it.
        text = fit(column.header, column.width, right=not column.left) + " "
        if mark:
            title = fit(f"{column.header}{mark}", column.width, right=not column.left)
            full = len(column.header) >= column.width
            text = f"{text[:-1]}{mark}" if full else f"{title} "
        segments.append(Segment(text, bold if mark else plain))
        used += column.width + 1
    hidden, room = fitted.hidden, width - used
    if hidden and room > 0:
        long, short = f"+{hidden} columns ›", f"+{hidden} ›"
        segments.append(Segment((long if len(long) <= room else short).rjust(room), plain))
    return Strip(segments).crop_extend(0, width, plain)


def bar_sign(line: int, top: int, page: int, total: int) -> str:
    """What the scroll bar is on that line of the rows, of which `page` are in view from `top` on;
    blank where all are."""
    start, length = thumb(top, page, total)
    if not length:
        return " "
    return "┃" if start <= line < start + length else "│"


def bar_cell(sign: str, style: StyleOf) -> Segment:
    """The cell of the scroll bar with that sign."""
    return Segment(sign, style({"┃": "thumb", "│": "bar"}.get(sign, "")))


def column_at(fitted: Fitted[Any], x: int) -> Column[Any] | None:
    """The column whose title or cells are drawn at this cell of a line."""
    left = GUTTER
    for column in fitted.columns:
        if left <= x <= left + column.width:
            return column
        left += column.width + 1
    return None


def column_left(fitted: Fitted[Any], key: str) -> int:
    """The first cell of the column of that key; that of the first column if it is not in view."""
    left = GUTTER
    for column in fitted.columns:
        if column.key == key:
            return left
        left += column.width + 1
    return GUTTER
