"""How the program says numbers: money is never rounded into a lie, things are counted in English.

A price above zero never reads as zero. What somebody has to pay at least, such as a bid that wins,
is asked for with `up` and never reads as less than it is.
"""

from __future__ import annotations

UNKNOWN = "?"
"""What is drawn where the service gave no value, or none that could be read."""

_MOST_DIGITS = 9


def hourly(dollars: float | None, *, up: bool = False) -> str:
    """$/h without its unit: three digits behind the point; four below a cent."""
    if dollars is None:
        return UNKNOWN
    return _said(dollars, 4 if 0 < abs(dollars) < 0.01 else 3, up=up)


def per_hour(dollars: float | None, *, up: bool = False) -> str:
    """`$0.640/h`."""
    return f"{_with_sign(hourly(dollars, up=up))}/h"


def told_apart(one: float | None, other: float | None, *, up: bool = False) -> tuple[str, str]:
    """Two prices in $/h, as `per_hour` says them, with the digits it takes to see that they differ;
    for sentences that set one against the other."""
    first, second = hourly(one, up=up), hourly(other, up=up)
    if one is not None and other is not None and one != other:
        digits = 4
        while first == second and digits < _MOST_DIGITS:
            first, second = _said(one, digits, up=up), _said(other, digits, up=up)
            digits += 1
    return f"{_with_sign(first)}/h", f"{_with_sign(second)}/h"


def money(dollars: float | None, *, up: bool = False) -> str:
    """An amount of dollars: cents, and tenths of cents below ten cents."""
    if dollars is None:
        return UNKNOWN
    return _with_sign(_said(dollars, 3 if 0 < abs(dollars) < 0.1 else 2, up=up))


def short_money(dollars: float | None, *, up: bool = False) -> str:
    """An amount of dollars in few cells: without the cents where there are many."""
    if dollars is None or abs(dollars) < 100:
        return money(dollars, up=up)
    return _with_sign(_said(dollars, 0, up=up))


def per_gb(dollars: float | None) -> str:
    """$ for a GB, of traffic or of a month of disk: up to four digits behind the point."""
    if dollars is None:
        return UNKNOWN
    text = _said(dollars, 4)
    return _with_sign(text[:-2] if text.endswith("00") else text.removesuffix("0"))


def plural(number: int, one: str, many: str = "") -> str:
    """`1 offer`, `2,300 offers`; `many` where it is not `one` with an s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def _said(value: float, digits: int, *, up: bool = False) -> str:
    size = abs(value)
    text = f"{size:.{digits}f}"
    if (up and float(text) < size) or (size and not float(text)):
        text = f"{size + 10.0**-digits:.{digits}f}"
    whole, point, rest = text.partition(".")
    sign = "-" if value < 0 else ""
    return f"{sign}{int(whole):,}{point}{rest}"


def _with_sign(text: str) -> str:
    return f"-${text[1:]}" if text.startswith("-") else f"${text}"
