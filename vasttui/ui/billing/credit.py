"""The credit: how long it lasts, what watches it, and what only waits and costs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual.binding import BindingType
from textual.content import Content

from vasttui.lists.resource import Resource
from vasttui.lists.waiting import volumes_of
from vasttui.models.account import Account
from vasttui.models.volume import Volume
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.services.snapshot import Snapshot
from vasttui.ui.account.profile_lines import CHANGEABLE
from vasttui.ui.billing.credit_lines import credit_lines
from vasttui.ui.billing.money_lines import saving_line
from vasttui.ui.billing.on_web import add_credit
from vasttui.ui.context import context
from vasttui.ui.keys import bindings
from vasttui.ui.lists.lines_screen import Line, LinesScreen
from vasttui.ui.opening import open_dialog
from vasttui.ui.timers.known import all_timers, ends_of

if TYPE_CHECKING:
    from vasttui.ui.client import Client

_EVERY, _LATE = 60.0, 10.0


class CreditScreen(LinesScreen):
    """The lines of the credit, as they are now."""

    SCOPE = "credit"
    BINDINGS: ClassVar[list[BindingType]] = bindings("credit")

    account: Account | None = None
    """The account as read last, here or for the first line."""

    _as_of = 0.0
    """When that was, in monotonic seconds."""

    _least = 0.0
    """What was read for the first line before that is too old: something was changed here."""

    def make_resource(self) -> Resource[Line]:
        return self.lines_resource(
            self._read, summary="the credit", every=_EVERY, name=(14, 24), value=(24, 34),
            hints=("type to filter: waits", "charge"),
        )  # fmt: skip

    def show_marks(self) -> None:
        super().show_marks()
        self.show_status()

    def status_line(self) -> tuple[Content, Content]:
        """What the marked ones would save, if there are any that bill."""
        words, order = super().status_line()
        app, width = context(self), self.size.width - order.cell_length
        if app.private:
            return words, order
        found = (_held(line, app.fleet) for line in self.browse.marked)
        held = [one for one in found if one is not None]
        return saving_line(held, app.fleet, width, app.session.clock.now()) or words, order

    @property
    def nouns(self) -> str:
        return "credit"

    async def _read(self, api: Client) -> Sequence[Line]:
        """Only what the first line does not know yet is asked for."""
        if not self._take(context(self).fleet):
            asked = self._now
            self.account, self._as_of = await api.account.current(), asked
        return self._lines()

    def _take(self, fleet: Fleet) -> bool:
        """Use the account that was read for the first line, unless it is older than it may be."""
        at = fleet.account_as_of
        if fleet.account is None or at is None or at < self._least or at < self._as_of:
            return False
        self.account, self._as_of = fleet.account, at
        return self._now - at < _EVERY + _LATE

    @property
    def snapshot(self) -> Snapshot[Line]:
        snapshot = super().snapshot
        return snapshot if snapshot.as_of is None else replace(snapshot, as_of=self._as_of)

    def _lines(self) -> Sequence[Line]:
        app = context(self)
        if self.account is None:
            return ()
        ends = ends_of(all_timers(app), app.fleet)
        now = app.session.clock.now()
        return credit_lines(self.account, app.fleet, now - (self._now - self._as_of), now, ends)

    def fleet_changed(self, fleet: Fleet) -> None:
        """What is spent, and what waits."""
        super().fleet_changed(fleet)
        self._take(fleet)
        if self.is_current and self.account is not None:
            self.browse.list.set_rows(self._lines())
            self.show_rows()

    def rows_of(self, snapshot: Snapshot[Line]) -> Sequence[Line]:
        """The account as read last beside what the instances cost now."""
        return self._lines()

    def app_changed(self, what: str) -> None:
        if what == "client":  # another account
            self.account, self._as_of = None, 0.0
        if what == "refresh":
            self._least = self._now
        super().app_changed(what)

    def why_off(self, action_id: str) -> str:
        line = self.browse.current
        if action_id == "credit.edit":
            if line is None or line.id not in CHANGEABLE:
                return "only the warning and the charge of the card can be changed here"
            return "" if self.account is not None else "the account was not read yet"
        return "" if action_id == "credit.open" else super().why_off(action_id)

    async def action_details(self) -> None:
        """Go to what waits; the details of any other line."""
        line = self.browse.current
        place = None if line is None else _place_of(line)
        if place is None:
            await super().action_details()
            return
        app = context(self)
        if place[0] == "instances":
            app.newest_instance = place[1]
        app.go(place[0])

    async def action_edit(self) -> None:
        line, account = self.browse.current, self.account
        if not self.refused(self.why_off("credit.edit")) and line is not None and account:
            await self.change(self._change(account, line.id))

    async def _change(self, account: Account, name: str) -> None:
        # start-up: the input over a line takes a while to import
        from vasttui.ui.account.thresholds import change_threshold

        self._least = math.inf
        try:
            await change_threshold(self, account, name, "value")
        finally:
            self._least = self._now

    async def action_open(self) -> None:
        await open_dialog(self.app, add_credit(self.app))


def _place_of(line: Line) -> tuple[str, int] | None:
    """The section and the id of what waits."""
    kind, _, number = line.id.partition(" ")
    return (f"{kind}s", int(number)) if number.isdecimal() else None


def _held(line: Line, fleet: Fleet) -> FleetRow | Volume | None:
    """The instance or volume that waits."""
    kind, number = _place_of(line) or ("", 0)
    return fleet.row(number) if kind == "instances" else volumes_of(fleet).get(number)
