"""Vast.ai's own figures of a GPU model, in words."""

from __future__ import annotations

from vasttui.models.market_figures import CurrentFigures
from vasttui.services.memory.market_figures import FiguresOfMarket
from vasttui.ui.format import span
from vasttui.ui.lists.facts import NAMES
from vasttui.ui.market.columns import share
from vasttui.units import MINUTE
from vasttui.words import hourly, plural

_MOST = 5
"""Countries that are named."""


def own_words(
    figures: FiguresOfMarket | None, model: str, now: float, width: int, *, several: bool = False
) -> str:
    """What they are, in one line of `width` cells, their name included; empty where there are none
    to be had. `now` is epoch seconds; `several`: there are sizes of VRAM, which they do not
    tell apart."""
    current = None if figures is None else figures.current
    if current is None:
        return ""
    if not current.gpus and current.error is not None:
        return f"not known: {current.error.sentence}"
    ago = _ago(now - current.as_of)
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


def own_places(
    figures: FiguresOfMarket | None, model: str, now: float, *, several: bool = False
) -> str:  # fmt: skip
    """Where its GPUs are, rented or not; empty where that may not be read. `now` is epoch
    seconds."""
    told = None if figures is None else figures.places
    if told is None:
        return ""
    if not told.gpus and told.error is not None:
        return f"not known: {told.error.sentence}"
    ago = _ago(now - told.as_of)
    found = told.gpus.get(model)
    if found is None or not found.gpus:
        return f"nothing is told of this model, {ago}"
    named = [pair for pair in found.countries if pair[0]][:_MOST]
    parts = [f"{country} {share(count, found.gpus)} %" for country, count in named]
    if rest := found.gpus - sum(count for _, count in named):
        parts.append(f"others {share(rest, found.gpus)} %")
    any_size = " with any VRAM" if several else ""
    return (
        f"{'  '.join(parts)} · of all {plural(found.gpus, 'GPU')}{any_size}, "
        f"{share(found.rented, found.gpus)} % rented · datacenter "
        f"{share(found.in_datacenter, found.gpus)} % · Vast.ai's own, {ago}"
    )


def own_note(figures: FiguresOfMarket | None, now: float) -> str:
    """Where they are to be seen; empty where there are none to be had. `now` is epoch seconds."""
    current = None if figures is None else figures.current
    if current is None or not current.gpus:
        return ""
    return f"In the details: Vast.ai's own counts and prices, {_ago(now - current.as_of)}."


def _ago(old: float) -> str:
    return "now" if old < MINUTE else f"{span(old)} ago"
