"""The list of what needs attention."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList

from vasttui.ui.modals.choose import ChooseModal, MenuItem
from vasttui.ui.modals.frame import CLOSE, KeyEntries
from vasttui.words import plural

Verb = Literal["open", "dismiss", "snooze", "restore"]


class InboxModal(ChooseModal):
    """A menu whose lines can also be put aside: `verb` says what to do with the chosen one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "put('dismiss')", "Dismiss", show=False),
        Binding("z", "put('snooze')", "Later", show=False),
        Binding("a", "put('restore')", "All", show=False),
    ]

    def __init__(
        self, title: str, choices: Sequence[MenuItem], about: Content | None, hidden: int, at: int
    ) -> None:
        """`hidden` things were put aside before, `at` is the line of the cursor."""
        super().__init__(title, choices, about=about, room=18)
        self.verb: Verb = "open"
        self._hidden, self._at = hidden, at
        back = [("a", f"{hidden} put aside", "screen.put('restore')")] if hidden else []
        self.keys: KeyEntries = (
            CLOSE, ("enter", "open", "screen.choose"), ("d", "dismiss", "screen.put('dismiss')"),
            ("z", "in an hour", "screen.put('snooze')"), *back,
        )  # fmt: skip

    def on_mount(self) -> None:
        menu = self.query_one(OptionList)
        if menu.option_count:
            menu.highlighted = min(self._at, menu.option_count - 1)
        if self._hidden:
            self.note(f"{plural(self._hidden, 'thing')} put aside")

    def action_put(self, verb: Verb) -> None:
        index = self.query_one(OptionList).highlighted
        if verb == "restore" or index is not None:
            self.verb = verb
            self.dismiss(index or 0)
