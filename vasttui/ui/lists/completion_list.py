"""What could stand at the cursor of the filter, in a list under it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from vasttui.ui.format import fit

if TYPE_CHECKING:
    from vasttui.query.complete import Completion

MOST = 8
"""Completions in view."""

_WIDEST, _ASIDE = 58, 11


class CompletionList(Widget):
    """Completions, the chosen one highlighted, each with how many rows it would leave, or with
    what it means. It floats over the screen, so that the table stays where it is."""

    DEFAULT_CSS = """
    CompletionList {
        position: absolute; overlay: screen; constrain: inside; display: none;
        background: $panel; color: $foreground;
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self.offered: Sequence[Completion] = ()
        self._asides: list[str] = []
        self._chosen = 0

    @property
    def chosen(self) -> Completion | None:
        """The highlighted completion; None while the list is closed."""
        return self.offered[self._chosen] if self.offered else None

    def open(self, offered: Sequence[Completion], x: int, y: int) -> None:
        """Show these, the first one chosen, with the top left corner there. None closes it."""
        self.offered, self._chosen = tuple(offered[:MOST]), 0
        self._asides = ["" if one.is_value else one.help for one in self.offered]
        self.display = bool(self.offered)
        if self.offered:
            labels = max(cell_len(one.label) for one in self.offered)
            asides = max(_ASIDE, *map(cell_len, self._asides))
            self.styles.width = min(_WIDEST, labels + asides + 3)
            self.styles.height = len(self.offered)
            self.styles.offset = (x, y)
            self.refresh()

    def close(self) -> None:
        """Show nothing."""
        if self.offered:
            self.open((), 0, 0)

    def choose(self, step: int) -> None:
        """Move the highlight down by `step`, around the ends."""
        self._chosen = (self._chosen + step) % len(self.offered)
        self.refresh()

    def count(self, index: int, rows: str) -> None:
        """Say how many rows a completion would leave."""
        self._asides[index] = rows
        self.refresh()

    def render(self) -> Content:
        lines = []
        for index, (one, aside) in enumerate(zip(self.offered, self._asides, strict=True)):
            room = max(0, self.size.width - 3 - cell_len(one.label))
            line = Content.assemble(
                f" {one.label} ", (fit(aside, room, right=True), "$text-muted"), " "
            )
            chosen = index == self._chosen
            lines.append(line.stylize("bold $foreground on $primary") if chosen else line)
        return Content("\n").join(lines)
