"""A list as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TypeVar

from vasttui.lists.columns import Column
from vasttui.words import UNKNOWN

Row = TypeVar("Row")


def csv_lines(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> list[str]:
    """The column titles, then each row as its cells show it; what is unknown is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.title for column in columns])
    writer.writerows([_inert(_plain(column, row)) for column in columns] for row in rows)
    return text.getvalue().splitlines()


def _plain(column: Column[Row], row: Row) -> str:
    text = column.cell(row)[0] if column.plain is None else column.plain(row)
    return "" if text in ("-", UNKNOWN) else text


def _inert(text: str) -> str:
    """The text of a cell, quoted if a spreadsheet would take it for a formula."""
    formula = text[:1] in ("=", "+", "@", "\t") or (text[:1] == "-" and not text[1:2].isdigit())
    return f"'{text}" if formula and len(text) > 1 else text
