"""Copies a text in one of several forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from vasttui.ui.modals.choose import Menu
from vasttui.ui.modals.frame import CLOSE, Dialog
from vasttui.ui.modals.lines import Cell, row
from vasttui.ui.privacy import covered


@dataclass(frozen=True, slots=True)
class CopyOption:
    """A form, and the text in that form. A `secret` text is not shown; this says what it is."""

    label: str
    text: str
    secret: str = ""


class CopyAsModal(Dialog[CopyOption | None]):
    """Shows each form in full, so that it can also be selected by hand."""

    heading = Content("Copy as")
    keys = (CLOSE, ("enter y", "copy", "screen.copy"), ("↑↓", "choose", ""))
    AUTO_FOCUS = "Menu"
    BINDINGS = [("y,c", "copy", "Copy")]

    def __init__(self, options: Sequence[CopyOption]) -> None:
        super().__init__()
        self._options = tuple(options)

    def body(self) -> ComposeResult:
        yield Menu(*map(_option, self._options), id="list", markup=False, compact=True)
        with VerticalScroll(id="scroll"):
            yield Static(id="text", markup=False)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        option = self._options[event.option_index]
        text = Content(option.secret or option.text)
        self.query_one("#text", Static).update(covered(text, self))
        self.query_one("#scroll").border_title = Content(f" {option.label} ")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._options[event.option_index])

    def action_copy(self) -> None:
        index = self.query_one(OptionList).highlighted
        if index is not None:
            self.dismiss(self._options[index])


def _option(option: CopyOption) -> Option:
    text = Content.styled((option.secret or option.text).replace("\n", " "), "$text-muted")
    return Option(row(Cell(Content.styled(option.label, "bold"), 18), Cell(text)))
