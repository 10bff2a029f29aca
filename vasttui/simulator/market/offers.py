"""One offer as the service returns it, with every price computed as the service does.

The keys are the 100 of answers seen in September 2026; formulas and units are those of docs:
"search offers".
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from vasttui.simulator.http.wire import encode
from vasttui.simulator.market.machines import Chunk, Machine
from vasttui.simulator.market.market import Ask
from vasttui.units import HOURS_PER_MONTH

RentalType = Literal["on-demand", "bid", "reserved"]
VERICODES = {"verified": 1, "unverified": 0, "deverified": 2}


@dataclass(frozen=True, slots=True)
class Terms:
    """What offers depend on: rental type, GB of disk, time (epoch seconds), and the GB of volumes
    that were made on machines, by machine."""

    rental: RentalType
    storage: float
    now: float
    volumes: Mapping[int, float] = field(default_factory=dict)


def on_demand_price(ask: Ask) -> float:
    """On-demand GPU price in $/h."""
    return ask.chunk.size * ask.moment.mills / 1000 / ask.chunk.machine.listing.share


def min_bid(ask: Ask) -> float:
    """The lowest winning bid in $/h."""
    return round(on_demand_price(ask) * ask.chunk.machine.listing.bid_share, 7)


def dph_base(ask: Ask, terms: Terms) -> float:
    """GPU price in $/h; for an interruptible search the lowest winning bid."""
    return min_bid(ask) if terms.rental == "bid" else on_demand_price(ask)


def storage_price(ask: Ask, terms: Terms) -> float:
    """Disk price in $/h."""
    return ask.chunk.machine.listing.storage_cost * terms.storage / HOURS_PER_MONTH


def dph_total(ask: Ask, terms: Terms) -> float:
    """Price of GPUs and disk in $/h."""
    return dph_base(ask, terms) + storage_price(ask, terms)


def gpu_frac(chunk: Chunk) -> float:
    """The offer's share of the machine's GPUs."""
    count = chunk.machine.gpu_count
    return chunk.size / count if count else 0.0


def gpu_ram(chunk: Chunk) -> int:
    """GPU memory in MB per GPU."""
    gpu = chunk.machine.gpu
    return gpu.ram if gpu else 0


def dlperf(chunk: Chunk) -> float:
    """DLPerf of all GPUs in the offer."""
    gpu = chunk.machine.gpu
    return gpu.dlperf * chunk.size * chunk.machine.hardware.dlperf if gpu else 0.0


def disk_space(ask: Ask) -> float:
    """Free disk space for this offer in GB."""
    machine = ask.chunk.machine
    share = gpu_frac(ask.chunk) if machine.gpu_count else 1.0
    return round(machine.hardware.disk_space * share, 3)


def ports(chunk: Chunk) -> int:
    """Open ports for this offer."""
    machine = chunk.machine
    return machine.network.ports * chunk.size // machine.gpu_count if machine.gpu_count else 0


def cores(chunk: Chunk) -> float | None:
    """vCPUs of this offer."""
    threads = chunk.machine.hardware.threads
    return None if threads is None else threads * gpu_frac(chunk)


def total_flops(chunk: Chunk) -> float:
    """TFLOPS of all GPUs in the offer."""
    gpu = chunk.machine.gpu
    return gpu.tflops * chunk.size if gpu else 0.0


def reliability_mult(machine: Machine) -> float:
    """The factor in the score; the service's formula is not known, this one is close."""
    return round(math.pow(machine.listing.reliability, 9.8), 7)


def driver_number(version: str) -> int:
    """A driver version as the service compares it: 535.86.05 is 535086005."""
    major, minor, patch = version.split(".")
    return int(f"{major}{minor:0>3}{patch:0>3}")


def wire(ask: Ask, terms: Terms, row: int) -> dict[str, object]:
    """The whole offer object; `row` is its place in the answer, from 1."""
    return {**fixed(ask.chunk.machine), **moving(ask, terms, row)}


