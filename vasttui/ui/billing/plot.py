"""Spending by day as a picture of text: a column of two cells for each day, its parts stacked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import accumulate

from textual.content import Content

from vasttui.words import amount, money, share

Parts = tuple[float, float, float]
"""GPU, disk and traffic of a day in $."""

PATTERNS = ("█", "▒", "░")
COLOURS = ("$primary", "$warning", "$success")
FULL = tuple(f"{colour} on {colour} 40%" for colour in COLOURS)
"""The style of a cell that a part fills, where there are colours."""

_EIGHTHS = " ▁▂▃▄▅▆▇"
_STEPS = (1, 2, 4, 5)
_PITCH, _WEEK, _LEAST = 3, 7, 0.01
_ROOMY = 90
"""Cells from which on the axis stands off the edge."""

Cell = tuple[str, str]
"""The glyph of a cell and its style."""


NOT_READ = "·"
"""The mark of a day that was not read."""


@dataclass(frozen=True, slots=True)
class PlotDay:
    """A day and what it cost; where that is not known, None, and `mark` stands for it. `charged` is
    the sum in $ as the service rounds it, where it says so."""

    day: date
    parts: Parts | None
    mark: str = NOT_READ
    charged: float | None = None

    @property
    def total(self) -> float:
        """The cost in $, 0 if it is not known."""
        return sum(self.parts or ()) if self.charged is None else self.charged


@dataclass(frozen=True, slots=True)
class View:
    """The days in view: those from `first` up to `last`, not included, `left` cells right of the
    edge."""

    first: int
    last: int
    left: int

    def day_at(self, x: int) -> int | None:
        """The day whose column is at that cell of a line."""
        index = self.first + (x - self.left) // _PITCH
        return index if self.first <= index < self.last else None


@dataclass(frozen=True)
class Plot:
    """The days, oldest first, in so many rows and a line of dates below, `width` cells wide; the
    day at `cursor` stands out. In `colour` the ends of parts are drawn in eighths of a row, else
    in whole rows and patterns alone. As a `part` it is of
    the rows that are shown, not of all."""

    days: Sequence[PlotDay]
    today: date
    rows: int
    width: int
    colour: bool = True
    cursor: int | None = None
    part: bool = False

    @cached_property
    def is_empty(self) -> bool:
        """Whether days are known, and nothing was charged on any of them."""
        known = [day for day in self.days if day.parts is not None]
        return bool(known) and not any(day.total or any(day.parts or ()) for day in known)

    @cached_property
    def scale(self) -> float:
        """The $ of one row, so that the dearest day in view fits: 1, 2, 4, 5, 10 and so on."""
        return _scale(self.days[self.view.first : self.view.last], self.rows)

    @cached_property
    def view(self) -> View:
        """As many days as there is room for: the newest, or those around the cursor."""
        widest = max(map(len, _labels(_scale(self.days, self.rows), self.rows)))
        left = widest + (4 if self.width >= _ROOMY else 3)
        count = len(self.days)
        fit = max(1, min(count, (self.width - left + 1) // _PITCH))
        last = count
        if self.cursor is not None and self.cursor < last - fit:
            last = max(fit, self.cursor + fit - fit // 2)
        return View(last - fit, last, left)

    def lines(self) -> list[Content]:
        """The picture, from the top."""
        view = self.view
        labels = [""] * self.rows if self.is_empty else _labels(self.scale, self.rows)
        columns = [self._column(day) for day in self.days[view.first : view.last]]
        lines = []
        for row in reversed(range(self.rows)):
            axis = f"{labels[row]:>{view.left - 2}} ┤"
            cells = [
                _drawn(cells[row], view.first + index == self.cursor)
                for index, cells in enumerate(columns)
            ]
            lines.append(Content.assemble((axis, "$text-muted"), *cells))
        return [*lines, self._dates()]

    def _column(self, day: PlotDay) -> list[Cell]:
        """The cells of a day from the bottom."""
        blank = [(" ", "")] * (self.rows - 1)
        if day.parts is None:
            return [(f"{day.mark} ", "$text-muted"), *blank]
        fine = 8 if self.colour else 1
        ends = _ends(day.parts, self.scale / fine)
        if not ends[-1] and day.total:
            return [("▁", COLOURS[0]), *blank]
        return [_cell(ends, row * fine, fine) for row in range(self.rows)]

    def _dates(self) -> Content:
        """A date each week, counted from the first day in view, the last one, and the cursor's."""
        view, last = self.view, self.view.last - 1
        shown = {*range(view.first, last - 2, _WEEK), last}
        if self.cursor is not None:
            shown = {at for at in shown if abs(at - self.cursor) > 2} | {self.cursor}
        line = Content(f"{'‹' if view.first else '':>{view.left - 2}}")
        for at in sorted(shown):
            gap = view.left + (at - view.first) * _PITCH - line.cell_length
            chosen = at == self.cursor
            text = f"▲ {self.day_words(at)}" if chosen else self.day_words(at)
            style = "bold $text-accent" if chosen else "$text-muted"
            line = Content.assemble(line, " " * max(1, gap), (text, style))
        return line

    def day_words(self, at: int) -> str:
        """The day at that place: `7 Sep`, `today`."""
        day = self.days[at].day
        return "today" if day == self.today else f"{day.day} {day:%b}"


