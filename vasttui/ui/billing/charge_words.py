"""What is said of reading charges: how far it is, what is missing, how old it is."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content

from vasttui.lists.charge_rows import days_words
from vasttui.lists.day_range import date_of
from vasttui.services.billing.view import ChargesView
from vasttui.ui.format import age
from vasttui.ui.lines import first_fit
from vasttui.words import plural

Spell = Callable[[str], str]

_MOST_NAMED = 3


def is_reading(view: ChargesView) -> bool:
    """Whether days are being asked for."""
    return view.asking is not None


def progress(view: ChargesView) -> str:
    """`Reading 30 days, newest first: 4 of 30`."""
    return f"Reading {plural(view.to_ask, 'day')}, newest first: {view.asked} of {view.to_ask}"


def loading(view: ChargesView) -> str:
    """What to say in the place of the rows while the first of them are read."""
    minutes = "about a minute, once" if view.to_ask > 10 else "a few seconds"
    return f"{progress(view)} (the service answers for one day at a time; {minutes})"


def state_line(
    view: ChargesView, now: float, width: int, spell: Spell, again: float | None = None
) -> Content:
    """The line above the keys while the service answers. `now` is epoch seconds; the newest days
    are asked for `again` in so many seconds, None: they are not."""
    if is_reading(view):
        stops = f"; {spell('charges.toggle')} stops" if view.to_ask > 2 else ""
        day = "" if view.asking is None else f" · {_day(view.asking)}"
        return first_fit(
            width,
            Content(f" ◐ {loading(view)}{day}{stops}"),
            Content(f" ◐ {progress(view)}{stops}"),
        )
    parts = [f"{days_words(view)} read"]
    if view.kept:
        parts[0] += f", {view.kept} of them from this computer's copy"
    if view.read_at is not None and view.last >= view.today:
        old = now - view.read_at
        parts.append(f"today is {age(old)} old" if old > _OLD else f"today {age(old)} ago")
    whole = "; ".join(parts)
    wrong = _wrong(view, spell)
    mark = "!" if wrong else "✓"
    both = f" {mark} {wrong}{' · ' if wrong else ''}{whole}"
    forms = [both, f" {mark} {wrong or whole}"]
    if again is not None and len(parts) > 1:
        forms.insert(0, f"{both}, again in {age(again)}")
    short = f" {mark} {wrong or f'{days_words(view)}, {view.kept} from the copy here'}"
    style = "$text-warning" if wrong else "$text-muted"
    return first_fit(width, *(Content.styled(one, style) for one in (*forms, short)))


_OLD = 600.0
"""Seconds after which the day that is not over is called old."""


def _wrong(view: ChargesView, spell: Spell) -> str:
    """What is missing, or does not work; empty if nothing is."""
    again = spell("app.refresh")
    if view.is_cancelled and view.missing:
        return f"Stopped: {days_words(view)} are here; {again} goes on"
    if view.failed:
        days = sorted(view.failed, reverse=True)
        named = ", ".join(map(_day, days[:_MOST_NAMED])) + (
            ", …" if len(days) > _MOST_NAMED else ""
        )
        return f"{plural(len(days), 'day')} without an answer: {named}; {again} asks again"
    if view.lost:
        return f"{plural(view.lost, 'charge')} cannot be read: the sums are of a part"
    return view.problem.rstrip(".")


def _day(day: int) -> str:
    date = date_of(day)
    return f"{date.day} {date:%b}"
