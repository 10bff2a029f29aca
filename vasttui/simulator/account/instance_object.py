"""One instance as the service returns it (docs: "show instance", "show instances").

Keys and types are those of answers seen in 2026; prices include the real disk, and units are the
service's.
"""

from __future__ import annotations

import hashlib

from vasttui.simulator.account.contract import Contract
from vasttui.simulator.account.copy_progress import message_at
from vasttui.simulator.account.shelf import Mount
from vasttui.simulator.account.vitals import vitals_of
from vasttui.simulator.market.offers import (
    cores,
    dlperf,
    fixed,
    gpu_frac,
    gpu_ram,
    hourly,
    ports,
    total_flops,
)
from vasttui.units import HOUR

_FIRST_PORT = 40_000
_JUPYTER_PORT = 8080
_MORE_PER_HOUR, _FULL = 0.1, 0.97  # GB that are written to a volume; its share that is ever used
_NOT_IN_INSTANCES = {
    "resource_type", "cluster_id", "hostname", "cpu_ghz", "nw_disk_min_bw", "nw_disk_avg_bw",
    "nw_disk_max_bw", "vms_enabled", "is_vm_deverified", "gpu_max_power", "gpu_max_temp",
    "driver_vers", "geolocode", "reliability", "reliability_mult", "expected_reliability",
    "target_reliability", "sla_r_claim", "sla_sigma_x", "sla_broker_rate", "vericode",
}  # fmt: skip


def instance_object(contract: Contract, now: float) -> dict[str, object]:
    """The whole object, as in the list."""
    facts = fixed(contract.chunk.machine)
    return {
        **{name: value for name, value in facts.items() if name not in _NOT_IN_INSTANCES},
        **_identity(contract),
        **_state(contract, now),
        **_launch(contract),
        **_network(contract),
        **_share(contract),
        "volume_info": [_mounted(mount, now) for mount in contract.mounts],
        **_times(contract, now),
        **_load(contract, now),
        **_price(contract, now),
        **({"verification": "deverified"} if contract.deverified else {}),
    }


def outside_ports(contract: Contract) -> dict[str, int]:
    """Container ports and the host ports they map to, such as `22/tcp` to 40012."""
    if not contract.has_direct_ports:
        return {}
    wanted = ["22/tcp"]
    if "jupyter" in contract.runtype:
        wanted.append(f"{_JUPYTER_PORT}/tcp")
    for name in contract.env:
        if name.startswith("-p "):
            inside = name.removeprefix("-p ").rpartition(":")[2]
            wanted.append(inside if "/" in inside else f"{inside}/tcp")
    first = _FIRST_PORT + contract.id % 9000
    return {port: first + 7 * at for at, port in enumerate(dict.fromkeys(wanted))}


def _identity(contract: Contract) -> dict[str, object]:
    return {
        "id": contract.id,
        "bundle_id": contract.chunk.bundle_id,
        "label": contract.label,
        "template_id": contract.template_id,
        "template_hash_id": contract.template_hash,
        "template_name": contract.template_name,
        **_work(contract),
    }


def _work(contract: Contract) -> dict[str, object]:
    """What it works for: only workers have these."""
    if contract.endpoint_id is None:
        return {}
    return {"endpoint_id": contract.endpoint_id, "workergroup_id": contract.workergroup_id}


def _state(contract: Contract, now: float) -> dict[str, object]:
    state = contract.state
    return {
        "actual_status": state.actual,
        "cur_state": state.cur,
        "next_state": state.next,
        "intended_status": state.intended,
        "status_msg": message_at(contract.said, now) or state.message,
    }


def _launch(contract: Contract) -> dict[str, object]:
    token = hashlib.sha256(str(contract.id).encode()).hexdigest()
    return {
        "image_uuid": contract.image,
        "image_args": list(contract.args),
        "image_runtype": contract.runtype,
        "extra_env": [[name, value] for name, value in contract.env.items()],
        "onstart": contract.onstart,
        "jupyter_token": token,
    }


