"""Small pictures of a run of numbers, as text."""

from __future__ import annotations

from collections.abc import Sequence

_LEVELS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float | None], width: int, top: float) -> str:
    """The last `width` values as bars from 0 to `top`; a blank where nothing was known."""
    shown = values[-width:] if width > 0 else ()
    return "".join(map(lambda value: _bar(value, top), shown)).rjust(max(0, width))


def _bar(value: float | None, top: float) -> str:
    if value is None:
        return " "
    share = value / top if top > 0 else 0.0
    return _LEVELS[max(0, min(len(_LEVELS) - 1, round(share * (len(_LEVELS) - 1))))]
