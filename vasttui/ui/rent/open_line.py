"""A field whose value is chosen in a dialog of its own."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from vasttui.ui.format import fit


class OpenLine(Widget, can_focus=True):
    """Shows the value; Enter or a click opens the dialog. `room` is the width of the title."""

    DEFAULT_CSS = "OpenLine { height: 1; width: 1fr; &:focus { background: $panel; } }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "open", "Open", show=False)]

    value: reactive[str] = reactive("")

    class Opened(Message):
        """The user wants to choose."""

        def __init__(self, field: str) -> None:
            """`field` is the id of the line."""
            super().__init__()
            self.field = field

    def __init__(self, title: str, value: str, *, id: str, room: int) -> None:
        super().__init__(id=id)
        self._title = fit(title, room)
        self.set_reactive(OpenLine.value, value)

    def render(self) -> Content:
        style = "bold underline" if self.has_focus else "bold"
        return Content.assemble(
            self._title, "( ", (self.value, style), " ▾ )  ", ("enter", "$text-muted")
        )

    def action_open(self) -> None:
        self.post_message(self.Opened(self.id or ""))

    def on_click(self, event: Click) -> None:
        event.stop()
        self.action_open()
