"""Numbers as people read them: short, with their unit, never rounded into a lie about money."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from vasttui.models.bill import Spent

UNKNOWN = "?"
"""What is drawn where the service gave no value, or none that could be read."""


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


def hourly(dollars: float | None) -> str:
    """$/h with three digits behind the point; four below a cent."""
    if dollars is None:
        return UNKNOWN
    return f"{dollars:.4f}" if 0 < dollars < 0.01 else f"{dollars:.3f}"


def money(dollars: float | None) -> str:
    """An amount of dollars: cents, and tenths of cents below ten cents."""
    if dollars is None:
        return UNKNOWN
    sign, amount = "-" if dollars < 0 else "", abs(dollars)
    return f"{sign}${amount:.3f}" if 0 < amount < 0.1 else f"{sign}${amount:,.2f}"


def count(value: float | None) -> str:
    """A number without a fraction."""
    return UNKNOWN if value is None else f"{value:.0f}"


def decimal(value: float | None, digits: int = 1) -> str:
    """A number with a fixed number of digits behind the point."""
    return UNKNOWN if value is None else f"{value:.{digits}f}"


def percent(fraction: float | None) -> str:
    """A fraction as percent with one digit; never rounded up to 100."""
    if fraction is None:
        return UNKNOWN
    value = fraction * 100
    return "99.9" if 99.9 < value < 100 else f"{value:.1f}"


def gigabytes(megabytes: float | None) -> str:
    """MB as whole GB."""
    return UNKNOWN if megabytes is None else f"{megabytes / 1024:.0f}"


def span(seconds: float | None) -> str:
    """A length of time in its largest unit: 41d, 5h, 12m, 30s."""
    if seconds is None:
        return UNKNOWN
    seconds = max(0.0, seconds)
    if seconds >= 86_400:
        return f"{seconds // 86_400:.0f}d"
    if seconds >= 3_600:
        return f"{seconds // 3_600:.0f}h"
    if seconds >= 60:
        return f"{seconds // 60:.0f}m"
    return f"{seconds:.0f}s"


def age(seconds: float) -> str:
    """How old something is, to the second below an hour: 4s, 3m12s, 7h05m, 2d3h."""
    whole = int(max(0.0, seconds))
    if whole < 60:
        return f"{whole}s"
    if whole < 3_600:
        return f"{whole // 60}m{whole % 60:02d}s"
    if whole < 86_400:
        return f"{whole // 3_600}h{whole % 3_600 // 60:02d}m"
    return f"{whole // 86_400}d{whole % 86_400 // 3_600}h"


def plain_number(value: float) -> str:
    """A number as one would type it: 60, 0.5, 1.25."""
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
    """What an instance has cost by `now` (epoch seconds): "$1.20", "at most $1.20"."""
    return ("" if spent.exact else "at most ") + money(spent.by(now))
