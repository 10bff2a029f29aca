"""The tab Prices of an offer: what was seen of it, of its kind, and of minimum bids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from textual.content import Content

from vasttui.errors import VastError
from vasttui.lists.day_range import date_of
from vasttui.models.money import PricedOffer, RentalType
from vasttui.models.past_price import PastPrices
from vasttui.models.price_book import ENOUGH_DAYS
from vasttui.query.offer_fields import row_price
from vasttui.services.memory.market_figures import FiguresOfMarket
from vasttui.ui.format import signed_percent, span
from vasttui.ui.lists.facts import fact_line
from vasttui.ui.price_plot import PricePlot
from vasttui.ui.sparkline import sparkline
from vasttui.units import DAY
from vasttui.words import UNKNOWN, hourly, plural

_BARS, _FEW_BARS, _WIDE = 30, 15, 100
_NO_BARS = 62
"""Cells from which on there is room for bars beside the figures."""
_LINE = 2
"""Days that a line of prices takes."""

_LEAST_PLOT, _FEW_LINES = 12, 8
"""Lines for the plot beside the others; lines of a pane that has room for them or for the plot."""

DEMO_PAST = "demo, one look a day"
"""Instead of how many searches of the user's: in the demo the past is the simulated market's."""


@dataclass(frozen=True, slots=True)
class PriceView:
    """How the prices are shown: for which rental, in `width` cells and `room` lines; the keys of
    the plot and of the range, as they are spelled. In the `demo` nobody searched before. `market`
    is what Vast.ai says, in words. `plain`: in ASCII."""

    rental: RentalType
    width: int
    room: int
    zoom: str
    longer: str
    shorter: str
    demo: bool = False
    market: str = ""
    plain: bool = False

    @property
    def is_wide(self) -> bool:
        """Whether there is room for words beside the figures."""
        return self.width >= _WIDE


def price_lines(row: PricedOffer, past: PastPrices | None, view: PriceView) -> list[Content]:
    """The lines of the tab; `past` is None until it was looked up."""
    if past is None:
        return [Content.styled("Looking up what you saw…", "$text-muted")]
    clock = _clock(past)
    if not past.here and not past.kind:
        return [
            Content(
                "Prices are remembered from your own searches; there are none of these hosts yet."
            ),
            *clock,
        ]
    named = _here(row, past, view) + _kind(row, past, view) + _spot(row, past, view)
    named += [("Vast.ai", view.market)] if view.market else []
    lines = [fact_line(name, text) for name, text in named]
    last = [fact_line("From", _from(past, view)), *clock]
    whole = view.room - len(lines) - len(last)
    if whole >= _LEAST_PLOT:
        return [*_plot(past, view, whole), *lines, *last]
    if view.room > _FEW_LINES and past.kind:
        return [*_plot(past, view, view.room - len(last)), *last]
    return lines + last


def price_brief(past: PastPrices | None, *, demo: bool) -> str:
    """What this machine's offer cost, in a line; `past` is None until it was looked up."""
    if past is None:
        return "looking up what you saw…"
    if len(past.here) < _LINE:
        count = past.searches_here
        there = f"there {'is' if count == 1 else 'are'} {count or 'none'} of this machine so far"
        return f"Prices are remembered from your own searches; {there}."
    lasts = {day.day: day.last for day in past.here}
    line = sparkline(*relative(lasts, past.today, past.days, min(_FEW_BARS, past.days)))
    low = hourly(min(day.low for day in past.here))
    seen = f"seen in {past.searches_here:,} of your searches"
    if past.absent_here:
        seen += f", absent in {past.absent_here:,}"
    first, last = hourly(past.here[0].last), hourly(past.here[-1].last)
    return f"{line}  {first} → {last}, lowest {low} · {'demo' if demo else seen}"


def _plot(past: PastPrices, view: PriceView, rows: int) -> list[Content]:
    here = {day.day: day.last for day in past.here}
    return PricePlot(
        past.kind, past.today, past.days, rows, view.width, "$/h, all-in", view.plain, here
    ).lines()


def market_words(figures: FiguresOfMarket | None, gpu_name: str) -> str:
    """Vast.ai's own figures of a GPU model, or why there are none; empty before it was asked."""
    if figures is None:
        return ""
    if figures.is_denied:
        return "for hosts only: this key may not read the market's own figures"
    known = figures.of(gpu_name)
    if isinstance(known, VastError):
        return f"not known: {known.sentence}"
    if known is None:
        return ""
    words = f"median {hourly(known.median)} a GPU, tenth to nine tenths {hourly(known.low)} – "
    words += hourly(known.high)
    if known.available is not None and known.total is not None:
        words += f" · {known.available:,} of {known.total:,} GPUs are free"
    return words


def range_words(days: int) -> str:
    """`30 d`, `a year`."""
    return "a year" if days == 365 else f"{days} d"


