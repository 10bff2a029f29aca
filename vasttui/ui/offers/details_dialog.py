"""Everything about one offer, from top to bottom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from vasttui.ui.context import context
from vasttui.ui.keys import Keymap
from vasttui.ui.modals.frame import CLOSE
from vasttui.ui.modals.lines import ByWidth, rule
from vasttui.ui.offers.row_keys import OfferKeys

Shown = tuple[Content, Sequence[tuple[str, Sequence[Content]]]]
"""A title, and headlines with their lines."""


class OfferModal(OfferKeys):
    """All tabs of the details, one below the other; the next and the previous offer a key away."""

    AUTO_FOCUS = "#scroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "step(1)", "Next", show=False),
        Binding("k", "step(-1)", "Previous", show=False),
    ]

    def __init__(
        self,
        keymap: Keymap,
        act: Callable[[str], Awaitable[None]],
        show: Callable[[int], Shown | None],
        *,
        read_only: bool = False,
    ) -> None:
        """`show` moves the cursor by that many rows and returns the row; None keeps what is shown:
        it is gone, or there is no other."""
        super().__init__(keymap, act, read_only=read_only)
        self._show = show
        scroll = ("↑↓ PgUp PgDn", "scroll", "")
        self.keys = (CLOSE, *self.labels(), ("j k", "next, previous", "screen.step(1)"), scroll)
        self.heading, self._sections = show(0) or (Content(""), ())

    def body(self) -> ComposeResult:
        with VerticalScroll(id="scroll"):
            for title, lines in self._sections:
                yield Static(ByWidth(partial(rule, title)), markup=False)
                yield Static(Content("\n").join(lines), markup=False, classes="lines")

    def on_mount(self) -> None:
        context(self).app_changed.subscribe(self, self._app_changed)

    def _app_changed(self, what: str) -> None:
        if what in ("memory", "machines", "prices"):
            self.redraw()

    def redraw(self) -> None:
        self.action_step(0)

    def action_step(self, rows: int) -> None:
        """Show the offer so many rows below."""
        shown = self._show(rows)
        if shown is not None:
            self.query_one("#frame").border_title, sections = shown
            parts = self.query(".lines").results(Static)
            for part, (_, lines) in zip(parts, sections, strict=True):
                part.update(Content("\n").join(lines))
