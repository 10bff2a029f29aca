"""Replaces a table without rows: a title and a few sentences."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class StandIn(Static):
    """Explains why there are no rows."""

    DEFAULT_CSS = "StandIn { height: 1fr; padding: 1 4; display: none; text-wrap: wrap; }"

    def say(self, title: Content, text: Content) -> None:
        """Draw this."""
        whole = Content.assemble(title.stylize("bold $text-accent"), "\n\n", text)
        self.update(whole, layout=False)
