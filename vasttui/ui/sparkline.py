"""Small pictures of a run of numbers, as text."""

from __future__ import annotations

from collections.abc import Sequence

_LEVELS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float | None], width: int, top: float) -> str:
    """The last `width` values as bars from 0 to `top`; a blank where nothing was known."""
    shown = values[-width:] if width > 0 else ()
    return "".join(map(lambda value: _bar(value, top), shown)).rjust(max(0, width))


def chart(values: Sequence[float | None], width: int, rows: int, top: float) -> list[str]:
    """The same in so many rows, the highest first; a cell is blank above its bar."""
    eighths = [None if value is None or top <= 0 else value / top * rows * 8 for value in values]
    return [
        "".join(_part(value, floor * 8) for value in eighths[-width:]).rjust(width)
        for floor in reversed(range(rows))
    ]


def _part(eighths: float | None, below: int) -> str:
    """What of a bar so many eighths high stands in the row that has so many below it. A bar of
    nothing is drawn low, so that it differs from what was not known."""
    if eighths is None:
        return " "
    if below == 0:
        return _LEVELS[max(0, min(7, round(eighths) - 1))]
    return " " if round(eighths) <= below else _LEVELS[min(7, round(eighths) - below - 1)]


def _bar(value: float | None, top: float) -> str:
    if value is None:
        return " "
    share = value / top if top > 0 else 0.0
    return _LEVELS[max(0, min(len(_LEVELS) - 1, round(share * (len(_LEVELS) - 1))))]
