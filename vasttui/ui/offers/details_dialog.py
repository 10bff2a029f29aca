"""Everything about one offer, from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from vasttui.ui.modals.frame import CLOSE, Dialog
from vasttui.ui.modals.lines import ByWidth, rule


class OfferModal(Dialog[None]):
    """All tabs of the details, one below the other."""

    keys = (CLOSE, ("↑↓ PgUp PgDn Home End", "scroll", ""))
    AUTO_FOCUS = "#scroll"

    def __init__(self, title: Content, sections: Sequence[tuple[str, Sequence[Content]]]) -> None:
        """`sections` are headlines with their lines."""
        super().__init__()
        self.heading = title
        self._sections = tuple(sections)

    def body(self) -> ComposeResult:
        with VerticalScroll(id="scroll"):
            for title, lines in self._sections:
                yield Static(ByWidth(partial(rule, title)), markup=False)
                yield Static(Content("\n").join(lines), markup=False, classes="lines")
