"""Vast.ai's own figures of a GPU model, in words."""

from __future__ import annotations

from vasttui.models.market_figures import CurrentFigures
from vasttui.services.memory.market_figures import FiguresOfMarket
from vasttui.ui.format import span
from vasttui.ui.lists.facts import NAMES
from vasttui.units import MINUTE
from vasttui.words import hourly


def own_words(
    figures: FiguresOfMarket | None, model: str, now: float, width: int, *, several: bool = False
) -> str:
    """What they are, in one line of `width` cells, their name included; empty where there are none
    to be had. `now` is monotonic seconds; `several`: there are sizes of VRAM, which they do not
    tell apart."""
    current = None if figures is None else figures.current
    if current is None:
        return ""
    if not current.gpus and current.error is not None:
        return f"not known: {current.error.sentence}"
    old = now - current.as_of
    ago = "now" if old < MINUTE else f"{span(old)} ago"
    found = current.gpus.get(model)
    if found is None:
        return f"nothing is told of this model, {ago}"
    source = f"counts and prices are Vast.ai's own, {ago}"
    count, use, more = _supply(found)
    count = f"with any VRAM {count}" if several and count else count
    median, spread = _prices(found)
    forms = (
        (f"{count}{use}{more}", f"{median}{spread}", source), (f"{count}{use}", median, source),
        (f"{count}{use}", median, ago), (count, median, ago),
    )  # fmt: skip
    lines = [" · ".join(filter(None, form)) for form in forms]
    return next((line for line in lines if len(line) + NAMES <= width), lines[-1])


def _supply(found: CurrentFigures) -> tuple[str, str, str]:
    count = use = more = ""
    if found.available is not None:
        of = "" if found.total is None else f" of {found.total:,}"
        count = f"{found.available:,}{of} available"
    if found.usage is not None:
        use = f"{', ' if count else ''}{found.usage:.0f} % in use"
    if use and found.usage_30d is not None:
        more = f" ({found.usage_30d:.0f} % in 30 days)"
    if found.unavailable:
        more += f", {found.unavailable:,} not for rent"
    return count, use, more


def _prices(found: CurrentFigures) -> tuple[str, str]:
    if found.median is None:
        return "", ""
    spread = ""
    if found.low is not None and found.high is not None:
        spread = f" per GPU, tenth to nine tenths {hourly(found.low)} – {hourly(found.high)}"
    return f"median {hourly(found.median)}", spread
