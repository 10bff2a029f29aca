"""By what offers can be ordered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter

from vasttui.lists.sorting import Read, SortKeys, sorted_rows
from vasttui.models.money import PricedOffer
from vasttui.models.offer import Offer

_ROW: dict[str, Read[PricedOffer]] = {
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


def reader(key: str) -> Read[PricedOffer] | None:
    """What reads the value that a column is ordered by; None for a name without an order."""
    if key in _ROW:
        return _ROW[key]
    name = _OFFER.get(key, key)
    return attrgetter(f"offer.{name}") if name in _OFFER_FIELDS else None


def sorted_offers(rows: Sequence[PricedOffer], keys: SortKeys) -> list[PricedOffer]:
    """The rows in order, those equal in all columns as they were."""
    return sorted_rows(rows, keys, reader)


def by_id(rows: Sequence[PricedOffer]) -> list[PricedOffer]:
    """The rows by offer id: the order of rows that are equal otherwise."""
    return sorted(rows, key=lambda row: row.offer.id)
