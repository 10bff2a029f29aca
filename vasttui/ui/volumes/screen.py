"""The account's volumes: what each costs, who has it, when it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.content import Content

from vasttui.lists.columns import Cell, Column
from vasttui.lists.resource import Fact, Resource, raw_facts
from vasttui.lists.volume_rows import (
    FIELDS,
    FREEING,
    STATES,
    VolumeRow,
    rows_of,
    summary,
)
from vasttui.models.volume import Volume
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.volumes import EVERY, RELEASE
from vasttui.ui.context import context
from vasttui.ui.format import HIDDEN, private_cell
from vasttui.ui.keys import bindings
from vasttui.ui.lists.machine_keys import MachineKeys
from vasttui.ui.lists.resource_screen import ResourceScreen
from vasttui.ui.opening import open_dialog
from vasttui.ui.volumes import cells
from vasttui.ui.volumes.details import overview

if TYPE_CHECKING:
    from vasttui.ui.client import Client
    from vasttui.ui.volumes.flows import VolumeFlows


class VolumesScreen(ResourceScreen[VolumeRow], MachineKeys):
    """New, transfer, clone, delete; each change is checked by reading again."""

    SCOPE = "volumes"
    BINDINGS: ClassVar[list[BindingType]] = bindings("volumes", "machine")

    _here: Counter[int] = Counter()
    _bad: tuple[str, ...] = ()

    def make_resource(self) -> Resource[VolumeRow]:
        now = context(self).session.clock.now
        new = context(self).keymap.spelled("volumes.new")
        self._freeing: dict[int, float] = {}
        return Resource(
            name="volumes",
            noun="volume",
            id=lambda row: row.volume.id,
            private=lambda row: (row.volume.id, row.volume.machine_id, row.volume.host_id),
            columns=(
                Column("state", "State", 10, cells.state_cell, "state", 0, left=True,
                       value=lambda r: STATES.index(r.state)),
                Column("name", "Name", 12, lambda r: (r.volume.name, ""), "name", 1, left=True,
                       value=lambda r: r.volume.name.casefold(), grows=True),
                Column("size", "Size", 6, cells.size_cell, "size, GB", 3, best_first=True,
                       value=lambda r: r.volume.disk_space),
                Column("price", "$/h", 6, cells.price_cell, "cost now, $/h", 9, best_first=True,
                       value=lambda r: r.price),
                Column("month", "$/month", 7, self._month, "cost of a month while its machine "
                       "is online", 2, best_first=True, value=lambda r: r.volume.monthly),
                Column("spent", "Spent", 8, self._spent, "cost so far, at most", 8,
                       best_first=True, value=lambda r: r.spent(now())),
                Column("on", "Attached to", 16, cells.attached_cell, "the instance that has it", 4,
                       left=True, value=lambda r: cells.attached_cell(r)[0]),
                Column("machine", "Mach", 6, self._machine, "machine id", 10,
                       value=lambda r: r.volume.machine_id),
                Column("cc", "CC", 2, lambda r: (r.volume.country or "?", ""), "country", 6,
                       left=True, value=lambda r: r.volume.country or None),
                Column("ends", "Ends", 4, lambda r: cells.ends_cell(r, now()), "time until it is "
                       "deleted with the host's listing", 5, value=lambda r: r.volume.end_date),
                Column("age", "Age", 4, lambda r: cells.age_cell(r, now()), "time since it was "
                       "made", 11, value=lambda r: r.volume.start_date, best_first=True),
                Column("note", "Note", 26, self._note, "what is worth knowing", 7, left=True),
            ),
            fields=FIELDS,
            sort=(("state", False), ("name", False)),
            summary=summary,
            details={"Overview": partial(_overview, self), "Raw": _raw},
            read=self._read,
            every=60.0,
            empty="You keep no volume, so none is billed. A volume outlives the instances on its "
            f"machine. {new} looks for room.",
            hints=("type to filter: models", "free", "ends<7d", "size>100"),
        )  # fmt: skip

    def _month(self, row: VolumeRow) -> Cell:
        return cells.month_cell(row, private=context(self).private)

    def _spent(self, row: VolumeRow) -> Cell:
        app = context(self)
        now = app.session.clock.now()
        return (HIDDEN, "dim") if app.private else cells.spent_cell(row, now)

    def _machine(self, row: VolumeRow) -> Cell:
        return private_cell(row.volume.machine_id, context(self).private)

    def _note(self, row: VolumeRow) -> Cell:
        machine = row.volume.machine_id
        here = None if machine is None else self._here[machine]
        return cells.note_cell(row, context(self).session.clock.now(), here)

    async def _read(self, api: Client) -> Sequence[VolumeRow]:
        app, started = context(self), self._now
        listed = await api.volumes.list()
        if app.live is not None:
            app.live.store.volumes_fetched(listed.volumes)
        self._bad = listed.reasons
        self._here = Counter(
            one.machine_id for one in app.market.rows if one.machine_id is not None
        )
        return self._rows(listed.volumes, started)

    def _rows(self, volumes: Sequence[Volume], as_of: float) -> tuple[VolumeRow, ...]:
        found = rows_of(volumes, context(self).fleet, as_of)
        freeing = [row.volume.id for row in found if row.state == FREEING]
        self._freeing = {one: self._freeing.get(one, self._now) for one in freeing}
        return found

    def mounted(self) -> None:
        super().mounted()
        context(self).fleet_changed.subscribe(self, self._fleet_changed)

    def _fleet_changed(self, fleet: Fleet) -> None:
        """Instances come, go and are renamed: who has a volume is told anew."""
        snapshot, listed = self.snapshot, self.browse.list
        if snapshot.as_of is None:
            return
        found = self._rows([row.volume for row in listed.all_rows], snapshot.as_of)
        if found != tuple(listed.all_rows):
            listed.set_rows(found)
            if self.is_current:
                self.show_rows()

    def app_changed(self, what: str) -> None:
        if what == "volumes":
            self.feed.wake()
        super().app_changed(what)

    def notice(self) -> Content | None:
        """What could not be read, unless the list itself is in trouble."""
        if super().notice() is not None or not self._bad:
            return super().notice()
        more = f" (and {len(self._bad) - 1} more)" if len(self._bad) > 1 else ""
        return Content.styled(f" ! {self._bad[0]}{more}", "$text-warning")

    def tick(self) -> None:
        """One whose instance is gone is looked at as often as the service allows."""
        super().tick()
        snapshot = self.snapshot
        calm = not snapshot.busy and snapshot.error is None and not self.paused
        looked = self.is_current and snapshot.as_of is not None
        if self._freeing and calm and looked and self._now - (snapshot.as_of or 0.0) > EVERY:
            self.feed.wake()

    @property
    def machine(self) -> int | None:
        row = self.browse.current
        return None if row is None else row.volume.machine_id

    @property
    def flows(self) -> VolumeFlows:
        """New, copy, clone, delete."""
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.volumes.flows import VolumeFlows

        return VolumeFlows(context(self), self.report)

    def action_new(self) -> None:
        context(self).go("space")

    async def action_transfer(self) -> None:
        row = self.browse.current
        if row is not None:
            await self.change(self.flows.move(row))

    async def action_delete(self) -> None:
        snapshot = self.snapshot
        if not self.targets or snapshot.as_of is None:
            return
        chosen = self._rows([row.volume for row in self.targets], snapshot.as_of)
        fresh = {one for one, since in self._freeing.items() if self._now - since < RELEASE}
        await self.change(self.flows.delete(chosen, fresh))

    async def action_copy(self) -> None:
        row = self.browse.current
        if row is not None:
            await self.copy(str(row.volume.id))

    async def action_copy_as(self) -> None:
        row = self.browse.current
        if row is not None:
            await open_dialog(self.app, self.flows.copy_as(row))

    def detail_title(self, row: VolumeRow) -> Content:
        machine = row.volume.machine_id
        place = f" ({row.volume.country})" if row.volume.country else ""
        on = f" · machine {machine}{place}" if machine is not None else ""
        return Content(f"{row.volume.name} · volume V.{row.volume.id}{on}")


def _overview(screen: VolumesScreen, row: VolumeRow) -> Sequence[Fact]:
    app = context(screen)
    offers = [one for one in app.market.rows if one.machine_id == row.volume.machine_id]
    known = offers if app.market.was_read else None
    return overview(row, app.session.clock.now(), known, app)


def _raw(row: VolumeRow) -> Sequence[Fact]:
    return raw_facts(row.volume)
