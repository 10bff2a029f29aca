"""The columns of the market by model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vasttui.lists.columns import Cell, Column
from vasttui.lists.market_rows import ModelRow
from vasttui.models.market_overview import ModelFigures, Prices, price_band
from vasttui.models.model_history import ModelHistory
from vasttui.models.place import place_words
from vasttui.ui.format import percent, signed_percent, span, speed
from vasttui.ui.offers.price_lines import relative
from vasttui.ui.sparkline import sparkline
from vasttui.units import HOUR, MINUTE
from vasttui.words import UNKNOWN, hourly

NOT_SEEN = "·"

Figure = Callable[[ModelFigures], float | None]


@dataclass
class MarketCells:
    """What the cells need besides the row: the time in monotonic seconds, the model that is asked
    for next and when, whether it is drawn in ASCII, and whether the VRAM is out of view, which
    tells rows of one model apart."""

    now: Callable[[], float]
    asking: Callable[[], tuple[str, str]]
    plain: bool = False
    hides_vram: Callable[[], bool] = bool

    def columns(self) -> Sequence[Column[ModelRow]]:
        """Every column there is, in the order of the chooser."""
        return (
            Column("gpu", "GPU", 15, self._name, "GPU model", 0, left=True, most=20,
                   value=lambda row: row.name),
            Column("vram", "VRAM", 4, self._vram, "memory of one GPU", 4,
                   value=lambda row: row.vram, best_first=True),
            self._figure("offers", "Offers", 6, _count(lambda f: f.offers), "offers", 3,
                         lambda f: f.offers, best_first=True),
            self._figure("gpus", "GPUs", 5, _count(lambda f: f.gpus), "GPUs, those of a machine "
                         "counted once, by its largest offer", 9, lambda f: f.gpus,
                         best_first=True),
            self._figure("low", "Low", 6, _low, "lowest $/h per GPU, all-in", 2,
                         _price(lambda p: p.low)),
            self._price("median", "Median", 7, "median", lambda p: p.median, rank=1),
            self._figure("spot", "Spot", 6, _spot, "lowest at the minimum bid, $/h per GPU, "
                         "all-in", 5, lambda f: None if f.spot is None else f.spot.low),
            self._figure("value", "DLP/$", 5, _best(lambda f: f.value), "best DLPerf per all-in "
                         "$/h", 8, lambda f: f.value, best_first=True),
            self._figure("rel", "Rel", 9, _reliability, "reliability, from the lowest tenth to "
                         "the highest, %", 12,
                         lambda f: None if f.reliability is None else f.reliability[0],
                         best_first=True),
            Column("band", "Spread", 17, self._band, "prices around the median, from half of it to "
                   "twice: ─ low to nine tenths, ━ the middle half", 10, left=True,
                   scale="half    =   twice"),
            Column("days", "30 days", 12, _days, "medians of your own searches in 30 days", 11,
                   left=True),
            Column("vs", "vs30d", 5, _change, "the last median against that of 30 days, of your "
                   "own searches", 6, value=lambda row: None if row.past is None
                   else row.past.change),
            Column("seen", "Seen", 4, self._seen, "how old the row is", 7,
                   value=lambda row: None if row.known is None else -row.known.as_of),
            self._price("quarter", "1/4", 7, "a quarter is below", lambda p: p.quarter),
            self._price("three", "3/4", 7, "three quarters are below",
                        lambda p: p.three_quarters),
            self._price("nine", "9/10", 7, "nine tenths are below", lambda p: p.nine_tenths),
            self._figure("machines", "Machines", 8, _count(lambda f: f.machines), "machines", 60,
                         lambda f: f.machines, best_first=True),
            self._figure("countries", "CCs", 4, _count(countries), "countries", 60, countries,
                         best_first=True),
            self._figure("dc", "dc %", 4, lambda f: share(f.in_datacenter, f.gpus), "GPUs in a "
                         "datacenter, %", 60, lambda f: f.in_datacenter / f.gpus if f.gpus else
                         None, best_first=True),
            self._figure("discount", "Resv %", 6, _discount, "most that paying ahead takes off, %",
                         60, lambda f: f.discount, best_first=True),
            self._figure("flops", "TF/$", 5, _best(lambda f: f.flops), "best TFLOPS per all-in $/h",
                         60, lambda f: f.flops, best_first=True),
            self._figure("place", "Cheapest in", 18, cheapest_place, "where the cheapest is", 60,
                         None, left=True),
        )  # fmt: skip

    def _figure(
        self, key: str, title: str, width: int, text: Callable[[ModelFigures], str], about: str,
        rank: int, value: Figure | None, *, left: bool = False, best_first: bool = False,
    ) -> Column[ModelRow]:  # fmt: skip
        def cell(row: ModelRow) -> Cell:
            if row.figures is None:
                return ("" if row.heading else NOT_SEEN), "dim"
            words = "-" if not row.figures.offers and key != "offers" else text(row.figures)
            return words, self._tone(row, "good" if key == "median" else "")

        def sorted_by(row: ModelRow) -> float | None:
            found = None if row.figures is None or value is None else value(row.figures)
            return found

        return Column(key, title, width, cell, about, rank, left=left, best_first=best_first,
                      value=None if value is None else sorted_by)  # fmt: skip

    def _price(
        self, key: str, title: str, width: int, about: str, read: Callable[[Prices], float],
        rank: int = 60,
    ) -> Column[ModelRow]:  # fmt: skip
        return self._figure(key, title, width, lambda f: at_least(f, read),
                            f"{about}, $/h per GPU, all-in", rank, _price(read))  # fmt: skip

    def _tone(self, row: ModelRow, style: str = "") -> str:
        """Old rows, and those without offers, are dim."""
        known = row.known
        old = known is not None and self.now() - known.as_of >= HOUR
        empty = known is None or not known.figures.offers
        return "dim" if old or empty else style

    def _name(self, row: ModelRow) -> Cell:
        return (row.name if self.hides_vram() else row.model), self._tone(row)

    def _vram(self, row: ModelRow) -> Cell:
        if row.heading:
            return "", ""
        if row.vram is None:
            return (NOT_SEEN if row.known is None else UNKNOWN), self._tone(row)
        return f"{row.vram}G", self._tone(row)

    def _band(self, row: ModelRow) -> Cell:
        model, words = self.asking()
        figures = row.figures
        if figures is None and row.model and row.model == model:
            return words.rjust(14), "dim"
        if figures is None or figures.prices is None:
            return "", ""
        band = price_band(figures.prices, whole=figures.whole)
        return band.replace("┃", "│") if self.plain else band, self._tone(row)

    def _seen(self, row: ModelRow) -> Cell:
        if row.heading:
            return "", ""
        if row.known is None:
            return ("next" if row.model == self.asking()[0] else NOT_SEEN), "dim"
        old = self.now() - row.known.as_of
        return "now" if old < MINUTE else span(old), self._tone(row)


def at_least(figures: ModelFigures, read: Callable[[Prices], float]) -> str:
    """`0.384`; of a part `≥0.176`."""
    if figures.prices is None:
        return UNKNOWN
    return f"{'' if figures.whole else '≥'}{hourly(read(figures.prices))}"


def countries(figures: ModelFigures) -> int:
    """How many countries the machines are known to be in."""
    return sum(bool(country) for country, _ in figures.countries)


def share(part: int, whole: int) -> str:
    """`24`: so many percent; empty of nothing. What is not all is not 100, nor what is some 0."""
    if not whole:
        return ""
    percent = round(100 * part / whole)
    return str(min(max(percent, 1 if part else 0), 100 if part == whole else 99))


def cheapest_place(figures: ModelFigures) -> str:
    """Where the cheapest offer is."""
    place = None if figures.cheapest is None else place_words(figures.cheapest.geolocation)
    return place or UNKNOWN


def _days(row: ModelRow) -> Cell:
    return ("" if row.past is None else bars(row.past, 12)), "dim"


def _change(row: ModelRow) -> Cell:
    past = row.past
    if past is None or not past.days:
        return "", ""
    if past.is_new:
        return "new", "dim"
    return signed_percent(past.change), "good" if (past.change or 0.0) <= -0.5 else ""


def bars(past: ModelHistory, cells: int) -> str:
    """The medians in so many cells; blank where nothing was seen."""
    medians = {day.day: day.median for day in past.days}
    return sparkline(*relative(medians, past.today, past.span, cells))


def _count(read: Callable[[ModelFigures], int]) -> Callable[[ModelFigures], str]:
    return lambda figures: f"{read(figures):,}{'' if figures.whole else '+'}"


def _price(read: Callable[[Prices], float]) -> Figure:
    return lambda figures: None if figures.prices is None else read(figures.prices)


def _low(figures: ModelFigures) -> str:
    if figures.prices is None:
        return UNKNOWN
    return f"{'' if figures.knows_lowest else '≤'}{hourly(figures.prices.low)}"


def _spot(figures: ModelFigures) -> str:
    if figures.spot is None:
        return UNKNOWN
    return f"{'' if figures.whole else '≤'}{hourly(figures.spot.low)}"


def _best(read: Figure) -> Callable[[ModelFigures], str]:
    def text(figures: ModelFigures) -> str:
        value = read(figures)
        return UNKNOWN if value is None else f"{'' if figures.whole else '≥'}{speed(value)}"

    return text


def _reliability(figures: ModelFigures) -> str:
    if figures.reliability is None:
        return UNKNOWN
    low, high = map(percent, figures.reliability)
    return low if low == high else f"{low}–{high}"


def _discount(figures: ModelFigures) -> str:
    return UNKNOWN if figures.discount is None else f"{100 * figures.discount:.0f}"
