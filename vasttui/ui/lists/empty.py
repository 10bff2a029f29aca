"""What stands in for a table that has no rows: a title and a few sentences."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget


class StandIn(Widget):
    """Says why there is nothing; an error is never drawn as an empty table."""

    DEFAULT_CSS = """
    StandIn { height: 1fr; padding: 1 4; display: none; text-wrap: wrap; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._text = Content("")

    def say(self, title: Content, text: Content) -> None:
        """Draw this."""
        self._text = Content.assemble(title.stylize("bold $text-accent"), "\n\n", text)
        self.refresh()

    def render(self) -> Content:
        return self._text
