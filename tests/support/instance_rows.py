"""Instances as sent on the wire."""

from __future__ import annotations

import json
from typing import Any

TOKEN = "53fc448d6644aa7535c6fa5498cdbedc"
SECRET = "hf_never_to_be_shown"


def instance_row(id: int = 1, **changes: Any) -> dict[str, Any]:
    """A running instance with everything a row can contain, secrets included."""
    return {
        "id": id, "machine_id": 12, "host_id": 7, "label": f"job {id}", "actual_status": "running",
        "cur_state": "running", "next_state": "running", "intended_status": "running",
        "status_msg": "success, running nvidia/cuda_11/ssh\n", "template_id": None,
        "image_uuid": "nvidia/cuda:11", "image_runtype": "ssh ssh_direc ssh_proxy",
        "image_args": ["--api-key", SECRET],
        "extra_env": [["HF_TOKEN", SECRET], ["-p 8080:8080", "1"]],
        "onstart": f"export HF_TOKEN={SECRET}", "jupyter_token": TOKEN,
        "public_ipaddr": "192.0.2.45\n", "ssh_host": "ssh5.vast.ai", "ssh_port": 10600,
        "ports": {"22/tcp": [
            {"HostIp": "0.0.0.0", "HostPort": "30022"}, {"HostIp": "::", "HostPort": "30022"},
        ]},
        "start_date": 1_668_804_745.1, "end_date": 1_735_689_600, "num_gpus": 2,
        "gpu_name": "RTX 4090", "gpu_ram": 24576, "gpu_totalram": 49152.0, "gpu_util": 95.5,
        "disk_space": 10.08, "disk_usage": -1, "disk_util": -1, "is_bid": False, "min_bid": 0.296,
        "dph_base": 0.8, "dph_total": 0.8021, "storage_cost": 0.15, "storage_total_cost": 0.0021,
        "volume_info": [{"id": 5, "label": "data", "total_space": 100, "avail_space": 40.5}],
        "search": {"gpuCostPerHour": 0.8}, "webpage": None,
        **changes,
    }  # fmt: skip


def listing(
    *rows: object, token: str | None = None, total: int | None = None, **changes: Any
) -> dict[str, Any]:
    """A page of the list of instances."""
    return {
        "success": True, "instances_found": len(rows),
        "total_instances": len(rows) if total is None else total, "label_counts": {"": len(rows)},
        "next_token": token, "instances": list(rows), **changes,
    }  # fmt: skip


def page(*rows: object, **changes: Any) -> bytes:
    """The same page as bytes."""
    return json.dumps(listing(*rows, **changes)).encode()
