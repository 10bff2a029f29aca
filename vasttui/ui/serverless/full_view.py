"""The drawing of an endpoint in full: its workers as a table, its load, log, settings, and every
field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace
from textual import getters
from textual.content import Content
from textual.widget import Widget

from vasttui.lists.resource import Resource
from vasttui.lists.serverless_rows import Line, worker_lines
from vasttui.models.serverless import Endpoint, WorkerGroup
from vasttui.models.worker_state import Kind
from vasttui.services.serverless.costs import Cost, cost_of
from vasttui.services.serverless.group_changes import UPDATING
from vasttui.services.serverless.reader import EVERY
from vasttui.services.serverless.rows import EndpointRow
from vasttui.services.serverless.words import (
    cost_words,
    no_workers,
    rowless_words,
    unlisted_words,
)
from vasttui.services.snapshot import Snapshot
from vasttui.ui.context import context
from vasttui.ui.format import age
from vasttui.ui.lines import clickable, first_fit
from vasttui.ui.lists import lines
from vasttui.ui.lists.detail_pane import DetailPane
from vasttui.ui.searched_log import FINDING
from vasttui.ui.serverless import details, tabs
from vasttui.ui.serverless.known import cost, instances_of
from vasttui.ui.serverless.log import EndpointLog
from vasttui.ui.serverless.screen import EndpointsScreen
from vasttui.ui.serverless.view import LOAD, WORKERS
from vasttui.ui.serverless.worker_pane import worker_facts, worker_title
from vasttui.ui.widgets.log_view import LogView
from vasttui.words import plural

LOGS, SETTINGS = "Logs", "Settings"
VIEWS = (WORKERS, LOAD, LOGS, SETTINGS, "Raw")

_SCOPES = {WORKERS: "workers", LOGS: "endpoint_log", SETTINGS: "settings"}
_MASK = "•" * 8


class FullView(EndpointsScreen, EndpointLog):
    """Follows one endpoint, or one group of it, whatever becomes of it."""

    by_worker = True
    whole = getters.query_one("#whole", DetailPane)

    def __init__(self, line: Line, view: str) -> None:
        """`line` is an endpoint, or a group of it."""
        self.row: EndpointRow = line.endpoint
        self.group = None if line.group is None else line.group.id
        self.view = view
        self.shows_key = False
        super().__init__()
        self.SCOPE = _SCOPES.get(view, "endpoint")

    def _workers_resource(self) -> Resource[Line]:
        return replace(
            super()._workers_resource(),
            name="endpoint_workers",
            columns=self._worker_columns(),
            sort=(("state", False),),
            summary=self._summary,
            details={"Overview": lambda line: (), "Raw": details.raw},
            empty="",
            hints=("type to filter: ready", "error", "group:4471"),
        )

    def _summary(self, shown: Sequence[Line]) -> str:
        if self.is_gone:
            return f"{self.called}: its workers are not known"
        workers = [line.worker for line in shown if line.worker is not None]
        spent: Cost | None = cost_of(workers, instances_of(context(self).fleet))
        if len(shown) == len(self.browse.list.all_rows):
            spent = self.line.cost
        ready = sum(one.kind is Kind.READY for one in workers)
        now = cost_words(spent).partition(" now")[0]
        more = f", {self.row.bad} unreadable" if self.row.bad else ""
        return f"{self.called}: {plural(len(workers), 'worker')}{more}, {ready} ready, {now}"

    @property
    def called(self) -> str:
        return self.row.name if self.group is None else f"{self.row.name}, group {self.group}"

    @property
    def line(self) -> Line:
        """The endpoint or the group as a row of the list."""
        group = next((one for one in self.row.groups if one.id == self.group), None)
        rows = [self.row] if self.serverless is None else self.serverless.reader.rows
        spent = cost(context(self).fleet, rows, self.row, group)
        return Line(endpoint=self.row, group=group, cost=spent)

    @property
    def is_gone(self) -> bool:
        """Whether the endpoint is no longer listed."""
        rows = () if self.serverless is None else self.serverless.reader.rows
        return all(row.id != self.row.id for row in rows)

    @property
    def logged(self) -> Endpoint | WorkerGroup:
        group = self.line.group
        return self.row.endpoint if group is None else group.group

    def _lines(self) -> Sequence[Line]:
        rows = () if self.serverless is None else self.serverless.reader.rows
        self.row = next((row for row in rows if row.id == self.row.id), self.row)
        if self.is_gone:
            return ()
        found = worker_lines([self.row], instances_of(context(self).fleet))
        return tuple(
            one for one in found
            if self.group is None or (one.worker is not None and one.worker.group == self.group)
        )  # fmt: skip

    @property
    def snapshot(self) -> Snapshot[Line]:
        """As of the last reading of its workers."""
        snapshot, row = self.feed.snapshot, self.row
        if snapshot.error is None and row.error is not None and self.serverless is not None:
            asked = self.serverless.reader.asked_at(row.id)
            snapshot = replace(
                snapshot, error=row.error, failures=row.failures, failing_since=row.failing_since,
                next_try=None if asked is None or self.paused else asked + EVERY,
            )  # fmt: skip
        return replace(snapshot, as_of=row.as_of)

    def compose_figures(self) -> Iterator[Widget]:
        yield DetailPane(id="whole")
        yield from self.log_frame()

    def mounted(self) -> None:
        super().mounted()
        context(self).counts.pop(self.SCOPE, None)  # the strip counts sections alone
        self.rows_arrived(self.feed.snapshot)
        self.show_view()

    def _choose(self) -> None:
        if self.serverless is not None:
            self.serverless.reader.chosen = self.row.id

    def rows_arrived(self, snapshot: Snapshot[Line]) -> None:
        super().rows_arrived(snapshot)
        if self.is_current:
            self.show_whole()

    def notice(self) -> Content | None:
        if self.is_gone:
            key = context(self).keymap.spelled("app.back")
            text = f" {self.row.name} is no longer listed. {key} goes back."
            return Content.styled(text, "$text-warning")
        if self.feed.snapshot.error is None and self.row.error is not None:
            return self.failed([self.row])
        if self.snapshot.error is None and (unlisted := unlisted_words(self.line.cost)):
            few = f"+{rowless_words(self.line.cost)}" if self.line.cost else ""
            forms = (Content.styled(f" ! {text}", "$text-warning") for text in (unlisted, few))
            return first_fit(self.notice_room, *forms)
        return lines.banner(
            self.snapshot, self._now, context(self).keymap.spelled, self.notice_room
        )

    def nothing(self) -> tuple[str, str] | None:
        found = super().nothing()
        if self.row.workers is None or self.browse.list.all_rows:
            return found
        return "No workers", no_workers(self.row) or "This group has no workers."

    def strip(self, sentence: Content | None) -> Content:
        """The views of the endpoint, the current one in brackets, and a notice beside them."""
        names = self.section_names()
        if sentence is not None and sentence.cell_length <= self.notice_room:
            return Content.assemble(names, "─", sentence)
        spell = context(self).keymap.spelled
        end = f" {spell('app.back')} back to all endpoints ─"
        room = self.size.width - names.cell_length - len(end)
        if room < 1:
            end, room = "", self.size.width - names.cell_length
        return Content.assemble(names, "─" * max(0, room), end)

    def section_names(self) -> Content:
        return Content.assemble("─ ", *(self._tab(name) for name in VIEWS), " ")

    def _tab(self, name: str) -> Content:
        workers = self.line.workers if name == WORKERS else None
        many = "" if workers is None else f" {len(workers)}"
        here = name == self.view
        return clickable(
            f"[{name}{many}]" if here else f" {name}{many} ", f"screen.show_view('{name}')",
            "bold $text-accent" if here else "$text-muted",
        )  # fmt: skip

    def show_top(self) -> None:
        scope, self.SCOPE = self.SCOPE, "endpoints"  # the place in the first line
        try:
            super().show_top()
        finally:
            self.SCOPE = scope

    def show_view(self) -> None:
        """The body of the view, its keys and its focus."""
        self.SCOPE = _SCOPES.get(self.view, "endpoint")
        self.shows_key = False
        self.set_class(self.view == LOGS, "-logs")
        self.set_class(self.view not in (WORKERS, LOGS), "-whole")
        focus: Widget | None = self.table if self.view == WORKERS else None
        if self.view == LOGS:
            focus = self.query_one(LogView)
            self.fetch_first()
            self.show_log()
        else:
            self.log_feed.on_screen = False
        self.set_focus(focus)
        self.whole.scroll_to_line(0)
        self.show_everything()
        self.call_after_refresh(self.show_whole)

    def show_whole(self) -> None:
        """Draw the view that is no list."""
        if self.view in (WORKERS, LOGS) or not self.whole.is_mounted:
            return
        width, height = max(20, self.size.width - 4), max(1, self.whole.size.height)
        found = list(self._whole_lines(width, height))
        seen = ""
        if self.whole.hidden:
            last = min(len(found), self.whole.top + height)
            seen = f" {self.whole.top + 1}–{last} of {len(found)} ↑↓ "
        title = details.title(self.line, self.size.width)
        self.whole.show(title, Content.styled(seen, "$text-muted"), found)

    def _whole_lines(self, width: int, height: int) -> Sequence[Content]:
        if self.view == LOAD:
            return tabs.load_lines(self.line, (width, height))
        if self.view == SETTINGS:
            key, hint = self._key_words()
            return tabs.settings_lines(self.line, width, key=key, hint=hint)
        return tabs.raw_lines(self.line, width)

    def _key_words(self) -> tuple[str, Content]:
        """The key of the endpoint as it is shown now, and what the keys do with it."""
        key = self.row.endpoint.api_key
        if key is None:
            return "the service sent none", Content("")
        spell = context(self).keymap.spelled
        reveal, copy = spell("settings.reveal"), spell("settings.copy_key")
        word = "hides" if self.shows_key else "shows"
        shows = "private mode hides it" if context(self).private else f"{reveal} {word} it"
        hint = Content.styled(f"{shows}, {copy} copies it", "$text-muted")
        return (key.reveal() if self.shows_key else _MASK), hint

    @property
    def typing(self) -> Sequence[tuple[str, str, str]]:
        return FINDING

    def tick(self) -> None:
        super().tick()
        if self.is_current and self.view == LOGS:
            self.show_log_title()

    def show_everything(self) -> None:
        super().show_everything()
        self.show_whole()

    def status_line(self) -> tuple[Content, Content]:
        snapshot, now = self.snapshot, self._now
        spell = context(self).keymap.spelled
        if self.view == LOGS:
            whole = self.log_status()
            forms = (whole, f"{whole.partition(' (')[0].rstrip('.')}.")
            drawn = (Content.styled(f" {text}", "$text-muted") for text in forms)
            return first_fit(self.size.width, *drawn), Content("")
        about = ""
        if snapshot.as_of is not None:
            known = self.serverless
            every = EVERY if known is None else known.reader.workers_every(self.row)
            pauses = f"every {every:.0f} s ({spell('app.pause')} pauses)"
            about = f"workers {age(now - snapshot.as_of)} ago, {pauses}"
        words = lines.status(snapshot, now, about=about, paused=self.paused, spell=spell)
        return self.status(words), self.order if self.view == WORKERS else Content("")

    def under_way(self) -> Content | None:
        """What is being changed, or how far the updates of its workers are: those asked for here,
        else those seen."""
        if (changing := super().under_way()) is not None:
            return changing
        groups = [one for one in self.row.groups if self.group in (None, one.id)]
        asked = [] if self.serverless is None else self.serverless.updates.sentences(groups)
        workers = self.line.workers or ()
        updating = [one.id for one in workers if one.worker.state.words == UPDATING]
        if asked:
            return Content(f" {' '.join(asked)}")
        if not updating:
            return None
        what = f"{plural(len(updating), 'worker')} of {len(workers)}"
        ids = ", ".join(map(str, updating[:4]))
        return Content(f" Updating {what}, made anew from the template of its group: {ids}")

    def detail_title(self, line: Line) -> Content:
        return worker_title(line)

    def detail_lines(self, line: Line, width: int) -> list[Content]:
        if self.tab != "Overview" or line is self.browse.list.gone:
            return super().detail_lines(line, width)
        return worker_facts(line, context(self), width)

    def resized(self) -> None:
        if self.view == WORKERS:
            super().resized()
        else:
            self.show_everything()
