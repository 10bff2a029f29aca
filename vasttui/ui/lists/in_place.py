"""Changes a line of a list where it stands: an input over its cell."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from vasttui.ui.lists.drawing import column_left
from vasttui.ui.lists.table import VirtualTable
from vasttui.ui.widgets.line_input import LineInput


class InPlace(Horizontal):
    """The input, and beside it what the text typed so far would do, or what is wrong with it."""

    DEFAULT_CSS = """
    InPlace {
        position: absolute; overlay: screen; constrain: inside; height: 1; background: $panel;
        & > LineInput, & > LineInput:focus {
            width: 14; height: 1; border: none; padding: 0; background: $surface;
        }
        & > Static { width: 1fr; height: 1; padding: 0 1; text-wrap: nowrap;
            text-overflow: ellipsis; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", show=False, priority=True),
        Binding("tab,shift+tab", "stay", "Stay", show=False, priority=True),
    ]

    def __init__(
        self, table: VirtualTable[Any], column: str, initial: str, example: str,
        check: Callable[[str], str], meaning: Callable[[str], str],
    ) -> None:  # fmt: skip
        """Over that column of the row under the cursor. `example` stands in the empty input;
        `check` says the problem of a text in a sentence, empty when there is none."""
        super().__init__()
        self._table, self._column = table, column
        self._place()
        self._initial, self._example = initial, example
        self._check, self._meaning = check, meaning
        self.answer: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()

    def compose(self) -> ComposeResult:
        yield LineInput(self._initial, self._example, compact=True, max_length=16)
        yield Static(markup=False)

    def on_mount(self) -> None:
        self.screen.screen_layout_refresh_signal.subscribe(self, lambda screen: self._place())
        self.screen.set_focus(self.query_one(LineInput))

    def _place(self) -> None:
        """Over that column of the cursor's row; at the left edge if it is not in view."""
        table = self._table
        left = column_left(table.fitted, self._column)
        row = table.region.y + 1 + table.cursor - table.top
        self.styles.offset = table.region.x + left, row
        self.styles.width = max(0, table.size.width - left)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        text = event.value.strip()
        wrong = self._check(text)
        self._say("" if wrong else self._meaning(text), "$text-muted")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        if wrong := self._check(text):
            self._say(f"✖ {wrong}", "$text-error")
        else:
            self._end(text)

    def on_descendant_blur(self) -> None:
        self._end(None)

    def action_cancel(self) -> None:
        self._end(None)

    def action_stay(self) -> None:
        """No other field is next: what was typed is not lost, and no key goes to the list."""

    def on_unmount(self) -> None:
        self._end(None)

    def _end(self, text: str | None) -> None:
        if not self.answer.done():
            self.answer.set_result(text)

    def _say(self, text: str, style: str) -> None:
        self.query_one(Static).update(Content.styled(text, style))


async def edit_in_place(
    screen: Screen[Any], table: VirtualTable[Any], column: str, initial: str, *,
    example: str, check: Callable[[str], str], meaning: Callable[[str], str],
) -> str | None:  # fmt: skip
    """The text that is typed over that column of the row under the cursor; None if it is left as
    it is."""
    editor = InPlace(table, column, initial, example, check, meaning)
    await screen.mount(editor)
    try:
        return await editor.answer
    finally:
        await editor.remove()
        screen.set_focus(table)
