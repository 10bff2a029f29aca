"""The last line: the keys that matter here."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.style import Style
from textual.widget import Widget


class KeyBar(Widget):
    """Keys and what they do, most needed first; what does not fit is left out.

    The first entry is always kept, at the right end: it leads to all the others.
    """

    DEFAULT_CSS = "KeyBar { height: 1; background: $panel; color: $text-muted; }"

    def __init__(self) -> None:
        super().__init__()
        self.auto_links = False  # links would lose their own colours
        self._entries: tuple[tuple[str, str, str], ...] = ()

    def show(self, entries: Sequence[tuple[str, str, str]]) -> None:
        """Draw `(key, label, action)` entries; a click on one runs its action."""
        if tuple(entries) != self._entries:
            self._entries = tuple(entries)
            self.refresh()

    def render(self) -> Content:
        if not self._entries:
            return Content("")
        last, *others = self._entries
        room = self.size.width - 1
        parts = [_entry(*last)]
        room -= parts[0].cell_length
        shown: list[Content] = []
        for entry in others:
            part = _entry(*entry)
            if part.cell_length + 2 > room:
                break
            shown.append(part)
            room -= part.cell_length + 2
        return Content("  ").join([Content(""), *shown, *parts])[1:]


def _entry(key: str, label: str, action: str) -> Content:
    content = Content.assemble((key, "bold $text-accent"), f" {label}")
    return content.stylize(Style.from_meta({"@click": action})) if action else content
