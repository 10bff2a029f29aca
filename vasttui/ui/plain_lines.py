"""Draws the screen in ASCII."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from vasttui.ui.plain_glyphs import in_ascii


class PlainGlyphs(LineFilter):
    """Draws every line so."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment if segment.text.isascii() else Segment(
                in_ascii(segment.text), segment.style, segment.control
            )
            for segment in segments
        ]  # fmt: skip
