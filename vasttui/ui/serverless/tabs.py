"""What an endpoint in full says beside its workers: load, settings, raw."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from textual.content import Content

from vasttui.lists.resource import Fact
from vasttui.lists.serverless_rows import Line
from vasttui.models.serverless import Endpoint
from vasttui.services.serverless.rows import EndpointRow, Sample
from vasttui.services.serverless.words import (
    UNITS,
    limit_words,
    state_words,
)
from vasttui.ui.format import day_words
from vasttui.ui.lists.facts import fact_line, hanging
from vasttui.ui.serverless import details
from vasttui.ui.sparkline import chart
from vasttui.words import UNKNOWN, plural

_NAMES = 24
_VALUES = 24
_ROOMY = 70
_AXIS = 9
_LEAST_ROWS = 2
_NONE = Content.styled("No reading of its workers yet.", "$text-muted")
_Row = tuple[str, str, str]
"""In words, what it is set to, and the service's name of it."""


def load_lines(line: Line, size: tuple[int, int]) -> list[Content]:
    """The load, the capacity and the ready workers at the last readings, drawn in `size` columns
    and lines."""
    width, height = size
    row, samples = line.endpoint, line.endpoint.samples
    figures = [part for one in details.figures(line, width) for part in hanging(one, width)]
    if not samples:
        return [*figures, Content(""), _NONE]
    shown = samples[-max(1, width - _AXIS) :]
    when = _when(row, shown, width)
    rows = max(_LEAST_ROWS, (height - len(figures) - len(when) - 4) // 3)
    return [*figures, Content(""), *_charts(shown, rows, width), *when]


def load_pane(line: Line, size: tuple[int, int]) -> list[Content]:
    """As many of the charts as there is room for."""
    width, height = size
    shown = line.endpoint.samples[-max(1, width - _AXIS) :]
    if not shown:
        return [_NONE]
    room = height - len(when := _when(line.endpoint, shown, width))
    many = max(1, min(3, room // (1 + _LEAST_ROWS)))
    rows = max(_LEAST_ROWS, room // many - 1)
    return [*_charts(shown, rows, width)[: many * (1 + rows)], *when]


def _charts(shown: Sequence[Sample], rows: int, width: int) -> list[Content]:
    """Load, capacity and ready workers, each under its title in so many `rows`."""
    top = max((value for one in shown for value in (one.load.current, one.load.can)), default=0.0)
    load = [_known(one, one.load.current) for one in shown]
    can = [_known(one, one.load.can) for one in shown]
    ready = [float(one.load.ready) for one in shown]
    return [
        *_drawn(f"Load, {UNITS}", load, rows, top, width),
        *_drawn(f"Ready workers can, {UNITS}", can, rows, top, width),
        *_drawn("Ready workers", ready, rows, max(ready), width),
    ]  # fmt: skip


def _known(sample: Sample, value: float) -> float | None:
    return None if sample.load.unknown else value


def _drawn(
    title: str, values: Sequence[float | None], rows: int, top: float, width: int
) -> Iterator[Content]:
    """A title, and the values from 0 to `top`, which stand left of them."""
    last = values[-1]
    now = UNKNOWN if last is None else f"{last:,.0f}"
    yield Content.assemble((title, "bold $text-accent"), f": {now} now")
    lines = chart(values, min(len(values), width - _AXIS), rows, top)
    for number, drawn in enumerate(lines):
        edge = f"{top:,.0f}" if number == 0 else "0" if number == rows - 1 else ""
        yield Content.assemble((f"{edge:>{_AXIS - 2}}  ", "$text-muted"), (drawn, "$text-accent"))


def _when(row: EndpointRow, shown: Sequence[Sample], width: int) -> list[Content]:
    times = [time.strftime("%H:%M:%S", time.localtime(one.at)) for one in (shown[0], shown[-1])]
    text = (
        f"{plural(len(shown), 'reading')} of all workers of {row.name}, "
        f"{' to '.join(dict.fromkeys(times))}; blank: not known"
    )
    return Content.styled(text, "$text-muted").wrap(width)


def settings_lines(line: Line, width: int, *, key: str, hint: Content) -> list[Content]:
    """Every setting in words, with the service's name of it. `key` stands for the key of the
    endpoint, followed by `hint`."""
    found = list(details.warnings(line))
    found += _section("Endpoint", _endpoint_rows(line.endpoint), width)
    found += [_line(("Key", key, ""), width), Content(" " * _NAMES) + hint]
    groups = line.endpoint.groups if line.group is None else (line.group,)
    for one in groups:
        group = one.group
        template = group.template_hash or "none"
        number = "" if group.template_id is None else f" ({group.template_id})"
        rows = [
            ("Template", f"{template}{number}", ""),
            ("Price", limit_words(group), ""),
            ("GPU RAM", "not said" if group.gpu_ram is None else f"{group.gpu_ram:g} GB", ""),
            ("Made", _day(group.created_at), ""),
            ("Search", group.search or "none: it takes any machine", ""),
        ]
        found += [Content(""), *_section(f"Worker group {one.id}", rows, width)]
    return found


def _section(title: str, rows: Sequence[_Row], width: int) -> list[Content]:
    lines = [Content.styled(title, "bold $text-accent")]
    return lines + [part for row in rows for part in hanging(_line(row, width), width, _NAMES)]


def _line(row: _Row, width: int) -> Content:
    """The service's name only where there is room for it."""
    name, value, field = row
    field = field if width >= _ROOMY else ""
    value = f"{value:<{_VALUES}} " if field else value
    return Content.assemble((f"{name:<{_NAMES}}", "$text-muted"), value, (field, "$text-muted"))


def _endpoint_rows(row: EndpointRow) -> list[_Row]:
    one = row.endpoint
    used = None if one.target_util is None else one.target_util * 100
    return [
        ("Name", one.name, "endpoint_name"),
        ("Number", f"{one.id}", "id"),
        ("State", state_words(row), "endpoint_state"),
        ("Made", _day(one.created_at), "created_at"),
        ("Workers, at most", _value(one, "max_workers"), "max_workers"),
        ("Inactive, at least", _value(one, "cold_workers", "workers"), "cold_workers"),
        ("In reserve", _value(one, "cold_mult", "× what is used"), "cold_mult"),
        ("Ready, at least", _value(one, "min_load", UNITS), "min_load"),
        ("Inactive capacity", _value(one, "min_cold_load", f"{UNITS} or more"), "min_cold_load"),
        ("Used, at most", UNKNOWN if "target_util" in one.unread else
         _figure(used, "%"), "target_util"),
        ("Wait, at most", _value(one, "max_queue_time", "s"), "max_queue_time"),
        ("Wait, wished", _value(one, "target_queue_time", "s"), "target_queue_time"),
        ("Off when idle for", _off(one), "inactivity_timeout"),
    ]  # fmt: skip


def _value(one: Endpoint, field: str, unit: str = "") -> str:
    if field in one.unread:
        return f"{UNKNOWN} (unreadable)"
    return _figure(getattr(one, field), unit)


def _figure(value: float | None, unit: str) -> str:
    return "not said" if value is None else f"{value:g} {unit}".rstrip()


def _off(one: Endpoint) -> str:
    off = one.inactivity_timeout
    if off is None or off > 0:
        return _value(one, "inactivity_timeout", "s")
    return "does not go off unasked" if off == 0 else "never goes to zero"


def _day(at: float | None) -> str:
    return UNKNOWN if at is None else day_words(at)


def raw_lines(line: Line, width: int) -> list[Content]:
    """Every field of the endpoint and of its groups, or of the group."""
    facts = list(details.raw(line))
    if line.group is None:
        for one in line.endpoint.groups:
            facts += [Fact("", ""), *details.raw(replace(line, group=one))]
    room = max(len(fact.name) + 1 for fact in facts)
    return [
        part
        for name, text, _ in facts
        for part in hanging(fact_line(name, text, room), width, room)
    ]
