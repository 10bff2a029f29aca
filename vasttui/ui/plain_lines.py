"""Draws the screen in ASCII."""

from __future__ import annotations

from itertools import islice
from typing import ClassVar

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter
from textual.scrollbar import ScrollBar, ScrollBarRender

from vasttui.ui.plain_glyphs import in_cells


class PlainGlyphs(LineFilter):
    """Draws every line so."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        whole = "".join(segment.text for segment in segments)
        if whole.isascii():
            return segments
        letters = iter(in_cells(whole))
        return [
            Segment("".join(islice(letters, len(text))), style, control)
            for text, style, control in segments
        ]


def draw_scrollbars() -> None:
    """Draw all scrollbars of this process so, from now on."""
    ScrollBar.renderer = _WholeCells


class _WholeCells(ScrollBarRender):
    """A scrollbar of colored cells alone: a letter for a part of one would stand there as text."""

    VERTICAL_BARS: ClassVar[list[str]] = [ScrollBarRender.BLANK_GLYPH]
    HORIZONTAL_BARS: ClassVar[list[str]] = [ScrollBarRender.BLANK_GLYPH]
