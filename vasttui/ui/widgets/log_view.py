"""A log to scroll through and to search: draws only the lines in view."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import ClassVar

from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.strip import Strip
from textual.widget import Widget

from vasttui.ui.privacy import hider
from vasttui.ui.widgets.scrolling import thumb

_STYLES = ("hit", "here", "bar", "thumb")


class LogView(Widget, can_focus=True):
    """Lines of text. At its end it stays at the end as lines are added."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"log--{name}" for name in _STYLES}
    DEFAULT_CSS = """
    LogView {
        height: 1fr;
        &> .log--hit { background: $warning 40%; text-style: bold; }
        &> .log--here { background: $block-cursor-background; color: $block-cursor-foreground; }
        &> .log--bar { color: $surface-lighten-1; }
        &> .log--thumb { color: $text-muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_lines(-1)", "Up", show=False),
        Binding("down,j", "scroll_lines(1)", "Down", show=False),
        Binding("pageup", "scroll_pages(-1)", "Page up", show=False),
        Binding("pagedown", "scroll_pages(1)", "Page down", show=False),
        Binding("ctrl+u", "scroll_pages(-0.5)", "Half a page up", show=False),
        Binding("ctrl+d", "scroll_pages(0.5)", "Half a page down", show=False),
        Binding("home,g", "edge(-1)", "Top", show=False),
        Binding("end,G", "edge(1)", "End", show=False),
        Binding("left", "slide(-8)", "Left", show=False),
        Binding("right", "slide(8)", "Right", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.lines: Sequence[str] = ()
        self._absent = ""
        self._words: list[str] = []
        self.hits: Sequence[int] = ()
        self.wraps = False
        self._here: int | None = None
        self._pattern: re.Pattern[str] | None = None
        self._rows: list[tuple[int, slice]] = []
        """Of each row the line, and which letters of it."""
        self._top = 0
        self._shift = 0
        self._at_end = True

    def show(self, lines: Sequence[str], absent: str = "") -> None:
        """Draw these lines; where there are none, the words that say why."""
        if lines is not self.lines or absent != self._absent:
            self._absent = absent
            self.lines = lines
            self._find()
            self._lay_out()

    def search(self, text: str) -> None:
        """Mark what matches: a regular expression, or plain text where it is none."""
        self._pattern = pattern_of(text)
        self._here = None
        self._find()
        self.refresh()

    def set_wraps(self, wraps: bool) -> None:
        """Continue lines that are too long on the next one, or cut them."""
        self.wraps = wraps
        self._shift = 0
        self._lay_out()

    def next_hit(self, step: int) -> bool:
        """Go to the next line that matches, before or after; whether there is one."""
        if not self.hits:
            return False
        if self._here in self.hits:
            index = (self.hits.index(self._here) + step) % len(self.hits)
        else:
            first = self._rows[self._top][0] if self._rows else 0
            after = [at for at, line in enumerate(self.hits) if line >= first]
            index = (after[0] if after else 0) if step > 0 else (after[0] - 1 if after else -1)
        self._here = self.hits[index]
        self._show_line(self._here)
        return True

    @property
    def hit_number(self) -> int:
        """The number of the current hit, from 1; 0 for none."""
        return self.hits.index(self._here) + 1 if self._here in self.hits else 0

    @property
    def in_view(self) -> list[str]:
        """The lines that can be seen, in full."""
        numbers = dict.fromkeys(
            number for number, _ in self._rows[self._top : self._top + self.page]
        )
        return [self.lines[number] for number in numbers]

    @property
    def page(self) -> int:
        """How many rows are in view."""
        return max(1, self.size.height)

    def action_scroll_lines(self, rows: int) -> None:
        self._move(self._top + rows)

    def action_scroll_pages(self, pages: float) -> None:
        self._move(self._top + round(pages * self.page))

    def action_edge(self, side: int) -> None:
        self._move(0 if side < 0 else len(self._rows))

    def action_slide(self, cells: int) -> None:
        if not self.wraps:
            self._shift = max(0, self._shift + cells)
            self.refresh()

    def _move(self, top: int) -> None:
        limit = max(0, len(self._rows) - self.page)
        self._top = max(0, min(top, limit))
        self._at_end = self._top == limit
        self.refresh()

    def _show_line(self, number: int) -> None:
        row = next(at for at, (line, _) in enumerate(self._rows) if line == number)
        if not self._top <= row < self._top + self.page:
            self._move(row - self.page // 2)
        self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.action_scroll_lines(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.action_scroll_lines(-3)

    def on_resize(self, event: events.Resize) -> None:
        self._lay_out()

    def _find(self) -> None:
        pattern = self._pattern
        self.hits = (
            [number for number, line in enumerate(self.lines) if pattern.search(line)]
            if pattern is not None
            else ()
        )

    def _lay_out(self) -> None:
        width = max(1, self.size.width - 1)
        words = "" if self.lines else self._absent
        self._words = [line.plain for line in Content(words).wrap(width)]
        self._rows = [
            (number, part)
            for number, line in enumerate(self.lines)
            for part in (_parts(line, width) if self.wraps else [slice(None)])
        ]
        self._move(len(self._rows) if self._at_end else self._top)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        index = self._top + y
        if index >= len(self._rows):
            words = self._words[y] if not self._rows and y < len(self._words) else ""
            return Strip([Segment(words, self.rich_style)]).extend_cell_length(
                width, self.rich_style
            )
        number, part = self._rows[index]
        hide, line = hider(self), self.lines[number]
        text = (line if hide is None else hide(line))[part]
        strip = Strip(self._segments(text, here=number == self._here))
        if not self.wraps:
            strip = strip.crop(self._shift, self._shift + width - 1)
        return Strip([*strip.extend_cell_length(width - 1, self.rich_style), self._bar(y)])

    def _segments(self, text: str, *, here: bool) -> list[Segment]:
        plain = self.rich_style
        if self._pattern is None:
            return [Segment(text, plain)]
        marked = plain + self._style("here" if here else "hit")
        spots = [match.span() for match in self._pattern.finditer(text) if match.group()]
        edges = [0, *(edge for spot in spots for edge in spot), len(text)]
        return [
            Segment(text[start:end], marked if at % 2 else plain)
            for at, (start, end) in enumerate(pairwise(edges))
            if start < end
        ]

    def _bar(self, line: int) -> Segment:
        start, length = thumb(self._top, self.page, len(self._rows))
        if not length:
            return Segment(" ", self.rich_style)
        inside = start <= line < start + length
        return Segment("┃" if inside else "│", self._style("thumb" if inside else "bar"))

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(
            f"log--{name}", partial=name in ("hit", "bar", "thumb")
        )


def _parts(line: str, width: int) -> list[slice]:
    """The letters of a line that go into each row of so many cells."""
    if cell_len(line) <= width:
        return [slice(None)]
    ends = [0, *accumulate(map(len, chop_cells(line, width)))]
    return [slice(start, end) for start, end in pairwise(ends)]


def pattern_of(text: str) -> re.Pattern[str] | None:
    """What to look for: a regular expression that ignores case; None for no text."""
    if not text:
        return None
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error:
        return re.compile(re.escape(text), re.IGNORECASE)
