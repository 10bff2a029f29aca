"""The columns of endpoints and their worker groups."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from vasttui.lists.columns import Cell, Column
from vasttui.lists.serverless_rows import Line
from vasttui.models.serverless import WorkerGroup
from vasttui.models.worker_search import ANY
from vasttui.models.worker_state import Kind
from vasttui.services.serverless.costs import most_of
from vasttui.services.serverless.rows import EndpointRow
from vasttui.services.serverless.words import (
    cost_cell,
    limit_words,
    load_cell,
    most_cell,
    state_words,
)
from vasttui.units import HOUR
from vasttui.words import UNKNOWN, hours_words, money

BAR = 10
_GPU = re.compile(r"gpu_name['\"]?\s*(?:==?|in|:)\s*(?:\{['\"]\w+['\"]:\s*)?"
                  r"(\[[^\]]*\]|\"[^\"]*\"|'[^']*'|[\w.+-]+)")  # fmt: skip
_TONES = {"active": "good", "suspended": "warn", "stopped": "dim"}


def gpu_of(group: WorkerGroup) -> str:
    """The GPUs that a group searches, as its search names them; empty where it takes any."""
    found = _GPU.search(group.search)
    names = "" if found is None else re.sub(r"[\[\]'\"]", "", found[1]).replace("_", " ")
    return ", ".join(" ".join(name.split()) for name in names.split(",") if name.strip())


def group_words(group: WorkerGroup, *, short: bool = False) -> str:
    """`4471 RTX 5090, at most $0.45`."""
    limit = group.price_limit
    words = limit_words(group)
    if limit is not None and limit != ANY:
        words = f"{'≤' if short else 'at most '}{money(limit, up=True)}"
    elif short:
        words = words.replace("price ", "")
    gpu = gpu_of(group)
    return f"{group.id} {gpu}, {words}" if gpu else f"{group.id} {words}"


def columns(short: Callable[[], bool]) -> Sequence[Column[Line]]:
    """The columns; `short` says whether there is little room. A group is sorted with its
    endpoint."""

    def name(line: Line) -> Cell:
        if line.group is None:
            return plain(line), "warn" if line.endpoint.twins else ""
        return f"{'' if short() else '  '}└ {plain(line)}", "dim"

    def plain(line: Line) -> str:
        """Where it stands under no endpoint: in a file, and once it is gone."""
        if line.group is None:
            return line.endpoint.name
        return group_words(line.group.group, short=short())

    def number(*kinds: Kind) -> Callable[[Line], Cell]:
        return lambda line: _number(line, *kinds)

    return (
        Column("name", "Endpoint, worker group", 24, name, "endpoint, and its worker groups", 0,
               left=True, most=36, value=lambda line: line.endpoint.name.casefold(),
               plain=plain),
        Column("state", "State", 11, _state, "state of the endpoint", 1, left=True, most=16,
               value=lambda line: line.endpoint.endpoint.state or None),
        Column("ready", "Ready", 5, number(Kind.READY), "workers that serve requests", 2,
               value=_of(Kind.READY), best_first=True),
        Column("starting", "Start", 5, number(Kind.STARTING), "workers that load or start", 5,
               value=_of(Kind.STARTING), best_first=True),
        Column("off", "Off", 4, number(Kind.OFF), "workers that are inactive or stopped", 7,
               value=_of(Kind.OFF), best_first=True),
        Column("load", "Load, of", 9, _load, "load of what the ready workers can, perf units/s: "
               "tokens/s for LLMs", 6, most=14, value=_share, best_first=True,
               plain=lambda line: _load(line)[0].strip()),
        Column("bar", "Used", BAR, lambda line: (bar(_own_share(line), BAR), _full(line)),
               "the part of it that is used", 8, left=True, plain=lambda line: ""),
        Column("now", "$/h now", 7, lambda line: (cost_cell(line.cost), ""),
               "cost now, $/h; +? where some prices are not known, ? where one is in doubt", 3,
               most=12, value=_cost, best_first=True),
        Column("most", "$/h most", 8, _most, "cost with as many workers as it may have, all at the "
               "dearest price it allows, and those it has at theirs, $/h; any! without a limit", 4,
               most=12, value=_endpoint_most, best_first=True),
        Column("note", "Note", 12, _note, "what is worth knowing", 9,
               left=True, grows=True),
    )  # fmt: skip


def bar(share: float | None, width: int) -> str:
    """A part of a whole as a lying bar; empty if it is not known."""
    if share is None:
        return ""
    full = max(0, min(width, round(share * width)))
    return "█" * full + "░" * (width - full)


def steady(load: str) -> str:
    """`98/234` as wide as `183/234`: the columns beside it stay as the load goes up and down."""
    now, slash, can = load.partition("/")
    return f"{now:>{len(can.rstrip(UNKNOWN))}}{slash}{can}"


def _state(line: Line) -> Cell:
    if line.group is not None:
        return "", ""
    row = line.endpoint
    return state_words(row), _TONES.get(row.endpoint.state, "warn") if row.listed else "warn"


def _number(line: Line, *kinds: Kind) -> Cell:
    found, part = line.of(*kinds), UNKNOWN if line.endpoint.bad else ""
    return (UNKNOWN, "dim") if found is None else (f"{found}{part}", "" if found else "dim")


def _of(kind: Kind) -> Callable[[Line], Any]:
    return lambda line: line.endpoint.of(kind)


def _load(line: Line) -> Cell:
    return (UNKNOWN, "dim") if line.load is None else (steady(load_cell(line.load)), "")


def _own_share(line: Line) -> float | None:
    return None if line.load is None else line.load.share


def _full(line: Line) -> str:
    share, wanted = _own_share(line), line.endpoint.endpoint.target_util
    return "warn" if share is not None and wanted is not None and share > wanted else ""


def _share(line: Line) -> float | None:
    return _own_share(replace(line, group=None))


def _cost(line: Line) -> float | None:
    return None if line.whole is None else line.whole.known


def _endpoint_most(line: Line) -> float | None:
    return most_of(line.endpoint, line.whole).hourly


def _most(line: Line) -> Cell:
    warns = line.worst == ANY or line.endpoint.lacks_group
    return most_cell(line.group or line.endpoint, line.cost), "warn" if warns else ""


def _note(line: Line) -> Cell:
    """No age: cells are not drawn anew each second."""
    row = line.endpoint
    rowless = "" if line.cost is None or not line.cost.rowless else (
        f"+{len(line.cost.rowless)} without a row")  # fmt: skip
    if line.group is not None:
        any_price = line.group.group.price_limit == ANY
        return "! price" if any_price else rowless or _templates(line), "warn"
    if row.error is not None:
        return f"workers ✖ {'not known' if row.workers is None else 'old'}", "bad"
    found = _warnings(row)
    return (found[0] if found else rowless or _broken(row) or _templates(line)), "warn"


def _warnings(row: EndpointRow) -> list[str]:
    seconds = row.endpoint.auto_delete_in_seconds
    found = [] if seconds is None else [f"! deleted in {hours_words(seconds / HOUR)}"]
    if row.endpoint.auto_delete_due_24h and seconds is None:
        found.append("! deleted in 24 h")
    if row.is_old:
        found.append("! old")
    if not row.groups_known:
        found.append("! groups")
    if row.twins:
        found.append("! same name")
    if row.group_comes:
        found.append("group not yet")
    if row.said and row.workers is None:
        found.append("not yet")
    return found


def _templates(line: Line) -> str:
    others = sum(one.workers for one in line.templates)
    return f"{others} other tmpl" if others else ""


def _broken(row: EndpointRow) -> str:
    broken = row.of(Kind.BROKEN)
    return f"{broken} broken" if broken else ""
