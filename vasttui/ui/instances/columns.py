"""The columns of the instance table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from vasttui.lists.columns import Cell, Column
from vasttui.lists.resource import Resource
from vasttui.models.advice import may_be_full, note_of
from vasttui.models.instance import Instance
from vasttui.models.offer import ENDS_SOON, vram_gb
from vasttui.models.place import place_words
from vasttui.models.status import Phase
from vasttui.query.instance_fields import INSTANCES
from vasttui.query.values import driver_number
from vasttui.services.actions.state import ActionState
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.ui.format import HIDDEN, age, count, decimal, percent, private_cell, span
from vasttui.units import DAY, HOUR, MINUTE
from vasttui.words import UNKNOWN, hourly, plural, short_money

NONE = "-"
"""What is drawn where there is nothing to measure, such as the load of a stopped machine."""

_WARM, _HOT = 80.0, 90.0
_FULL_MEMORY = 0.9


@dataclass(slots=True)
class InstanceCells:
    """What the cells of a row show, at the time that `now` tells (epoch seconds)."""

    now: Callable[[], float]
    private: bool = False
    running_actions: Mapping[int, ActionState] = field(default_factory=dict)
    """Actions that are under way, by instance."""
    gone: FleetRow | None = None
    """The instance under the cursor, when the service no longer lists it."""
    ended: FleetRow | None = None
    """Its row as it was when that was seen."""
    next_act: Callable[[int], str] = lambda instance_id: ""
    """What a timer does to an instance next, in the fewest words."""

    def as_seen(self, row: FleetRow) -> FleetRow:
        """The row to show for this one: one that is gone costs nothing any more."""
        return self.ended if row is self.gone and self.ended is not None else row

    def _state(self, row: FleetRow) -> Cell:
        if row is self.gone:
            return "✖ gone", "bad"
        state = self.running_actions.get(row.id)
        if state is not None:
            return f"… {state.what}", "warn"
        return state_words(row, self.now()), row.phase.traits.tone

    def _label(self, row: FleetRow) -> Cell:
        return row.instance.title or private_cell(row.id, self.private)[0], ""

    def _util(self, row: FleetRow) -> Cell:
        value = row.instance.gpu_util
        if not self.as_seen(row).is_running or value is None:
            return NONE, "dim"
        return f"{value:.0f}%", "good" if value >= 50 else ""

    def _vram(self, row: FleetRow) -> Cell:
        used, total = row.instance.vmem_usage, row.instance.vram
        if not self.as_seen(row).is_running or used is None or total is None:
            return NONE, "dim"
        return f"{used:.0f}/{vram_gb(total)}G", "warn" if used * 1024 > _FULL_MEMORY * total else ""

    def _temp(self, row: FleetRow) -> Cell:
        value = row.instance.gpu_temp
        if not self.as_seen(row).is_running or value is None:
            return NONE, "dim"
        return f"{value:.0f}", "bad" if value >= _HOT else "warn" if value >= _WARM else ""

    def _disk(self, row: FleetRow) -> Cell:
        used, size = row.instance.disk_used, row.instance.disk_space
        if size is None:
            return UNKNOWN, "dim"
        unknown = UNKNOWN if row.instance.disk_shares else NONE
        words = f"{unknown if used is None else f'{used:.0f}'}/{size:.0f}G"
        return words, "warn" if may_be_full(row.instance) else ""

    def _ram(self, row: FleetRow) -> Cell:
        used, total = row.instance.mem_usage, row.instance.mem_limit
        if not self.as_seen(row).is_running or used is None or total is None:
            return NONE, "dim"
        return f"{used:.0f}/{total:.0f}G", "warn" if used > _FULL_MEMORY * total else ""

    def _cpu(self, row: FleetRow) -> Cell:
        value = row.instance.cpu_percent
        if not self.as_seen(row).is_running or value is None:
            return NONE, "dim"
        return f"{value:.0f}%", ""

    def _price(self, row: FleetRow) -> Cell:
        row = self.as_seen(row)
        bill = row.bill.hourly
        if bill is None:
            return UNKNOWN, "bad"
        return hourly(bill), "" if row.bill.gpu else "dim"

    def _spent(self, row: FleetRow) -> Cell:
        row = self.as_seen(row)
        amount = self._spent_by_now(row)
        if row.spent is None or amount is None:
            return UNKNOWN, "dim"
        if self.private:
            return HIDDEN, "dim"
        if row.spent.exact:
            return short_money(amount), ""
        return f"≤{short_money(amount, up=True)}{'+?' if row.spent.traffic else ''}", ""

    def _spent_by_now(self, row: FleetRow) -> float | None:
        spent = self.as_seen(row).spent
        return None if spent is None else spent.by(self.now())

    def age(self, row: FleetRow) -> Cell:
        """How long the contract has run."""
        start = row.instance.start_date
        return (UNKNOWN if start is None else _duration(self.now() - start)), ""

    def _ends(self, row: FleetRow) -> Cell:
        end = row.instance.end_date
        left = None if end is None else end - self.now()
        return span(left), "warn" if left is not None and left < ENDS_SOON else ""

    def _note(self, row: FleetRow) -> Cell:
        if row is self.gone:
            return "no longer listed: destroyed, here or elsewhere", "warn"
        state = self.running_actions.get(row.id)
        if state is not None:
            return state.sentence, "warn"
        note = note_of(row.instance, row.phase, row.bill, row.since, row.exact, self.now())
        worker = "worker" if row.worker_of else ""
        note = " · ".join(filter(None, (worker, note, self.next_act(row.id))))
        return note, row.phase.traits.tone if row.phase is not Phase.RUNNING else ""

    def _kind(self, row: FleetRow) -> Cell:
        bid = row.instance.is_bid
        return (UNKNOWN if bid is None else "interruptible" if bid else "on-demand"), ""

    def _hidden(self, read: Callable[[Instance], object]) -> Callable[[FleetRow], Cell]:
        return lambda row: private_cell(read(row.instance), self.private)

    def first_columns(self) -> list[Column[FleetRow]]:
        """The columns shown until the user chooses."""
        return [
            Column("state", "State", 14, self._state, "state, and since when", 0, left=True,
                   most=18, value=lambda row: row.phase.rank),
            Column("label", "Label", 10, self._label, "label, or id without one", 3, left=True,
                   most=24, value=_label),
            Column("gpu", "GPU", 13, _plain(gpu_words), "GPUs", 1, left=True, most=24,
                   value=attrgetter("instance.gpu_name")),
            Column("util", "Util", 4, self._util, "GPU load", 5,
                   value=attrgetter("instance.gpu_util"), best_first=True),
            Column("vram", "VRAM", 7, self._vram, "GPU memory used, of total", 6, most=11,
                   value=attrgetter("instance.vram"), best_first=True),
            Column("temp", "°C", 3, self._temp, "GPU temperature", 11, most=3,
                   value=attrgetter("instance.gpu_temp"), best_first=True),
            Column("disk", "Disk", 8, self._disk, "disk used, of total, GB", 9, most=11,
                   value=attrgetter("instance.disk_space"), best_first=True),
            Column("price", "$/h", 6, self._price, "what is billed now, $/h", 2, most=9,
                   value=attrgetter("bill.hourly"), best_first=True),
            Column("spent", "Spent", 7, self._spent, "spent so far (≤: at most; +?: and traffic)",
                   10, most=10, value=self._spent_by_now, best_first=True),
            Column("age", "Age", 6, self.age, "since the contract began", 7, most=6, value=_age),
            Column("ends", "Ends", 4, self._ends, "contract ends in", 8, most=5,
                   value=attrgetter("instance.end_date")),
            Column("note", "Note", 22, self._note, "what matters most", 4, left=True, grows=True,
                   value=lambda row: row.phase.rank),
        ]  # fmt: skip

    def more_columns(self) -> list[Column[FleetRow]]:
        """The other columns."""
        return [
            Column("type", "Type", 13, self._kind, "on-demand or interruptible", 20, left=True,
                   value=attrgetter("instance.is_bid")),
            Column("minbid", "MinBid", 6, _plain(lambda o: hourly(o.min_bid, up=True)),
                   "minimum bid now, $/h", 21, value=attrgetter("instance.min_bid")),
            Column("cc", "CC", 2, _plain(lambda o: o.country or UNKNOWN), "country", 22, left=True,
                   value=lambda row: row.instance.country or None),
            Column("mach", "Mach", 6, self._hidden(lambda o: o.machine_id), "machine id", 23,
                   value=attrgetter("instance.machine_id")),
            Column("id", "Instance", 9, self._hidden(lambda o: o.id), "instance id", 24,
                   value=attrgetter("instance.id")),
            Column("rel", "Rel", 4, _plain(lambda o: percent(o.reliability2)), "reliability, %", 25,
                   value=attrgetter("instance.reliability2"), best_first=True),
            Column("cuda", "CUDA", 4, _plain(lambda o: decimal(o.cuda_max_good)), "CUDA version",
                   26, value=attrgetter("instance.cuda_max_good"), best_first=True),
            Column("driver", "Driver", 11, _plain(lambda o: o.driver_version or UNKNOWN),
                   "driver version", 27, left=True, value=_driver),
            Column("cpuutil", "CPU", 4, self._cpu, "CPU load", 28,
                   value=attrgetter("instance.cpu_percent"), best_first=True),
            Column("ram", "RAM", 8, self._ram, "RAM used, of total, GB", 28,
                   value=attrgetter("instance.mem_usage"), best_first=True),
            Column("down", "↓Mb", 5, _plain(lambda o: count(o.inet_down)), "download, Mb/s", 29,
                   value=attrgetter("instance.inet_down"), best_first=True),
            Column("up", "↑Mb", 5, _plain(lambda o: count(o.inet_up)), "upload, Mb/s", 30,
                   value=attrgetter("instance.inet_up"), best_first=True),
            Column("image", "Image", 32, _plain(lambda o: o.image_uuid or UNKNOWN), "image", 40,
                   left=True, value=attrgetter("instance.image_uuid")),
            Column("place", "Place", 22, _plain(lambda o: place_words(o.geolocation) or UNKNOWN),
                   "location", 41, left=True, value=attrgetter("instance.geolocation")),
            Column("ip", "Address", 16, self._hidden(lambda o: o.public_ipaddr), "public address",
                   42, left=True, value=attrgetter("instance.public_ipaddr")),
            Column("msg", "Message", 40, _plain(lambda o: o.status_msg or ""),
                   "the host's last message", 43, left=True,
                   value=attrgetter("instance.status_msg")),
        ]  # fmt: skip


def state_words(row: FleetRow, now: float) -> str:
    """`◐ loading 6m`; with a plus where it began before it was first seen."""
    words, passed = f"{row.phase.traits.glyph} {row.phase.value}", now - row.since
    if not row.phase.traits.has_clock or (not row.exact and passed < MINUTE):
        return words
    return f"{words} {span(passed)}{'' if row.exact else '+'}"


def _duration(seconds: float) -> str:
    """`6m`, `8h04m`, `19d`: nothing that changes every second for longer than a minute."""
    return age(seconds) if HOUR <= seconds < DAY else span(seconds)


def gpu_words(instance: Instance) -> str:
    """`2× RTX 3090`."""
    name = instance.gpu_name or UNKNOWN
    return name if instance.num_gpus is None else f"{instance.num_gpus}× {name}"


def instances_resource(cells: InstanceCells) -> Resource[FleetRow]:
    """The account's instances as a list."""
    first = cells.first_columns()
    return Resource(
        name="instances",
        noun="instance",
        id=attrgetter("instance.id"),
        columns=[*first, *cells.more_columns()],
        fields=INSTANCES,
        sort=(("state", False), ("label", False)),
        shown=[column.key for column in first],
        summary=_count,
        hints=("type to filter: state:stopped", "gpu:4090", "ends<3d"),
    )


def _count(rows: Sequence[FleetRow]) -> str:
    """How many are in which state, e.g. `3 instances: 1 running, 2 stopped`."""
    if not rows:
        return "no instances"
    phases = Counter(row.phase for row in rows)
    states = ", ".join(f"{phases[phase]} {phase.value}" for phase in Phase if phases[phase])
    return f"{plural(len(rows), 'instance')}: {states}"


def _label(row: FleetRow) -> str | None:
    return row.instance.title.casefold() or None


def _age(row: FleetRow) -> float | None:
    """Grows with the age, whatever the time is."""
    start = row.instance.start_date
    return None if start is None else -start


def _driver(row: FleetRow) -> int | None:
    version = row.instance.driver_version
    return None if version is None else driver_number(version)


def _plain(read: Callable[[Instance], str]) -> Callable[[FleetRow], Cell]:
    return lambda row: (read(row.instance), "")
