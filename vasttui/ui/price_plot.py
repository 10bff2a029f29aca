"""The plot of prices: for each day a band from the lowest to the dear ones, and its median."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median

from textual.content import Content

from vasttui.lists.day_range import date_of
from vasttui.models.past_price import DayPrices

_STEPS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
_LABEL_EVERY = 4
_LEAST_STEP = 0.001
_LEGEND = 15
_ROOMY = 100
"""Cells from which on the legend stands beside the plot."""

LEGEND = (
    ("━", "median"), ("▒", "middle half"), ("░", "low to 9/10"), ("≥", "of a part"),
    ("●", "this machine"),
)  # fmt: skip
"""The signs, and what they mean. Of a day of which only the cheapest offers were fetched, the
median is at least where its sign is, and nothing is drawn above it."""
_SHORT = {"▒": "half", "░": "to 9/10", "≥": "part", "●": "here"}


@dataclass(frozen=True)
class PricePlot:
    """The last `span` days up to `today` (days since 1970-01-01), in $/h of `unit`, in `rows` lines
    of `width` cells. `here` has prices of one machine, by day. A `plain` one has signs that stay
    apart in ASCII."""

    days: Sequence[DayPrices]
    today: int
    span: int
    rows: int
    width: int
    unit: str = "$/h"
    plain: bool = False
    here: Mapping[int, float] = field(default_factory=dict)

    def lines(self) -> list[Content]:
        """The picture from the top; nothing where nothing was seen, or there is no room."""
        if not self.days or self.rows < 4 or self._columns < 7:
            return []
        picture = self.rows - 2 - (0 if self._beside else 1)
        bottom, step = scale(self._bounds, picture)
        labels = {row: bottom + row * step for row in range(0, picture, _LABEL_EVERY)}
        if picture <= _LABEL_EVERY:  # one label alone shows no scale
            labels[picture - 1] = bottom + (picture - 1) * step
        digits = 2 if all(abs(one - round(one, 2)) < 1e-9 for one in labels.values()) else 3
        cells = [self._column(group, bottom, step, picture) for group in self._groups]
        legend = self._legend() if self._beside else []
        lines = []
        for row in reversed(range(picture)):
            label = f"{labels[row]:.{digits}f}" if row in labels else ""
            drawn = "".join(column[row].ljust(self._pitch) for column in cells)
            at = picture - 1 - row
            beside = f"  {legend[at]}" if at < len(legend) else ""
            lines.append(
                Content.assemble(
                    (f"{label:>6} ┤", "$text-muted"),
                    (drawn.ljust(self._drawn), "$text-accent"),
                    (beside, "$text-muted"),
                )
            )
        lines.append(Content.styled(f"{'':>6} └" + "─" * self._drawn, "$text-muted"))
        lines.append(Content.styled(self._dates(), "$text-muted"))
        if not self._beside:
            signs = " ".join(f"{sign} {_SHORT.get(sign, words)}" for sign, words in self._signs)
            legend_line = f"{signs} · {self.unit}".replace("▒", self._half)
            indent = max(0, min(8, self.width - len(legend_line)))
            lines.append(Content.styled(" " * indent + legend_line, "$text-muted"))
        return lines

    @property
    def _half(self) -> str:
        """The sign of the middle half: in ASCII ▒ is the same as the median."""
        return ":" if self.plain else "▒"

    @property
    def _beside(self) -> bool:
        return self.width >= _ROOMY

    @cached_property
    def _room(self) -> int:
        return self.width - 8 - (_LEGEND + 2 if self._beside else 0)

    @cached_property
    def _pitch(self) -> int:
        """Cells of a column: three, two or one."""
        return max(1, min(3, self._room // self.span))

    @cached_property
    def _each(self) -> int:
        """Days in a column."""
        return max(1, math.ceil(self.span / max(1, self._room)))

    @cached_property
    def _columns(self) -> int:
        return math.ceil(self.span / self._each)

    @property
    def _drawn(self) -> int:
        return self._columns * self._pitch

    @cached_property
    def _groups(self) -> list[list[DayPrices]]:
        """The days of each column; the last one ends today."""
        groups: list[list[DayPrices]] = [[] for _ in range(self._columns)]
        for day in self.days:
            back = (self.today - day.day) // self._each
            if 0 <= back < self._columns:
                groups[self._columns - 1 - back].append(day)
        return groups

    @property
    def _bounds(self) -> tuple[float, float]:
        own = [price for day, price in self.here.items() if self.today - self.span < day]
        lows = [day.low for day in self.days] + own
        highs = [day.nine_tenths if day.whole else day.median for day in self.days] + own
        return min(lows), max(highs)

    def _column(
        self, group: Sequence[DayPrices], bottom: float, step: float, rows: int
    ) -> list[str]:
        """The cells of a column from the bottom."""
        wide = 2 if self._pitch == 3 else 1
        cells = [" "] * rows
        if not group:
            return [cell * wide for cell in cells]

        def row(price: float) -> int:
            return max(0, min(rows - 1, math.floor((price - bottom) / step + 1e-9)))

        whole = [day for day in group if day.whole]
        days = whole or group
        middle = median(day.median for day in days)
        low, quarter = min(day.low for day in group), median(day.quarter for day in days)
        upper = median(day.three_quarters for day in days) if whole else middle
        top = median(day.nine_tenths for day in days) if whole else middle
        for at in range(row(low), row(top) + 1):
            cells[at] = self._half if row(quarter) <= at <= row(upper) else "░"
        cells[row(middle)] = "━" if whole else "≥"
        own = [self.here[day.day] for day in group if day.day in self.here]
        if own:
            cells[row(own[-1])] = "●"
        return [cell * wide for cell in cells]

    def _dates(self) -> str:
        """A date about every 15 cells, and today."""
        line, first = " " * 8, self.today - self._columns * self._each + 1
        every = max(1, math.ceil(15 / self._pitch))
        for at in range(0, self._columns, every):
            when = date_of(first + at * self._each)
            text = f"{when.day} {when:%b}"
            if 8 + at * self._pitch + len(text) + 2 <= 8 + self._drawn - len("today"):
                line = line.ljust(8 + at * self._pitch) + text
        return line.ljust(8 + self._drawn - len("today")) + "today"

    @property
    def _signs(self) -> list[tuple[str, str]]:
        parts = not all(day.whole for day in self.days)
        return [
            (sign, words)
            for sign, words in LEGEND
            if not (sign == "≥" and not parts) and not (sign == "●" and not self.here)
        ]

    def _legend(self) -> list[str]:
        supply = f"{self.days[0].offers:,} → {self.days[-1].offers:,}"
        signs = [f"{sign} {words}".replace("▒", self._half) for sign, words in self._signs]
        return [self.unit, "", *signs, "blank: not seen", "", "supply, offers", supply]


def scale(bounds: tuple[float, float], rows: int) -> tuple[float, float]:
    """The price at the bottom, and that of a row, in $/h, so that the bounds fit into the rows
    and leave few of them empty."""
    low, high = bounds
    power = math.floor(math.log10(max((high - low) / rows, _LEAST_STEP))) - 1
    while True:
        for factor in _STEPS:
            step = factor * 10.0**power
            bottom = math.floor(low / step + 1e-9) * step
            least = step / _LEAST_STEP
            has_three_digits = least > 0.99 and abs(least - round(least)) < 1e-6
            if has_three_digits and high < bottom + rows * step - 1e-9:
                return bottom, step
        power += 1
