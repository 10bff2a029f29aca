"""The fields offers can be filtered and sorted by, with fast access to them.

A search over 20,000 offers must not build 20,000 whole objects to check one price, so common
fields are read straight from the offer; the rest come from the finished object.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from vasttui.simulator.market import offers
from vasttui.simulator.market.market import Ask
from vasttui.simulator.market.offers import VERICODES, Terms

Kind = Literal["number", "text", "flag"]
Value = float | str | bool | None
Getter = Callable[[Ask, Terms], Value]

TEXTS = frozenset(
    {
        "resource_type", "hostname", "webpage", "logo", "gpu_name", "gpu_arch", "driver_version",
        "cpu_name", "cpu_arch", "mobo_name", "os_version", "disk_name", "public_ipaddr",
        "geolocation", "verification", "time_remaining", "time_remaining_isbid",
    }
)  # fmt: skip
FLAGS = frozenset(
    {
        "rentable", "rented", "external", "gpu_display_active", "vms_enabled", "is_vm_deverified",
        "static_ip", "is_bid",
    }
)  # fmt: skip
NUMBERS = frozenset(
    {
        "ask_contract_id", "bundle_id", "bundled_results", "machine_id", "host_id", "cluster_id",
        "rn", "num_gpus", "gpu_frac", "gpu_ram", "gpu_total_ram", "gpu_mem_bw", "gpu_lanes",
        "gpu_max_power", "gpu_max_temp", "bw_nvlink", "compute_cap", "cuda_max_good",
        "driver_vers", "total_flops", "dlperf", "cpu_cores", "cpu_cores_effective", "cpu_ghz",
        "cpu_ram", "has_avx", "pci_gen", "pcie_bw", "disk_space", "disk_bw", "nw_disk_min_bw",
        "nw_disk_avg_bw", "nw_disk_max_bw", "avail_vol_ask_id", "avail_vol_size",
        "avail_vol_dph", "inet_up", "inet_down", "inet_up_cost", "inet_down_cost",
        "internet_up_cost_per_tb", "internet_down_cost_per_tb", "direct_port_count", "geolocode",
        "reliability", "reliability2", "reliability_mult", "expected_reliability",
        "target_reliability", "sla_r_claim", "sla_sigma_x", "sla_broker_rate", "vericode",
        "hosting_type", "start_date", "end_date", "duration", "min_bid", "dph_base",
        "storage_cost", "storage_total_cost", "dph_total", "dph_total_adj", "discount_rate",
        "credit_discount_max", "discounted_hourly", "discounted_dph_total", "vram_costperhour",
        "dlperf_per_dphtotal", "flops_per_dphtotal", "score", "id",
    }
)  # fmt: skip

ALIASES = {
    "dphtotal": "dph_total",
    "gpu_totalram": "gpu_total_ram",
    "ubuntu_version": "os_version",
}
"""Other names the service has for a field (client 1.9.1 `data/query.py`)."""

THOUSANDS = {
    "gpu_totalram_GB": "gpu_total_ram",
    "gpu_total_ram_GB": "gpu_total_ram",
    "cpu_ram_GB": "cpu_ram",
    "gpu_ram_GB": "gpu_ram",
}
"""Names of memory fields with values in units of 1000 MB."""


def kind_of(name: str) -> Kind | None:
    """The type of a field; None if it cannot be filtered."""
    if name in NUMBERS:
        return "number"
    if name in TEXTS:
        return "text"
    return "flag" if name in FLAGS else None


def getter(name: str) -> Getter:
    """A function that reads that field of an offer."""
    return QUICK.get(name) or _from_object(name)


def _from_object(name: str) -> Getter:
    def read(ask: Ask, terms: Terms) -> Value:
        value = offers.wire(ask, terms, 0)[name]
        return value if isinstance(value, (int, float, str)) else None

    return read


def _gpu_name(ask: Ask, _: Terms) -> Value:
    gpu = ask.chunk.machine.gpu
    return gpu.name if gpu else ""


def _score(ask: Ask, terms: Terms) -> Value:
    total = offers.dph_total(ask, terms)
    return (
        offers.dlperf(ask.chunk) / total * offers.reliability_mult(ask.chunk.machine)
        if total
        else 0.0
    )


def _value(ask: Ask, terms: Terms) -> Value:
    total = offers.dph_total(ask, terms)
    return offers.dlperf(ask.chunk) / total if total else 0.0


QUICK: dict[str, Getter] = {
    "ask_contract_id": lambda ask, _: ask.id,
    "machine_id": lambda ask, _: ask.chunk.machine.machine_id,
    "host_id": lambda ask, _: ask.chunk.machine.host_id,
    "rentable": lambda ask, _: ask.rentable,
    "rented": lambda ask, _: False,
    "external": lambda ask, _: ask.chunk.machine.listing.external,
    "gpu_name": _gpu_name,
    "num_gpus": lambda ask, _: ask.chunk.size,
    "gpu_ram": lambda ask, _: offers.gpu_ram(ask.chunk),
    "gpu_total_ram": lambda ask, _: offers.gpu_ram(ask.chunk) * ask.chunk.size,
    "cuda_max_good": lambda ask, _: ask.chunk.machine.hardware.cuda,
    "cpu_cores_effective": lambda ask, _: offers.cores(ask.chunk),
    "cpu_ram": lambda ask, _: ask.chunk.machine.hardware.ram,
    "disk_space": lambda ask, _: offers.disk_space(ask),
    "disk_bw": lambda ask, _: ask.chunk.machine.hardware.disk_bw,
    "inet_up": lambda ask, _: ask.chunk.machine.network.up,
    "inet_down": lambda ask, _: ask.chunk.machine.network.down,
    "direct_port_count": lambda ask, _: offers.ports(ask.chunk),
    "static_ip": lambda ask, _: ask.chunk.machine.network.static_ip,
    "geolocation": lambda ask, _: ask.chunk.machine.network.place,
    "reliability": lambda ask, _: ask.chunk.machine.listing.reliability,
    "reliability2": lambda ask, _: ask.chunk.machine.listing.reliability,
    "verification": lambda ask, _: ask.chunk.machine.listing.verification,
    "vericode": lambda ask, _: VERICODES[ask.chunk.machine.listing.verification],
    "hosting_type": lambda ask, _: ask.chunk.machine.listing.hosting_type,
    "end_date": lambda ask, _: ask.moment.end_date,
    "duration": lambda ask, terms: ask.moment.end_date - terms.now,
    "dph_base": offers.dph_base,
    "dph_total": offers.dph_total,
    "min_bid": lambda ask, _: offers.min_bid(ask),
    "storage_cost": lambda ask, _: ask.chunk.machine.listing.storage_cost,
    "dlperf": lambda ask, _: offers.dlperf(ask.chunk),
    "dlperf_per_dphtotal": _value,
    "score": _score,
}
