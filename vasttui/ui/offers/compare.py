"""Two to four offers side by side, the best value of each line marked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from vasttui.models.money import PricedOffer
from vasttui.ui.format import fit
from vasttui.ui.keys import Keymap
from vasttui.ui.lines import first_fit
from vasttui.ui.modals.frame import CLOSE
from vasttui.ui.modals.lines import ByWidth
from vasttui.ui.offers.columns import OfferCells
from vasttui.ui.offers.compare_lines import Compared, compare, wins
from vasttui.ui.offers.row_keys import OfferKeys
from vasttui.words import plural

_TITLE = 16
_LEAST, _MOST = 14, 26
_LETTERS = "ABCDEFGH"


class CompareModal(OfferKeys):
    """A column for each offer. The arrow keys choose one, also one that does not fit."""

    heading = Content("Compare")
    AUTO_FOCUS = "#scroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "slide(-1)", "Offers to the left", show=False, priority=True),
        Binding("right", "slide(1)", "Offers to the right", show=False, priority=True),
    ]

    def __init__(
        self,
        rows: Sequence[PricedOffer],
        cells: OfferCells,
        keymap: Keymap,
        act: Callable[[str, PricedOffer], Awaitable[None]],
        *,
        read_only: bool = False,
    ) -> None:
        """`cells` know the time and whether ids are to be hidden; `act` does an action to one of
        the rows."""
        super().__init__(keymap, lambda action_id: act(action_id, self.chosen), read_only=read_only)
        choose = ("← →", "choose", "screen.slide(1)")
        self.keys = (CLOSE, choose, *self.labels(), ("↑↓", "scroll", ""))
        self._rows, self._cells = tuple(rows), cells
        self._lines = compare(rows, cells)
        self._wins = wins(self._lines, len(rows))
        self._chosen = 0

    @property
    def chosen(self) -> PricedOffer:
        """The offer that the keys are for."""
        return self._rows[self._chosen]

    def body(self) -> ComposeResult:
        yield Static(ByWidth(self._head), markup=False, id="head")
        with VerticalScroll(id="scroll"):
            yield Static(ByWidth(self._table), markup=False, id="table")
        yield Static(ByWidth(self._foot), markup=False, id="foot")

    def on_mount(self) -> None:
        self.note("★ best · ? unknown")

    def action_slide(self, step: int) -> None:
        """Choose the next or the previous offer."""
        self._chosen = max(0, min(self._chosen + step, len(self._rows) - 1))
        self.redraw()

    def redraw(self) -> None:
        self._lines = compare(self._rows, self._cells)
        self.query_one("#head", Static).update(ByWidth(self._head))
        self.query_one("#table", Static).update(ByWidth(self._table))

    def _shown(self, width: int) -> range:
        """The offers there is room for, the chosen one among them."""
        fitting = max(1, (width - _TITLE) // (_LEAST + 1))
        first = max(0, self._chosen - fitting + 1)
        return range(first, min(len(self._rows), first + fitting))

    def _room(self, width: int, shown: range) -> int:
        return max(1, min(_MOST, (width - _TITLE) // len(shown) - 1))

    def _head(self, width: int) -> Content:
        shown = self._shown(width)
        room = self._room(width, shown)
        hidden = len(self._rows) - len(shown)
        more = f"+{plural(hidden, 'offer')} ›" if hidden else ""
        parts = [Content.styled(fit(more, _TITLE), "$text-warning")]
        for at in shown:
            name = f"{_LETTERS[at]} {self._rows[at].offer.gpu_name}"
            style = "bold reverse $text-accent" if at == self._chosen else "bold $text-accent"
            parts += [Content(" "), Content.styled(fit(name, room, right=True), style)]
        return Content.assemble(*parts)

    def _table(self, width: int) -> Content:
        shown = self._shown(width)
        room = self._room(width, shown)
        return Content("\n").join(self._line(line, shown, room) for line in self._lines)

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
        most = max(self._wins, default=0)
        parts = [Content.styled("Best in  ", "$text-muted")]
        for at, won in enumerate(self._wins):
            style = "bold $text-success" if won == most and won else ""
            parts.append(Content.styled(f"{_LETTERS[at]} {won}", style))
            parts.append(Content("   "))
        counted = Content.assemble(*parts)
        ends = ("rows (rows where all tie are not counted)", "rows (not where all tie)", "rows")
        forms = (Content.assemble(counted, (end, "$text-muted")) for end in ends)
        return first_fit(width, *forms)
