"""The saved views: a filter, switches, order and columns under a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from vasttui.query.parse import parse
from vasttui.state.views import View
from vasttui.ui.modals.frame import CLOSE, Dialog
from vasttui.ui.modals.lines import ByWidth, Cell, row
from vasttui.ui.modals.message import ConfirmModal
from vasttui.ui.offers.switches import RENTAL_WORDS, trust_words
from vasttui.words import plural


@dataclass(frozen=True, slots=True)
class ViewChoice:
    """A view, to be opened or to be deleted."""

    view: View
    delete: bool = False


class ViewsModal(Dialog[ViewChoice | None]):
    """Opens a view; deletes one after asking."""

    heading = Content("Saved views")
    keys = (CLOSE, ("enter", "open", "screen.open"), ("D", "delete (asks)", "screen.delete"))
    AUTO_FOCUS = "OptionList, #scroll"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("D", "delete", "Delete", show=False)]

    def __init__(self, views: Sequence[View], save_key: str) -> None:
        """`save_key` saves a view in the offer browser."""
        super().__init__()
        self._save_key = save_key
        self._views = tuple(views)

    def body(self) -> ComposeResult:
        if not self._views:
            with VerticalScroll(id="scroll"):
                yield Static(
                    f"No saved views yet. {self._save_key} in the offer browser saves the current "
                    "filter, switches, order and columns.",
                    markup=False,
                )
            return
        options = (Option(_line(view)) for view in self._views)
        yield OptionList(*options, id="list", markup=False, compact=True)

    def on_mount(self) -> None:
        self.note(plural(len(self._views), "view"))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(ViewChoice(self._views[event.option_index]))

    def action_open(self) -> None:
        view = self._current
        if view is not None:
            self.dismiss(ViewChoice(view))

    def action_delete(self) -> None:
        view = self._current
        if view is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.dismiss(ViewChoice(view, delete=True))

        text = f"Delete the saved view “{view.name}”? Offers and rentals are not affected."
        self.app.push_screen(ConfirmModal("Delete view", text, "Delete"), answered)

    @property
    def _current(self) -> View | None:
        for options in self.query(OptionList):
            if options.highlighted is not None:
                return self._views[options.highlighted]
        return None


def view_words(view: View) -> str:
    """Filter and switches of a view."""
    return f"{view.text.strip() or 'no filter'} · {_switches(view)}"


def _switches(view: View) -> str:
    choice, usage = view.choice, view.choice.usage
    kind = RENTAL_WORDS[choice.rental]
    hosts = trust_words(parse(view.text).query, choice)
    return f"{kind}, {hosts}, {usage.disk:g} GB, {usage.hours:g} h"


def _line(view: View) -> ByWidth:
    return row(
        Cell(Content.styled(view.name, "bold"), 20),
        Cell(Content(view.text or "(no filter)")),
        Cell(Content.styled(_switches(view), "$text-muted"), 41, above=90),
    )
