"""The time of a timer as it is typed, with a day if need be, and how long it is until then."""

from __future__ import annotations

import re
import time

from vasttui.models.timer_time import after_hours, at_clock, local_words, utc_words
from vasttui.units import DAY, HOUR, MINUTE

NO_TIME = "Needs a time, such as 18:00, tomorrow 2:00, Tue 8:00 or 2026-10-01 8:00."
NO_HOURS = "Needs hours: more than 0, at most a year."
PAST = "That time is past."
_NOT_THAT_DAY = "That time does not exist on that day: the clocks are put forward."

_TYPED = re.compile(r"(?:([a-z]+|\d{4}-\d\d?-\d\d?)[ ,]+)?(\d{1,2}(?::\d\d)?)", re.IGNORECASE)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_time(text: str, now: float) -> tuple[float | None, str]:
    """The time that was typed (without a day the next such one), or what is wrong with it. Epoch
    seconds; what is typed is the local time of this computer."""
    found = _TYPED.fullmatch(text.strip())
    if found is None:
        return None, NO_TIME
    word, clock = (found[1] or "").lower(), found[2]
    clock = clock if ":" in clock else f"{clock}:00"
    if not word:
        at = at_clock(clock, now)
        return (at, "") if at is not None else (None, NO_TIME)
    midnight = _midnight(word, now)
    hour, minute = map(int, clock.split(":"))
    if midnight is None or hour > 23 or minute > 59:
        return None, NO_TIME
    at = time.mktime((*midnight, hour, minute, 0, 0, 0, -1))
    if at <= now and word in _names(time.localtime(now).tm_wday):
        at = time.mktime((midnight[0], midnight[1], midnight[2] + 7, hour, minute, 0, 0, 0, -1))
    there = time.localtime(at)
    if (there.tm_hour, there.tm_min) != (hour, minute):
        return None, _NOT_THAT_DAY
    return (at, "") if at > now else (None, PAST)


def _names(weekday: int) -> set[str]:
    """What a day of the week may be called: three letters or more."""
    day = _DAYS[weekday]
    return {day[:length] for length in range(3, len(day) + 1)}


def _midnight(word: str, now: float) -> tuple[int, int, int] | None:
    """Year, month and day of `today`, `tomorrow`, `tue`, `2026-10-01`; None for another word."""
    today = time.localtime(now)
    ahead = {"today": 0, "tomorrow": 1}.get(word)
    for days in range(7):
        if ahead is None and word in _names((today.tm_wday + days) % 7):
            ahead = days
    if ahead is not None:
        return today.tm_year, today.tm_mon, today.tm_mday + ahead
    try:
        date = time.strptime(word, "%Y-%m-%d")
    except ValueError:
        return None
    return date.tm_year, date.tm_mon, date.tm_mday


def read_hours(text: str, now: float) -> tuple[float | None, str]:
    """The time in so many hours, to the minute, or what is wrong with them."""
    at = after_hours(text, now)
    return (None, NO_HOURS) if at is None else (at // MINUTE * MINUTE, "")


def both_clocks(at: float, now: float) -> str:
    """`today 18:00 (16:00 UTC)`, with the day of UTC where it is another one."""
    here, there = time.localtime(at), time.gmtime(at)
    day = "" if here.tm_mday == there.tm_mday else time.strftime("%a ", there)
    return f"{local_words(at, now)} ({day}{utc_words(at)})"


def clock(at: float) -> str:
    """`18:00`, local time."""
    return time.strftime("%H:%M", time.localtime(at))


def until(at: float, now: float) -> str:
    """How long it is until then, in full minutes: 3h47m, 6d17h, 12m, <1m; `due` from then on."""
    minutes = int((at - now) // MINUTE)
    if minutes < 1:
        return "due" if at <= now else "<1m"
    days, rest = divmod(minutes, int(DAY // MINUTE))
    hours, minutes = divmod(rest, int(HOUR // MINUTE))
    if days:
        return f"{days}d{hours}h"
    return f"{hours}h{minutes:02}m" if hours else f"{minutes}m"


def typed_time(at: float, now: float) -> str:
    """That time as it would be typed: 18:00, or 2026-10-01 18:00 where 18:00 is another one."""
    near = clock(at)
    return (
        near if at_clock(near, now) == at else time.strftime("%Y-%m-%d %H:%M", time.localtime(at))
    )
