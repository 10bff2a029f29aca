"""The columns of workers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vasttui.lists.columns import Cell, Column
from vasttui.lists.serverless_rows import Line
from vasttui.models.advice import disk_words, is_full, may_be_full
from vasttui.models.serverless import Worker
from vasttui.models.worker_state import Kind, WorkerState
from vasttui.services.serverless.costs import billed
from vasttui.services.serverless.rows import WorkerRow
from vasttui.services.serverless.words import cost_cell
from vasttui.ui.format import age, count, percent, private_cell, span
from vasttui.ui.serverless.columns import BAR, bar, steady
from vasttui.units import DAY, HOUR, MINUTE
from vasttui.words import UNKNOWN

NONE = "-"
TONES = {
    Kind.READY: "good", Kind.STARTING: "warn", Kind.OFF: "dim", Kind.BROKEN: "bad",
    Kind.GOING: "dim", Kind.UNKNOWN: "warn",
}  # fmt: skip
_ORDER = tuple(Kind)


def worker_columns(
    now: Callable[[], float], private: Callable[[], bool], *, of_all: bool = False
) -> Sequence[Column[Line]]:
    """The columns of lines with a worker; `now` is epoch seconds. `of_all`: they are of several
    endpoints."""
    endpoint: Column[Line] = Column(
        "endpoint", "Endpoint", 12, lambda line: (line.endpoint.name, ""), "its endpoint", 2,
        left=True, most=24, value=lambda line: line.endpoint.name.casefold(),
    )  # fmt: skip
    columns: Sequence[Column[Line]] = (
        Column(
            "worker", "Worker", 8, lambda line: private_cell(_row(line).id, private()),
            "id of the worker, which is that of its instance", 0, left=True,
            value=lambda line: _row(line).id,
        ),
        Column("state", "State", 15, lambda line: (_state_words(line), _tone(line)),
               "what it does", 1, left=True, most=18,
               value=lambda line: _ORDER.index(_row(line).kind)),
        Column("since", "Since", 5, lambda line: (since(_row(line), now()), "dim"),
               "time in this state; + where it began before it was first seen", 3,
               value=lambda line: -_row(line).since),
        Column("group", "Group", 5, _group, "id of its worker group", 8,
               value=lambda line: _row(line).group),
        Column("gpu", "GPU", 11, _gpu, "its GPUs", 5, left=True, most=18,
               value=lambda line: _gpu(line)[0]),
        Column("load", "Load", 7, _load, "load of what it can, perf units/s: tokens/s for LLMs", 6,
               most=13, value=lambda line: None if line.load is None else line.load.share,
               best_first=True, plain=lambda line: _load(line)[0].strip()),
        Column("bar", "Used", BAR, _bar, "the part of it that is used", 14, left=True,
               plain=lambda line: ""),
        Column("measured", "Measured", 8, _measured, "what it can, perf units/s, as measured", 10,
               value=lambda line: _worker(line).measured_perf, best_first=True),
        Column("reqs", "Reqs", 4, _reqs, "requests that it works on", 11,
               value=lambda line: _worker(line).reqs_working, best_first=True),
        Column("disk", "Disk", 5, _disk, "disk that is used, GB", 12,
               value=lambda line: _worker(line).disk_usage, best_first=True),
        Column("price", "$/h", 6, _price, "cost now, $/h; ? where its instance tells alone", 4,
               most=12, value=lambda line: line.now, best_first=True),
        Column("bills", "Bills", 11, lambda line: (_bills(line), ""),
               "what is billed; ? where its instance tells alone", 7, left=True, most=11,
               value=_bills),
        Column("rel", "Rel", 4, lambda line: (percent(_worker(line).reliability), "dim"),
               "reliability of its machine, %", 13,
               value=lambda line: _worker(line).reliability, best_first=True),
        Column("note", "Note", 10, _note, "what is worth knowing", 9, left=True, most=22,
               value=lambda line: _note(line)[0]),
    )  # fmt: skip
    return [columns[0], *([endpoint] if of_all else []), *columns[1:]]


def since(row: WorkerRow, now: float) -> str:
    """`4m`, `5h12m`; with a plus where it began before it was first seen."""
    passed = max(0.0, now - row.since)
    if not row.exact and passed < MINUTE:
        return NONE
    words = age(passed) if HOUR <= passed < DAY else span(passed)
    return f"{words}{'' if row.exact else '+'}"


def _row(line: Line) -> WorkerRow:
    assert line.worker is not None
    return line.worker


def _worker(line: Line) -> Worker:
    return _row(line).worker


def _state(line: Line) -> WorkerState:
    return _worker(line).state


def _state_words(line: Line) -> str:
    return f"{_row(line).kind.glyph} {_state(line).words}"


def _tone(line: Line) -> str:
    return TONES[_row(line).kind]


def _group(line: Line) -> Cell:
    return (UNKNOWN if _row(line).group is None else f"{_row(line).group}"), "dim"


def _gpu(line: Line) -> Cell:
    one = line.instance
    if one is None:
        return UNKNOWN, "dim"
    return f"{count(one.num_gpus)}× {one.gpu_name or UNKNOWN}", ""


def _ready(line: Line, value: float | None, words: Callable[[float], str]) -> Cell:
    """What only a ready one tells."""
    if _row(line).kind is not Kind.READY:
        return NONE, "dim"
    return (UNKNOWN, "dim") if value is None else (words(value), "")


def _load(line: Line) -> Cell:
    can = _worker(line).perf
    most = UNKNOWN if can is None else f"{can:,.0f}"
    return _ready(line, _worker(line).cur_load, lambda load: steady(f"{load:,.0f}/{most}"))


def _bar(line: Line) -> Cell:
    return bar(None if line.load is None else line.load.share, BAR), ""


def _reqs(line: Line) -> Cell:
    return _ready(line, _worker(line).reqs_working, "{:.0f}".format)


def _measured(line: Line) -> Cell:
    measured = _worker(line).measured_perf
    return (NONE, "dim") if not measured else (f"{measured:,.0f}", "")


def _disk(line: Line) -> Cell:
    used = _worker(line).disk_usage
    return (UNKNOWN, "dim") if used is None else (f"{used:.0f}G", "dim")


def _price(line: Line) -> Cell:
    return cost_cell(line.cost), "dim" if line.now is None else ""


def _note(line: Line) -> Cell:
    if line.templates:
        return "other tmpl", "warn"
    one = line.instance
    full = one is not None and (is_full(one) or may_be_full(one))
    return (f"disk {disk_words(one)}" if one is not None and full else ""), "warn"


def _bills(line: Line) -> str:
    return billed(_worker(line), line.instance)
