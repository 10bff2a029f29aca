"""Charges and invoices as CSV and JSON, for other programs.

Both have the same columns. Amounts are dollars with three decimals, as the service rounds them;
dates are UTC, ISO 8601. What is unknown is empty in CSV and null in JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

from vasttui.lists.csv_lines import csv_text
from vasttui.models.billing import MILLS, Charge, dollars
from vasttui.models.invoice import Invoice
from vasttui.units import DAY

Row = TypeVar("Row")
Value = str | int | float | None
Columns = Mapping[str, Callable[[Row], Value]]
"""Names of columns, and their values for a row; names that end in `usd` are for dollars."""

CHARGE_COLUMNS: Columns[Charge] = {
    "day": lambda row: _date(row.day * DAY)[:10],
    "kind": lambda row: row.kind,
    "id": lambda row: row.id,
    "label": lambda row: row.label or None,
    "total_usd": lambda row: dollars(row.amount),
    "gpu_usd": lambda row: dollars(row.gpu),
    "disk_usd": lambda row: dollars(row.disk),
    "download_usd": lambda row: dollars(row.down),
    "upload_usd": lambda row: dollars(row.up),
    "gpu_hours": lambda row: row.hours,
    "gpu_per_hour": lambda row: row.rate,
    "download_gb": lambda row: row.gb_down,
    "upload_gb": lambda row: row.gb_up,
    "template_id": lambda row: row.template_id,
    "endpoint_id": lambda row: row.endpoint_id,
    "workergroup_id": lambda row: row.workergroup_id,
    "description": lambda row: row.words[0] or None,
}


def _charge_columns(gpus: Mapping[int, str]) -> Columns[Charge]:
    return {**CHARGE_COLUMNS, "gpu": lambda row: gpus.get(row.id or 0)}


def charges_csv(rows: Iterable[Charge], gpus: Mapping[int, str]) -> str:
    """A line for each contract and day; `gpus` are the known GPU models by contract id."""
    return _as_csv(_charge_columns(gpus), rows)


def charges_json(rows: Iterable[Charge], gpus: Mapping[int, str]) -> str:
    """An array with an object for each contract and day."""
    return _as_json(_charge_columns(gpus), rows)


def _invoice_columns(own: Collection[str]) -> Columns[Invoice]:
    return {
        "created": lambda row: None if row.start is None else _date(row.start),
        "paid": lambda row: None if row.end is None else _date(row.end),
        "type": lambda row: row.type or None,
        "in_usd": lambda row: _side(row.incoming(own), 1),
        "out_usd": lambda row: _side(row.incoming(own), -1),
        "source": lambda row: row.source or None,
        "description": lambda row: row.description or None,
        "service": lambda row: row.service or None,
        "invoice_id": lambda row: row.id,
    }


def invoices_csv(rows: Iterable[Invoice], own: Collection[str]) -> str:
    """A line for each invoice; `own` are the names of this account."""
    return _as_csv(_invoice_columns(own), rows)


def invoices_json(rows: Iterable[Invoice], own: Collection[str]) -> str:
    """An array with an object for each invoice."""
    return _as_json(_invoice_columns(own), rows)


def _as_csv(columns: Columns[Row], rows: Iterable[Row]) -> str:
    cells = ([_cell(name, read(row)) for name, read in columns.items()] for row in rows)
    return csv_text(tuple(columns), cells)


def _as_json(columns: Columns[Row], rows: Iterable[Row]) -> str:
    found = [{name: read(row) for name, read in columns.items()} for row in rows]
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _cell(name: str, value: Value) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" if name.endswith("usd") else f"{value}"


def _side(mills: int | None, sign: int) -> float | None:
    """The amount if it went that way, in $."""
    return abs(mills) / MILLS if mills and mills * sign > 0 else None


def _date(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return ""
