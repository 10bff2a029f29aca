"""A log in a screen: searched, wrapped, saved, copied."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from textual import getters
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input

from vasttui.ui.context import context
from vasttui.ui.copying import copy_and_show
from vasttui.ui.opening import open_dialog
from vasttui.ui.widgets.line import TextLine
from vasttui.ui.widgets.line_input import LineInput
from vasttui.ui.widgets.log_view import LogView
from vasttui.words import plural

FINDING = (("esc", "close", ""), ("enter", "find", ""))
"""The keys while a search is typed."""


class SearchedLog(Screen[None]):
    """The actions of the scope "log" that need nothing but its lines."""

    search_input = getters.query_one("#find Input", Input)
    search_text = ""

    @property
    def log_lines(self) -> Sequence[str]:
        """The whole log, as it is shown."""
        raise NotImplementedError

    @property
    def log_file(self) -> str:
        """The name of a file to save it in."""
        raise NotImplementedError

    @property
    def is_searched(self) -> bool:
        """Whether the search is open, empty or not."""
        return bool(self.query_one("#find").display)

    def log_frame(self) -> ComposeResult:
        """The log, and what searches in it."""
        with Container(id="log"):
            yield LogView()
            with Container(id="find"):
                yield LineInput(placeholder="text or regex", compact=True)
                yield TextLine(id="hits")

    def action_wrap(self) -> None:
        view = self.query_one(LogView)
        view.set_wraps(not view.wraps)

    def action_search(self) -> None:
        self.query_one("#find").display = True
        self.set_focus(self.search_input)

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input is not self.search_input:
            return
        self.search_text = event.value
        self.query_one(LogView).search(event.value)
        self.show_hits()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.input is not self.search_input:
            return
        self.set_focus(self.query_one(LogView))
        self.action_hit(1)

    def key_escape(self) -> None:
        """Esc in the search clears it; elsewhere the screen's own binding comes first."""
        if self.search_input.has_focus:
            self.action_clear_search()

    def action_clear_search(self) -> None:
        self.search_input.value = ""
        self.query_one("#find").display = False
        self.set_focus(self.query_one(LogView))

    def action_hit(self, step: int) -> None:
        self.query_one(LogView).next_hit(step)
        self.show_hits()

    def show_hits(self) -> None:
        """How many lines match."""
        view = self.query_one(LogView)
        text = f"found in {len(view.hits):,} of {plural(len(view.lines), 'line')}"
        if view.hit_number:
            text = f"match {view.hit_number} of {len(view.hits)}"
        spell = context(self).keymap.spelled
        text = f"{text}   {spell('log.next')} {spell('log.previous')} next, previous "
        line = self.query_one("#hits", TextLine)
        line.show(Content(""), Content.styled(text if self.search_text else "", "$text-muted"))

    async def action_save(self) -> None:
        await open_dialog(self.app, self.ask_save())

    async def ask_save(self) -> None:
        """Write the whole log to a file of the user's choice."""
        # start-up: dialogs take 25 ms to import
        from vasttui.ui.modals.save import save_as

        log_lines = self.log_lines
        if not log_lines:
            self.app.notify("No log to save yet.", markup=False)
            return
        count = plural(len(log_lines), "line")
        path = await save_as(
            self.app, "Save the log", f"{count}. An existing file is not replaced.",
            str(Path.cwd() / self.log_file), lambda path: log_lines,
        )  # fmt: skip
        if path is not None:
            self.app.notify(f"Saved {count} to {path}.", markup=False)

    async def action_copy_lines(self) -> None:
        await open_dialog(self.app, self.copy_lines())

    async def copy_lines(self) -> None:
        """Copy the matching lines during a search, else those in view."""
        view = self.query_one(LogView)
        lines = [view.lines[at] for at in view.hits] if self.search_text else view.in_view
        await copy_and_show(self.app, context(self).session.clipboard, "\n".join(lines))
