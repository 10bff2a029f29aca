"""A line of text that can change many times a second without a layout of the screen."""

from __future__ import annotations

from typing import Self

from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from vasttui.ui.parts import WidgetPart


class KeepsLines(WidgetPart):
    """Rendered again only when something of it has changed.

    Whatever changes on the screen, Textual has every widget rendered that may overlap it, and works
    out its colours from those of all that is behind it, even where no line of it is new.
    """

    _rendered: tuple[Region, list[Strip]] | None = None

    def render_lines(self, crop: Region) -> list[Strip]:
        if self._rendered is None or self._rendered[0] != crop:
            self._rendered = crop, super().render_lines(crop)
        return self._rendered[1]

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        self._rendered = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)


class TextLine(KeepsLines, Widget):
    """One line: a left part, and a right part that gives way when there is no room for both;
    alone, it is cut."""

    DEFAULT_CSS = "TextLine { height: 1; width: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.auto_links = False  # links would lose their own colours
        self._left = Content("")
        self._right = Content("")

    def show(self, left: Content, right: Content | None = None) -> None:
        """Draw this from the next frame on."""
        right = right if right is not None else Content("")
        if left.is_same(self._left) and right.is_same(self._right):
            return
        self._left, self._right = left, right
        self.refresh()

    @property
    def text(self) -> str:
        """What is drawn, without its colours."""
        return f"{self._left.plain} {self._right.plain}".strip()

    def render(self) -> Content:
        width, left, right = self.size.width, self._left, self._right
        if not left.plain:
            right = right.truncate(width, ellipsis=True)
        room = width - left.cell_length - right.cell_length
        if left.plain and (room <= 0 or not right.plain):
            return left.truncate(width, ellipsis=True)
        return Content.assemble(left, " " * room, right)
