"""The time of a timer: as it is typed, as it is shown, and whether Vast.ai can do it."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta, tzinfo

from msgspec import Struct

from vasttui.units import DAY, HOUR, MINUTE

SOONEST = 5 * MINUTE
"""Seconds before its time in which a job cannot be set: it is read back 5 and 30 s later, and there
must be time to do it otherwise."""

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_MOST_HOURS = 24.0 * 366


class Refusal(Struct, frozen=True):
    """Why Vast.ai's scheduler cannot do it at that time; `choices` are times it can, epoch
    seconds."""

    text: str
    choices: tuple[float, ...] = ()


def at_clock(text: str, now: float, zone: tzinfo | None = None) -> float | None:
    """The next time a local clock shows `18:00`, epoch seconds; None if the text is no time."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    today = datetime.fromtimestamp(now, zone)
    wanted = today.replace(
        hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0, fold=0
    )
    for one in (wanted, wanted.replace(fold=1), wanted + timedelta(days=1)):
        if one.timestamp() > now:
            return one.timestamp()
    return None


def after_hours(text: str, now: float) -> float | None:
    """The time `8` or `0.5` hours after `now`, epoch seconds; None if the text is none."""
    try:
        hours = float(text)
    except ValueError:
        return None
    return now + hours * HOUR if 0 < hours <= _MOST_HOURS else None


def local_words(at: float, now: float, zone: tzinfo | None = None) -> str:
    """`today 18:00`, `tomorrow 02:00`, `Tue 08:00`, `31 Oct 08:00`."""
    when, today = (datetime.fromtimestamp(one, zone) for one in (at, now))
    days = (when.date() - today.date()).days
    named = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days)
    if named is None:
        named = f"{when:%a}" if 0 < days < 7 else f"{when.day} {when:%b}"
    return f"{named} {when:%H:%M}"


def utc_words(at: float) -> str:
    """`16:00 UTC`."""
    return f"{datetime.fromtimestamp(at, UTC):%H:%M} UTC"


def nearest_hour(at: float, now: float) -> float:
    """The full hour nearest to `at` for which a job can still be set; both are epoch seconds."""
    hour = (at + HOUR / 2) // HOUR * HOUR
    return hour if hour - now >= SOONEST else hour + HOUR


def refusal(
    at: float, now: float, ends: float | None = None, zone: tzinfo | None = None
) -> Refusal | None:
    """Why no job can be set for `at`, where the contract ends at `ends`; None if one can. All are
    epoch seconds."""
    if ends is not None and at >= ends:
        return Refusal("The contract ends before that.")
    if at >= _latest(now):
        week = "A job can be set for the next 7 days."
        after = "" if ends is None else _day(ends, zone)
        certain = f" After that only the contract's end, {after}, is certain."
        return Refusal(f"{week}{certain if after else ''}")
    if at % HOUR:
        return _not_full(at, now, ends, zone)
    if at - now < SOONEST:
        return _too_soon(at, now, ends, zone)
    return None


def _not_full(at: float, now: float, ends: float | None, zone: tzinfo | None) -> Refusal:
    choices = _possible((at // HOUR * HOUR, (at // HOUR + 1) * HOUR), now, ends)
    if not choices:
        return Refusal("Vast.ai can only do full hours, and there is none that it could do.")
    offset = datetime.fromtimestamp(at, zone).astimezone(zone).utcoffset() or timedelta()
    hours = "full hours of UTC" if offset.total_seconds() % HOUR else "full hours"
    clocks = " or ".join(_clock(choice, zone) for choice in choices)
    return Refusal(f"Vast.ai can only do {hours}: {clocks}?", choices)


def _too_soon(at: float, now: float, ends: float | None, zone: tzinfo | None) -> Refusal:
    clock = _clock(at, zone)
    if at <= now:
        return Refusal(f"{clock} is over.")
    choices = _possible((at + HOUR,), now, ends)
    minutes = math.floor((at - now) / MINUTE)
    left = f"{minutes} min" if minutes else "less than a minute"
    instead = f"{_clock(choices[0], zone)}, or from inside" if choices else "From inside"
    return Refusal(f"{clock} is in {left}: too soon to be read back in time. {instead}.", choices)


def _possible(times: tuple[float, ...], now: float, ends: float | None) -> tuple[float, ...]:
    return tuple(
        at for at in times
        if now + SOONEST <= at < _latest(now) and (ends is None or at < ends)
    )  # fmt: skip


def _latest(now: float) -> float:
    """A week after the hour that runs: a weekly job of the same hour might run at once."""
    return now // HOUR * HOUR + 7 * DAY


def _clock(at: float, zone: tzinfo | None) -> str:
    return f"{datetime.fromtimestamp(at, zone):%H:%M}"


def _day(at: float, zone: tzinfo | None) -> str:
    day = datetime.fromtimestamp(at, zone)
    return f"{day.day} {day:%b}"
