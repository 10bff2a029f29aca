"""Cells of a width, and numbers as people read them: short, with their unit."""

from __future__ import annotations

import math
import time

from rich.cells import cell_len, set_cell_size

from vasttui.models.bill import Spent
from vasttui.units import DAY, HOUR, MINUTE
from vasttui.words import UNKNOWN, money

HIDDEN = "•••"
"""Drawn instead of values that others must not see."""

PRIVATE_FIELDS = frozenset({
    "id", "ask_contract_id", "machine_id", "host_id", "bundle_id", "public_ipaddr", "hostname",
    "gpu_ids", "avail_vol_ask_id", "ssh_host", "ssh_port", "endpoint_id",
    "workergroup_id",
})  # fmt: skip
"""Fields that tell who it is, hidden where every field is listed."""


def fit(text: str, width: int, *, right: bool = False) -> str:
    """`text` in exactly `width` cells, cut with an ellipsis when it is longer."""
    if text.isascii():
        length = len(text)
        if length <= width:
            return text.rjust(width) if right else text.ljust(width)
        return text[: width - 1] + "…" if width > 0 else ""
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…" if width > 0 else ""
    blanks = " " * (width - length)
    return blanks + text if right else text + blanks


def width_of(text: str) -> int:
    """The cells that a text takes."""
    return len(text) if text.isascii() else cell_len(text)


def count(value: float | None) -> str:
    """A number without a fraction."""
    return UNKNOWN if value is None else f"{value:.0f}"


def whole(value: float | None) -> str:
    """An amount that is there, without a fraction and never rounded up: 9.5 GB free are not 10."""
    return UNKNOWN if value is None else f"{math.floor(value)}"


def speed(value: float | None) -> str:
    """A number without a fraction, of a speed, a score or what every machine has: zero means that
    nobody measured it."""
    return count(value or None)


def decimal(value: float | None, digits: int = 1) -> str:
    """The same with a fixed number of digits behind the point."""
    return f"{value:.{digits}f}" if value else UNKNOWN


def percent(fraction: float | None) -> str:
    """A fraction as percent with one digit; never rounded up to 100. Zero means unknown."""
    if not fraction:
        return UNKNOWN
    value = fraction * 100
    return "99.9" if 99.9 < value < 100 else f"{value:.1f}"


def signed_percent(percent: float | None) -> str:
    """`−27 %`, `+7 %` or `±0 %`."""
    if percent is None:
        return UNKNOWN
    whole = round(percent)
    sign = "±" if whole == 0 else "−" if whole < 0 else "+"
    return f"{sign}{abs(whole)} %"


def gigabytes(megabytes: float | None) -> str:
    """MB as whole GB. Zero means unknown."""
    return f"{megabytes / 1024:.0f}" if megabytes else UNKNOWN


def span(seconds: float | None) -> str:
    """A length of time in its largest unit: 41d, 5h, 12m, 30s."""
    if seconds is None:
        return UNKNOWN
    seconds = max(0.0, seconds)
    if seconds >= DAY:
        return f"{seconds // DAY:.0f}d"
    if seconds >= HOUR:
        return f"{seconds // HOUR:.0f}h"
    if seconds >= MINUTE:
        return f"{seconds // MINUTE:.0f}m"
    return f"{seconds:.0f}s"


def age(seconds: float) -> str:
    """How old something is, to the second below an hour: 4s, 3m12s, 7h05m, 2d3h."""
    whole = int(max(0.0, seconds))
    if whole < MINUTE:
        return f"{whole}s"
    if whole < HOUR:
        return f"{whole // MINUTE}m{whole % MINUTE:02d}s"
    if whole < DAY:
        return f"{whole // HOUR}h{whole % HOUR // MINUTE:02d}m"
    return f"{whole // DAY}d{whole % DAY // HOUR}h"


def private_cell(value: object, hide: bool) -> tuple[str, str]:
    """The cell of an id or an address: hidden while others look on."""
    return (HIDDEN if hide else UNKNOWN if value in (None, "") else str(value)), "dim"


def plain_number(value: float) -> str:
    """A number as people type it: 60, 0.5, 1.25."""
    return f"{value:g}"


def raw_value(value: object) -> str:
    """A field of the wire, as text."""
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, tuple):
        return ",".join(str(item) for item in value)
    return str(value)


def spent_words(spent: Spent, now: float) -> str:
    """What an instance has cost by `now` (epoch seconds): "$1.20", "at most $1.20 and traffic"."""
    if spent.exact:
        return money(spent.by(now))
    return f"at most {money(spent.by(now), up=True)}{' and traffic' if spent.traffic else ''}"


def day_words(at: float) -> str:
    """The day of a time in epoch seconds: 14 Jul 2026."""
    return time.strftime("%d %b %Y", time.localtime(at)).removeprefix("0")


def time_words(at: float | None, now: float) -> str:
    """A time, with its seconds if it is of this year: today 14:05:50, 16 Sep 15:00:02. Epoch
    seconds."""
    if at is None:
        return UNKNOWN
    when, today = time.localtime(at), time.localtime(now)
    if (when.tm_year, when.tm_yday) == (today.tm_year, today.tm_yday):
        return time.strftime("today %H:%M:%S", when)
    form = "%d %b %H:%M:%S" if when.tm_year == today.tm_year else "%Y-%m-%d %H:%M"
    return time.strftime(form, when).removeprefix("0")
