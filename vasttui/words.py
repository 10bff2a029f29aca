"""Numbers as text: money is never rounded misleadingly, and plurals are in English.

A price above zero never reads as zero. A minimum to pay, such as a winning bid, is formatted with
`up` and never reads as less than it is.
"""

from __future__ import annotations

import math

UNKNOWN = "?"
"""Shown if the service sent no value, or an unreadable one."""

_MOST_DIGITS = 9


def hourly(dollars: float | None, *, up: bool = False) -> str:
    """A price in $/h without its unit: three decimals; four below a cent."""
    if dollars is None:
        return UNKNOWN
    return _rounded(dollars, 4 if 0 < abs(dollars) < 0.01 else 3, up=up)


def per_hour(dollars: float | None, *, up: bool = False) -> str:
    """A price in $/h, e.g. `$0.640/h`."""
    return f"{_with_sign(hourly(dollars, up=up))}/h"


def at_least(dollars: float, more: str) -> str:
    """A sum in $/h, with `more` where some of it is unknown; `$?/h` where all of it is."""
    return f"{per_hour(dollars)}{more}" if dollars or not more else "$?/h"


def distinct_prices(
    first: float | None, second: float | None, *, up: bool = False
) -> tuple[str, str]:
    """Two prices in $/h as from `per_hour`, with as many decimals as it takes to show that they
    differ; for sentences that compare them."""
    one, other = hourly(first, up=up), hourly(second, up=up)
    if first is not None and second is not None and first != second:
        digits = 4
        while one == other and digits < _MOST_DIGITS:
            one, other = _rounded(first, digits, up=up), _rounded(second, digits, up=up)
            digits += 1
    return f"{_with_sign(one)}/h", f"{_with_sign(other)}/h"


def money(dollars: float | None, *, up: bool = False) -> str:
    """An amount in dollars: two decimals; three below ten cents."""
    if dollars is None:
        return UNKNOWN
    return _with_sign(_rounded(dollars, 3 if 0 < abs(dollars) < 0.1 else 2, up=up))


def amount(dollars: float | None) -> str:
    """An amount of a column under its $: two decimals; three below a cent, as what is not nothing
    never reads so."""
    if dollars is None:
        return UNKNOWN
    return _rounded(dollars, 3 if 0 < abs(dollars) < 0.01 else 2)


def share(part: float, whole: float) -> str:
    """How much of a whole a part is: ` 42 %`, ` <1 %`; empty if the whole is nothing."""
    if whole <= 0:
        return ""
    percent = 100 * part / whole
    return f"{'<1' if 0 < percent < 0.5 else f'{percent:.0f}':>3} %"


def short_money(dollars: float | None, *, up: bool = False) -> str:
    """An amount in dollars in few cells: no cents from $100 up."""
    if dollars is None or abs(dollars) < 100:
        return money(dollars, up=up)
    return _with_sign(_rounded(dollars, 0, up=up))


def per_gb(dollars: float | None) -> str:
    """$ per GB, of traffic or of disk per month: up to four decimals; five below ten cents, so that
    it is what a price per TB says."""
    if dollars is None:
        return UNKNOWN
    whole, point, rest = _rounded(dollars, 5 if abs(dollars) < 0.1 else 4).partition(".")
    return _with_sign(f"{whole}{point}{rest[:2]}{rest[2:].rstrip('0')}")


def factor(price: float, times: float, shown: str, product: str) -> str:
    """`shown`, the text of `price`, or the price with as many more decimals as it takes that
    `times` of it make the `product` as it is written, such as `$6.67`."""
    wanted = product.lstrip("$").replace(",", "")
    places = len(wanted.partition(".")[2])
    for digits in range(len(shown.partition(".")[2]) + 1, _MOST_DIGITS + 1):
        if f"{float(shown.lstrip('$').replace(',', '')) * times:.{places}f}" == wanted:
            break
        shown = _with_sign(_rounded(price, digits))
    return shown


def hours_words(hours: float) -> str:
    """How long money lasts, never rounded up: 33 min, 2.5 h, 96 h, 5.0 days, 12 days."""
    minutes = math.floor(hours * 60 + 1e-9)
    if hours < 1:
        return f"{minutes} min" if minutes or hours <= 0 else "less than 1 min"
    size, unit = (hours, "h") if hours <= 96 else (hours / 24, "days")
    return f"{math.floor(size * 10) / 10:.1f} {unit}" if size < 10 else f"{math.floor(size)} {unit}"


def months_figure(months: float) -> str:
    """Months with as many digits as days take: `0.90`, `0.048`."""
    return f"{months:.2f}" if months >= 0.1 else f"{months:.2g}"


def plural(number: int, one: str, many: str = "") -> str:
    """`1 offer`, `2,300 offers`; `many` if the plural is not `one` with an s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def _rounded(value: float, digits: int, *, up: bool = False) -> str:
    size = abs(value)
    text = f"{size:.{digits}f}"
    if (up and float(text) < size) or (size and not float(text)):
        text = f"{size + 10.0**-digits:.{digits}f}"
    whole, point, rest = text.partition(".")
    sign = "-" if value < 0 else ""
    return f"{sign}{int(whole):,}{point}{rest}"


def _with_sign(text: str) -> str:
    return f"-${text[1:]}" if text.startswith("-") else f"${text}"


def data_size(size: float) -> str:
    """Bytes in their largest unit, of a thousand each: 8.1 GB, 61.0 MB, 1.4 kB, 6 B."""
    for power, unit in ((3, "GB"), (2, "MB"), (1, "kB")):
        if size >= 1000**power:
            return f"{size / 1000**power:,.1f} {unit}"
    return f"{size:.0f} B"
