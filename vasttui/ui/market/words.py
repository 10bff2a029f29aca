"""The sentences of the market by model."""

from __future__ import annotations

import time
from dataclasses import dataclass

from textual.content import Content

from vasttui.errors import RateLimited, SearchQuotaExceeded, VastError
from vasttui.lists.day_range import date_of
from vasttui.models.market_overview import ModelFigures
from vasttui.models.model_history import ModelHistory
from vasttui.models.money import RentalType
from vasttui.ui.format import age, signed_percent, span
from vasttui.ui.lines import first_fit
from vasttui.ui.lists.facts import NAMES
from vasttui.ui.lists.lines import Spell
from vasttui.ui.market.columns import at_least, bars, cheapest_place, countries, share
from vasttui.ui.offers.price_lines import DEMO_PAST
from vasttui.units import MINUTE
from vasttui.words import hourly, per_hour, plural

_YEAR = 365
_WIDE = 100
"""Cells from which on more is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How far the models are known: how many of how many, the age of the oldest in seconds; the
    model that is asked for next, in so many seconds, one every `every` seconds; `asking` is the
    one that is asked for now. `held`: none is asked for by itself."""

    known: int
    models: int
    oldest: float = 0.0
    next: str = ""
    wait: float = 0.0
    every: float = 6.0
    slow: bool = False
    asking: str = ""
    held: bool = False


def state_line(state: State, width: int, spell: Spell, *, paused: bool, on_screen: bool) -> Content:
    """The line above the keys, in `width` cells."""
    p, r = spell("app.pause"), spell("app.refresh")
    of = f"{state.known} of {state.models}"
    if not state.next and not state.asking and not paused:
        if state.known == state.models:
            return Content(f" ✓ {of} models known, none older than {span(state.oldest + MINUTE)}.")
        rest = "The others are asked for when they come into view."
        known = f" {of} models known"
        said = (f"{known}{_oldest(state)}. {rest}", f"{known}. {rest}", f"{known}.")
        return first_fit(width, *map(Content, said))
    if paused:
        does = f"Asking for {state.asking}." if state.asking else f"{r} asks the cursor's."
        forms = (
            f" {of} models known{_oldest(state)}. {does} {p} resumes.",
            f" {of} models known. {does} {p} resumes.", f" {of} models. {does} {p} resumes.",
            f" {of}. {does} {p} resumes.",
        )  # fmt: skip
        start = Content.styled(" Paused:", "bold $text-warning")
        return first_fit(width, *(Content.assemble(start, form) for form in forms))
    if not on_screen:
        return Content(f" {of} models known. Nothing is asked while nobody looks.")
    paced = state.every >= 1
    every = f"every {state.every:.0f} s" if paced else "after the other"
    who = f"{state.asking} now" if state.asking else f"{state.next} next"
    one = f"One search each, {'' if paced else 'one '}{every} while you look"
    if state.slow:
        one = f"The service asks for fewer searches: one {every} now"
    forms = (
        f" {of} models known{_oldest(state)}. {one}: {who} ({p} pauses, {r} asks the cursor's).",
        f" {of} models known{_oldest(state)}. {one}: {who} ({p} pauses).",
        f" {of} models, one search {every}: {who} ({p} pauses).",
        f" {of} models: {who} ({p} pauses).",
    )
    return first_fit(width, *map(Content, forms))


def _oldest(state: State) -> str:
    return f", the oldest {span(state.oldest)} ago" if state.oldest >= MINUTE else ""


def failed(
    error: VastError, wait: float | None, every: float, spell: Spell, *, busy: bool = False
) -> str:
    """What is said after a search that failed: when the next one is; `busy`: it is under way."""
    r = spell("app.refresh")
    if isinstance(error, SearchQuotaExceeded):
        back = ""
        if error.resets_at is not None:
            utc = time.strftime("%H:%M", time.gmtime(error.resets_at))
            here = time.strftime("%H:%M", time.localtime(error.resets_at))
            back = f"; it comes back at {utc} UTC" + (f" ({here} here)" if here != utc else "")
        return f"The search quota of today is used up{back}. What is known stays, with its age."
    again = (
        " Retrying…"
        if busy
        else f" Next try in {age(wait)} ({r} now)."
        if wait is not None
        else f" {r} retries."
    )
    if isinstance(error, RateLimited):
        return f"The service asks for fewer searches: one every {every:.0f} s now.{again}"
    return f"{error}{again}"


