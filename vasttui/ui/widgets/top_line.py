"""The first line of a screen, whose last words change every second."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import HorizontalGroup
from textual.content import Content

from vasttui.ui.widgets.line import TextLine


class TopLine(HorizontalGroup):
    """The age of the data is a widget of its own: a terminal is sent a widget's whole line, and
    the rest of this one seldom changes."""

    def __init__(self) -> None:
        super().__init__(id="top")
        self._line, self._age = TextLine(), TextLine()
        self._age_width = -1

    def compose(self) -> ComposeResult:
        yield self._line
        yield self._age

    def show(self, left: Content, right: Content, age: Content) -> None:
        """Draw this from the next frame on; `right` ends with `age` where there is room for it."""
        size = len(age.plain) + 1 if right.plain.endswith(f"{age.plain} ") else 0
        cut = len(right.plain) - size
        last = right[cut:]
        if last.cell_length != self._age_width:
            self._age_width = last.cell_length
            self._age.styles.width = self._age_width
        self._line.show(left, right[:cut])
        self._age.show(last)

    def show_age(self, age: Content) -> bool:
        """Draw this age and leave the rest as it is; False where more than that would change."""
        last = Content.assemble(age, " ")
        if not age.plain or last.cell_length != self._age_width:
            return False
        self._age.show(last)
        return True

    @property
    def text(self) -> str:
        """What is drawn, without its colours."""
        return f"{self._line.text}{self._age.text}"
