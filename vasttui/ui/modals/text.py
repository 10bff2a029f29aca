"""Lines to read and copy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from vasttui.ui.modals.frame import CLOSE, Dialog
from vasttui.ui.privacy import covered


class TextModal(Dialog[bool]):
    """Shows lines; returns True when the user wants them copied."""

    keys = (CLOSE, ("↑↓ PgUp PgDn", "scroll", ""), ("y", "copy all", "screen.copy"))
    AUTO_FOCUS = "#scroll"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("y,c", "copy", "Copy", show=False)]

    def __init__(self, title: str, lines: Sequence[Content]) -> None:
        super().__init__()
        self.heading = Content(title)
        self._lines = tuple(lines)

    def body(self) -> ComposeResult:
        with VerticalScroll(id="scroll"):
            yield Static(covered(Content("\n").join(self._lines), self), markup=False)

    def action_cancel(self) -> None:
        self.dismiss(False)

    def action_copy(self) -> None:
        self.dismiss(True)
