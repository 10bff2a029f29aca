"""Replaces a table without rows: a title and a few sentences."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class StandIn(Static):
    """Explains why there are no rows."""

    DEFAULT_CSS = "StandIn { height: 1fr; padding: 1 4; display: none; text-wrap: wrap; }"

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._said = Content("")

    def say(self, title: Content, text: Content) -> None:
        """Draw this."""
        whole = Content.assemble(title.stylize("bold $text-accent"), "\n\n", text)
        if not whole.is_same(self._said):
            self._said = whole
            self.update(whole, layout=False)