def _here(row: PricedOffer, past: PastPrices, view: PriceView) -> list[tuple[str, str]]:
    if not past.here:
        return [("Here", "none of this machine so far")]
    lasts = {day.day: day.last for day in past.here}
    low = min(day.low for day in past.here)
    figures = _figures(
        lasts, low, median(lasts.values()), f"now {hourly(row_price(row))}", past, view
    )
    gpus = plural(row.offer.num_gpus, "GPU")
    bid = {"bid": ", at the minimum bid", "reserved": ", reserved"}.get(view.rental, "")
    about = f"    this machine, {gpus}, all-in{bid}" if view.is_wide else ""
    return [("Here", f"{figures}{about}")]


def _kind(row: PricedOffer, past: PastPrices, view: PriceView) -> list[tuple[str, str]]:
    if not past.kind:
        return []
    medians = {day.day: day.median for day in past.kind}
    low, last = min(day.low for day in past.kind), past.kind[-1]
    least = "" if last.whole else "≥"
    figures = _figures(
        medians, low, median(medians.values()),
        f"{_when(last.day, past)} {least}{hourly(last.median)}", past, view,
    )  # fmt: skip
    whole = sum(day.whole for day in past.kind)
    if row.cheap is not None:
        here = f"{'all you saw: ' if view.is_wide else ''}{signed_percent(row.cheap)} here"
    elif not view.is_wide:
        here = ""
    elif whole < ENOUGH_DAYS:
        here = f"all you saw; compared after {ENOUGH_DAYS} days"
    else:
        here = "all you saw"
    gap = "    " if view.is_wide else "  "
    return [("Model", f"{figures}{gap}{here}".rstrip())]


def _spot(row: PricedOffer, past: PastPrices, view: PriceView) -> list[tuple[str, str]]:
    spots = {day.day: day.spot_median for day in past.kind if day.spot_median is not None}
    lows = [day.spot_low for day in past.kind if day.spot_low is not None]
    if not spots:
        return []
    least = row.offer.min_bid
    now = f"{'minimum ' if view.is_wide else ''}here {UNKNOWN if least is None else hourly(least)}"
    figures = _figures(spots, min(lows), median(spots.values()), now, past, view)
    about = "    minimum bids, GPU only" if view.is_wide else ""
    return [("Spot", f"{figures}{about}")]


def _from(past: PastPrices, view: PriceView) -> str:
    searches = sum(day.searches for day in past.kind)
    parts = sum(not day.whole for day in past.kind)
    some = f", {plural(parts, 'day')} in part" if parts else ""
    keys = f"{view.zoom}: the plot, " if view.zoom and view.room <= _FEW_LINES else ""
    steps = f"{view.longer} {view.shorter}: " if view.longer and view.shorter else ""
    days = range_words(past.days)
    seen = f"your {plural(searches, 'search', 'searches')} in {days}{some}"
    if not past.kind:
        seen = f"none of the model from these hosts in {days}"
    elif view.demo:
        seen = "demo: the simulated market's own, one look a day" if view.is_wide else DEMO_PAST
    last = f" · {keys}{steps}[{days}]"
    if not view.is_wide or view.demo:
        return f"{seen}{last}"
    here = ""
    if past.first_seen is not None:
        since = date_of(int(past.first_seen // DAY))
        here = f" · this machine {past.searches_here:,}× since {since.day} {since:%b}"
    return f"{seen}, on this computer{last}{here}"


def _clock(past: PastPrices) -> list[Content]:
    if not past.ahead:
        return []
    text = (
        f"The clock was set back by at least {span(past.ahead)}: prices from the “future” are "
        "kept, and not plotted."
    )
    return [Content.styled(text, "$text-warning")]


def _when(day: int, past: PastPrices) -> str:
    return "now" if day == past.today else f"{past.today - day}d ago"


def _figures(
    values: Mapping[int, float], low: float, middle: float, now: str, past: PastPrices,
    view: PriceView,
) -> str:  # fmt: skip
    words = f"low {hourly(low)} · median {hourly(middle)} · {now}"
    if view.width < _NO_BARS:
        return words
    bars = _BARS if view.is_wide else _FEW_BARS
    line = sparkline(*relative(values, past.today, past.days, min(bars, past.days)))
    return f"{line}  {words}"


def relative(
    values: Mapping[int, float], today: int, days: int, bars: int
) -> tuple[Sequence[float | None], int, float]:
    """What a sparkline of so many bars takes: the last value of each, from the lowest as the
    foot to the highest as the top."""
    latest: list[float | None] = [None] * bars
    for day in sorted(values):
        back = (today - day) * bars // days
        if 0 <= back < bars:
            latest[bars - 1 - back] = values[day]
    known = [value for value in latest if value is not None]
    foot = min(known, default=0.0)
    top = max(known, default=0.0) - foot
    if top <= foot * 1e-6:  # all the same: half-way up
        return [None if value is None else 1.0 for value in latest], bars, 2.0
    return [None if value is None else value - foot for value in latest], bars, top
