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

Verb = Literal["open", "dismiss", "snooze", "restore", "toggle", "timers", "take back", "rent"]
"""What is done with a thing; the last four are the keys of the instance, timer or offer behind
it."""

Key = tuple[str, str, Verb]
"""A key of one line, its word, and what it does."""

_OWN: tuple[Verb, ...] = ("toggle", "timers", "take back", "rent")


class InboxModal(ChooseModal):
    """A menu whose lines can also be put aside: `verb` says what to do with the chosen one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "put('dismiss')", "Dismiss", show=False),
        Binding("z", "put('snooze')", "Later", show=False),
        Binding("a", "put('restore')", "All", show=False),
        Binding("t", "put('toggle')", "Start or stop", show=False),
        Binding("H", "put('timers')", "Timers", show=False),
        Binding("D", "put('take back')", "Take back", show=False),
        Binding("n", "put('rent')", "Rent", show=False),
    ]

    def __init__(
        self,
        title: str,
        choices: Sequence[MenuItem],
        about: Content | None,
        hidden: int,
        at: int,
        keys: Sequence[Sequence[Key]] = (),
    ) -> None:
        """`hidden` things were put aside before, `at` is the line of the cursor; `keys` are those
        of each line besides what all have."""
        super().__init__(title, choices, about=about, room=18)
        self.verb: Verb = "open"
        self._hidden, self._at, self._own = hidden, at, keys
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

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        own = [(key, word, f"screen.put('{verb}')") for key, word, verb in self._keys_of_line]
        self.show_keys([*self.keys[:2], *own, *self.keys[2:]])

    @property
    def _keys_of_line(self) -> Sequence[Key]:
        index = self.query_one(OptionList).highlighted
        return self._own[index] if index is not None and index < len(self._own) else ()

    def action_put(self, verb: Verb) -> None:
        index = self.query_one(OptionList).highlighted
        if verb in _OWN and verb not in [one for _, _, one in self._keys_of_line]:
            return
        if verb == "restore" or index is not None:
            self.verb = verb
            self.dismiss(index or 0)
