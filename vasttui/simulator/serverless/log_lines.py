"""The logs of endpoints and groups, by level (client 1.9.1 `cli/commands/endpoints.py`)."""

from __future__ import annotations

import time
from collections.abc import Iterator

from vasttui.simulator.serverless.book import Book, Endpoint, Event, Group
from vasttui.simulator.serverless.load import load_of
from vasttui.units import HOUR, MINUTE

_MOST = 10_000
_BACK = 3 * HOUR


def log_text(
    book: Book, endpoint: Endpoint, group: Group | None, curve: str, now: float, *, tail: object
) -> dict[str, str]:
    """The lines of each level, oldest first, at most `tail` of them."""
    mine = [
        event for event in book.events
        if event.endpoint_id == endpoint.id and (group is None or event.group_id == group.id)
    ]  # fmt: skip
    most = tail if isinstance(tail, int) and 0 < tail < _MOST else _MOST
    trace = list(_loads(endpoint, curve, now))
    levels = {
        "info0": [_line(event) for event in mine if event.level == 0],
        "info1": [_line(event) for event in mine],
        "trace": trace,
        "debug": [f"{line} limits {endpoint.limits}" for line in trace],
    }
    return {name: "".join(f"{line}\n" for line in lines[-most:]) for name, lines in levels.items()}


def _line(event: Event) -> str:
    group = "" if event.group_id is None else f" [{event.group_id}]"
    return f"{_at(event.at)}{group} {event.text}"


def _loads(endpoint: Endpoint, curve: str, now: float) -> Iterator[str]:
    first = int(max(endpoint.created_at, now - _BACK) // MINUTE + 1)
    for minute in range(first, int(now // MINUTE) + 1):
        at = float(minute * MINUTE)
        load = load_of(endpoint, curve, at)
        wanted = load / (endpoint.limit("target_util") or 1.0)
        yield f"{_at(at)} load {load:g} wants {wanted:.1f}"


def _at(moment: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(moment))
