"""Compares what a template needs of a host with an offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from vasttui.models.offer import Offer
from vasttui.models.template import Need, Value
from vasttui.query.filters import holds, members
from vasttui.query.values import driver_number, whole_gigabytes
from vasttui.units import DAY

_SIGNS = {
    "eq": "=", "neq": "!=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "in": "in",
    "notin": "not in",
}  # fmt: skip
_TITLES = {
    "cuda_max_good": "CUDA", "compute_cap": "compute capability", "cpu_arch": "CPU",
    "gpu_arch": "GPU maker", "driver_vers": "driver", "gpu_name": "GPU",
    "num_gpus": "GPUs", "gpu_ram": "GPU memory in MB",
    "gpu_total_ram": "total GPU memory in MB", "cpu_ram": "RAM in MB",
    "disk_space": "free disk in GB", "direct_port_count": "open ports", "geolocation": "country",
    "cpu_cores_effective": "vCPUs", "inet_down": "download in Mb/s", "inet_up": "upload in Mb/s",
    "vms_enabled": "virtual machines", "duration": "days until the offer ends",
}  # fmt: skip
_ALIASES = {
    "reliability2": "reliability", "dphtotal": "dph_total", "gpu_totalram": "gpu_total_ram",
    "ubuntu_version": "os_version", "cuda_vers": "cuda_max_good",
    "allocated_storage": "disk_space", "driver_version": "driver_vers",
}  # fmt: skip
"""Other names the service has for a field (client 1.9.1 `data/query.py`)."""

_THOUSANDS = {
    "gpu_ram_GB": "gpu_ram", "gpu_totalram_GB": "gpu_total_ram", "cpu_ram_GB": "cpu_ram",
    "gpu_total_ram_GB": "gpu_total_ram",
}  # fmt: skip
_COMPUTED: Mapping[str, Callable[[Offer], Any]] = {
    "verified": lambda offer: offer.verification and offer.verification == "verified",
    "external": lambda offer: bool(offer.external),  # not sent for most
    "datacenter": lambda offer: None if offer.hosting_type is None else offer.datacenter,
    "geolocation": lambda offer: offer.country or None,
}
_WHOLE = "VRAM in GB"
_PLAIN = set(Offer.__struct_fields__) - {"gpu_ids"}


def unmet(needs: Iterable[Need], offer: Offer) -> tuple[str, ...]:
    """What of this the offer does not meet, or cannot be checked: `needs CUDA >= 12.9, this host
    has 12.4`."""
    return tuple(words for need in needs if (words := _unmet(need, offer)))


def in_words(need: Need) -> str:
    """What it asks of a host: `CUDA >= 12.9`, `verified = yes`."""
    name = _ALIASES.get(need.field, need.field)
    title, sign = _TITLES.get(name, name), _SIGNS.get(need.op)
    size = _whole(name, need)
    if size is not None:
        return f"{_WHOLE} {sign} {size}"
    if sign is None:
        return f"{title}: a condition that cannot be read"
    wanted = (_spelled(name, value) for value in members(need.value))
    return f"{title} {sign} {', '.join(wanted)}"


def _whole(name: str, need: Need) -> int | None:
    """The GB of VRAM that it asks for, where it is a rule on them as they are shown."""
    return whole_gigabytes(need.op, need.value) if name == "gpu_ram" else None


def _spelled(name: str, value: Value) -> str:
    return "unknown" if value is None else _words(name, value)


def _unmet(need: Need, offer: Offer) -> str:
    name = _ALIASES.get(need.field, need.field)
    title = f"needs {_TITLES.get(name, name)}"
    read, sign = _reader(name), _SIGNS.get(need.op)
    if read is None or sign is None:
        return f"{title}: cannot be checked"
    value, size = read(offer), _whole(name, need)
    if size is not None and value is not None:
        has = f"this host has {round(value / 1024)}"
        met = holds(need.op, need.value, value)
        return "" if met else f"needs {_WHOLE} {sign} {size}, {has}"
    wanted = tuple(_like(value, name, one) for one in members(need.value))
    shown = ", ".join(_spelled(name, one) for one in wanted)
    if value is None:
        return "" if None in wanted else f"{title} {sign} {shown}, unknown on this host"
    if holds(need.op, wanted if isinstance(need.value, tuple) else wanted[0], value):
        return ""
    return f"{title} {sign} {shown}, this host has {_words(name, value)}"


def _reader(name: str) -> Callable[[Offer], Any] | None:
    if name in _COMPUTED:
        return _COMPUTED[name]
    if name in _THOUSANDS:
        return lambda offer: _thousands(getattr(offer, _THOUSANDS[name]))
    return (lambda offer: getattr(offer, name)) if name in _PLAIN else None


def _thousands(megabytes: float | None) -> float | None:
    return None if megabytes is None else megabytes / 1000


def _like(value: object, name: str, wanted: Value) -> Value:
    """The wanted value, where it is a text, in the form of the offer's."""
    if not isinstance(wanted, str):
        return wanted
    if name == "driver_vers":
        return driver_number(wanted)
    if name == "gpu_name":
        return wanted.replace("_", " ")
    if isinstance(value, bool):
        return {"true": True, "false": False}.get(wanted.lower(), wanted)
    if isinstance(value, int | float):
        try:
            return float(wanted)
        except ValueError:
            return wanted
    return wanted


def _words(name: str, value: object) -> str:
    if name == "compute_cap" and isinstance(value, int | float):
        return f"{value / 100:g}"
    if name == "duration" and isinstance(value, int | float):
        return f"{value / DAY:g}"
    if name == "driver_vers" and isinstance(value, int | float):
        number = int(value)
        return f"{number // 1_000_000}.{number // 1000 % 1000:02d}.{number % 1000:02d}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.10g}" if isinstance(value, int | float) else f"{value}"
