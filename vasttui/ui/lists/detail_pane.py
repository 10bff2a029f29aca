"""A framed pane of lines with tabs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget

from vasttui.ui.privacy import covered
from vasttui.ui.widgets.line import KeepsLines


class DetailPane(KeepsLines, Widget):
    """Shows what it is told; what does not fit is cut at the frame, or scrolled to."""

    DEFAULT_CSS = """
    DetailPane {
        height: 7;
        border: round $border-blurred;
        padding: 0 1;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        border-title-color: $text-accent;
        border-subtitle-color: $text-muted;
    }
    """

    on_size: Callable[[], None] | None = None
    """Called when the pane has another size, and first when it has one at all."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.auto_links = False  # links would lose their own colours
        self._lines: list[Content] = []
        self._title = Content("")
        self._tabs = Content("")
        self.top = 0

    def show(self, title: Content, tabs: Content, lines: Sequence[Content]) -> None:
        """Draw these lines under that title."""
        title, lines = covered(title, self), [covered(line, self) for line in lines]
        if not title.is_same(self._title) or not tabs.is_same(self._tabs):
            self._title, self._tabs = title, tabs
            self.border_title, self.border_subtitle = title, tabs
        before, self._lines = self._lines, lines
        if len(before) != len(lines) or self.styles.text_wrap == "wrap":
            self.scroll_to_line(self.top)
            self.refresh()
            return
        changed = [
            Region(0, at - self.top, self.size.width, 1)
            for at, (one, other) in enumerate(zip(before, lines, strict=True))
            if at >= self.top and not one.is_same(other)
        ]
        if changed:
            self.refresh(*changed)

    def on_resize(self) -> None:
        if self.on_size is not None:
            self.on_size()

    @property
    def hidden(self) -> int:
        """How many lines there is no room for."""
        return max(0, len(self._lines) - max(1, self.size.height))

    def scroll_to_line(self, line: int) -> None:
        """Have that line at the top, as far as there is more below it."""
        top = max(0, min(line, self.hidden))
        if top != self.top:
            self.top = top
            self.refresh()

    def render(self) -> Content:
        return Content("\n").join(self._lines[self.top : self.top + max(1, self.size.height)])
