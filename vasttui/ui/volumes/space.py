"""Room for a new volume: which machines have it, what it costs, and which GPUs are beside it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.content import Content

from vasttui.lists.columns import Cell, Column
from vasttui.lists.resource import Fact, Resource, raw_facts
from vasttui.models.offer import Offer
from vasttui.models.volume import Space, wrong_size
from vasttui.query.fields import Field, FieldSet
from vasttui.query.shown import COUNTRIES
from vasttui.services.market.state import MarketState
from vasttui.ui.context import context
from vasttui.ui.format import age, percent, private_cell, span, speed, whole
from vasttui.ui.keys import bindings
from vasttui.ui.lists import lines
from vasttui.ui.lists.machine_keys import MachineKeys
from vasttui.ui.lists.resource_screen import ResourceScreen
from vasttui.ui.opening import open_dialog
from vasttui.ui.volumes.details import space_overview
from vasttui.units import DAY
from vasttui.words import UNKNOWN, hourly, per_gb, plural, short_money

if TYPE_CHECKING:
    from vasttui.ui.client import Client
    from vasttui.ui.volumes.flows import VolumeFlows

MOST = 64
"""Rows of one answer, at most (docs: "search volumes")."""

_FIRST_SIZE = 100


@dataclass(frozen=True, slots=True)
class SpaceRow:
    """Room for `size` GB, the offers in hand on its machine, the cheapest first, None before any
    was read, and what of the user's is there."""

    space: Space
    size: int
    offers: tuple[Offer, ...] | None
    mine: str

    @property
    def gpus(self) -> str:
        """The GPUs that are offered there."""
        names = (f"{one.num_gpus}× {one.gpu_name}" for one in self.offers or ())
        return ", ".join(dict.fromkeys(names))


FIELDS = FieldSet(
    fields=(
        Field(name="price", kind="number", help="price, $/GB/month", aliases=("gb",),
              expr="o.storage_cost", example="<0.15", known=True),
        Field(name="month", kind="number", help="cost of the size that is asked for, $/month",
              expr="o.monthly(r.size)", example="<30", known=True),
        Field(name="free", kind="number", help="free room, GB", aliases=("disk", "size"),
              unit="disk", expr="o.disk_space", example=">=500"),
        Field(name="gpu", kind="text", help="GPUs offered on that machine", expr="r.gpus",
              example=":4090", known=True, cost=1),
        Field(name="cc", kind="place", help="country, two-letter code", aliases=("country",),
              expr="cc[o.geolocation]", example=":US"),
        Field(name="rel", kind="number", help="reliability", aliases=("reliability",),
              unit="share", expr="o.reliability2", example=">=.98"),
        Field(name="ends", kind="number", help="time until it ends, days", unit="days", scale=DAY,
              expr="(None if o.end_date is None else o.end_date - now)", example=">30d"),
        Field(name="bw", kind="number", help="disk speed, MB/s", aliases=("disk_bw",),
              expr="o.disk_bw", example=">1000"),
        Field(name="down", kind="number", help="download, Mb/s", aliases=("inet_down",),
              unit="rate", expr="o.inet_down", example=">500"),
        Field(name="up", kind="number", help="upload, Mb/s", aliases=("inet_up",), unit="rate",
              expr="o.inet_up", example=">500"),
        Field(name="mine", kind="bool", help="something of yours is there", aliases=("yours",),
              expr="bool(r.mine)", example="=true", bare=True, known=True),
        Field(name="m", kind="number", help="machine id", aliases=("machine_id",),
              expr="o.machine_id", example=":2221"),
        Field(name="h", kind="number", help="host id", aliases=("host_id",), expr="o.host_id",
              example=":384122"),
        Field(name="id", kind="number", help="offer id", expr="o.id", example="=33104127",
              known=True),
        Field(name="text", kind="text", help="words anywhere", known=True, cost=2,
              expr="words(r)", example=":samsung"),
    ),
    record="r.space", seen={"cc": "cc[o.geolocation]"},
    scope={
        "cc": COUNTRIES,
        "words": lambda row: "\n".join((
            row.space.disk_name or "", row.space.geolocation or "", row.gpus, row.mine,
            f"m:{row.space.machine_id}",
        )).lower(),
    },
    price=lambda row: row.space.storage_cost, example="price<0.15",
)  # fmt: skip


