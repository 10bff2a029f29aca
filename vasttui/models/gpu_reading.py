"""What `nvidia-smi` says of the GPUs of an instance, at one moment."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from vasttui.text import clean

GPU_FIELDS = (
    "index,uuid,name,utilization.gpu,memory.used,memory.total,temperature.gpu,power.draw,"
    "power.limit"
)
PROCESS_FIELDS = "gpu_uuid,pid,process_name,used_memory"


@dataclass(frozen=True, slots=True)
class GpuNow:
    """One GPU: `use` in %, memory in MiB, `temp` in °C, power in W. None: it does not say."""

    number: str
    uuid: str
    name: str
    use: float | None
    memory: float | None
    memory_total: float | None
    temp: float | None
    power: float | None
    power_limit: float | None


@dataclass(frozen=True, slots=True)
class GpuProcess:
    """A process on the GPU with that number; `memory` in MiB."""

    gpu: str
    pid: str
    name: str
    memory: float | None


@dataclass(frozen=True, slots=True)
class GpuReading:
    """One answer; `problem` is what it said instead of figures."""

    gpus: tuple[GpuNow, ...] = ()
    processes: tuple[GpuProcess, ...] = ()
    problem: str = ""


def read_gpus(gpus: Sequence[str], processes: Sequence[str]) -> GpuReading:
    """The answer in two lists of lines, in CSV without header and units."""
    rows = [_cells(line) for line in gpus]
    found = [row for row in rows if len(row) == len(GPU_FIELDS.split(","))]
    if not found:
        said = next((clean(line, cap=200) for line in gpus if line.strip()), "")
        return GpuReading(problem=said or "nothing")
    now = tuple(
        GpuNow(number, uuid, name, *map(_number, figures)) for number, uuid, name, *figures in found
    )
    numbers = {gpu.uuid: gpu.number for gpu in now}
    return GpuReading(
        now,
        tuple(
            GpuProcess(numbers.get(uuid, "?"), pid, ", ".join(name), _number(memory))
            for uuid, pid, *name, memory in (_cells(line) for line in processes if "," in line)
            if name and pid.isdecimal()
        ),
    )


def _cells(line: str) -> list[str]:
    return [clean(cell, cap=200) for cell in line.split(",")]


def _number(text: str) -> float | None:
    """A figure; None for "[N/A]" and "[Not Supported]"."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None