def asking_words(state: State) -> tuple[str, str]:
    """The model that is asked for next, and what its row says."""
    if state.asking:
        return state.asking, "asking…"
    if state.held or not state.next:
        return "", ""
    return state.next, f"asking in {age(state.wait)}"


def title(model: str, vram: int | None, figures: ModelFigures | None, width: int) -> str:
    """`RTX 4090 · 24 GB · 131 offers: 412 GPUs on 118 machines in 24 countries`."""
    name = model if vram is None else f"{model} · {vram} GB"
    if figures is None or not figures.offers:
        return name
    more = "" if figures.whole else " or more"
    offers = f"{name} · {plural(figures.offers, 'offer')}{more}"
    gpus = f"{offers}: {plural(figures.gpus, 'GPU')} on {plural(figures.machines, 'machine')}"
    places = countries(figures)
    forms = (f"{gpus} in {plural(places, 'country', 'countries')}" if places else gpus, gpus,
             offers, name)  # fmt: skip
    return next((form for form in forms if len(form) <= width), name)


def prices_lines(
    figures: ModelFigures,
    rental: RentalType,
    width: int,
    past: ModelHistory | None = None,
    size: int | None = None,
    *,
    demo: bool = False,
) -> list[tuple[str, str]]:
    """What the offers of a model cost now and did before, a name and a text each; `size` is GB of
    VRAM where there are other sizes."""
    found = [("Now", _now(figures, width)), ("Spot", _spot(figures, rental, width))]
    if past is not None and past.days:
        found.insert(
            1,
            (days_words(past.span), history(past, width, size, demo=demo)),
        )
    return [*found, ("Where", where(figures))]


def days_words(days: int) -> str:
    """`30 days`, `a year`."""
    return "a year" if days == _YEAR else f"{days} days"


def history(past: ModelHistory, width: int, size: int | None = None, *, demo: bool = False) -> str:
    """What the user's own searches showed of it, day by day; `size` is GB of VRAM where there are
    other sizes."""
    low, last = past.lowest, past.days[-1]
    least = "" if last.whole else "≥"
    words = f"median {least}{hourly(last.median)}"
    if past.usual is not None:
        words = f"median {hourly(past.usual)} → {least}{hourly(last.median)}"
    if past.change is not None:
        words += f", {signed_percent(past.change)}"
    if last.day != past.today:
        words += f" {past.today - last.day}d ago"
    wide = width >= _WIDE
    line = f"{bars(past, min(past.span, 30 if wide else 15))}  {words}"
    parts = [] if size is None else [f"of the {size} GB ones"]
    if low is not None:
        when = date_of(low.day)
        parts.append(f"lowest {hourly(low.low)} on {when.day} {when:%b}")
    if wide:
        yours = f"your {plural(past.searches, 'search', 'searches')}"
        parts.append(DEMO_PAST if demo else yours)
    for part in parts:
        longer = f"{line} · {part}"
        line = longer if len(longer) + NAMES <= width else line
    return line


def _now(figures: ModelFigures, width: int) -> str:
    if figures.prices is None:
        return "no all-in price is known: no host says what traffic costs"
    low = f"low {'' if figures.knows_lowest else '≤'}{hourly(figures.prices.low)}"
    median = f"median {at_least(figures, lambda p: p.median)}"
    if not figures.whole:
        rest = "these are the cheapest per GPU, enter asks for the rest"
        return f"{low} · {median} $/h: {rest if width >= _WIDE else 'the cheapest of more'}"
    nine = f"nine tenths below {at_least(figures, lambda p: p.nine_tenths)}"
    whole = (
        f"{low} · a quarter below {at_least(figures, lambda p: p.quarter)} · {median} · "
        f"three quarters below {at_least(figures, lambda p: p.three_quarters)} · {nine}"
    )
    return whole if len(whole) + 11 <= width else f"{low} · {median} · {nine} $/h"


