"""One of a few, on one line: Title  (●) this  ( ) that."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from vasttui.ui.format import fit
from vasttui.ui.modals.lines import ByWidth


class PickOne(Widget, can_focus=True):
    """A choice between a few words, by arrow keys, space or a click."""

    DEFAULT_CSS = """
    PickOne {
        height: auto; width: 1fr;
        &:focus { background: $panel; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space", "step(1)", "Next", show=False),
        Binding("left", "step(-1)", "Previous", show=False),
    ]

    index: reactive[int] = reactive(0)
    note: reactive[str] = reactive("", layout=True)
    """A warning about the choice, behind the options, or below them where it does not fit."""

    class Changed(Message):
        """The choice changed."""

    def __init__(
        self, title: str, options: Sequence[tuple[str, str]], value: str, *, id: str, room: int = 22
    ) -> None:
        """`options` are values with their words, `value` the one chosen at first, `room` the
        width of the title."""
        super().__init__(id=id)
        self._room = room
        self.auto_links = False
        self._title = title
        self._options = tuple(options)
        values = [option for option, _ in self._options]
        self.set_reactive(PickOne.index, values.index(value) if value in values else 0)

    @property
    def value(self) -> str:
        """The chosen value."""
        return self._options[self.index][0]

    def choose(self, value: str) -> None:
        """Choose this value, if it is an option."""
        values = [option for option, _ in self._options]
        if value in values:
            self.index = values.index(value)

    def render(self) -> ByWidth:
        return ByWidth(self._lines)

    def _lines(self, width: int) -> Content:
        parts = []
        for index, (_, words) in enumerate(self._options):
            chosen = index == self.index
            mark = "(●)" if chosen else "( )"
            style = ("bold underline" if self.has_focus else "bold") if chosen else ""
            part = Content.assemble((mark, "$text-accent" if chosen else ""), " ", (words, style))
            parts.append(part.stylize(Style.from_meta({"@click": f"choose({index})"})))
        if self.note:
            parts.append(Content.styled(self.note, "$text-warning"))
        beside = max(1, width - self._room)
        heads = [fit(self._title, self._room)]
        lines = [
            Content.assemble(head, line)
            for head, line in zip_longest(heads, _beside(parts, beside), fillvalue=" " * self._room)
        ]
        return Content("\n").join(lines)

    def watch_index(self) -> None:
        self.post_message(self.Changed())

    def action_step(self, step: int) -> None:
        self.index = (self.index + step) % len(self._options)

    def action_choose(self, index: int) -> None:
        self.screen.set_focus(self)
        self.index = index


def _beside(parts: Sequence[Content], width: int) -> list[Content]:
    """The parts two blanks apart, each whole on a line where one can hold it."""
    lines: list[Content] = []
    for part in parts:
        if lines and lines[-1].cell_length + 2 + part.cell_length <= width:
            lines[-1] = Content.assemble(lines[-1], "  ", part)
        else:
            lines += [line.rstrip() for line in part.wrap(width)]
    return lines
