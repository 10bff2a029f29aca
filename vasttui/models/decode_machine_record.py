"""Decodes reports and benchmarks of machines; a bad row does not affect the others."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from vasttui.models.machine_record import Benchmark, Report
from vasttui.text import clean

MOST = 30
"""Benchmarks, and reports, that are kept of a machine: the newest."""

_LATEST = 1e11
One = TypeVar("One", Report, Benchmark)


def reports_from(rows: Iterable[object]) -> tuple[Report, ...]:
    """The reports that say something, newest first."""
    found = (_report(row) for row in rows if isinstance(row, Mapping))
    return _newest([one for one in found if one is not None])


def benchmarks_from(rows: Iterable[object], machine_id: int) -> tuple[Benchmark, ...]:
    """Those of this machine, newest first: rows of others come where the service ignores the
    filter. Rows of an older description have `score` and `model`."""
    found = (_benchmark(row, machine_id) for row in rows if isinstance(row, Mapping))
    return _newest([one for one in found if one is not None])


def _report(row: Mapping[object, object]) -> Report | None:
    texts = (row.get(name) for name in ("problem", "message"))
    words = list(dict.fromkeys(text for one in texts if (text := _text(one))))
    at = _time(row.get("created_at"))
    return Report(": ".join(words), at) if words else None


def _benchmark(row: Mapping[object, object], machine_id: int) -> Benchmark | None:
    value = _number(row.get("value"))
    if value is None:
        value = _number(row.get("score"))
    if value is None or row.get("machine_id") != machine_id:
        return None
    what = _text(row.get("image")) or _text(row.get("model")) or _text(row.get("type"))
    gpus = row.get("num_gpus")
    at = _time(row.get("last_update"))
    number = gpus if type(gpus) is int and 0 < gpus < 1000 else None
    return Benchmark(value, what, number, at, _text(row.get("gpu_name")))


def _newest(rows: Sequence[One]) -> tuple[One, ...]:
    return tuple(sorted(rows, key=lambda one: -(one.at or 0.0))[:MOST])


def _text(value: object) -> str:
    return clean(value) if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    known = type(value) in (int, float) and math.isfinite(value)  # type: ignore[arg-type]
    return float(value) if known else None  # type: ignore[arg-type]


def _time(value: object) -> float | None:
    """Epoch seconds, or a date; without a zone it is in UTC."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip())
            value = moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
        except (ValueError, OverflowError):
            return None
    seconds = _number(value)
    return seconds if seconds is not None and 0 < seconds < _LATEST else None
