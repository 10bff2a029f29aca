"""Menus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from vasttui.ui.modals.frame import CLOSE, Dialog, KeyEntries
from vasttui.ui.modals.lines import GAP, ByWidth, Cell, lay_out
from vasttui.ui.privacy import covered

_ABOUT = 20
"""Cells that descriptions are left, where the items are long."""


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An item of a menu, with a description."""

    word: Content
    about: Content = field(default_factory=Content)
    off: str = ""
    """Why it is disabled; empty when it is not."""


class Menu(OptionList):
    """A list in which j and k move as well."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
    ]


class ChooseModal(Dialog[int | None]):
    """A menu; returns the index of the chosen item."""

    keys: KeyEntries = (CLOSE, ("enter", "choose", "screen.choose"), ("↑↓", "move", ""))
    AUTO_FOCUS = "Menu"

    def __init__(
        self,
        title: str,
        choices: Sequence[MenuItem],
        *,
        about: Content | None = None,
        room: int = 26,
    ) -> None:
        """`room` is the least width of the items."""
        super().__init__()
        self.heading = Content(title)
        self._choices = tuple(choices)
        self._about = about
        self._words = max((one.word.cell_length for one in choices), default=0)
        self._abouts = max((_about(one).cell_length for one in choices), default=0)
        self._least = room

    def _room(self, width: int) -> int:
        """The width of the items: as wide as they are, where the descriptions leave so much."""
        left = width - GAP - min(self._abouts, _ABOUT)
        return max(self._least, min(self._words, left))

    def body(self) -> ComposeResult:
        if self._about is not None:
            yield Static(covered(self._about, self), markup=False, id="about")
        yield Menu(*map(self._option, self._choices), id="list", markup=False, compact=True)
        yield Static("", markup=False, id="whole")

    def _option(self, choice: MenuItem) -> Option:
        word, about = covered(choice.word, self), covered(_about(choice), self)
        line = ByWidth(lambda width: lay_out((Cell(word, self._room(width)), Cell(about)), width))
        return Option(line, disabled=bool(choice.off))

    def on_resize(self) -> None:
        width = self.query_one(OptionList).size.width
        room = self._room(width)
        self.set_class(self._words > room or self._abouts > width - room - GAP, "-cut")

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show in full what the list may cut."""
        choice, width = self._choices[event.option_index], self.query_one(OptionList).size.width
        is_cut = choice.word.cell_length > self._room(width)
        parts = [choice.word] * is_cut + [choice.about] * bool(choice.about)
        self.query_one("#whole", Static).update(covered(Content(" · ").join(parts), self))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_index)

    def action_choose(self) -> None:
        index = self.query_one(OptionList).highlighted
        if index is not None:
            self.dismiss(index)


def _about(choice: MenuItem) -> Content:
    """What stands beside it."""
    return Content.styled(choice.off, "$text-muted") if choice.off else choice.about
