"""What the offer browser shows of what is remembered of machines, and what it asks for."""

from __future__ import annotations

from textual.content import Content
from textual.timer import Timer

from vasttui.models.machine_memory import MachinesKnown
from vasttui.models.money import PricedOffer
from vasttui.query.machine_sets import MACHINES
from vasttui.services.fleet.snapshot import Fleet
from vasttui.ui.context import context
from vasttui.ui.offers.columns import OfferCells
from vasttui.ui.offers.detail import OfferDetail
from vasttui.ui.offers.empty import EmptyOffers

REST = 0.5
"""Seconds that the cursor rests on a row before something is asked about its machine."""


_WIDE = 100
"""Cells from which on sentences are whole."""


class MachineView(EmptyOffers):
    """The tab Machine, and the lists of machines."""

    cells: OfferCells
    details: OfferDetail
    _rest: Timer | None = None
    _asked: int | None = None
    _known: MachinesKnown | None = None
    _is_behind = False
    """Whether machines changed while another section was shown."""

    def apply_lists(self) -> None:
        """Use what the user says of machines, and what is remembered of them."""
        app = context(self)
        lists, known = app.session.preferences.current, app.machines
        self.cells.starred, self.cells.avoided = lists.starred, lists.avoided
        self.cells.known = known
        if app.live is not None:
            self.cells.reports = app.live.told.count
        changed = [MACHINES.set("starred", lists.starred), MACHINES.set("avoided", lists.avoided)]
        if known is not self._known:
            self._known = known
            changed += [MACHINES.set(name, found) for name, found in known.sets.items()]
        self.browse.set_avoided(lists.avoided)
        if any(changed):
            self.browse.machines_changed()
        self.table.redraw()

    def machines_changed(self) -> None:
        """Machines were starred or avoided, or something else is known of one."""
        self.apply_lists()
        self._is_behind = not self.is_current
        if self.is_current:
            self.show_rows()

    def on_screen_resume(self) -> None:
        if self._is_behind:
            self._is_behind = False
            self.show_rows()

    def fleet_changed(self, fleet: Fleet) -> None:
        super().fleet_changed(fleet)
        found = frozenset(one.machine_id for one in fleet.volumes or () if one.machine_id)
        if found != self.cells.volumes:
            self.cells.volumes = found
            self.table.redraw()

    def show_detail(self) -> None:
        super().show_detail()
        row = self.browse.shown
        if row is not None and (self.tab == "Machine" or self.has_class("-wide")):
            self.ask_about(row)
        elif self._rest is not None:
            self._rest.stop()
            self._asked = None

    def tick(self) -> None:
        super().tick()
        if self.is_current and self.tab == "Machine":
            self.show_detail()  # it tells how long ago something was asked

    def ask_about(self, row: PricedOffer) -> None:
        """Ask what others say of its machine, once the cursor rests there."""
        machine, app = row.offer.machine_id, context(self)
        if machine is None or machine == self._asked or not app.signed_in or app.live is None:
            return
        if self._rest is not None:
            self._rest.stop()
        self._asked, told = machine, app.live.told

        def ask() -> None:
            self.run_worker(told.ask(machine), group="machine", exclusive=True, description="")

        self._rest = self.set_timer(REST, ask)

    def about_machine(self, row: PricedOffer, whole: bool) -> list[Content]:
        """The lines of the tab."""
        # start-up: the tab that is shown first is another one
        from vasttui.ui.offers.machine_lines import machine_lines

        app, machine = context(self), row.offer.machine_id
        if app.live is None:
            return [Content("Not connected yet.")]
        here = [one.instance.name for one in app.fleet.rows if one.instance.machine_id == machine]
        here += [one.name for one in app.fleet.volumes or () if one.machine_id == machine]
        return machine_lines(
            app.machines, app.live.told.of(machine), machine, now=app.session.clock.now(),
            key=app.keymap.spelled("machine.note"), dlperf=row.offer.dlperf, here=here,
            signed_in=app.signed_in, private=app.private, whole=whole,
            others=app.live.told.others(machine), wide=whole or self.size.width >= _WIDE,
            first=row.first_seen, demo=app.session.demo,
        )  # fmt: skip

    def action_show_avoided(self) -> None:
        """Add the rule that shows the offers of avoided machines."""
        text = f"{self.bar.text.rstrip()} avoided".lstrip()
        self.bar.set_text(text)
