"""The input above a list: filters it and moves its highlight."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Label, OptionList

from vasttui.ui.widgets.line_input import LineInput
from vasttui.ui.widgets.pasting import words


class SearchInput(LineInput):
    """A one-line input; the keys that move a list reach the list below it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move('cursor_up')", "Up", show=False),
        Binding("down", "move('cursor_down')", "Down", show=False),
        Binding("pageup", "move('page_up')", "Page up", show=False),
        Binding("pagedown", "move('page_down')", "Page down", show=False),
    ]

    @property
    def has_typed(self) -> bool:
        """Words to search for are no loss."""
        return False

    async def action_move(self, how: str) -> None:
        for options in self.screen.query(OptionList):
            await options.run_action(how)
            break


class SearchLine(Horizontal):
    """A prompt and a `SearchInput`."""

    DEFAULT_CSS = """
    SearchLine {
        height: 1; width: 1fr;
        & > Label { width: 2; color: $text-accent; text-style: bold; }
        & > SearchInput, & > SearchInput:focus {
            width: 1fr; height: 1; border: none; padding: 0 1; background: $panel;
        }
    }
    """

    def __init__(self, prompt: str, placeholder: str) -> None:
        super().__init__()
        self._prompt = prompt
        self.input = SearchInput(
            placeholder=placeholder, compact=True, select_on_focus=False, max_length=60, paste=words
        )

    def compose(self) -> ComposeResult:
        yield Label(self._prompt, markup=False)
        yield self.input

    @property
    def words(self) -> list[str]:
        """The search words; all must occur."""
        return self.input.value.lower().split()

    def finds(self, *texts: str) -> bool:
        """Whether all words occur in these texts."""
        whole = " ".join(texts).lower()
        return all(word in whole for word in self.words)
