"""The drawing of the instance list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from textual import getters
from textual.content import Content
from textual.widget import Widget

from vasttui.lists.browse import Browse
from vasttui.services.actions.state import ActionState
from vasttui.services.fleet.poller import Poller
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.services.log_watch import Log
from vasttui.ui.context import context
from vasttui.ui.header import is_new
from vasttui.ui.instances import lines as instance_lines
from vasttui.ui.instances.columns import InstanceCells, instances_resource, state_words
from vasttui.ui.instances.detail import TABS, InstanceDetail
from vasttui.ui.instances.log_lines import has_run_since, log_title, tail_lines
from vasttui.ui.lines import cut, sort_forms
from vasttui.ui.lists import lines
from vasttui.ui.lists.detail_pane import DetailPane
from vasttui.ui.lists.facts import hanging, in_room, same_lines
from vasttui.ui.lists.screen import ListScreen
from vasttui.ui.privacy import covered
from vasttui.ui.rent.news import rent_words
from vasttui.ui.timers.known import NextActs, count


class InstancesView(ListScreen[FleetRow]):
    """States with their clocks, the end of the log, what is being done."""

    SCOPE = "instances"
    TABS = tuple(name for name in TABS if name != "Logs")

    browse: Browse[FleetRow]

    tail = getters.query_one("#tail", DetailPane)

    def __init__(self) -> None:
        app = context(self)
        now = app.session.clock.now
        self._acts = NextActs(app)
        self.cells = InstanceCells(now, next_act=self._acts.of)
        super().__init__(Browse(instances_resource(self.cells), now))
        self.details = InstanceDetail(app)
        self._clocks: dict[int, str] = {}
        self._lines: list[Content] = []
        self._wrapped: list[Content] = []
        self._needed = 0
        self._room: tuple[int, int] | None = None
        self._seen = app.fleet

    @property
    def snapshot(self) -> Fleet:
        return context(self).fleet

    @property
    def reader(self) -> Poller | None:
        live = context(self).live
        return live.poller if live is not None else None

    def compose_panes(self) -> Iterator[Widget]:
        yield DetailPane(id="tail")

    def mounted(self) -> None:
        app = context(self)
        app.action_changed.subscribe(self, self.action_changed)
        app.log_changed.subscribe(self, self._log_changed)
        app.counts.setdefault("timers", partial(count, app))
        self.cells.private = app.private
        self.browse.list.set_rows(app.fleet.rows)
        self._go_to_newest()
        self.show_everything()

    def on_screen_resume(self) -> None:
        self._go_to_newest()
        self.show_everything()

    def fleet_changed(self, fleet: Fleet) -> None:
        before, self._seen = self._seen, fleet
        if fleet.rows and fleet.only_asks(before):
            if fleet.error is not None:
                self.pass_time()
            return
        vanished = self.browse.list.set_rows(fleet.rows)
        self._go_to_newest()
        if vanished:
            names = ", ".join(row.instance.name for row in vanished)
            self.app.notify(f"Unmarked (no longer listed): {names}.", markup=False)
        if self.is_current:
            self.show_rows()
            self.show_hint()
            self.tick()

    def _go_to_newest(self) -> None:
        """Put the cursor on the instance that was just rented, or chosen elsewhere."""
        app = context(self)
        newest = app.newest_instance
        if newest is not None and self.browse.list.put_cursor(newest):
            app.newest_instance = None

    def action_changed(self, state: ActionState) -> None:
        """An action progressed or ended."""
        self.cells.running_actions = context(self).running_actions
        if self.is_current:
            self.table.redraw()
            self.tick()

    def _log_changed(self, log: Log) -> None:
        if self.is_current:
            self.show_tail()

    def app_changed(self, what: str) -> None:
        if what in ("machines", "memory"):  # the details tell of the machine
            if self.is_current:
                self.show_detail()
                self.show_keys()
                self.tick()
            return
        if what == "timers":
            self._acts.forget()
            self.show_hint()
        if what == "privacy":
            self.cells.private = context(self).private
        if what in ("privacy", "timers"):
            self.table.redraw()
        self.show_everything()

    def show_rows(self, *, after_key: bool = False) -> None:
        gone = self.browse.list.gone
        if gone is not self.cells.gone:
            self.cells.gone, self.cells.ended = gone, gone and gone.ended(self.cells.now())
        super().show_rows(after_key=after_key)

    def nothing(self) -> tuple[str, str] | None:
        app = context(self)
        count = self.resource.count(app.fleet.rows) if app.fleet.rows else ""
        spell = app.keymap.spelled
        return instance_lines.nothing(app.fleet, signed_in=app.signed_in, count=count, spell=spell)

    def show_detail(self) -> None:
        super().show_detail()
        if self.browse.shown is not None and self.detail.size.width:
            self.fit_detail(self._needed)
        self.show_tail()

    def detail_title(self, row: FleetRow) -> Content:
        return self.details.title(row, self.detail.size.width - 2)

    def detail_lines(self, row: FleetRow, width: int) -> list[Content]:
        lines, room = self._about(row, width), (width, self.detail.size.height)
        before, self._lines = self._lines, lines
        if room != self._room or not same_lines(lines, before):
            self._room = room
            self._wrapped = in_room(lines, *room)
            self._needed = sum(len(hanging(line, width)) for line in lines)
        return self._wrapped

    def _about(self, row: FleetRow, width: int) -> list[Content]:
        """What there is to say about it, each in one line."""
        lines = self.details.lines(self.tab, self.cells.as_seen(row), width - 4)
        return [covered(line, self) for line in lines]

    def show_tail(self) -> None:
        """The end of the log, as far as it was fetched."""
        row, live = self.browse.shown, context(self).live
        if not self.tail.is_mounted:
            return
        if row is None or live is None:
            self.tail.show(Content(""), Content(""), [])
            return
        log, key = live.logs.get(row.id, daemon=False), context(self).keymap.spelled
        clock = context(self).session.clock
        now = clock.monotonic()
        ran = has_run_since(log, live.timeline.of(row.id), now, clock.now())
        aside = Content(f" {key('instances.logs')} full screen ")
        room = max(1, self.tail.size.height - 2)
        self.set_class(log is not None, "-log")
        lines = tail_lines(log, room, key("instances.logs"), ran=ran)
        self.tail.show(log_title(log, now), aside, lines)

    def under_way(self) -> Content | None:
        app = context(self)
        return rent_words(app) or instance_lines.actions_line(tuple(app.running_actions.values()))

    def status_line(self) -> tuple[Content, Content]:
        app, row, live = context(self), self.browse.shown, context(self).live
        if self.has_class("-low") and row is not None:
            order = Content("")
            if len(self.browse.sort) > 1 and self.browse.sort != tuple(self.resource.sort):
                brief = sort_forms(self.browse.sort, self.titles)[-1]
                order = Content.styled(f" {brief} ", "$text-muted")
            room = self.size.width - order.cell_length
            return cut(self.details.facts(self.cells.as_seen(row)), room), order
        spell, interval = app.keymap.spelled, live.poller.interval if live is not None else 0.0
        now = app.session.clock.monotonic()
        about = lines.refreshed(app.fleet, interval, now, spell)
        words = lines.status(app.fleet, now, about=about, paused=self.paused, spell=spell)
        return words, self.order

    def stands_still(self) -> object:
        """The news, while all is new and nothing is under way."""
        app, fleet = context(self), self.snapshot
        now = app.session.clock.monotonic()
        if not is_new(fleet.as_of, now) or fleet.error is not None or self.paused:
            return None
        if self.has_class("-log") or self.under_way() is not None:
            return None
        return (app.news.standing(now, covered=True),)

    def tick(self) -> None:
        """Once a second: the ages and the clocks."""
        super().tick()
        if self.is_current:
            self.show_clocks(alone=self._age_alone)
            if self.has_class("-log"):
                self.show_tail()

    def show_clocks(self, *, alone: bool) -> None:
        """Draw the rows in view again when one of their clocks moved on, and the details with that
        of their row; they tell other ages too, every few seconds."""
        if not self.is_current:
            return
        now, top = context(self).session.clock.now(), self.table.top
        visible: Sequence[FleetRow] = self.browse.rows[top : top + self.table.page]
        clocks = {row.id: state_words(row, now) for row in visible}
        moved = {id for id, words in clocks.items() if self._clocks.get(id) != words}
        self._clocks = clocks
        if moved:
            self.table.look_again(moved)
            shown = self.browse.shown
            if not alone or (shown is not None and shown.id in moved):
                self.show_detail()
