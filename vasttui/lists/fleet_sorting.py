"""By what instances can be ordered."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from vasttui.lists.sorting import Read, SortKeys, sorted_rows
from vasttui.models.status import Phase
from vasttui.query.instance_fields import disk_percent
from vasttui.query.values import driver_number
from vasttui.services.fleet.snapshot import FleetRow

ATTENTION_FIRST = (
    Phase.FAILED, Phase.OUTBID, Phase.OFFLINE, Phase.NO_SIGNAL, Phase.UNREADABLE, Phase.EXITED,
    Phase.FROZEN, Phase.LOADING, Phase.PROVISIONING, Phase.STARTING, Phase.SCHEDULING,
    Phase.REBOOTING, Phase.RECYCLING, Phase.STOPPING, Phase.RUNNING, Phase.STOPPED,
)  # fmt: skip
"""The states, the one that most needs somebody first."""

_RANK = {phase: rank for rank, phase in enumerate(ATTENTION_FIRST)}
_BEST_FIRST = frozenset({
    "n", "util", "vram", "temp", "disk", "used", "price", "spent", "rel", "cuda", "cpuutil",
    "down", "up",
})  # fmt: skip


def _label(row: FleetRow) -> str | None:
    label = row.instance.label
    return label.casefold() if label else None


def _age(row: FleetRow) -> float | None:
    """Grows with the age, whatever the time is."""
    start = row.instance.start_date
    return None if start is None else -start


def _driver(row: FleetRow) -> int | None:
    version = row.instance.driver_version
    return None if version is None else driver_number(version)


_READ: dict[str, Read[FleetRow]] = {
    "state": lambda row: _RANK[row.phase],
    "label": _label,
    "gpu": attrgetter("instance.gpu_name"),
    "n": attrgetter("instance.num_gpus"),
    "util": attrgetter("instance.gpu_util"),
    "vram": attrgetter("instance.vram"),
    "temp": attrgetter("instance.gpu_temp"),
    "disk": attrgetter("instance.disk_space"),
    "used": lambda row: disk_percent(row.instance),
    "price": attrgetter("bill.hourly"),
    "spent": lambda row: None if row.spent is None else row.spent.amount,
    "since": lambda row: -row.since,
    "age": _age,
    "ends": attrgetter("instance.end_date"),
    "cc": lambda row: row.instance.country or None,
    "place": attrgetter("instance.geolocation"),
    "mach": attrgetter("instance.machine_id"),
    "host": attrgetter("instance.host_id"),
    "id": attrgetter("instance.id"),
    "image": attrgetter("instance.image_uuid"),
    "type": attrgetter("instance.is_bid"),
    "rel": attrgetter("instance.reliability2"),
    "driver": _driver,
    "cuda": attrgetter("instance.cuda_max_good"),
    "ip": attrgetter("instance.public_ipaddr"),
    "note": lambda row: _RANK[row.phase],
    "msg": attrgetter("instance.status_msg"),
    "minbid": attrgetter("instance.min_bid"),
    "cpuutil": attrgetter("instance.cpu_util"),
    "down": attrgetter("instance.inet_down"),
    "up": attrgetter("instance.inet_up"),
}


def starts_descending(key: str) -> bool:
    """Whether most people want the large values of this column first."""
    return key in _BEST_FIRST


def reader(key: str) -> Read[FleetRow] | None:
    """What reads the value that a column is ordered by; None for a name without an order."""
    return _READ.get(key)


def sorted_fleet(rows: Sequence[FleetRow], keys: SortKeys) -> list[FleetRow]:
    """The rows in order, those equal in all columns by id."""
    by_id = sorted(rows, key=_id)
    return sorted_rows(by_id, keys, reader)


def _id(row: FleetRow) -> int:
    return row.instance.id