def fixed(machine: Machine) -> dict[str, object]:
    """The fields that all offers of a machine share at any time."""
    return {**_host(machine), **_gpu(machine), **_network(machine), **_trust(machine)}


def moving(ask: Ask, terms: Terms, row: int) -> dict[str, object]:
    """The fields that depend on the offer, the moment and the terms."""
    return {**_identity(ask, row), **_share(ask, terms), **_times(ask, terms), **_price(ask, terms)}


def _host(machine: Machine) -> dict[str, object]:
    hardware, listing = machine.hardware, machine.listing
    low, mean, high = listing.disk_network or (None, None, None)
    return {
        "machine_id": machine.machine_id,
        "host_id": machine.host_id,
        "resource_type": "gpu" if machine.gpu else "disk",
        "cluster_id": listing.cluster_id,
        "hostname": None,
        "webpage": None,
        "logo": "/static/logos/vastai_small2.png",
        "external": listing.external,
        "cpu_name": hardware.processor.name,
        "cpu_arch": hardware.processor.arch,
        "cpu_cores": hardware.threads,
        "cpu_ghz": hardware.processor.ghz,
        "cpu_ram": hardware.ram,
        "has_avx": 0 if hardware.processor.arch == "arm64" else 1,
        "mobo_name": hardware.board,
        "os_version": hardware.os_version,
        "pci_gen": hardware.processor.pci_gen,
        "pcie_bw": hardware.pcie_bw,
        "disk_name": hardware.disk_name,
        "disk_bw": hardware.disk_bw,
        "nw_disk_min_bw": low,
        "nw_disk_avg_bw": mean,
        "nw_disk_max_bw": high,
        "vms_enabled": listing.vms,
        "is_vm_deverified": not listing.vms and listing.verification == "deverified",
    }


def _gpu(machine: Machine) -> dict[str, object]:
    gpu, hardware = machine.gpu, machine.hardware
    return {
        "gpu_name": gpu.name if gpu else "",
        "gpu_arch": gpu.arch if gpu else "nvidia",
        "gpu_ram": gpu.ram if gpu else 0,
        "gpu_mem_bw": gpu.mem_bw if gpu else 0.0,
        "gpu_lanes": hardware.lanes if gpu else 0,
        "gpu_max_power": float(gpu.power) if gpu else 0.0,
        "gpu_max_temp": hardware.gpu_max_temp if gpu else 0.0,
        "gpu_display_active": hardware.display,
        "bw_nvlink": float(gpu.nvlink) if gpu and machine.gpu_count > 1 else 0.0,
        "compute_cap": gpu.compute_cap if gpu else None,
        "cuda_max_good": hardware.cuda,
        "driver_version": hardware.driver,
        "driver_vers": driver_number(hardware.driver),
    }


def _network(machine: Machine) -> dict[str, object]:
    network = machine.network
    return {
        "inet_up": network.up,
        "inet_down": network.down,
        "inet_up_cost": network.up_cost,
        "inet_down_cost": network.down_cost,
        "internet_up_cost_per_tb": network.up_cost * 1024,
        "internet_down_cost_per_tb": network.down_cost * 1024,
        "static_ip": network.static_ip,
        "public_ipaddr": network.address,
        "geolocation": network.place,
        "geolocode": network.geolocode,
    }


def _trust(machine: Machine) -> dict[str, object]:
    listing = machine.listing
    return {
        "reliability": listing.reliability,
        "reliability2": listing.reliability,
        "reliability_mult": reliability_mult(machine),
        "expected_reliability": round(listing.reliability**2, 7),
        "target_reliability": None,
        "sla_r_claim": None,
        "sla_sigma_x": None,
        "sla_broker_rate": None,
        "verification": listing.verification,
        "vericode": VERICODES[listing.verification],
        "hosting_type": listing.hosting_type,
        "credit_discount_max": listing.discount_max,
        "storage_cost": listing.storage_cost,
        "time_remaining": "",
        "time_remaining_isbid": "",
    }


