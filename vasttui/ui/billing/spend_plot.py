"""The widget of the plot: spending by day, with a cursor that reads a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widget import Widget

from vasttui.ui.billing.plot import Legend, Plot, PlotDay
from vasttui.ui.lines import cut

_FIGURES = 23
"""Cells of the figures, before they are known."""


class SpendPlot(Widget):
    """Draws the days that it is shown, as high as it is; nothing while there are none."""

    DEFAULT_CSS = """
    SpendPlot { height: 9; width: 1fr; text-wrap: nowrap; text-overflow: clip; }
    """

    @dataclass
    class Chosen(Message):
        """A day was clicked."""

        index: int

    def __init__(self, *, colour: bool, id: str | None = None) -> None:
        super().__init__(id=id)
        self._colour = colour
        self._days: Sequence[PlotDay] = ()
        self._today = date.min
        self._cursor: int | None = None
        self._part = False

    def show(self, days: Sequence[PlotDay], today: date, *, part: bool = False) -> None:
        """Draw these days, the oldest first, unless they are drawn: of all rows, or of a `part`.
        The cursor stays on its day."""
        if (days, today, part) == (self._days, self._today, self._part):
            return
        at, self._part = self.day, part
        self._days, self._today = days, today
        self._cursor = next((index for index, one in enumerate(days) if one.day == at), None)
        self.refresh()

    @property
    def day(self) -> date | None:
        """The day at the cursor."""
        return None if self._cursor is None else self._days[self._cursor].day

    def step(self, days: int) -> None:
        """Move the cursor by so many days; at first it is on the newest."""
        if self._days:
            last = len(self._days) - 1
            at = last if self._cursor is None else self._cursor + days
            self.choose(max(0, min(at, last)))

    def choose(self, index: int | None) -> None:
        """Put the cursor on a day, or take it away."""
        self._cursor = index
        self.refresh()

    def _parts(self) -> tuple[Plot, list[Content]]:
        """The picture, and the figures beside it."""
        rows, width = max(1, self.size.height - 1), self.size.width
        plot = Plot(
            self._days, self._today, rows, width - _FIGURES, colour=self._colour,
            cursor=self._cursor, part=self._part,
        )  # fmt: skip
        wide = min(width // 2, max(line.cell_length for line in Legend(plot).lines()))
        plot = replace(plot, width=width - wide - 1)
        return plot, [cut(line, wide) for line in Legend(plot).lines()]

    def render(self) -> Content:
        if not self._days:
            return Content("")
        plot, figures = self._parts()
        lines = plot.lines()
        beside = [
            Content.assemble(line, " " * max(0, plot.width + 1 - line.cell_length), figure)
            for line, figure in zip(lines, figures, strict=False)
        ]
        return Content("\n").join([*beside, *lines[len(beside) :]])

    def on_click(self, event: Click) -> None:
        if self._days:
            plot, _ = self._parts()
            index = plot.view.day_at(event.x)
            if index is not None:
                self.post_message(self.Chosen(index))
