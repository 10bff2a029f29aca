"""The log of an instance in a screen, and what its keys do: fetch, follow, choose which."""

from __future__ import annotations

from collections.abc import Sequence

from textual.containers import Container
from textual.content import Content

from vasttui.models.log import LogRequest
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.services.log_watch import FOLLOW_EVERY, Log
from vasttui.ui.context import context
from vasttui.ui.instances.log_lines import absence, has_run_since, log_title
from vasttui.ui.opening import open_dialog
from vasttui.ui.searched_log import SearchedLog
from vasttui.ui.widgets.log_view import LogView


class LogKeys(SearchedLog):
    """The actions of the scope "log", for the log of `row`."""

    row: FleetRow
    wanted = LogRequest()
    follows = False

    @property
    def log_text(self) -> Log | None:
        """The log that is shown, as it was last fetched."""
        live = context(self).live
        return live.logs.get(self.row.id, daemon=self.wanted.daemon) if live is not None else None

    @property
    def log_lines(self) -> Sequence[str]:
        log = self.log_text
        return () if log is None else log.lines

    @property
    def log_file(self) -> str:
        log = self.log_text
        which = "host" if log is not None and log.wanted.daemon else "container"
        return f"vast-{self.row.id}-{which}.log"

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
        self.query_one(LogView).show(self.log_lines, why)
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

    async def action_which(self) -> None:
        await open_dialog(self.app, self._ask_which())

    async def _ask_which(self) -> None:
        # start-up: dialogs take 25 ms to import
        from vasttui.ui.instances.log_dialog import LogRequestModal

        wanted = await self.app.push_screen_wait(LogRequestModal(self.wanted))
        if wanted is not None:
            self.wanted = wanted
            self.fetch()