def _scale(days: Iterable[PlotDay], rows: int) -> float:
    most = max((day.total for day in days), default=0.0)
    power = math.floor(math.log10(max(most / rows, _LEAST))) - 1
    while True:
        for step in _STEPS:
            scale = step * 10.0**power
            if scale >= _LEAST * 0.99 and most <= scale * rows:
                return scale
        power += 1


def _labels(scale: float, rows: int) -> list[str]:
    """What stands beside each row, from the bottom: every second has words, the top one too. All
    have cents if one needs them."""
    shown = [scale * (row + 1) for row in range(rows - 1, -1, -2)]
    digits = 0 if all(math.isclose(one, round(one)) for one in shown) else 2
    return [
        "" if (rows - 1 - row) % 2 else f"${scale * (row + 1):,.{digits}f}" for row in range(rows)
    ]


def _half_up(value: float) -> int:
    return math.floor(value + 0.5)


def _ends(parts: Parts, unit: float) -> list[int]:
    """Where each part ends, in whole units: the sums are rounded, so that the height is right."""
    ends = [max(0, _half_up(total / unit)) for total in accumulate(parts)]
    return [min(ends[at:]) for at in range(len(ends))]  # a part may be negative


def _cell(ends: Sequence[int], bottom: int, fine: int) -> Cell:
    """The cell from `bottom` up, `fine` units high: its lowest part before the largest of those
    above it."""
    sizes = [
        max(0, min(end, bottom + fine) - max(start, bottom))
        for start, end in zip((0, *ends), ends, strict=False)
    ]
    lowest = next((at for at, size in enumerate(sizes) if size), None)
    if lowest is None:
        return " ", ""
    if sizes[lowest] == fine:
        return PATTERNS[lowest], FULL[lowest]
    above = [*[0] * (lowest + 1), *sizes[lowest + 1 :]]
    over = above.index(max(above))
    filled = sum(sizes)
    if filled == fine:
        return _EIGHTHS[sizes[lowest]], f"{COLOURS[lowest]} on {COLOURS[over]}"
    # Parts that end together in a cell have one glyph: the larger one's.
    return _EIGHTHS[filled], COLOURS[lowest if sizes[lowest] >= above[over] else over]


def _drawn(cell: Cell, chosen: bool) -> Content:
    glyph, style = cell
    if chosen and glyph == " ":
        style = "on $block-cursor-blurred-background"
    text = glyph if len(glyph) > 1 else glyph * 2
    return Content.assemble((text, style) if style else text, " ")


