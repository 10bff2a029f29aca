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
from vasttui.ui.modals.lines import Cell, row
from vasttui.ui.privacy import covered


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
        """`room` is the width of the items."""
        super().__init__()
        self.heading = Content(title)
        self._choices = tuple(choices)
        self._about = about
        self._room = room

    def body(self) -> ComposeResult:
        if self._about is not None:
            yield Static(covered(self._about, self), markup=False, id="about")
        yield Menu(*map(self._option, self._choices), id="list", markup=False, compact=True)
        yield Static("", markup=False, id="whole")

    def _option(self, choice: MenuItem) -> Option:
        about = Content.styled(choice.off, "$text-muted") if choice.off else choice.about
        line = row(Cell(covered(choice.word, self), self._room), Cell(covered(about, self)))
        return Option(line, disabled=bool(choice.off))

    def on_resize(self) -> None:
        room = self.query_one(OptionList).size.width - self._room - 2
        self.set_class(any(choice.about.cell_length > room for choice in self._choices), "-cut")

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show in full what the list may cut."""
        choice = self._choices[event.option_index]
        self.query_one("#whole", Static).update(covered(choice.about, self))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_index)

    def action_choose(self) -> None:
        index = self.query_one(OptionList).highlighted
        if index is not None:
            self.dismiss(index)
