"""The first line of a screen, whose last words change every second."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import HorizontalGroup
from textual.content import Content

from vasttui.ui.widgets.line import KeepsLines, TextLine

_CELLS = len("· ● 59s ")
"""Cells at the end of the line that are drawn apart. An age that grows within them moves nothing:
the screen needs no layout."""


class TopLine(KeepsLines, HorizontalGroup):
    """The end of the line, with the age of the data, is a widget of its own: a terminal is sent a
    widget's whole line, and the rest of this one seldom changes."""

    BLANK = True  # its parts cover it

    def __init__(self) -> None:
        super().__init__(id="top")
        self._line, self._end = TextLine(), TextLine()
        self._cells = -1
        self._before_age: Content | None = None

    def compose(self) -> ComposeResult:
        yield self._line
        yield self._end

    def show(self, left: Content, right: Content, age: Content) -> None:
        """Draw this from the next frame on; `right` ends with `age` where there is room for it."""
        size, self._before_age = 0, None
        if right.plain.endswith(f"{age.plain} "):
            own = len(age.plain) + 1
            right = right.pad_left(max(0, _CELLS - right.cell_length))
            size = max(own, _CELLS)
            self._before_age = right[len(right.plain) - size : len(right.plain) - own]
        cut = len(right.plain) - size
        end = right[cut:]
        if end.cell_length != self._cells:
            self._cells = end.cell_length
            self._end.styles.width = self._cells
        self._line.show(left, right[:cut])
        self._end.show(end)

    def show_age(self, age: Content) -> bool:
        """Draw this age and leave the rest as it is; False where more than that would change."""
        if self._before_age is None:
            return False
        end = Content.assemble(self._before_age, age, " ")
        if end.cell_length != self._cells:
            return False
        self._end.show(end)
        return True

    @property
    def text(self) -> str:
        """What is drawn, without its colours."""
        return f"{self._line.text}{self._end.text}"
