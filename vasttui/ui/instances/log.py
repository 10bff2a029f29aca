"""A log in a screen, and what its keys do: fetch, follow, search, save, copy."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input

from vasttui.errors import VastError
from vasttui.models.log import LogRequest
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.services.log_watch import FOLLOW_EVERY, Log
from vasttui.services.system.private_file import save_lines
from vasttui.ui.context import context
from vasttui.ui.copying import copy_and_show
from vasttui.ui.instances.log_lines import absence, has_run_since, log_title
from vasttui.ui.opening import open_dialog
from vasttui.ui.widgets.line import TextLine
from vasttui.ui.widgets.line_input import LineInput
from vasttui.ui.widgets.log_view import LogView
from vasttui.words import plural


class LogKeys(Screen[None]):
    """The actions of the scope "log", for the log of `row`."""

    row: FleetRow
    wanted = LogRequest()
    follows = False
    search_text = ""

    @property
    def log_text(self) -> Log | None:
        """The log that is shown, as it was last fetched."""
        live = context(self).live
        return live.logs.get(self.row.id, daemon=self.wanted.daemon) if live is not None else None

    def log_frame(self) -> ComposeResult:
        """The log, and what searches in it."""
        with Container(id="log"):
            yield LogView()
            with Container(id="find"):
                yield LineInput(placeholder="search: text or regular expression", compact=True)
                yield TextLine(id="hits")

    def show_log(self) -> None:
        """Draw the log again, or say why there is none."""
        log = self.log_text
        text = f" ● following, {FOLLOW_EVERY:.0f} s " if self.follows else ""
        frame = self.query_one("#log", Container)
        frame.border_subtitle = Content.styled(text, "$text-success")
        self.show_log_title()
        app, live = context(self), context(self).live
        spell, clock = app.keymap.spelled, app.session.clock
        events = live.timeline.of(self.row.id) if live is not None else ()
        ran = has_run_since(log, events, clock.monotonic(), clock.now())
        why = absence(log, spell("instances.logs"), spell("log.host"), ran=ran).plain
        self.query_one(LogView).show(log.lines if log is not None else (), why)
        self.show_hits()

    def show_log_title(self) -> None:
        """Say which log it is, and how old."""
        now = context(self).session.clock.monotonic()
        self.query_one("#log", Container).border_title = log_title(self.log_text, now)

    def fetch(self) -> None:
        """Fetch the log once, or repeatedly while it is followed."""
        live = context(self).live
        if live is None:
            return
        fetching = live.logs.follow if self.follows else live.logs.fetch
        self.run_worker(
            fetching(self.row.id, self.wanted), group="log", exclusive=True, description=""
        )

    def action_follow(self) -> None:
        self.follows = not self.follows
        self.fetch()
        self.show_log()

    def action_host(self) -> None:
        """The container's log, or what the host says."""
        self.wanted = LogRequest(daemon=not self.wanted.daemon, tail=self.wanted.tail)
        self.fetch()
        self.show_log()

    def action_wrap(self) -> None:
        view = self.query_one(LogView)
        view.set_wraps(not view.wraps)

    def action_search(self) -> None:
        self.query_one("#find").display = True
        self.screen.set_focus(self.query_one(Input))

    def on_input_changed(self, event: Input.Changed) -> None:
        self.search_text = event.value
        self.query_one(LogView).search(event.value)
        self.show_hits()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.screen.set_focus(self.query_one(LogView))
        self.action_hit(1)

    def key_escape(self) -> None:
        """Esc in the search clears it; elsewhere the screen's own binding comes first."""
        self.action_clear_search()

    def action_clear_search(self) -> None:
        self.query_one(Input).value = ""
        self.query_one("#find").display = False
        self.screen.set_focus(self.query_one(LogView))

    def action_hit(self, step: int) -> None:
        self.query_one(LogView).next_hit(step)
        self.show_hits()

    def show_hits(self) -> None:
        """How many lines match."""
        view = self.query_one(LogView)
        text = f"{len(view.hits)} of {len(view.lines)} lines match"
        if view.hit_number:
            text = f"match {view.hit_number} of {len(view.hits)}"
        spell = context(self).keymap.spelled
        text = f"{text}   {spell('log.next')} {spell('log.previous')} next, previous "
        line = self.query_one("#hits", TextLine)
        line.show(Content(""), Content.styled(text if self.search_text else "", "$text-muted"))

    async def action_which(self) -> None:
        await open_dialog(self.app, self._ask_which())

    async def _ask_which(self) -> None:
        # start-up: dialogs take 25 ms to import
        from vasttui.ui.instances.log_dialog import LogRequestModal

        wanted = await self.app.push_screen_wait(LogRequestModal(self.wanted))
        if wanted is not None:
            self.wanted = wanted
            self.fetch()

    async def action_save(self) -> None:
        await open_dialog(self.app, self.ask_save())

    async def ask_save(self) -> None:
        """Write the whole log to a file of the user's choice."""
        # start-up: dialogs take 25 ms to import
        from vasttui.ui.modals.ask import AskModal

        log = self.log_text
        if log is None or not log.lines:
            self.app.notify("No log to save yet.", markup=False)
            return
        name = f"vast-{self.row.id}-{'host' if log.wanted.daemon else 'container'}.log"
        about = Content(f"{plural(len(log.lines), 'line')}. An existing file is not replaced.")
        modal = AskModal(
            "Save the log", about, "File", str(Path.cwd() / name), "Save",
            check=lambda text: "" if text else "Enter a file name.", most=1024,
        )  # fmt: skip
        path = await self.app.push_screen_wait(modal)
        if path is None:
            return
        try:
            await save_lines(path, log.lines)
        except VastError as error:
            self.app.notify(str(error), severity="error", markup=False)
            return
        self.app.notify(f"Saved {plural(len(log.lines), 'line')} to {path}.", markup=False)

    async def action_copy_lines(self) -> None:
        await open_dialog(self.app, self.copy_lines())

    async def copy_lines(self) -> None:
        """Copy the matching lines during a search, else those in view."""
        view = self.query_one(LogView)
        lines = [view.lines[at] for at in view.hits] if self.search_text else view.in_view
        await copy_and_show(self.app, context(self).session.clipboard, "\n".join(lines))
