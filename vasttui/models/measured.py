"""Figures of an instance that are zero on the wire because nothing was measured.

The service sends 0 where it has no sample: a busy GPU at 0 %, 0 °C and 0 GB, a date of 0. And it
does not say which unit `disk_usage` and `disk_util` have: docs call both a fraction or a
percentage, the official client prints the one as GB, and rows were seen with the same number in
both (client 1.9.1 `cli/display.py`; docs: "show instances").
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from msgspec.structs import replace

from vasttui.models.instance import Instance

_NEVER_ZERO = (
    "start_date", "end_date", "min_bid", "reliability2", "num_gpus", "gpu_frac", "gpu_ram",
    "gpu_totalram", "cuda_max_good", "compute_cap", "cpu_cores_effective", "cpu_util", "cpu_ram",
    "mem_limit", "mem_usage", "disk_space", "disk_usage", "disk_util", "inet_up", "inet_down",
)  # fmt: skip
_GPU = ("gpu_util", "gpu_temp", "vmem_usage")
_NAMES = (*_NEVER_ZERO, *_GPU)
_values = attrgetter(*_NAMES)


def measured(instance: Instance) -> Instance:
    """The instance with None for each zero, or negative number, that means "no value".

    A GPU may be at 0 % and hold 0 GB, but is never at 0 °C: then nothing was measured.
    """
    found = _values(instance)
    if all([value is None or value > 0 for value in found]):
        return instance
    values = dict(zip(_NAMES, found, strict=True))
    zeros = {name for name, value in values.items() if value is not None and value <= 0}
    temperature = values["gpu_temp"]
    if (temperature is not None and temperature > 0) or (
        temperature is None and any(values[name] for name in _GPU)
    ):
        zeros -= {"gpu_util", "vmem_usage"}
    unknown: dict[str, Any] = dict.fromkeys(zeros)
    return replace(instance, **unknown) if unknown else instance