def _identity(ask: Ask, row: int) -> dict[str, object]:
    return {
        "ask_contract_id": ask.id,
        "id": ask.id,
        "bundle_id": ask.chunk.bundle_id,
        "bundled_results": None,
        "rn": row,
        "rentable": ask.rentable,
        "rented": False,
    }


def volume_room(machine: Machine, terms: Terms) -> float | None:
    """GB that are free for new volumes; None where the host rents out none."""
    size = (machine.listing.volume_size or 0.0) - terms.volumes.get(machine.machine_id, 0.0)
    return size if size >= 1 else None


def _share(ask: Ask, terms: Terms) -> dict[str, object]:
    machine, size = ask.chunk.machine, ask.chunk.size
    volume = volume_room(machine, terms)
    return {
        "num_gpus": size,
        "gpu_ids": ask.gpu_ids,
        "gpu_frac": gpu_frac(ask.chunk),
        "gpu_total_ram": gpu_ram(ask.chunk) * size,
        "total_flops": total_flops(ask.chunk),
        "dlperf": dlperf(ask.chunk),
        "cpu_cores_effective": cores(ask.chunk),
        "disk_space": disk_space(ask),
        "direct_port_count": ports(ask.chunk),
        "avail_vol_ask_id": None if volume is None else ask.id + 1,
        "avail_vol_size": volume,
        "avail_vol_dph": None if volume is None else machine.listing.storage_cost / HOURS_PER_MONTH,
    }


def _times(ask: Ask, terms: Terms) -> dict[str, object]:
    return {
        "start_date": ask.moment.since if ask.chunk.machine.listing.dated else None,
        "end_date": ask.moment.end_date,
        "duration": ask.moment.end_date - terms.now,
    }


def _price(ask: Ask, terms: Terms) -> dict[str, object]:
    machine, listing = ask.chunk.machine, ask.chunk.machine.listing
    base, storage = dph_base(ask, terms), storage_price(ask, terms)
    total = base + storage
    reserved = terms.rental == "reserved"
    rate = listing.discount_max if reserved else listing.discount_rate
    discount = base * listing.discount_max if reserved else 0.0
    performance, memory = dlperf(ask.chunk), gpu_ram(ask.chunk) * ask.chunk.size
    value = performance / total if total else 0.0
    return {
        "is_bid": terms.rental == "bid",
        "min_bid": min_bid(ask),
        "dph_base": base,
        "storage_total_cost": storage,
        "dph_total": total,
        "dph_total_adj": total + machine.network.up_cost + machine.network.down_cost,
        "discount_rate": rate,
        "discounted_hourly": discount,
        "discounted_dph_total": total - discount,
        "vram_costperhour": base / (memory / 1024) if memory else 0.0,
        "dlperf_per_dphtotal": value,
        "flops_per_dphtotal": total_flops(ask.chunk) / total if total else 0.0,
        "score": value * reliability_mult(machine),
        "search": hourly(base, storage, discount),
        "instance": hourly(0, storage),
    }


def hourly(gpu: float, disk: float, discount: float = 0.0) -> dict[str, object]:
    """The price in $/h part by part, as under "search" and "instance"."""
    total = gpu + disk
    return {
        "gpuCostPerHour": gpu,
        "diskHour": disk,
        "totalHour": total,
        "discountTotalHour": discount or 0,
        "discountedTotalPerHour": total - discount,
    }


class RowWriter:
    """Writes offers as JSON. A machine's fixed fields are encoded once and kept."""

    def __init__(self) -> None:
        self._fixed: dict[int, bytes] = {}

    def write(self, ask: Ask, terms: Terms, row: int) -> bytes:
        """The same object as `wire`, in about half the time."""
        machine = ask.chunk.machine
        start = self._fixed.get(machine.machine_id)
        if start is None:
            start = self._fixed[machine.machine_id] = encode(fixed(machine))[:-1] + b","
        return start + encode(moving(ask, terms, row))[1:]
