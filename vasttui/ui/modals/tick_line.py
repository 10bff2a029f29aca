"""A line of a form to tick, with what it means beside it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from vasttui.ui.format import fit
from vasttui.ui.modals.lines import ByWidth


class TickLine(Widget, can_focus=True):
    """Space or a click ticks it; not while it is `off`, which says why."""

    DEFAULT_CSS = "TickLine { height: auto; width: 1fr; &:focus { background: $panel; } }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space,enter", "tick", "Tick", show=False)]

    ticked: reactive[bool] = reactive(False)
    about: reactive[str] = reactive("", layout=True)
    """What it means."""
    off: reactive[str] = reactive("", layout=True)
    """Why it cannot be ticked; empty if it can."""
    wrong: reactive[str] = reactive("", layout=True)
    """What is wrong with it."""

    class Changed(Message):
        """It was ticked, or not any more."""

    def __init__(self, title: str, *, id: str, room: int, ticked: bool = False) -> None:
        """`room` is the width of box and title."""
        super().__init__(id=id)
        self.auto_links = False
        self._title, self._room = title, room
        self.set_reactive(TickLine.ticked, ticked)

    @property
    def is_on(self) -> bool:
        """Whether it is ticked, and can be."""
        return self.ticked and not self.off

    def render(self) -> ByWidth:
        return ByWidth(self._lines)

    def _lines(self, width: int) -> Content:
        box = ("[x] ", "$text-accent") if self.is_on else "[ ] "
        style = "$text-muted" if self.off else "bold underline" if self.has_focus else "bold"
        head = Content.assemble(box, (fit(self._title, max(1, self._room - 4)), style))
        text = Content.styled(self.off or self.about, "$text-muted" if self.off else "")
        if self.wrong and not self.off:
            text = Content.styled(f"✖ {self.wrong}", "$text-error")
        first, *others = text.wrap(max(1, width - self._room)) or [Content("")]
        indent = Content(" " * self._room)
        return Content("\n").join([head + first, *(indent + line for line in others)])

    def watch_ticked(self) -> None:
        self.post_message(self.Changed())

    def action_tick(self) -> None:
        if not self.off:
            self.ticked = not self.ticked

    def on_click(self, event: Click) -> None:
        event.stop()
        self.screen.set_focus(self)
        self.action_tick()
