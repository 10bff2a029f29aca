"""Two to four rows side by side, the best value of each line marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from vasttui.lists.compared import Compared, wins
from vasttui.ui.format import fit
from vasttui.ui.lines import first_fit
from vasttui.ui.modals.frame import Dialog
from vasttui.ui.modals.lines import ByWidth
from vasttui.words import plural

_TITLE = 16
_LEAST, _MOST = 14, 26
_LETTERS = "ABCDEFGH"


class SideBySide(Dialog[str | None]):
    """A column for each row. The arrow keys choose one, also one that does not fit."""

    heading = Content("Compare")
    AUTO_FOCUS = "#scroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "slide(-1)", "To the left", show=False, priority=True),
        Binding("right", "slide(1)", "To the right", show=False, priority=True),
    ]
    NOUN: ClassVar[str] = "row"
    """What a row is called."""

    names: Sequence[str] = ()
    """The names of the rows."""
    at = 0
    """The place of the row that is chosen."""

    def compared(self) -> Sequence[Compared]:
        """The lines of the comparison, as they are now."""
        raise NotImplementedError

    def body(self) -> ComposeResult:
        yield Static(ByWidth(self._head), markup=False, id="head")
        with VerticalScroll(id="scroll"):
            yield Static(ByWidth(self._table), markup=False, id="table")
        yield Static(ByWidth(self._foot), markup=False, id="foot")

    def on_mount(self) -> None:
        self.note("★ best · ? unknown")

    def action_slide(self, step: int) -> None:
        """Choose the next or the previous row."""
        self.at = max(0, min(self.at + step, len(self.names) - 1))
        self.redraw()

    def redraw(self) -> None:
        """Draw it again: another row is chosen, or a value changed."""
        self.query_one("#head", Static).update(ByWidth(self._head))
        self.query_one("#table", Static).update(ByWidth(self._table))

    def _shown(self, width: int) -> range:
        """The rows there is room for, the chosen one among them."""
        fitting = max(1, (width - _TITLE) // (_LEAST + 1))
        first = max(0, self.at - fitting + 1)
        return range(first, min(len(self.names), first + fitting))

    def _room(self, width: int, shown: range) -> int:
        return max(1, min(_MOST, (width - _TITLE) // len(shown) - 1))

    def _head(self, width: int) -> Content:
        shown = self._shown(width)
        room = self._room(width, shown)
        hidden = len(self.names) - len(shown)
        more = f"+{plural(hidden, self.NOUN)} ›" if hidden else ""
        parts = [Content.styled(fit(more, _TITLE), "$text-warning")]
        for at in shown:
            name = f"{_LETTERS[at]} {self.names[at]}"
            style = "bold reverse $text-accent" if at == self.at else "bold $text-accent"
            parts += [Content(" "), Content.styled(fit(name, room, right=True), style)]
        return Content.assemble(*parts)

    def _table(self, width: int) -> Content:
        shown = self._shown(width)
        room = self._room(width, shown)
        return Content("\n").join(self._line(line, shown, room) for line in self.compared())

    def _line(self, line: Compared, shown: range, room: int) -> Content:
        parts = [Content.styled(fit(line.title, _TITLE), "$text-muted")]
        for at in shown:
            if at in line.best:
                text = fit(f"★ {line.texts[at]}", room, right=True)
                parts.append(Content.styled(" " + text, "bold $text-success"))
            else:
                parts.append(Content(" " + fit(line.texts[at], room, right=True)))
        return Content.assemble(*parts)

    def _foot(self, width: int) -> Content:
        found = wins(self.compared(), len(self.names))
        most = max(found, default=0)
        parts = [Content.styled("Best in  ", "$text-muted")]
        for at, won in enumerate(found):
            style = "bold $text-success" if won == most and won else ""
            parts.append(Content.styled(f"{_LETTERS[at]} {won}", style))
            parts.append(Content("   "))
        counted = Content.assemble(*parts)
        ends = ("rows (rows where all tie are not counted)", "rows (not where all tie)", "rows")
        forms = (Content.assemble(counted, (end, "$text-muted")) for end in ends)
        return first_fit(width, *forms)
