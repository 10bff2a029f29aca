"""Which days a list is about: the last so many, or from one day to another, in UTC."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LADDER = (1, 7, 30, 90, 365)
"""The ranges that keys step through, in days up to today."""

LONGEST = 1_096

_EPOCH = date(1970, 1, 1)
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_COUNT = re.compile(r"(\d+)(?: ?d(?:ays?)?)?", re.ASCII)
_ONLY = "Enter days, a month or two dates: 30, 2026-08, 2026-08-24 2026-09-22."


def date_of(day: int) -> date:
    """The date of a day, in days since 1970-01-01."""
    return _EPOCH + timedelta(day)


def number_of(day: date) -> int:
    """A date in days since 1970-01-01."""
    return (day - _EPOCH).days


def today(now: float) -> date:
    """The UTC day of a time in epoch seconds."""
    return datetime.fromtimestamp(now, UTC).date()


@dataclass(frozen=True, slots=True)
class DayRange:
    """The last `days`, today included; with `first` and `last` those days and no others."""

    days: int = 30
    first: date | None = None
    last: date | None = None

    def bounds(self, today: date) -> tuple[date, date]:
        """The first and the last day, none of them after today."""
        if self.first is None or self.last is None:
            return today - timedelta(self.days - 1), today
        return self.first, max(self.first, min(self.last, today))

    def count(self, today: date) -> int:
        """How many days it has."""
        first, last = self.bounds(today)
        return (last - first).days + 1

    def words(self, today: date) -> str:
        """`24 Aug – 22 Sep`; with the year where it is another one."""
        first, last = self.bounds(today)
        if first == last:
            return "today" if first == today else day_words(first, today)
        return f"{day_words(first, today)} – {day_words(last, today)}"

    def in_sentence(self, today: date) -> str:
        """`from 24 Aug to 22 Sep`, `on 24 Aug`, `today`."""
        words = self.words(today)
        if " – " in words:
            return f"from {words.replace(' – ', ' to ')}"
        return words if words == "today" else f"on {words}"

    def file_words(self, today: date) -> str:
        """`2026-08-24-2026-09-22`, for the name of a file."""
        first, last = self.bounds(today)
        return f"{first}-{last}"

    def stepped(self, step: int, today: date) -> DayRange:
        """The next longer or shorter range up to today; itself where there is none."""
        here = self.count(today)
        if step > 0:
            return DayRange(next((days for days in LADDER if days > here), max(here, LADDER[-1])))
        return DayRange(next((days for days in reversed(LADDER) if days < here), LADDER[0]))


def day_words(day: date, today: date) -> str:
    """`24 Aug`; with the year where it is another one."""
    year = f" {day.year}" if day.year != today.year else ""
    return f"{day.day} {day:%b}{year}"


def range_in(text: str, today: date) -> DayRange | str:
    """The range that a text asks for, or what is wrong with it in a sentence: `30`, `2026-08`,
    `2026-08-24 2026-09-22`, one day."""
    text = text.strip().lower().replace("–", " ").replace(" to ", " ").replace("..", " ")
    if found := _COUNT.fullmatch(text):
        days = int(found[1][:9])
        return DayRange(days) if 0 < days <= LONGEST else f"From 1 to {LONGEST:,} days."
    parts = text.split()
    dates = [_bounds_in(part) for part in parts]
    if not 1 <= len(dates) <= 2:
        return _ONLY
    known = [one for one in dates if one is not None]
    if len(known) < len(dates):
        wrong = parts[dates.index(None)]
        if _DAY.fullmatch(wrong):
            return f"There is no day {wrong}."
        return f"There is no month {wrong}." if _MONTH.fullmatch(wrong) else _ONLY
    first, last = known[0][0], known[-1][1]
    if first > today:
        return "That is in the future: there is nothing yet."
    if last < first:
        return "The last day is before the first one."
    if (last - first).days >= LONGEST:
        return f"At most {LONGEST:,} days."
    return DayRange(first=first, last=last)


def _bounds_in(text: str) -> tuple[date, date] | None:
    """The first and the last day of a date or a month."""
    try:
        if found := _DAY.fullmatch(text):
            day = date(int(found[1]), int(found[2]), int(found[3]))
            return day, day
        if found := _MONTH.fullmatch(text):
            first = date(int(found[1]), int(found[2]), 1)
            return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
    except ValueError:
        return None
    return None