@dataclass(frozen=True, slots=True)
class Legend:
    """The figures beside a plot: of all days, or of the one at its cursor."""

    plot: Plot

    def lines(self) -> list[Content]:
        """As many as the plot has rows."""
        plot, rows = self.plot, self.plot.rows
        sums, missing = self._sums
        total = math.fsum(day.total for day in self._chosen)
        said, whole = [amount(one) for one in sums], amount(total)
        room = max(7, *(len(one) + 1 for one in (*said, whole)))
        marks = [_mark(at) for at in range(len(PATTERNS))]
        unread = (f" {missing}", "$text-warning") if missing else ""
        scale = Content.styled(f"  one row is {money(plot.scale)}", "$text-muted")
        if plot.is_empty:
            head = Content.assemble((self._about, "bold"), unread)
            nothing = f"  nothing {'shown' if plot.part else 'charged'}"
            return [head, Content.styled(nothing, "$text-muted")][:rows]
        if rows < len(PATTERNS) + 2:
            head = Content.assemble(f"{self._short} ${whole}", unread)
            names = (
                Content.assemble(mark, f" {name}") for mark, name in zip(marks, _NAMES, strict=True)
            )
            return [head, Content(" ").join(names), scale][:rows]
        if rows < _LONG:
            parts = [
                Content.assemble(f"{mark} ", f"{name:<7} $", f"{part:>{room}}")
                for mark, name, part in zip(marks, _NAMES, said, strict=True)
            ]
            head = Content.assemble(f"{self._short:>9} ${whole:>{room}}", unread)
            return [*parts, head, scale]
        parts = [
            Content.assemble(mark, f" {name:<7}{part:>{room}}", f" {share(one, total)}".rstrip())
            for mark, name, part, one in zip(marks, _NAMES, said, sums, strict=True)
        ]
        head = Content.assemble((f"{self._about:<{room + 8}}$", "bold"), unread)
        every = Content(f"  {'shown' if plot.part else 'all':<7}{whole:>{room}}")
        return [head, *parts, every, *self._averages(room), scale]

    @property
    def _chosen(self) -> Sequence[PlotDay]:
        plot = self.plot
        return plot.days if plot.cursor is None else [plot.days[plot.cursor]]

    @property
    def _sums(self) -> tuple[list[float], str]:
        """Each part in $, and in words how many days are not in it."""
        known = [day.parts for day in self._chosen if day.parts is not None]
        sums = [math.fsum(parts[at] for parts in known) for at in range(len(PATTERNS))]
        missing = [day.mark for day in self._chosen if day.parts is None]
        word = "unread" if set(missing) <= {NOT_READ} else "unknown"
        return sums, f"{len(missing)} {word}" if missing else ""

    @property
    def _about(self) -> str:
        cursor, count = self.plot.cursor, len(self.plot.days)
        if cursor is not None:
            return f"{self.plot.days[cursor].day:%a} {self.plot.day_words(cursor)}"
        return "1 day" if count == 1 else f"{count} days"

    @property
    def _short(self) -> str:
        """The same where no other line says what the sum is of."""
        return "shown" if self.plot.part and self.plot.cursor is None else self._about

    def _averages(self, room: int) -> Iterable[Content]:
        """What a day cost, and the dearest one."""
        known = [at for at, day in enumerate(self.plot.days) if day.parts is not None]
        if self.plot.cursor is not None or not known:
            return
        days = self.plot.days
        mean = math.fsum(days[at].total for at in known) / len(known)
        most = max(known, key=lambda at: days[at].total)
        yield Content(f"  {'a day':<7}{amount(mean):>{room}}")
        dearest = amount(days[most].total)
        yield Content(f"  {self.plot.day_words(most):<7}{dearest:>{room}}  most")


_NAMES = ("GPU", "disk", "traffic")
_LONG = 8
"""Rows of a plot that has room for all figures beside it."""


def _mark(part: int) -> Content:
    return Content.styled(PATTERNS[part], FULL[part])
