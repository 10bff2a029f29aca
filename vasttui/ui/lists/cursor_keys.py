"""Keys and wheel over rows of which one has the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual import events

from vasttui.ui.parts import WidgetPart


class CursorKeys(WidgetPart):
    """What the keys of a table mean; what moves then is the table's."""

    rows: Sequence[Any]
    cursor: int

    @property
    def page(self) -> int:
        """How many rows are in view."""
        raise NotImplementedError

    def move_to(self, index: int) -> None:
        """Put the cursor on a row."""
        raise NotImplementedError

    def scroll_rows(self, rows: int) -> None:
        """Move what is in view; the cursor stays."""
        raise NotImplementedError

    def action_move(self, rows: int) -> None:
        self.move_to(self.cursor + rows)

    def action_page(self, pages: int) -> None:
        self.move_to(self.cursor + pages * self.page)

    def action_half_page(self, halves: int) -> None:
        self.move_to(self.cursor + halves * max(1, self.page // 2))

    def action_edge(self, side: int) -> None:
        self.move_to(0 if side < 0 else len(self.rows) - 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll_rows(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll_rows(-3)
