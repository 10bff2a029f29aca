"""Reads charges while they are looked at, and adds them up."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from vasttui.lists.charge_grouping import Grouping
from vasttui.lists.charge_rows import ChargeRow
from vasttui.lists.day_range import number_of
from vasttui.services.billing.history import ChargeHistory
from vasttui.services.billing.view import ChargesView
from vasttui.services.feed import Feed
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.snapshot import Snapshot
from vasttui.store.charge_days import ChargeDays
from vasttui.ui.billing.adding_up import AddedUp, add_up
from vasttui.ui.billing.ranged import RangedScreen
from vasttui.ui.context import context
from vasttui.ui.newest import Newest

if TYPE_CHECKING:
    from vasttui.ui.client import Client

EVERY = 300.0
_LOOK = 0.2


class ChargeReading(RangedScreen[ChargeRow]):
    """Days are read one after the other while the list is on screen, the newest first; what is
    there already is shown."""

    def __init__(self) -> None:
        self.grouping = Grouping.CONTRACT
        super().__init__()

    def _begin(self) -> None:
        super()._begin()
        app = context(self)
        self.history: ChargeHistory | None = None
        self._sums, self._plots = Newest(self._in_background), Newest(self._in_background)
        self._of: tuple[object, ...] = ()
        self.adding = False  # whether what is known is still to be added up
        self.added = AddedUp(self.view, self.grouping)
        self._moved = False  # rows come day by day: until then the cursor is on the first one
        self.feed = Feed(
            self.read, self.rows_arrived, clock=app.session.clock, rng=app.session.rng,
            every=EVERY, on_force=self._forced,
        )  # fmt: skip

    async def read_days(self, api: Client) -> Sequence[ChargeRow]:
        """Read what the range needs, once it is known whose account it is."""
        app = context(self)
        while app.fleet.account is None and app.fleet.account_error is None:
            await app.session.clock.sleep(_LOOK)  # the copy is kept by account
        if self.history is None:
            file = app.session.charges_file
            self.history = ChargeHistory(
                api.billing, app.session.clock, self._view_arrived,
                kept=None if file is None else ChargeDays(file), account=self._owner,
            )  # fmt: skip
        self._look()
        self._learn(app.fleet)
        self._ask_for_range(self.history)
        await self.history.read()
        return self.added.rows

    def _owner(self) -> str:
        app = context(self)
        account = app.fleet.account
        return "" if account is None else f"{app.session.address} {account.id}"

    def _ask_for_range(self, history: ChargeHistory) -> None:
        first, last = map(number_of, self.range.bounds(self.today))
        if (history.view.first, history.view.last) != (first, last):
            history.show(first, last)

    def _forced(self) -> None:
        """The user wants all that is open or missing to be read."""
        self.api.force()
        if self.history is not None:
            self.history.refresh()

    def _look(self) -> None:
        """Days are read only while somebody looks."""
        if self.history is not None:
            self.history.on_screen = self.feed.on_screen and not self.feed.paused

    def _learn(self, fleet: Fleet) -> None:
        if self.history is not None:
            self.history.learn(
                {row.id: row.instance.gpu_name for row in fleet.rows if row.instance.gpu_name}
            )

    @property
    def view(self) -> ChargesView:
        """What is known of the days that are asked for."""
        if self.history is not None:
            return self.history.view
        day = number_of(self.today)
        first, last = map(number_of, self.range.bounds(self.today))
        return ChargesView(first=first, last=last, today=day)

    @property
    def snapshot(self) -> Snapshot[ChargeRow]:
        """As fresh as the day that is not over, where that is asked for."""
        snapshot, view = super().snapshot, self.view
        if view.read_at is None or view.last < view.today:
            return snapshot
        clock = context(self).session.clock
        return replace(snapshot, as_of=clock.monotonic() - max(0.0, clock.now() - view.read_at))

    def rows_of(self, snapshot: Snapshot[ChargeRow]) -> Sequence[ChargeRow]:
        return self.added.rows

    def _view_arrived(self, view: ChargesView) -> None:
        if (live := context(self).live) is not None:
            live.serverless.charged_days |= view.days
        if self.query("#rows"):  # otherwise the program is closing
            self.make_rows(view)
            self.tick()

    def make_rows(self, view: ChargesView) -> None:
        """Add up again, if there is anything new."""
        fleet, grouping = context(self).fleet, self.grouping
        known = dict(view.days), view.gpus, view.range, dict(view.failed)
        of = (*known, fleet.rows, fleet.volumes, grouping)
        if of == self._of:
            return
        self._of, self.adding = of, True

        def arrived(added: AddedUp) -> None:
            if self._of is of and self.query("#rows"):  # otherwise the program is closing
                self._added_up(added)

        self._sums.ask(lambda: add_up(view, grouping, fleet), arrived)

    def _in_background(self, job: Coroutine[Any, Any, None]) -> None:
        self.run_worker(job, group="sums", description="")

    def _added_up(self, added: AddedUp) -> None:
        before, self.added, self.adding = self.added, added, False
        context(self).veil.learn_ids(added.ids)
        if added.grouping is not before.grouping:
            self.list_anew()
        self.browse.list.set_rows(added.rows)
        self.browse.list.dismiss_gone()  # no contract is lost: other days were asked for
        if not self._moved and self.browse.rows:
            self.browse.list.put_cursor(self.resource.id(self.browse.rows[0]))
        if self.is_current:
            self.show_rows()
            self.show_switches()

    def cursor_moved(self, index: int) -> None:
        self._moved = True
        super().cursor_moved(index)

    def range_changed(self) -> None:
        if self.history is not None:
            self._ask_for_range(self.history)
        if not self.feed.snapshot.busy:
            self.feed.wake()

    def app_changed(self, what: str) -> None:
        super().app_changed(what)
        self._look()

    def on_screen_suspend(self) -> None:
        if self.history is not None:
            self.history.on_screen = False

    def fleet_changed(self, fleet: Fleet) -> None:
        super().fleet_changed(fleet)
        self._learn(fleet)
        if self.is_current:
            self.make_rows(self.view)
