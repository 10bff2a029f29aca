"""How the instances are laid out and drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from textual import getters
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content

from vasttui.lists.browse import FleetBrowse
from vasttui.services.actions.kinds import ActionState
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.services.log_watch import Log
from vasttui.services.renting.rental import RentState
from vasttui.ui.context import context
from vasttui.ui.header import freshness, header
from vasttui.ui.inbox import inbox_items
from vasttui.ui.instances import lines as instance_lines
from vasttui.ui.instances.columns import (
    DEFAULT_COLUMNS,
    InstanceCells,
    choose,
    instance_columns,
    state_words,
)
from vasttui.ui.instances.detail import TABS, InstanceDetail
from vasttui.ui.instances.log_lines import log_title, tail_lines
from vasttui.ui.lines import sort_words, tabs
from vasttui.ui.lists.detail_pane import DetailPane
from vasttui.ui.lists.empty import StandIn
from vasttui.ui.lists.filter_bar import FilterBar
from vasttui.ui.lists.screen import ListScreen
from vasttui.ui.lists.table import VirtualTable
from vasttui.ui.rent.news import rent_words
from vasttui.ui.widgets.key_bar import KeyBar
from vasttui.ui.widgets.line import TextLine
from vasttui.ui.widgets.top_line import TopLine

_HINTS = ("type to filter: state:stopped", "gpu:4090", "ends<3d", "  (? explains)")


class InstancesView(ListScreen):
    """Filter line, table, details, the end of the log, status and keys."""

    SCOPE = "instances"
    AUTO_FOCUS = "#instances"
    default_columns = DEFAULT_COLUMNS

    detail = getters.query_one("#detail", DetailPane)
    tail = getters.query_one("#tail", DetailPane)

    def __init__(self) -> None:
        super().__init__()
        app = context(self)
        session = app.session
        remembered = session.preferences.current
        self.cells = InstanceCells(session.clock.now)
        self.columns = instance_columns(self.cells)
        self.browse = FleetBrowse(session.clock.now)
        if remembered.instance_sort:
            self.browse.set_sort(remembered.instance_sort)
        self.chosen = tuple(remembered.instance_columns or DEFAULT_COLUMNS)
        self.details = InstanceDetail(
            session.clock.now,
            app.keymap,
            samples=lambda id: app.live.history.of(id) if app.live is not None else (),
            increases=lambda: app.fleet.increases,
            forwards=session.ssh.forwards,
        )
        self.tab = TABS[0]
        self._stand_in = StandIn()
        self._clocks: tuple[str, ...] = ()
        self._seen = app.fleet
        self._attention = Content("")

    @property
    def browsing(self) -> FleetBrowse:
        return self.browse

    def compose(self) -> ComposeResult:
        yield TopLine()
        yield FilterBar("", _HINTS)
        yield TextLine(id="hint")
        with Container(id="main"):
            table: VirtualTable[FleetRow] = VirtualTable(
                choose(self.columns, self.chosen), lambda row: row.id, id="instances"
            )
            yield table
            yield self._stand_in
            with Container(id="panes"):
                yield DetailPane(id="detail")
                yield DetailPane(id="tail")
        yield TextLine(id="status")
        yield KeyBar()
        yield TextLine(id="small")

    def on_mount(self) -> None:
        app = context(self)
        app.fleet_changed.subscribe(self, self.fleet_changed)
        app.action_changed.subscribe(self, self.action_changed)
        app.log_changed.subscribe(self, self.log_changed)
        app.rent_changed.subscribe(self, self.rent_changed)
        app.app_changed.subscribe(self, self.app_changed)
        self.bar.input.on_text = self.filter_typed
        self.table.on_move = self.cursor_moved
        self.details.private = self.cells.private = app.private
        self.browse.instances.set_fleet(app.fleet)
        self._go_to_newest()
        self.show_everything()
        self.set_interval(1.0, self.tick)

    def on_screen_resume(self) -> None:
        self.show_everything()

    # What changes the rows

    def filter_typed(self, text: str) -> None:
        """Called by the input at every key, before it is drawn: rows and input share a frame."""
        self.browse.set_text(text)
        self.bar.set_spots(self.browse.problems, self.browse.warnings)
        self.show_rows()
        self.show_hint()

    def cursor_moved(self, index: int) -> None:
        """The user moved the cursor of the table."""
        rows = self.browse.rows
        self.browse.instances.move_cursor(index)
        if self.browse.rows is rows:
            self.show_detail()
        else:  # the row it left was only kept for it
            self.show_rows()

    def fleet_changed(self, fleet: Fleet) -> None:
        """A new snapshot: new rows, or news about how the watching goes."""
        vanished = self.browse.instances.set_fleet(fleet)
        self._go_to_newest()
        if vanished:
            names = ", ".join(row.instance.name for row in vanished)
            self.app.notify(f"No longer listed, so no longer marked: {names}.", markup=False)
        before, self._seen = self._seen, fleet
        if self.is_current:
            only_asks = replace(fleet, fetching=before.fetching) == before
            if not only_asks or not fleet.rows:
                self.show_rows()
                self.show_hint()
            self.tick()

    def _go_to_newest(self) -> None:
        """What was just rented is what its user wants to see first."""
        app = context(self)
        newest = app.newest_instance
        if newest is not None and self.browse.instances.put_cursor(newest):
            app.newest_instance = None

    def action_changed(self, state: ActionState) -> None:
        """News of something that is being done to an instance."""
        self.cells.running_actions = context(self).running_actions
        if self.is_current:
            self.table.redraw()
            self.tick()

    def rent_changed(self, state: RentState) -> None:
        if self.is_current:
            self.show_status()

    def log_changed(self, log: Log) -> None:
        if self.is_current:
            self.show_tail()

    def app_changed(self, what: str) -> None:
        """Something of the application changed that this screen shows."""
        if what == "privacy":
            self.details.private = self.cells.private = context(self).private
            self.table.redraw()
        self.show_everything()

    # What is drawn

    def show_everything(self) -> None:
        self.show_rows()
        self.show_hint()
        self.show_keys()
        self.table.set_sort(self.browse.sort)
        self.tick()

    def show_rows(self) -> None:
        app, rows = context(self), self.browse.rows
        self.cells.gone = self.browse.instances.gone
        cursor = self.browse.instances.cursor_index
        self.table.update_rows(rows, cursor if cursor is not None else 0)
        marked = frozenset(self.browse.marks)
        if marked != self.table.marked:
            self.table.set_marked(marked)
        nothing = None
        if not rows:
            filtered = len(app.fleet.rows)
            nothing = instance_lines.nothing(app.fleet, signed_in=app.signed_in, filtered=filtered)
        if nothing is not None:
            self._stand_in.say(*nothing)
        self.set_class(nothing is not None, "-empty")
        self.show_counts()
        self.show_attention()
        self.show_detail()

    def show_attention(self) -> None:
        """How much there is in the inbox."""
        app, now = context(self), context(self).session.clock.now()
        number = len(inbox_items(app.fleet, app.session.reminders.due(now), now))
        key = app.keymap.spelled("app.inbox")
        words = (f" · {key} {number} to look at", "$text-warning") if number else ""
        self._attention = Content.assemble(words)

    def show_counts(self) -> None:
        """How many rows there are, and how many are marked."""
        self.bar.show_counts(self.browse.counts(self.size.width // 2 - 2))

    def show_detail(self) -> None:
        row = self.browse.shown
        if row is None or not self.detail.is_mounted:
            self.detail.show(Content("no instance"), Content(""), [])
            self.tail.show(Content(""), Content(""), [])
            return
        keymap = context(self).keymap
        keys = f"{keymap.spelled('list.previous_tab')} {keymap.spelled('list.next_tab')}"
        names = [name for name in TABS if name != "Logs"]
        width = max(20, self.detail.size.width - 4)
        lines = self.details.lines(self.tab, row, width)
        self.detail.show(self.details.title(row), tabs(names, self.tab, keys), lines)
        self.show_tail()

    def show_tail(self) -> None:
        """The end of the log, as far as it was fetched."""
        row, live = self.browse.shown, context(self).live
        if row is None or live is None:
            return
        log, key = live.logs.get(row.id, daemon=False), context(self).keymap.spelled
        title = log_title(log, context(self).session.clock.monotonic())
        aside = Content(f" {key('instances.logs')} full screen ")
        room = max(1, self.tail.size.height - 2)
        self.set_class(log is not None, "-log")
        self.tail.show(title, aside, tail_lines(log, room, key("instances.logs")))

    def show_top(self) -> None:
        app, fleet = context(self), context(self).fleet
        live = app.live
        fresh = freshness(
            fleet.as_of,
            app.session.clock.monotonic(),
            busy=fleet.fetching,
            failed=fleet.error is not None,
            paused=live is not None and live.poller.paused,
        )
        line = header(app, "instances", fresh, self.size.width)
        self.query_one(TopLine).show(*line, fresh)

    def show_notice(self) -> bool:
        app = context(self)
        notice = instance_lines.banner(app.fleet, app.session.clock.monotonic())
        if notice is not None:
            self.query_one("#hint", TextLine).show(notice)
        return notice is not None

    def show_status(self) -> None:
        """What is being done, or how the watching goes."""
        app, row = context(self), self.browse.shown
        line = self.query_one("#status", TextLine)
        order = Content.styled(sort_words(self.browse.sort, self.titles) + " ", "$text-muted")
        news = rent_words(tuple(app.renting.values()))
        news = news or instance_lines.actions_line(tuple(app.running_actions.values()))
        if news is not None:
            line.show(news, order)
        elif self.has_class("-low") and row is not None:
            line.show(self.details.facts(row))
        else:
            live = app.live
            paused = live is not None and live.poller.paused
            interval = live.poller.interval if live is not None else 0.0
            now = app.session.clock.monotonic()
            status = instance_lines.status(app.fleet, now, interval, paused)
            line.show(Content.assemble(status, self._attention), order)

    def tick(self) -> None:
        """Once a second: the ages and the clocks."""
        if not self.is_current:
            return
        self.show_status()
        self.show_top()
        self.show_clocks()
        if context(self).fleet.error is not None:
            self.show_hint()

    def show_clocks(self) -> None:
        """Draw the rows in view again when one of their clocks moved on."""
        now, top = context(self).session.clock.now(), self.table.top
        visible: Sequence[FleetRow] = self.browse.rows[top : top + self.table.page]
        clocks = tuple(state_words(row, now) for row in visible)
        if clocks != self._clocks:
            self._clocks = clocks
            self.table.update_rows(self.browse.rows, self.table.cursor)
            self.show_detail()

    # What stays

    def sorted(self) -> None:
        self.show_rows()
        self.table.set_sort(self.browse.sort)
        self.show_status()
        self.remember()

    def choose_columns(self, keys: tuple[str, ...]) -> None:
        self.chosen = keys
        self.table.set_columns(choose(self.columns, keys))
        self.remember()

    def remember(self) -> None:
        """Keep columns and order for the next start."""
        context(self).session.preferences.change(
            instance_columns=self.chosen, instance_sort=self.browse.sort
        )

    def resized(self) -> None:
        super().resized()
        self.show_everything()
