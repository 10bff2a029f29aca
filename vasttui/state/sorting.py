"""By what offers can be ordered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

from vasttui.models.money import Listing
from vasttui.models.offer import Offer

SortKeys = Sequence[tuple[str, bool]]
"""Column names with True for descending; the first one decides first."""

_Read = Callable[[Listing], Any]

_ROW: dict[str, _Read] = {
    "price": attrgetter("price"),
    "eff": attrgetter("eff"),
    "value": attrgetter("value"),
    "ram": attrgetter("offer.ram_share"),
    "cc": lambda row: row.offer.country or None,
}
_OFFER = {
    "gpu": "gpu_name", "n": "num_gpus", "vram": "gpu_ram", "cuda": "cuda_max_good",
    "vcpu": "cpu_cores_effective", "disk": "disk_space", "down": "inet_down", "up": "inet_up",
    "rel": "reliability", "ends": "end_date", "mach": "machine_id", "host": "host_id",
    "ports": "direct_port_count", "pcie": "pcie_bw", "driver": "driver_vers",
    "place": "geolocation", "cpu": "cpu_name", "ip": "public_ipaddr", "flags": "hosting_type",
}  # fmt: skip
_OFFER_FIELDS = {field.name for field in fields(Offer)}
_BEST_FIRST = frozenset(
    {"value", "rel", "down", "up", "disk", "ram", "vcpu", "vram", "dlperf", "ends", "cuda",
     "total_flops", "flops_per_dphtotal", "dlperf_per_dphtotal", "gpu_mem_bw", "score", "ports"}
)  # fmt: skip


def starts_descending(key: str) -> bool:
    """Whether most people want the large values of this column first."""
    return key in _BEST_FIRST


def reader(key: str) -> _Read | None:
    """What reads the value that a column is ordered by; None for a name without an order."""
    if key in _ROW:
        return _ROW[key]
    name = _OFFER.get(key, key)
    return attrgetter(f"offer.{name}") if name in _OFFER_FIELDS else None


def sorted_rows(rows: Sequence[Listing], keys: SortKeys) -> list[Listing]:
    """The rows in order, those equal in all columns as they were. 20,000 rows by two columns
    take about 10 ms."""
    ordered = list(rows)
    for key, descending in reversed(keys):
        read = reader(key)
        if read is not None:
            ordered = sorted_by(ordered, read, descending)
    return ordered


def by_id(rows: Sequence[Listing]) -> list[Listing]:
    """The rows by offer id: the order of rows that are equal otherwise."""
    return sorted(rows, key=lambda row: row.offer.id)


def sorted_by(rows: list[Listing], read: _Read, descending: bool) -> list[Listing]:
    """The rows by one value, otherwise as they were; rows without the value last."""
    try:
        return sorted(rows, key=read, reverse=descending)
    except TypeError:  # a missing value has no order
        values = list(map(read, rows))
    known = [row for row, value in zip(rows, values, strict=True) if value is not None]
    known.sort(key=read, reverse=descending)
    return known + [row for row, value in zip(rows, values, strict=True) if value is None]
