"""The list of watches: its rows, columns, filter fields and words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vasttui.lists.columns import Cell, Column
from vasttui.lists.resource import Fact, raw_facts
from vasttui.query.fields import Field, FieldSet
from vasttui.services.watches.watch import Hit, Seen, State, Watch, clock_words, price_words
from vasttui.ui.format import age, day_words
from vasttui.ui.watches.form import option_words
from vasttui.units import DAY, MINUTE
from vasttui.words import UNKNOWN, plural

_SHOWN_HITS = 6
_ALLOWED = 10
"""Searches a minute (docs: "rate limits and errors")."""

_STATES: dict[State, Cell] = {
    State.WATCHING: ("● watching", "good"), State.ASLEEP: ("‖ asleep", "dim"),
    State.ENDED: ("✓ ended", "dim"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class WatchRow:
    """A watch, what was found, whether it looks, and every how many seconds."""

    watch: Watch
    seen: Seen
    state: State
    every: float

    @property
    def is_failing(self) -> bool:
        """Whether its last look failed."""
        return self.state is State.WATCHING and bool(self.seen.problem)

    @property
    def last(self) -> Hit | None:
        """The newest hit."""
        return self.seen.hits[0] if self.seen.hits else None


FIELDS = FieldSet(
    fields=(
        Field(name="name", kind="text", help="its name", expr="o.name", example=":cheap"),
        Field(name="state", kind="text", help="watching, asleep or ended", expr="r.state.value",
              example=":asleep"),
        Field(name="filter", kind="text", help="what it looks for", expr="o.text",
              example=":4090"),
        Field(name="limit", kind="number", help="its price limit, $/h", expr="o.limit",
              example="<1", aliases=("below",)),
        Field(name="low", kind="number", help="the lowest price now, $/h", expr="r.seen.lowest",
              example="<0.30"),
        Field(name="hits", kind="number", help="how often it rang", expr="r.seen.total",
              example=">0", known=True),
        Field(name="text", kind="text", help="words anywhere", known=True, cost=2,
              expr="words(r)", example=":4090"),
    ),
    record="r.watch",
    seen={"name": "o.name", "state": "r.state.value", "filter": "o.text"},
    scope={"words": lambda row: _words(row)}, price=lambda row: 0.0, example="hits=0",
)  # fmt: skip


def _words(row: WatchRow) -> str:
    return "\n".join((row.watch.name, row.state.value, row.watch.text)).lower()


def columns(now: Callable[[], float]) -> Sequence[Column[WatchRow]]:
    """The columns; `now` is epoch seconds."""

    def ago(at: float | None) -> str:
        return UNKNOWN if at is None else age(max(0.0, now() - at))

    def state(row: WatchRow) -> Cell:
        return ("! failing", "warn") if row.is_failing else _STATES[row.state]

    return (
        Column("state", "State", 11, state, "whether it looks", 1, left=True, most=12,
               value=lambda r: r.state.value),
        Column("name", "Name", 14, lambda r: (r.watch.name, ""), "its name", 0, left=True, most=32,
               value=lambda r: r.watch.name.casefold()),
        Column("filter", "Filter", 20, lambda r: (r.watch.text or "every offer", ""),
               "what it looks for", 4, left=True, grows=True, value=lambda r: r.watch.text),
        Column("limit", "At most", 7, lambda r: _price(r.watch.limit, "-"),
               "its price limit, all-in $/h", 2, most=8, value=lambda r: r.watch.limit),
        Column("low", "Now low", 7, lambda r: _price(r.seen.lowest, UNKNOWN),
               "the lowest price of its filter at the last look, all-in $/h", 3, most=8,
               value=lambda r: r.seen.lowest),
        Column("hits", "Hits", 4, lambda r: (f"{r.seen.total:,}", ""), "how often it rang", 5,
               most=7, value=lambda r: r.seen.total),
        Column("last", "Last hit", 8, lambda r: ("-" if r.last is None else ago(r.last.at), ""),
               "how long ago it rang last", 6, value=lambda r: r.last and r.last.at),
        Column("looked", "Looked", 6, lambda r: (ago(r.seen.looked), ""),
               "how long ago it looked last", 7, value=lambda r: r.seen.looked),
        Column("ends", "Ends", 6, lambda r: (ends(r.watch), ""), "when it ends by itself", 8,
               most=11, value=lambda r: ends(r.watch)),
        Column("options", "For", 24, lambda r: (option_words(r.watch.options), "dim"),
               "the switches as they stood", 20, left=True, most=44,
               value=lambda r: option_words(r.watch.options)),
    )  # fmt: skip


FIRST_COLUMNS = (
    "state", "name", "filter", "limit", "low", "hits", "last", "looked", "ends",
)  # fmt: skip


def _price(price: float | None, nothing: str) -> Cell:
    return (nothing, "dim") if price is None else (price_words(price), "")


def ends(watch: Watch) -> str:
    """`never`, `hit`, `25 Sep`."""
    if watch.ends == "days":
        return day_words(watch.began + watch.days * DAY)
    return watch.ends


def summary(rows: Sequence[WatchRow]) -> str:
    """`3 watches: 1 looking every 60 s, 1 failing`."""
    failing = sum(row.is_failing for row in rows)
    well = [row for row in rows if row.state is State.WATCHING and not row.is_failing]
    every = f" every {min(row.every for row in well):g} s" if well else ""
    parts = [f"{len(well) or 'none'} looking{every}"] if well or not failing else []
    parts += [f"{failing} failing"] if failing else []
    counted = f"{plural(len(rows), 'watch', 'watches')}: {', '.join(parts)}"
    return counted if rows else "no watches"


def title(row: WatchRow, now: float) -> str:
    """`4090 cheap · since 19 Sep · 3 hits in 3 days`."""
    watch, hits = row.watch, row.seen.total
    days = max(0.0, now - watch.began) / DAY
    span = f" in {plural(round(days), 'day')}" if days >= 1 else ""
    return f"{watch.name} · since {day_words(watch.began)} · {plural(hits, 'hit')}{span}"


def hit_facts(row: WatchRow) -> Sequence[Fact]:
    """What was found, and what the looks cost."""
    hits = row.seen.hits
    facts = [Fact("Hits" if at == 0 else "", hit_words(hit)) for at, hit in enumerate(hits)]
    facts = facts[:_SHOWN_HITS] or [Fact("Hits", "none since it began")]
    if row.state is State.WATCHING:
        part = f"one in {_ALLOWED * row.every / MINUTE:,.0f} of what the service allows"
        cost = f"one search of 1 page every {row.every:g} s: {part}; what you look at goes first"
        facts.append(Fact("Cost", cost))
    if row.watch.command:
        facts.append(Fact("Runs", row.watch.command))
    return facts


def hit_words(hit: Hit) -> str:
    """`21 Sep 12:04  0.252  1× RTX 4090 24 GB, PL, machine 4102 · gone after 3m`."""
    gone = "" if hit.gone is None else f" · gone after {age(max(0.0, hit.gone - hit.at))}"
    when = f"{day_words(hit.at)} {clock_words(hit.at)}"
    return f"{when}  {price_words(hit.price)}  {hit.about}{gone}"


def raw(row: WatchRow) -> Sequence[Fact]:
    """Every field of the watch, and of the last look."""
    kept = [one for one in raw_facts(row.seen) if one.name not in ("hits", "known", "rung")]
    return [*raw_facts(row.watch), *kept]
