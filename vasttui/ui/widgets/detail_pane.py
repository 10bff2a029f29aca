"""A framed pane of lines with tabs."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget


class DetailPane(Widget):
    """Shows what it is told; what does not fit is cut at the frame."""

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

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.auto_links = False  # links would lose their own colours
        self._lines: list[Content] = []

    def show(self, title: Content, tabs: Content, lines: Sequence[Content]) -> None:
        """Draw these lines under that title."""
        self.border_title = title
        self.border_subtitle = tabs
        self._lines = list(lines)
        self.refresh()

    def render(self) -> Content:
        return Content("\n").join(self._lines[: max(1, self.size.height)])
