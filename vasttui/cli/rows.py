"""Rows of a list as a table, as CSV or as JSON."""

from __future__ import annotations

import argparse
import difflib
import json
import math
import shutil
import sys
import textwrap
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from msgspec import structs

from vasttui.cli.output import write_out
from vasttui.errors import QueryError, UnknownField, VastError
from vasttui.lists.browse import Browsing
from vasttui.lists.columns import Column
from vasttui.lists.csv_lines import csv_lines
from vasttui.lists.resource import Resource
from vasttui.lists.sorting import SortKeys
from vasttui.query.other_command import other_command
from vasttui.streams import tell
from vasttui.ui.format import fit, width_of
from vasttui.ui.plain_glyphs import aligned, in_ascii
from vasttui.words import plural

Row = TypeVar("Row")

Values = Mapping[str, Callable[[Any], object]]
"""What JSON has for a column, where that is not what rows are sorted by."""

_GAP = "  "
_SHOWN = 60
_WIDE = 80 - len("vasttui: ")
_ENDLESS = 100_000
"""Cells of a line that no terminal cuts."""


def read_filter(browse: Browsing[Row], text: str) -> None:
    """Filter by this text. Raises QueryError for what is wrong in it."""
    command = other_command(text)
    if command is not None:
        raise QueryError(f"{command.words} is a command, not a filter")
    browse.set_text(text)
    wrong = (*browse.problems, *(one for one in browse.warnings if isinstance(one, UnknownField)))
    if wrong:
        raise QueryError("; ".join(_at(text, one) for one in wrong))
    for one in browse.warnings:
        tell(f"vasttui: {one}")


def _at(text: str, error: QueryError) -> str:
    reason = str(error).removesuffix("; ignored")
    place = textwrap.shorten(text[error.start : error.end], _SHOWN, placeholder="…")
    return f"in the filter, at {place!r}: {reason}"


def read_columns(resource: Resource[Row], text: str | None) -> list[Column[Row]] | None:
    """The columns of these keys, None without a text. Raises VastError for an unknown one, and
    where a text names none."""
    if text is None:
        return None
    words = _split(text, "--columns", resource, resource.by_key)
    return [resource.by_key[_known(word, resource, resource.by_key)] for word in words]


def read_sort(resource: Resource[Row], text: str | None) -> SortKeys:
    """The order that `eff,rel-` means: each column by its best values first, unless + (the smallest
    first) or - (the largest) says otherwise; nothing without a text. Raises VastError for what is
    no such column, and where a text names none."""
    keys = []
    sortable = [key for key in resource.by_key if resource.reader(key) is not None]
    for word in [] if text is None else _split(text, "--sort", resource, sortable):
        key = _known(word.rstrip("+-"), resource, sortable)
        down = word.endswith("-") or (resource.is_best_first(key) and not word.endswith("+"))
        keys.append((key, down))
    return keys


def _split(text: str, option: str, resource: Resource[Row], keys: Collection[str]) -> list[str]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not words:
        raise VastError(f"{option} names no column", hint=_choice(resource, keys))
    return words


def _known(key: str, resource: Resource[Row], keys: Collection[str]) -> str:
    if key in keys:
        return key
    near = difflib.get_close_matches(key, list(keys), n=1)
    meant = f"; did you mean {near[0]}?" if near else ""
    raise VastError(f"there is no column {key!r}{meant}", hint=_choice(resource, keys))


def _choice(resource: Resource[Row], keys: Collection[str]) -> str:
    usual = [one for one in resource.default_columns if one in keys]
    others = sorted(set(keys).difference(usual))
    return "\n".join((*_paragraph("Columns", usual), *_paragraph("Others", others)))


def _paragraph(title: str, names: Sequence[str]) -> list[str]:
    text = f"{title}: {', '.join(names)}."
    return textwrap.wrap(text, _WIDE, subsequent_indent="  ") if names else []


def print_rows(
    options: argparse.Namespace,
    resource: Resource[Row],
    columns: Sequence[Column[Row]] | None,
    rows: Sequence[Row],
    values: Values,
) -> None:
    """Print the rows in the form that was asked for, with these columns or the usual ones. A table
    has as many of the usual ones as the terminal is wide; all of them where it goes elsewhere."""
    usual = columns or resource.choose(resource.default_columns)
    number = len(usual)
    if options.form == "json":
        lines = json_lines(columns or resource.columns, rows, values)
    elif options.form == "csv":
        lines = csv_lines(usual, rows)
    else:
        fits = columns is None and sys.stdout.isatty()
        width = shutil.get_terminal_size().columns if fits else _ENDLESS
        usual = fitting(usual, rows, width)
        lines = table_lines(usual, rows)
    if options.ascii or not _can_print_signs():
        plain = in_ascii if options.form in ("json", "csv") else aligned
        lines = [plain(line) for line in lines]
    write_out("".join(f"{line}\n" for line in lines))
    if len(usual) < number:
        tell(f"{plural(number - len(usual), 'column')} did not fit; --columns chooses")


def _can_print_signs() -> bool:
    return (sys.stdout.encoding or "").lower().startswith("utf")


def json_lines(columns: Sequence[Column[Row]], rows: Sequence[Row], values: Values) -> list[str]:
    """An array with an object on each line."""
    lines = [json_object(columns, row, values) for row in rows]
    return ["[", *(f"{line}," for line in lines[:-1]), *lines[-1:], "]"]


def json_object(
    columns: Sequence[Column[Row]],
    row: Row,
    values: Values,
    more: Mapping[str, object] | None = None,
) -> str:
    """The row as an object, with `more` behind it. It is ASCII, which any terminal can print."""
    readers = {one.key: values.get(one.key) or one.value or _text_of(one) for one in columns}
    document = {key: _plain(read(row)) for key, read in readers.items()}
    return json.dumps(document | dict(more or {}), allow_nan=False)


def _text_of(column: Column[Row]) -> Callable[[Row], str]:
    return lambda row: column.cell(row)[0]


def _plain(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def fitting(columns: Sequence[Column[Row]], rows: Sequence[Row], width: int) -> list[Column[Row]]:
    """The columns that fit into `width` cells, as wide as their cells; at least the first."""
    exact = [structs.replace(one, width=_needed(one, rows)) for one in columns]
    room, kept = width + len(_GAP), set()
    for one in sorted(exact, key=lambda one: one.rank):
        room -= one.width + len(_GAP)
        if room < 0:
            break
        kept.add(one.key)
    return [one for one in exact if one.key in kept] or exact[:1]


def _needed(column: Column[Row], rows: Sequence[Row]) -> int:
    return max(map(width_of, (column.title, *(column.cell(row)[0] for row in rows))))


def table_lines(columns: Sequence[Column[Row]], rows: Sequence[Row]) -> list[str]:
    """A title line and a line for each row."""
    lines = [[one.title for one in columns]]
    lines += [[one.cell(row)[0] for one in columns] for row in rows]
    return [
        _GAP.join(
            fit(text, one.width, right=not one.left)
            for one, text in zip(columns, line, strict=True)
        ).rstrip()
        for line in lines
    ]
