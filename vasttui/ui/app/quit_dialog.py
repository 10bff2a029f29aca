"""Asks whether to quit while something is unfinished."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from vasttui.ui.app.exit_summary import unfinished
from vasttui.ui.context import context
from vasttui.ui.modals.message import ConfirmModal
from vasttui.ui.privacy import covered

_AFTER = "Requests already sent may still take effect; vasttui checks at its next start."
_NOTHING = "Nothing is unfinished any more."


class QuitModal(ConfirmModal):
    """Says what is lost sight of by quitting, as it is known while the question is open."""

    def __init__(self, lines: Sequence[str]) -> None:
        """`lines` are what is `unfinished` now."""
        super().__init__("Quit", _text(lines), "Quit")

    def on_mount(self) -> None:
        self.set_interval(1.0, self._follow)

    def _follow(self) -> None:
        text = Content(_text(unfinished(context(self))))
        self.query_one("#scroll Static", Static).update(covered(text, self))


def _text(lines: Sequence[str]) -> str:
    return "\n".join([*lines, "", _AFTER]) if lines else _NOTHING
