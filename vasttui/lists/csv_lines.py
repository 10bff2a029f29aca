"""Rows as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

from vasttui.lists.columns import Column
from vasttui.words import UNKNOWN

Row = TypeVar("Row")


_FORMULA = re.compile(r"[=+@\t\r].|-(?![0-9$])|-.*[-=+*(|!@]", re.DOTALL)
"""What a spreadsheet takes for one, or for the beginning of one; not a negative number."""


def csv_lines(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> list[str]:
    """The column titles, then each row as its cells show it; what is unknown is empty."""
    cells = ([_plain(column, row) for column in columns] for row in rows)
    return csv_text([column.title for column in columns], cells).splitlines()


def csv_text(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The titles, then the rows; what a spreadsheet would take for a formula is quoted."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return text.getvalue()


def _plain(column: Column[Row], row: Row) -> str:
    text = column.cell(row)[0] if column.plain is None else column.plain(row)
    return "" if text in ("-", UNKNOWN) else text


def _inert(text: str) -> str:
    return f"'{text}" if len(text) > 1 and _FORMULA.match(text) else text
