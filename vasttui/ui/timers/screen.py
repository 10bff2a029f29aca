"""All timers: what happens to which instance, when, who does it, and whether it is still so."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import BindingType
from textual.content import Content

from vasttui.lists.resource import Fact, Resource
from vasttui.models.timer import Doer
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.snapshot import Snapshot
from vasttui.ui.context import context
from vasttui.ui.format import age
from vasttui.ui.keys import bindings
from vasttui.ui.lists import lines
from vasttui.ui.lists.machine_keys import MachineKeys
from vasttui.ui.lists.resource_screen import ResourceScreen
from vasttui.ui.opening import open_dialog
from vasttui.ui.timers import details, resource
from vasttui.ui.timers.fitting import fitting_keys, why_no_change
from vasttui.ui.timers.known import rows_of
from vasttui.ui.timers.resource import TimerRow

if TYPE_CHECKING:
    from vasttui.ui.client import Client
    from vasttui.ui.timers.flows import TimerFlows

    _Flow = Callable[[TimerFlows, TimerRow], Coroutine[Any, Any, None]]

_NARROW = 100
EVERY = 300.0
"""Seconds between two readings of the jobs while the list is shown."""


class TimersScreen(ResourceScreen[TimerRow], MachineKeys):
    """New, edit, off and on, take back, copy."""

    SCOPE = "timers"
    BINDINGS: ClassVar[list[BindingType]] = bindings("timers", "machine")

    def make_resource(self) -> Resource[TimerRow]:
        now = context(self).session.clock.now
        app = context(self)
        key = app.keymap.spelled("instances.timers")
        kinds = "a reminder, a stop from inside, or a stop by Vast.ai at a full hour"
        return Resource(
            name="timers",
            noun="timer",
            id=lambda row: row.key,
            private=lambda row: (row.timer.instance_id, row.job_id),
            columns=resource.columns(now, lambda: self.size.width < _NARROW),
            shown=resource.FIRST_COLUMNS,
            fields=resource.FIELDS,
            sort=(("when", False),),
            summary=resource.counts,
            details={"Overview": partial(_overview, self), "Raw": details.raw},
            read=self._read,
            every=EVERY,
            empty=f"{key} on an instance sets one: "
            f"{'a reminder' if app.session.read_only else kinds}.",
            hints=("type to filter: by:vast.ai", "stop", "left"),
        )

    async def _read(self, api: Client) -> Sequence[TimerRow]:
        """Read the jobs; all else is kept here."""
        app = context(self)
        assert app.live is not None
        await app.live.timers.book.read()
        return rows_of(app)

    def rows_of(self, snapshot: Snapshot[TimerRow]) -> Sequence[TimerRow]:
        """The timers as they are known now: those of this computer change without a reading."""
        return rows_of(context(self))

    def rows_arrived(self, snapshot: Snapshot[TimerRow]) -> None:
        """What is kept here is shown as well where the jobs cannot be read."""
        # A timer that is not there any more is over: nothing is left to be said of it.
        self.browse.list.leaving.update(row.key for row in self.browse.list.all_rows)
        if snapshot.as_of is None and snapshot.error is not None and self.query("#rows"):
            self.browse.list.set_rows(rows_of(context(self)))
        super().rows_arrived(snapshot)

    def mounted(self) -> None:
        super().mounted()
        context(self).fleet_changed.subscribe(self, self._fleet_changed)

    def _fleet_changed(self, fleet: Fleet) -> None:
        if self.is_current:
            self.rows_arrived(self.snapshot)

    def app_changed(self, what: str) -> None:
        if what == "timers":
            self.rows_arrived(self.snapshot)
        super().app_changed(what)

    @property
    def machine(self) -> int | None:
        row = None if self.browse.current is None else self.browse.current.row
        return None if row is None else row.instance.machine_id

    @property
    def _flows(self) -> TimerFlows:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.timers.flows import TimerFlows

        return TimerFlows(context(self), self.browse.list.leaving.add)

    async def _open(self, how: _Flow) -> None:
        """Do this to the timer under the cursor."""
        if (row := self.browse.current) is not None:
            await open_dialog(self.app, how(self._flows, row))

    async def action_new(self) -> None:
        await open_dialog(self.app, self._flows.new())

    async def action_of(self) -> None:
        await self._open(lambda flows, row: flows.of_timer(row))

    async def action_edit(self) -> None:
        await self._open(lambda flows, row: flows.edit(row))

    async def action_copy(self) -> None:
        await self._open(lambda flows, row: flows.copy(row))

    async def action_copy_as(self) -> None:
        await self._open(lambda flows, row: flows.copy_as(row))

    async def action_delete(self) -> None:
        if self.targets:
            await open_dialog(self.app, self._flows.take_back(tuple(self.targets)))

    async def action_off_or_on(self) -> None:
        if self.targets:
            await open_dialog(self.app, self._flows.toggle(tuple(self.targets)))

    def why_off(self, action_id: str) -> str:
        off, app, row = super().why_off(action_id), context(self), self.browse.current
        if action_id == "timers.new" and not app.fleet.rows:
            return "there is no instance to set a timer for"
        if off or row is None:
            return off
        now, read_only = app.session.clock.now(), app.session.read_only
        if action_id in ("timers.of", "timers.edit"):
            return why_no_change(action_id, [row], now, read_only)
        return why_no_change(action_id, self.targets, now, read_only)

    def detail_title(self, row: TimerRow) -> Content:
        return Content(details.title(row, context(self).session.clock.now()))

    def status_line(self) -> tuple[Content, Content]:
        app, snapshot = context(self), self.snapshot
        spell = app.keymap.spelled
        old = 0.0 if snapshot.as_of is None else self._now - snapshot.as_of
        again = f"again in {age(max(0.0, EVERY - old))} ({spell('app.pause')} pauses)"
        at = None if app.live is None else app.live.timers.book.reading.as_of
        old = old if at is None else app.session.clock.now() - at
        about = f"jobs of the account read {age(old)} ago, {again}"
        here = sum(row.timer.doer is Doer.VASTTUI for row in self.browse.list.all_rows)
        if here and self.size.width >= _NARROW:
            about += f" · this computer's reminders: {here}"
        words = lines.status(snapshot, self._now, about=about, paused=self.paused, spell=spell)
        return words, self.order


def _overview(screen: TimersScreen, row: TimerRow) -> Sequence[Fact]:
    app = context(screen)
    now, read_only = app.session.clock.now(), app.session.read_only
    keys = [app.hint(action_id, does) for action_id, does in fitting_keys(row, now, read_only)]
    return details.overview(row, now, keys)
