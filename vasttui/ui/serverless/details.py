"""What there is to say about an endpoint, a worker group or a worker, in lines."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from textual.content import Content

from vasttui.lists.columns import Column, fit_columns
from vasttui.lists.resource import Fact, raw_facts
from vasttui.lists.serverless_rows import Line, worker_lines
from vasttui.models.serverless import Endpoint
from vasttui.models.worker_search import ANY
from vasttui.models.worker_state import Bills, Kind
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.serverless.rows import EndpointRow
from vasttui.services.serverless.words import (
    UNITS,
    bills_words,
    cost_words,
    kept_words,
    load_words,
    most_words,
    no_workers,
    notes,
    queue_words,
    unlisted_words,
    unsure_words,
    workers_words,
)
from vasttui.ui.format import fit
from vasttui.ui.lines import cut, first_fit
from vasttui.ui.lists.facts import NAMES, fact_line, hanging
from vasttui.ui.lists.fitting import needed_widths
from vasttui.ui.lists.lines import Spell
from vasttui.ui.serverless.known import instances_of
from vasttui.ui.serverless.worker_columns import TONES
from vasttui.ui.sparkline import sparkline
from vasttui.words import UNKNOWN, plural

_SPARK = 24
_AROUND = 2
"""Cells of the frame that a title leaves free."""

_SIGN, _LEAST = 2, 5
"""Cells before a warning; lines that the workers have at least while warnings are whole."""

_TIMES = ("_at", "_heartbeat")
"""Ends of the names of fields in epoch seconds."""

_LOW = 8
"""Lines of a pane that has no room for how long requests wait."""
_STYLES = {
    "good": "$text-success", "warn": "$text-warning", "bad": "$text-error", "dim": "$text-muted",
}  # fmt: skip


def title(line: Line, width: int) -> Content:
    """`llama-70b · endpoint 19392 · 2 ready, 1 starting, 2 inactive`, in `width` cells."""
    row = line.endpoint
    if line.worker is not None:
        return Content(f"worker {line.worker.id} · {row.name}")
    which = f"endpoint {row.id}"
    if line.group is not None:
        which, row = f"group {line.group.id}", replace(row, workers=line.group.workers)
    parts = (
        (row.endpoint.name, which, workers_words(row)),
        (row.name, workers_words(row)),
        (row.name,),
    )
    return first_fit(width - _AROUND, *(Content(" · ".join(one)) for one in parts))


def pane(
    line: Line, fleet: Fleet, columns: Sequence[Column[Line]], size: tuple[int, int], spell: Spell,
    *, waited: float | None = None, charged: str = "",
) -> list[Content]:  # fmt: skip
    """The workers of an endpoint or group in a table, as many as there is room for, then what they
    do and cost. `size` is columns and lines; they are asked for since `waited` seconds; `charged`
    is what was paid, in words."""
    width, height = size
    load, queue, costs = figures(line, width, charged)
    told = [load, *([queue] if height > _LOW else []), costs]
    found = worker_lines([line.endpoint], instances_of(fleet))
    if line.group is not None and line.group.workers is not None:
        found = tuple(one for one in found if one.group is line.group)
    first = [] if found else _why_none(line.endpoint, width, waited)
    least = min(_LEAST, len(found) + 1) if found else len(first)
    after = [*_fitted(warnings(line, spell, width), width, height - len(told) - least), *told]
    if not found:
        return [*first, *after]
    room = max(1, height - len(after) - 1)
    more = len(found) - room if len(found) > room else 0
    shown = found[: room - 1] if more else found
    lines = table(columns, shown, width)
    if more:
        text = f"and {plural(len(found) - len(shown), 'more worker')}"
        lines.append(Content.styled(text, "$text-muted"))
    return [*lines, *after]


def _why_none(row: EndpointRow, width: int, waited: float | None) -> list[Content]:
    text = no_workers(row, waited) or "This group has no workers."
    return [] if text in notes(row) else Content.styled(text, "$text-muted").wrap(width)


def _fitted(warned: Sequence[Content], width: int, room: int) -> Sequence[Content]:
    """The warnings whole if they fit into so many lines, else each in one."""
    whole = [part for one in warned for part in hanging(one, width, _SIGN)]
    return whole if len(whole) <= room else [cut(one, width) for one in warned]


def table(columns: Sequence[Column[Line]], lines: Sequence[Line], width: int) -> list[Content]:
    """These lines under the titles of those columns that have room."""
    fitted = fit_columns(columns, width + 1, 0, needed_widths(columns, lines)).columns
    heads = (fit(one.title, one.width, right=not one.left) for one in fitted)
    drawn = [Content.styled(" ".join(heads).rstrip(), "$text-muted")]
    for line in lines:
        cells = [(column, *column.cell(line)) for column in fitted]
        parts = [
            Content.styled(fit(text, column.width, right=not column.left), _STYLES.get(style, ""))
            for column, text, style in cells
        ]
        drawn.append(Content(" ").join(parts))
    return drawn


def warnings(line: Line, spell: Spell | None = None, width: int | None = None) -> list[Content]:
    """What is to be warned of, each in a line; with `spell` also the key that helps, where that has
    room in `width` cells."""
    helps = {}
    if spell is not None and (edit := spell("endpoints.edit")):
        helps["takes any price."] = f" {edit} on it sets the most: dph_total<=0.50"
    if spell is not None and (new := spell("endpoints.new")):
        helps["cannot start a worker."] = f" {new} on it makes one."
    if spell is not None and (update := spell("endpoints.update")):
        helps[" run."] = helps[" runs."] = f" {update} on it makes them anew."
    unlisted, drawn = unlisted_words(line.cost), []
    others = (one.words for one in line.templates)
    for text in (*notes(line.endpoint), *([unlisted] if unlisted else []), *others):
        after = next((words for end, words in helps.items() if text.endswith(end)), "")
        alone = fact_line("!", Content.styled(text, "$text-warning"), _SIGN)
        helped = Content.assemble(alone, after)
        fits = width is None or helped.cell_length <= width or not after
        drawn.append(helped if fits else alone)
    return drawn


def figures(line: Line, width: int, charged: str = "") -> list[Content]:
    """Load, queue and costs, in fewer words where there is little room. `charged` is what was paid,
    where it fits."""
    endpoint, room, load = line.endpoint.endpoint, width - NAMES, line.load
    words = UNKNOWN if load is None else load_words(load, endpoint)
    short = words.partition(" · ")[0].partition(" of what ")[0]
    most, now = most_words(line.group or line.endpoint, line.cost), cost_words(line.cost)
    few = f"at most {most.partition(': ')[2]}" if ": $" in most else most.partition(": a ")[0]
    fewer = few.partition(", as ")[0]
    fewest = "at any price" if line.worst == ANY else few.partition(",")[0]
    fewest = "worst case not known" if ": the " in few else fewest
    short_now = "$?/h now" if line.cost is None else now.partition(":")[0]
    loads = (_with_course(line, words), Content(words), Content(short))
    forms: list[tuple[str, ...]] = [
        (now, most), (now.partition(":")[0], few), (short_now, few),
        (short_now, fewer), (short_now, fewest),
    ]  # fmt: skip
    if line.cost is not None and (unsure := unsure_words(line.cost)):
        part = f"{short_now}{unsure}"
        forms[1:2] = [(now, few), (part, few), (part, fewer), (part, fewest)]
    if charged:
        shorter = [(now, few, charged)] if "$" in charged else []
        forms = [(now, most, charged), *shorter, *forms]
    costs = (Content(" · ".join(form)) for form in forms)
    return [
        fact_line("Load", first_fit(room, *loads)),
        fact_line("Queue", first_fit(room, *_queue(endpoint))),
        fact_line("Costs", first_fit(room, *costs)),
    ]


def _queue(endpoint: Endpoint) -> Sequence[Content]:
    """Whole, in fewer words, and those without their last parts."""
    kept = kept_words(endpoint)
    parts = [*queue_words(endpoint, short=True).split(" · "), kept]
    short = [" · ".join(parts[:number]) for number in range(len(parts), 0, -1)]
    return [Content(words) for words in (f"{queue_words(endpoint)} · {kept}", *short)]


def _with_course(line: Line, words: str) -> Content:
    """The load, after its course so far, as parts of what the ready workers can now."""
    loads = line.endpoint.loads
    load = line.load
    if line.group is not None or len(loads) < 2 or load is None or load.unknown:
        return Content(words)
    course = sparkline(loads, min(_SPARK, len(loads)), load.can)
    return Content.assemble((course, "$text-accent"), f" {words}")


def worker_facts(line: Line) -> Sequence[Fact]:
    """A worker."""
    assert line.worker is not None
    state = line.worker.worker.state
    tone = _STYLES[TONES[line.worker.kind]]
    known = f"It bills {state.bills.value}."
    if state.bills is Bills.UNKNOWN:
        known = "What it bills is not known."
    bills = bills_words(line.worker.worker, line.instance, known)
    facts = [Fact("State", f"{state.words}: {state.about} {bills}", tone)]
    if line.worker.kind is Kind.READY and line.load is not None:
        facts.append(Fact("Load", load_words(line.load, line.endpoint.endpoint)))
    facts.append(Fact("Of", f"endpoint {line.endpoint.name}, {_group_words(line)}"))
    return facts


def _group_words(line: Line) -> str:
    if line.worker is None or line.worker.group is None:
        return "its group is not known"
    return f"group {line.worker.group}"


def settings(line: Line, where: str = "") -> Sequence[Fact]:
    """What an endpoint, or a group, is set to; `where` says where to find the endpoint's key."""
    if line.group is not None:
        group = line.group.group
        return [
            Fact("Template", group.template_hash or str(group.template_id or "-")),
            Fact("Search", group.search or "-"),
            Fact("GPU RAM", "-" if group.gpu_ram is None else f"{group.gpu_ram:g} GB"),
        ]
    one = line.endpoint.endpoint
    pairs = (
        ("Workers", f"at most {_figure(one.max_workers)}, at least {_figure(one.cold_workers)} "
         f"inactive, {_figure(one.cold_mult)} × what is used now in reserve"),
        ("Load", f"at least {_figure(one.min_load)} {UNITS} ready, at most "
         f"{_figure(None if one.target_util is None else one.target_util * 100)} % used"),
        ("Queue", queue_words(one)),
        ("Key", "the service sent none" if one.api_key is None else f"hidden. {where}".strip()),
    )  # fmt: skip
    return [Fact(*pair) for pair in pairs]


def _figure(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:g}"


def raw(line: Line) -> Sequence[Fact]:
    """Every field as the service sent it, of a time also when that was; the key of the endpoint is
    no part of it."""
    shown: object = line.endpoint.endpoint if line.group is None else line.group.group
    if line.worker is not None:
        shown = line.worker.worker
    none = () if getattr(shown, "unread", ()) else ("unread",)
    hidden = ("api_key", "launch_args", *none)
    return [fact for fact in dated(raw_facts(shown)) if fact.name not in hidden]


def dated(facts: Sequence[Fact]) -> Sequence[Fact]:
    """Fields of a record, those in epoch seconds with the date and time in words."""
    return [
        fact._replace(text=f"{fact.text}{_moment(fact.text) if fact.name.endswith(_TIMES) else ''}")
        for fact in facts
    ]


def _moment(text: str) -> str:
    try:
        return time.strftime(" (%d %b %Y %H:%M:%S)", time.localtime(float(text)))
    except (ValueError, OverflowError, OSError):
        return ""
