"""An input of one line, which loses nothing of a paste silently."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.events import Paste
from textual.message import Message
from textual.widgets import Input

from vasttui.errors import VastError
from vasttui.ui.styling import StyledOnceMounted


def _one_line(text: str) -> str:
    # start-up: nothing is pasted before the first frame
    from vasttui.ui.widgets.pasting import one_line

    return one_line(text)


class LineInput(StyledOnceMounted, Input):
    """What is pasted is turned into one line, or refused in a sentence."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+v", "paste", "Paste", show=False)]

    class Refused(Message):
        """Nothing was inserted, for the reason that the sentence gives."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    def __init__(self, *args: Any, paste: Callable[[str], str] = _one_line, **kwargs: Any) -> None:
        """`paste` makes the text to insert, as in `pasting`; the rest is Input's."""
        super().__init__(*args, **kwargs)
        self._paste, self._given = paste, self.value

    @property
    def has_typed(self) -> bool:
        """Whether it holds what would be lost with it."""
        return self.value not in ("", self._given)

    def fill(self, value: str) -> None:
        """Put in what was not typed."""
        self.value = self._given = value

    def put_cursor(self, position: int) -> None:
        """Put the cursor there, in view."""
        # Textual scrolls to where the cursor moves, but not when the first text moves it.
        self.cursor_position = 0
        self.cursor_position = position

    @on(Input.Changed)
    def keep_in_view(self) -> None:
        """Nobody types blindly where the line was scrolled away."""
        if self.has_focus:
            self.scroll_visible(animate=False)

    def on_paste(self, event: Paste) -> None:
        event.prevent_default()  # Textual's own takes the first line
        event.stop()
        self._insert(event.text)

    def action_paste(self) -> None:
        self._insert(self.app.clipboard)

    def _insert(self, pasted: str) -> None:
        start, end = sorted(self.selection)
        try:
            if "PRIVATE KEY-----" in pasted:
                raise VastError("That is a private key.")
            text = self._paste(pasted)
            whole = f"{self.value[:start]}{text}{self.value[end:]}"
            if self.max_length and len(whole) > self.max_length:
                most = f"this takes {self.max_length:,}"
                raise VastError(f"That makes {len(whole):,} characters; {most}.")
            if self.restrict and re.fullmatch(self.restrict, whole) is None:
                raise VastError("That has characters that cannot be here.")
        except VastError as error:
            self.post_message(self.Refused(f"{error} Nothing was inserted."))
        else:
            self.replace(text, start, end)
            self.put_cursor(start + len(text))