class SpaceScreen(ResourceScreen[SpaceRow], MachineKeys):
    """New volume here, the size it is for, whose hosts."""

    SCOPE = "space"
    BINDINGS: ClassVar[list[BindingType]] = bindings("space", "machine")

    def __init__(self) -> None:
        self._wanted, self._verified = _FIRST_SIZE, True
        self._only: int | None = None
        super().__init__()

    def make_resource(self) -> Resource[SpaceRow]:
        now = context(self).session.clock.now
        spell = context(self).keymap.spelled
        size, trust = spell("space.form"), spell("space.trust")
        return Resource(
            name="space",
            noun="space",
            id=lambda row: row.space.id,
            private=lambda row: (row.space.id, row.space.machine_id, row.space.host_id),
            columns=(
                Column("price", "$/GB/mo", 8, lambda r: (per_gb(r.space.storage_cost), ""),
                       "price, $/GB/month", 0, value=lambda r: r.space.storage_cost),
                Column("month", "$/month", 7, lambda r: (
                       short_money(r.space.monthly(r.size)), ""), "cost of the size that is asked "
                       "for, $/month", 2, value=lambda r: r.space.monthly(r.size)),
                Column("free", "Free", 6, lambda r: (f"{whole(r.space.disk_space)}G", ""),
                       "free room, GB", 1, value=lambda r: r.space.disk_space, best_first=True),
                Column("bw", "MB/s", 5, lambda r: (speed(r.space.disk_bw), "dim"),
                       "disk speed, MB/s", 8, value=lambda r: r.space.disk_bw, best_first=True),
                Column("disk", "Disk", 16, lambda r: (r.space.disk_name or UNKNOWN, "dim"),
                       "disk model", 12, left=True, most=24, value=lambda r: r.space.disk_name),
                Column("down", "↓Mb", 5, lambda r: (speed(r.space.inet_down), "dim"),
                       "download, Mb/s", 10, value=lambda r: r.space.inet_down, best_first=True),
                Column("up", "↑Mb", 5, lambda r: (speed(r.space.inet_up), "dim"), "upload, Mb/s",
                       11, value=lambda r: r.space.inet_up, best_first=True),
                Column("rel", "Rel", 4, lambda r: (percent(r.space.reliability2), ""),
                       "reliability, %", 4, value=lambda r: r.space.reliability2, best_first=True),
                Column("ends", "Ends", 4, lambda r: _ends(r, now()), "time until it ends, and the "
                       "volume with it", 5, value=lambda r: r.space.end_date, best_first=True),
                Column("cc", "CC", 2, lambda r: (r.space.country or "?", ""), "country", 3,
                       left=True, value=lambda r: r.space.country or None),
                Column("machine", "Mach", 6, self._machine, "machine id", 9,
                       value=lambda r: r.space.machine_id),
                Column("gpus", "GPUs there, from $/h", 26, _gpus, "offers in hand on that machine",
                       6, left=True, most=40,
                       value=lambda r: r.offers[0].dph_total if r.offers else None),
                Column("flags", "Yours", 14, self._yours, "★ ✖avoid, what of yours is there", 7,
                       left=True, most=24),
            ),
            fields=FIELDS,
            sort=(("price", False),),
            summary=_summary,
            details={"Overview": self._overview, "Raw": lambda row: raw_facts(row.space)},
            read=self._read,
            every=math.inf,
            empty=f"There is not so much room. {size} asks for another size, {trust} for other "
            "hosts.",
            hints=("type to filter: samsung", "gpu:4090", "price<0.15", "rel>=.98"),
        )  # fmt: skip

    @property
    def nouns(self) -> str:
        return f"spaces for {self._wanted} GB"

    @property
    def question(self) -> object:
        return self._wanted, self._verified, self._only

    def limit_to(self, machine: int) -> None:
        """Search this machine only, whatever its host, until other hosts are asked for."""
        self._only = machine
        if self.is_mounted:
            self._ask_again()

    async def _read(self, api: Client) -> Sequence[SpaceRow]:
        size = self._wanted
        found = await api.volumes.search(size, verified=self._verified, machine=self._only)
        return self._rows(found, size)

    def _rows(self, spaces: Sequence[Space], size: int) -> Sequence[SpaceRow]:
        app = context(self)
        offers: dict[int | None, list[Offer]] = defaultdict(list)
        for one in sorted(app.market.rows, key=lambda one: one.dph_total):
            offers[one.machine_id].append(one)
        mine: dict[int | None, list[str]] = defaultdict(list)
        for row in app.fleet.rows:
            mine[row.instance.machine_id].append(row.instance.name)
        for volume in app.fleet.volumes or ():
            mine[volume.machine_id].append(volume.name)
        known = app.market.was_read
        return [
            SpaceRow(one, size, tuple(offers[one.machine_id]) if known else None,
                     ", ".join(mine[one.machine_id]))
            if one.machine_id is not None else SpaceRow(one, size, () if known else None, "")
            for one in spaces
        ]  # fmt: skip

    def mounted(self) -> None:
        super().mounted()
        context(self).market_changed.subscribe(self, self._market_changed)

    def _market_changed(self, market: MarketState) -> None:
        """The first offers: what is offered beside each space is known now."""
        listed = self.browse.list
        if market.was_read and any(row.offers is None for row in listed.all_rows):
            size = listed.all_rows[0].size
            listed.set_rows(self._rows([row.space for row in listed.all_rows], size))
            if self.is_current:
                self.show_rows()

    def app_changed(self, what: str) -> None:
        if what == "volumes":
            self.feed.wake()
        super().app_changed(what)

    def _machine(self, row: SpaceRow) -> Cell:
        return private_cell(row.space.machine_id, context(self).private)

    def _yours(self, row: SpaceRow) -> Cell:
        """What the user said of the machine, and has there."""
        mark = context(self).machines.mark(row.space.machine_id)
        signs = ("★" if mark.starred is not None else "",
                 "✖avoid" if mark.avoided is not None else "", row.mine)  # fmt: skip
        return " ".join(filter(None, signs)), "good" if mark.avoided is None else "warn"

    def _overview(self, row: SpaceRow) -> Sequence[Fact]:
        now = context(self).session.clock.now()
        return space_overview(row.space, row.size, now, row.offers, row.mine, context(self))

    def status_line(self) -> tuple[Content, Content]:
        """It is read when it is opened and when the question changes, never by itself."""
        spell, snapshot, now = context(self).keymap.spelled, self.snapshot, self._now
        hosts = "verified hosts" if self._verified else "any hosts"
        if self._only is not None:
            name = private_cell(self._only, context(self).private)[0]
            hosts = f"machine {name} only, {spell('space.trust')} searches all"
        read = "" if snapshot.as_of is None else f", read {age(now - snapshot.as_of)} ago"
        first = len(snapshot.rows) >= MOST
        more = "; the cheapest ones, there may be more" if first else ""
        short = f"for {self._wanted} GB on {hosts}{read}{more}"
        about = f"for {self._wanted} GB on {hosts}{read} ({spell('app.refresh')} reads again){more}"
        about = about if len(about) < self.size.width else short
        words = lines.status(snapshot, now, about=about, paused=self.paused, spell=spell)
        return words, self.order

    @property
    def machine(self) -> int | None:
        row = self.browse.current
        return None if row is None else row.space.machine_id

    @property
    def flows(self) -> VolumeFlows:
        """New volume."""
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.volumes.flows import VolumeFlows

        return VolumeFlows(context(self), self.report)

    async def action_new(self) -> None:
        row = self.browse.current
        if row is None:
            context(self).say_while(
                lambda: self.browse.current is None, "No space under the cursor."
            )
        else:
            await self.change(self.flows.new(row.space, row.size))

    async def action_size(self) -> None:
        await open_dialog(self.app, self._ask_size())

    async def _ask_size(self) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.modals.ask import AskModal

        about = Content("Machines with at least so much room are searched, and priced for it.")
        modal = AskModal(
            "Size", about, "GB", str(self._wanted), "Search",
            check=lambda text: wrong_size(text, None), most=7,
        )  # fmt: skip
        text = await self.app.push_screen_wait(modal)
        if text is not None:
            self._wanted = int(text)
            self._ask_again()

    def action_trust(self) -> None:
        if self._only is None:
            self._verified = not self._verified
        self._only = None
        self._ask_again()

    def _ask_again(self) -> None:
        self.feed.wake()
        self.tick()

    async def action_copy(self) -> None:
        row = self.browse.current
        if row is not None:
            await self.copy(str(row.space.id))

    async def action_copy_as(self) -> None:
        row = self.browse.current
        if row is not None:
            await open_dialog(self.app, self.flows.copy_room_as(row.space, row.size))

    def detail_title(self, row: SpaceRow) -> Content:
        space = row.space
        parts = (
            f"space {space.id}", f"machine {space.machine_id or UNKNOWN}",
            f"host {space.host_id or UNKNOWN}", space.geolocation or "place unknown",
        )  # fmt: skip
        return Content(" · ".join(parts))


def _ends(row: SpaceRow, now: float) -> Cell:
    end = row.space.end_date
    return (UNKNOWN, "dim") if end is None else (span(end - now), "")


def _gpus(row: SpaceRow) -> Cell:
    """The cheapest offer there; none in hand does not mean that there is none."""
    if row.offers is None:
        return "not read yet", "dim"
    if not row.offers:
        return "none in hand", "dim"
    best = row.offers[0]
    return f"{best.num_gpus}× {best.gpu_name} {hourly(best.dph_total)}", ""


def _summary(rows: Sequence[SpaceRow]) -> str:
    return f"{len(rows)}+ spaces" if len(rows) >= MOST else plural(len(rows), "space")