def _spot(figures: ModelFigures, rental: RentalType, width: int) -> str:
    spot, prices, off = figures.spot, figures.prices, ""
    if figures.discount:
        off = f" · reserved: up to {100 * figures.discount:.0f} % off"
    if spot is None:
        return f"no minimum bid is known{off}"
    least = f"from {'' if figures.whole else '≤'}{hourly(spot.low)} all-in at"
    if not figures.whole or prices is None or rental != "on-demand":
        return f"{least} the minimum bid{off}"
    median = f"median {hourly(spot.median)}"
    part = f"{median}: {100 * spot.median / prices.median:.0f} % of on-demand"
    forms = (
        f"{least} the minimum bid, {part}, can be taken away{off}",
        f"{least} the minimum bid, {part}{off}",
        f"{least} the minimum bid, {median}{off}",
        f"{least} min. bid, {median}{off}",
    )
    room = width - NAMES - 2
    return next((form for form in forms if len(form) <= room), f"{least} min. bid{off}")


def where(figures: ModelFigures, most: int = 5) -> str:
    """`US 31 %  DE 11 %  others 36 % · datacenter 24 %`, of the GPUs."""
    shown = [pair for pair in figures.countries if pair[0]][:most]
    rest = figures.gpus - sum(count for _, count in shown)
    parts = [f"{country} {share(count, figures.gpus)} %" for country, count in shown]
    if rest:
        unknown = all(not country for country, _ in figures.countries if country not in
                      {name for name, _ in shown})  # fmt: skip
        parts.append(f"{'not known' if unknown else 'others'} {share(rest, figures.gpus)} %")
    which = "" if figures.whole else "of these "
    return f"{which}{'  '.join(parts)} · datacenter {share(figures.in_datacenter, figures.gpus)} %"


def where_lines(figures: ModelFigures) -> list[tuple[str, str]]:
    """Where its machines are, a name and a text each."""
    parts = [
        f"{country or 'not known'} {plural(count, 'GPU')} {share(count, figures.gpus)} %"
        for country, count in figures.countries
    ]
    all_of_them, inside = plural(figures.gpus, "GPU"), figures.in_datacenter
    part = f"{share(inside, figures.gpus)} %: {inside:,} of {all_of_them}"
    found = [("GPUs", "  ·  ".join(parts)), ("Datacenter", part)]
    if figures.cheapest is not None and figures.prices is not None:
        one = figures.cheapest
        found.append(("Cheapest", f"{cheapest_place(figures)}: {one.num_gpus}× {one.gpu_name}, "
                      f"{per_hour(figures.prices.low)} per GPU all-in"))  # fmt: skip
    return found


def not_known(model: str, past: ModelHistory | None, spell: Spell) -> str:
    """What is said of a model whose offers were not read."""
    asks = f"{spell('app.refresh')} asks for it (one search)."
    if past is None or not past.days:
        return f"{model} has not been seen by you for these hosts yet: {asks}"
    return f"Not read yet: {asks} {_last(past)}"


NONE_OF_PART = "None among the cheapest offers of the model: enter asks for the rest."
"""What is said of a size of VRAM that a search which ended at its cap did not show."""


def none_there(past: ModelHistory | None, spell: Spell) -> str:
    """What is said of a model without offers."""
    last = f" {_last(past)}" if past is not None and past.days else ""
    rings = f"{spell('market.watch')} rings when one appears."
    return f"None on offer now, for these switches and this filter.{last} {rings}"


def _last(past: ModelHistory) -> str:
    """`Last seen 3d ago from 0.588.`"""
    last = past.days[-1]
    ago = f"{past.today - last.day}d ago" if last.day != past.today else "today"
    return f"Last seen {ago} from {hourly(last.low)}."