def _network(contract: Contract) -> dict[str, object]:
    number, machine = contract.id, contract.chunk.machine
    mapped = outside_ports(contract)
    shown: dict[str, object] = {}
    if contract.is_running:
        for port, outside in mapped.items():
            entries = [{"HostIp": "0.0.0.0", "HostPort": str(outside)}]  # noqa: S104 - as docker says
            if number % 3 == 0:
                entries.append({"HostIp": "::", "HostPort": str(outside)})
            shown[port] = entries
    return {
        "public_ipaddr": f"{machine.network.address.strip()}\n",
        "local_ipaddrs": f"10.2.{number % 250}.{number % 199 + 1} 172.17.0.1 \n",
        "ssh_idx": str(number % 9 + 1),
        "ssh_host": f"ssh{number % 9 + 1}.vast.ai",
        "ssh_port": 10_000 + number % 10_000 // 2 * 2,
        "machine_dir_ssh_port": 51_199,
        "ports": shown,
        "direct_port_count": ports(contract.chunk),
        "direct_port_start": min(mapped.values(), default=-1),
        "direct_port_end": max(mapped.values(), default=-1),
        "country_code": (machine.network.place or "")[-2:] or None,
    }


def _share(contract: Contract) -> dict[str, object]:
    chunk, gpu = contract.chunk, contract.chunk.machine.gpu
    return {
        "num_gpus": chunk.size,
        "gpu_frac": gpu_frac(chunk),
        "gpu_totalram": gpu_ram(chunk) * chunk.size,
        "gpu_mem_bw": float(gpu.mem_bw) if gpu else 0.0,
        "total_flops": total_flops(chunk),
        "cpu_cores_effective": cores(chunk),
        "dlperf": dlperf(chunk),
        "rentable": False,
    }


def _mounted(mount: Mount, now: float) -> dict[str, object]:
    """A volume of the instance, which fills while it is mounted."""
    used = min(mount.size * _FULL, mount.size * 0.3 + _MORE_PER_HOUR * (now - mount.since) / HOUR)
    return {
        "id": mount.id, "label": mount.label, "created_from": mount.created_from,
        "avail_space": round(mount.size - used, 3), "total_space": mount.size, "type": "machine",
    }  # fmt: skip


def _times(contract: Contract, now: float) -> dict[str, object]:
    return {
        "start_date": contract.start_date,
        "end_date": contract.end_date,
        "duration": contract.end_date - now,
        "uptime_mins": None,
        "client_run_time": 1.1,
        "host_run_time": 2592000.0,
        "time_remaining": "",
        "time_remaining_isbid": "",
    }


def _load(contract: Contract, now: float) -> dict[str, object]:
    vitals = vitals_of(contract, now)
    ever = contract.run_since is not None
    disk = contract.disk_used(now) if ever else None
    limit = contract.chunk.machine.hardware.ram * gpu_frac(contract.chunk) / 1024
    return {
        "gpu_util": vitals.gpu_util if vitals else None,
        "gpu_temp": vitals.gpu_temp if vitals else None,
        "vmem_usage": vitals.vmem if vitals else None,
        "cpu_util": vitals.cpu if vitals else 0.0,
        "mem_limit": round(limit, 3) if vitals else None,
        "mem_usage": min(limit, vitals.mem) if vitals else None,
        "disk_space": float(contract.disk),
        "disk_usage": round(disk, 6) if disk is not None else -1,
        "disk_util": round(disk / contract.disk, 6) if disk is not None else -1,
    }


def _price(contract: Contract, now: float) -> dict[str, object]:
    base, disk = contract.price, contract.disk_price
    deposit, total = contract.deposit, base + disk
    rate = deposit.rate if deposit else 0.0
    running, held = (base if contract.is_running else 0.0), disk
    if contract.state.worker is not None:
        running, held = contract.hourly
    chunk = contract.chunk
    memory = gpu_ram(chunk) * chunk.size
    return {
        "is_bid": contract.is_bid,
        "min_bid": contract.least_bid(now),
        "dph_base": base,
        "storage_cost": contract.storage_cost,
        "storage_total_cost": disk,
        "dph_total": total,
        "search": hourly(base, disk, total * rate),
        "instance": hourly(running, held, (running + held) * rate),
        "inet_up_billed": None,
        "inet_down_billed": None,
        "credit_balance": round(deposit.left, 6) if deposit else None,
        "credit_discount": round(rate, 3) if deposit else None,
        "credit_discount_max": chunk.machine.listing.discount_max,
        "dlperf_per_dphtotal": dlperf(chunk) / total if total else None,
        "flops_per_dphtotal": total_flops(chunk) / total if total else None,
        "score": 420.0,
        "vram_costperhour": total / memory if memory else None,
    }
