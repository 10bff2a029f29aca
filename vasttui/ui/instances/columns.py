"""The columns of the instance table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from vasttui.lists.columns import Cell, Column
from vasttui.models.advice import note_of
from vasttui.models.instance import Instance
from vasttui.models.offer import vram_gb
from vasttui.models.status import Phase, glyph, tone
from vasttui.services.actions.kinds import ActionState
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.ui.format import UNKNOWN, age, count, decimal, hourly, money, percent, span

HIDDEN = "•••"
NONE = "-"
"""What is drawn where there is nothing to measure, such as the load of a stopped machine."""

_WARM, _HOT = 80.0, 90.0
_FULL = 0.9
_MINUTE, _HOUR, _DAY = 60.0, 3_600.0, 86_400.0
_SOON = 3 * _DAY
_NO_CLOCK = {Phase.RUNNING, Phase.UNREADABLE}


@dataclass(slots=True)
class InstanceCells:
    """What the cells of a row show, at the time that `now` tells (epoch seconds)."""

    now: Callable[[], float]
    private: bool = False
    running_actions: Mapping[int, ActionState] = field(default_factory=dict)
    """Actions that are under way, by instance."""
    gone: FleetRow | None = None
    """The instance under the cursor, when the service no longer lists it."""

    def state(self, row: FleetRow) -> Cell:
        if row is self.gone:
            return "✖ gone", "bad"
        state = self.running_actions.get(row.id)
        if state is not None:
            return f"… {state.what}", "warn"
        return state_words(row, self.now()), tone(row.phase)

    def label(self, row: FleetRow) -> Cell:
        return row.instance.title or str(row.id if not self.private else HIDDEN), ""

    def gpu(self, row: FleetRow) -> Cell:
        return gpu_words(row.instance), ""

    def util(self, row: FleetRow) -> Cell:
        value = row.instance.gpu_util
        if row.phase is not Phase.RUNNING or value is None:
            return NONE, "dim"
        return f"{value:.0f}%", "good" if value >= 50 else ""

    def vram(self, row: FleetRow) -> Cell:
        used, total = row.instance.vmem_usage, row.instance.vram
        if row.phase is not Phase.RUNNING or used is None or total is None:
            return NONE, "dim"
        return f"{used:.0f}/{vram_gb(total)}G", "warn" if used * 1024 > _FULL * total else ""

    def temp(self, row: FleetRow) -> Cell:
        value = row.instance.gpu_temp
        if row.phase is not Phase.RUNNING or value is None:
            return NONE, "dim"
        return f"{value:.0f}", "bad" if value >= _HOT else "warn" if value >= _WARM else ""

    def disk(self, row: FleetRow) -> Cell:
        used, size = row.instance.disk_used, row.instance.disk_space
        if size is None:
            return UNKNOWN, "dim"
        full = used is not None and used > _FULL * size
        return f"{NONE if used is None else f'{used:.0f}'}/{size:.0f}G", "warn" if full else ""

    def price(self, row: FleetRow) -> Cell:
        bill = row.bill.hourly
        if bill is None:
            return UNKNOWN, "bad"
        return hourly(bill), "" if row.bill.gpu else "dim"

    def spent(self, row: FleetRow) -> Cell:
        if row.spent is None:
            return UNKNOWN, "dim"
        return ("" if row.spent.exact else "≤") + _amount(row.spent.by(self.now())), ""

    def age(self, row: FleetRow) -> Cell:
        start = row.instance.start_date
        return (UNKNOWN if start is None else _duration(self.now() - start)), ""

    def ends(self, row: FleetRow) -> Cell:
        end = row.instance.end_date
        left = None if end is None else end - self.now()
        return span(left), "warn" if left is not None and left < _SOON else ""

    def note(self, row: FleetRow) -> Cell:
        if row is self.gone:
            return "no longer listed: destroyed, here or elsewhere", "warn"
        state = self.running_actions.get(row.id)
        if state is not None:
            return state.sentence, "warn"
        note = note_of(row.instance, row.phase, row.bill, row.since, row.exact, self.now())
        return note, tone(row.phase) if row.phase is not Phase.RUNNING else ""

    def number(self, row: FleetRow) -> Cell:
        return (HIDDEN if self.private else str(row.id)), "dim"

    def machine(self, row: FleetRow) -> Cell:
        machine = row.instance.machine_id
        return (HIDDEN if self.private else UNKNOWN if machine is None else str(machine)), "dim"

    def address(self, row: FleetRow) -> Cell:
        return (HIDDEN if self.private else row.instance.public_ipaddr or UNKNOWN), "dim"

    def kind(self, row: FleetRow) -> Cell:
        bid = row.instance.is_bid
        return (UNKNOWN if bid is None else "bid" if bid else "on-demand"), ""


def state_words(row: FleetRow, now: float) -> str:
    """`◐ loading 6m`; with a plus where it began before it was first seen."""
    words, passed = f"{glyph(row.phase)} {row.phase.value}", now - row.since
    if row.phase in _NO_CLOCK or (not row.exact and passed < _MINUTE):
        return words
    return f"{words} {span(passed)}{'' if row.exact else '+'}"


def _duration(seconds: float) -> str:
    """`6m`, `8h04m`, `19d`: nothing that changes every second for longer than a minute."""
    return age(seconds) if _HOUR <= seconds < _DAY else span(seconds)


def _amount(dollars: float) -> str:
    """Dollars in few cells: without the cents where there are many."""
    return f"${dollars:,.0f}" if dollars >= 100 else money(dollars)


def gpu_words(instance: Instance) -> str:
    """`2× RTX 3090`."""
    name = instance.gpu_name or UNKNOWN
    return name if instance.num_gpus is None else f"{instance.num_gpus}× {name}"


def instance_columns(cells: InstanceCells) -> dict[str, Column[FleetRow]]:
    """Every column there is, by its key, in the order of the chooser."""
    named = [
        Column("state", "State", 14, cells.state, "state, and since when", 0, left=True),
        Column("label", "Label", 10, cells.label, "label, or id without one", 1, left=True),
        Column("gpu", "GPU", 13, cells.gpu, "GPUs", 2, left=True),
        Column("util", "Util", 4, cells.util, "GPU load", 5),
        Column("vram", "VRAM", 7, cells.vram, "GPU memory used, of all", 9),
        Column("temp", "°C", 3, cells.temp, "GPU temperature", 11),
        Column("disk", "Disk", 8, cells.disk, "disk used, of all, GB", 8),
        Column("price", "$/h", 6, cells.price, "what is billed now, $/h", 3),
        Column("spent", "Spent", 7, cells.spent, "spent so far (≤: at most)", 10),
        Column("age", "Age", 6, cells.age, "since the contract began", 6),
        Column("ends", "Ends", 4, cells.ends, "contract ends in", 7),
        Column("note", "Note", 20, cells.note, "what matters most", 4, left=True, grows=True),
        Column("type", "Type", 9, cells.kind, "on-demand or bid", 20, left=True),
        Column("minbid", "MinBid", 6, _plain(lambda o: hourly(o.min_bid)),
               "least bid that wins now, $/h", 21),
        Column("cc", "CC", 2, _plain(lambda o: o.country or UNKNOWN), "country", 22, left=True),
        Column("mach", "Mach", 6, cells.machine, "machine id", 23),
        Column("id", "Instance", 9, cells.number, "instance id", 24),
        Column("rel", "Rel", 4, _plain(lambda o: percent(o.reliability2)), "reliability, %", 25),
        Column("cuda", "CUDA", 4, _plain(lambda o: decimal(o.cuda_max_good)), "CUDA version", 26),
        Column("driver", "Driver", 11, _plain(lambda o: o.driver_version or UNKNOWN),
               "driver version", 27, left=True),
        Column("cpuutil", "CPU%", 4, _plain(lambda o: count(o.cpu_util)), "CPU load", 28),
        Column("down", "↓Mb", 5, _plain(lambda o: count(o.inet_down)), "download, Mb/s", 29),
        Column("up", "↑Mb", 5, _plain(lambda o: count(o.inet_up)), "upload, Mb/s", 30),
        Column("image", "Image", 32, _plain(lambda o: o.image_uuid or UNKNOWN), "image", 40,
               left=True),
        Column("place", "Place", 22, _plain(lambda o: o.geolocation or UNKNOWN),
               "place and country", 41, left=True),
        Column("ip", "Address", 16, cells.address, "public address", 42, left=True),
        Column("msg", "Message", 40, _plain(lambda o: o.status_msg or ""),
               "the host's last message", 43, left=True),
    ]  # fmt: skip
    return {column.key: column for column in named}


DEFAULT_COLUMNS: tuple[str, ...] = (
    "state", "label", "gpu", "util", "vram", "temp", "disk", "price", "spent", "age", "ends",
    "note",
)  # fmt: skip


def choose(columns: Mapping[str, Column[FleetRow]], keys: Sequence[str]) -> list[Column[FleetRow]]:
    """The columns with these keys that exist, the state always first."""
    chosen = [columns[key] for key in keys if key in columns and key != "state"]
    return [columns["state"], *chosen]


def _plain(read: Callable[[Instance], str]) -> Callable[[FleetRow], Cell]:
    return lambda row: (read(row.instance), "")
