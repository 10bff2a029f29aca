"""The log of an endpoint or a worker group in a screen."""

from __future__ import annotations

from collections.abc import Sequence

from textual.containers import Container
from textual.content import Content

from vasttui.errors import NotSignedIn
from vasttui.models.serverless import Endpoint, WorkerGroup
from vasttui.models.serverless_log import LEVELS, TAIL, UNLEVELLED, ServerlessLog
from vasttui.services.feed import Feed
from vasttui.services.serverless.logs import EVERY, log_lines
from vasttui.services.snapshot import Snapshot
from vasttui.text import clean
from vasttui.ui.context import context
from vasttui.ui.format import age
from vasttui.ui.searched_log import SearchedLog
from vasttui.ui.widgets.log_view import LogView
from vasttui.words import plural

_LEVELS = tuple(LEVELS)
_NAME = 32
"""Letters of a name in a title."""


class EndpointLog(SearchedLog):
    """The actions of the scopes "endpoint_log" and "log", for the log of `logged`."""

    level = _LEVELS[0]
    _log_feed: Feed[ServerlessLog] | None = None

    @property
    def logged(self) -> Endpoint | WorkerGroup:
        """Whose log it is."""
        raise NotImplementedError

    @property
    def called(self) -> str:
        """The same by name."""
        raise NotImplementedError

    @property
    def log_feed(self) -> Feed[ServerlessLog]:
        """Reads the log: on request, and again and again while it is followed."""
        if self._log_feed is None:
            clock, rng = context(self).session.clock, context(self).session.rng
            self._log_feed = Feed(
                self._read_log, self._log_arrived, clock=clock, rng=rng, every=EVERY
            )
            self.run_worker(self._log_feed.run(), group="log", exclusive=True, description="")
        return self._log_feed

    async def _read_log(self) -> Sequence[ServerlessLog]:
        live = context(self).live
        if live is None:
            raise NotSignedIn
        return await live.serverless.log_of(self.logged).read()

    def _log_arrived(self, snapshot: Snapshot[ServerlessLog]) -> None:
        if self.query("#log"):  # none while the program is closing
            self.show_log()

    @property
    def _log(self) -> ServerlessLog | None:
        rows = self.log_feed.snapshot.rows
        return rows[0] if rows else None

    @property
    def log_lines(self) -> Sequence[str]:
        log = self._log
        return () if log is None or log.said else log.at(self.level) or ()

    @property
    def log_file(self) -> str:
        kind = "group" if isinstance(self.logged, WorkerGroup) else "endpoint"
        return f"vast-{kind}-{self.logged.id}-{LEVELS[self.level]}.log"

    def fetch(self) -> None:
        """Fetch the log once."""
        self.log_feed.wake()

    def fetch_first(self) -> None:
        """Fetch it unless that was done, or is under way."""
        snapshot = self.log_feed.snapshot
        if snapshot.as_of is None and not snapshot.busy:
            self.fetch()

    def show_log(self) -> None:
        """Draw the log again, or say why there is none."""
        text = f" ● following, {EVERY:.0f} s " if self.log_feed.on_screen else ""
        frame = self.query_one("#log", Container)
        frame.border_subtitle = Content.styled(text, "$text-success")
        self.show_log_title()
        self.query_one(LogView).show(self.log_lines, self._absence())
        self.show_hits()

    def show_log_title(self) -> None:
        """Say which log it is, and how old."""
        self.query_one("#log", Container).border_title = Content.assemble(*self._title())

    def _title(self) -> list[str | tuple[str, str]]:
        snapshot, now = self.log_feed.snapshot, context(self).session.clock.monotonic()
        log = self._log
        has_none = log is not None and UNLEVELLED in log.levels
        level = "no levels" if has_none else f"level {LEVELS[self.level]}"
        parts = [f"{clean(self.called, _NAME)}, {level}"]
        if snapshot.as_of is None:
            parts.append("fetching…" if snapshot.busy else "not fetched")
        else:
            number = len(self.log_lines)
            parts.append(f"last {number:,} lines" if number >= TAIL else plural(number, "line"))
            more = ", fetching…" if snapshot.busy else ""
            parts.append(f"fetched {age(now - snapshot.as_of)} ago{more}")
        error = snapshot.error
        return [" · ".join(parts), *([] if error is None else [(f" · {error}", "$text-error")])]

    def _absence(self) -> str:
        log, snapshot = self._log, self.log_feed.snapshot
        if log is not None:
            why = "" if self.log_lines else log_lines(log, self.level)[0]
            key = context(self).keymap.spelled("endpoint_log.level")
            return f"{why} {key} shows another level." if any(log.levels.values()) else why
        if snapshot.error is not None:
            return f"{snapshot.error}"
        return "Fetching the log: this takes a few seconds."

    def log_status(self) -> str:
        """How much the service gives, and how to follow it."""
        spell = context(self).keymap.spelled
        key = spell("log.follow")
        if self.log_feed.on_screen:
            return f"Fetched again every {EVERY:.0f} s; {key} ends that."
        return f"The last {TAIL:,} lines of each level; {key} follows (again every {EVERY:.0f} s)."

    def action_follow(self) -> None:
        self.log_feed.on_screen = not self.log_feed.on_screen
        self.show_log()

    def action_level(self) -> None:
        """The next level: each is a log of its own."""
        self.level = _LEVELS[(_LEVELS.index(self.level) + 1) % len(_LEVELS)]
        self.show_log()
