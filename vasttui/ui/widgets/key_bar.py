"""The last line: the keys that matter here."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from vasttui.ui.widgets.line import KeepsLines

_PALETTE = "app.palette"
_Entry = tuple[str, str, str]


class KeyBar(KeepsLines, Widget):
    """Keys and what they do, most needed first; what does not fit is left out.

    The first entry is always kept, at the right end, and so is the palette, if need be in fewer
    letters: they lead to all the others.
    """

    DEFAULT_CSS = "KeyBar { height: 1; background: $panel; color: $text-muted; }"

    def __init__(self) -> None:
        super().__init__()
        self.auto_links = False  # links would lose their own colours
        self._entries: tuple[_Entry, ...] = ()

    def show(self, entries: Sequence[_Entry]) -> None:
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
        shown = fitting(others, room)
        palette = next((entry for entry in others if entry[2] == _PALETTE), None)
        if palette is not None and palette not in shown:
            short = (palette[0], "all", palette[2])
            others = [entry for entry in others if entry is not palette]
            shown = [*fitting(others, room - _entry(*short).cell_length - 2), short]
        return Content("  ").join([Content(""), *(_entry(*one) for one in shown), *parts])[1:]


def fitting(entries: Sequence[_Entry], room: int) -> list[_Entry]:
    """The entries that have room in so many cells, the first ones first."""
    shown = []
    for entry in entries:
        cells = _entry(*entry).cell_length + 2
        if cells <= room:
            shown.append(entry)
            room -= cells
    return shown


def _entry(key: str, label: str, action: str) -> Content:
    content = Content.assemble((key, "bold $text-accent"), f" {label}")
    return content.stylize(Style.from_meta({"@click": action})) if action else content
