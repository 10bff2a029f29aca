"""How busy, warm and full an instance is: a pure function of its id and the time."""

from __future__ import annotations

import math
from dataclasses import dataclass

from vasttui.simulator.account.contract import Contract

_HEARTBEAT = 5.0


@dataclass(frozen=True, slots=True)
class Vitals:
    """`gpu_util` in %, `gpu_temp` in °C, `vmem` and `mem` in GB, `cpu` 0-1."""

    gpu_util: float
    gpu_temp: float
    vmem: float
    mem: float
    cpu: float


def vitals_of(contract: Contract, now: float) -> Vitals | None:
    """None unless it is running and has sent a heartbeat."""
    since = contract.run_since
    if not contract.is_running or since is None or now - since < _HEARTBEAT:
        return None
    passed, seed = now - since, contract.id % 997
    util = _utilisation(contract.load, passed, seed)
    gpu = contract.chunk.machine.gpu
    vram = (gpu.ram if gpu else 0) * contract.chunk.size / 1024
    share = {"training": 0.87, "serving": 0.72}.get(contract.load, 0.02)
    warm = min(1.0, passed / 240)
    return Vitals(
        gpu_util=round(util, 6),
        gpu_temp=round(34 + 0.38 * util * warm + 2 * _wave(passed, 170, seed), 6),
        vmem=round(vram * share * min(1.0, passed / 60) + 0.3, 6),
        mem=round(3.1 + 0.08 * util + 0.6 * _wave(passed, 420, seed), 5),
        cpu=round(max(0.01, 0.15 + 0.1 * _wave(passed, 60, seed)), 4),
    )


def _utilisation(load: str, passed: float, seed: int) -> float:
    if load == "idle":
        return max(0.0, 0.8 * _wave(passed, 90, seed))
    if load == "serving":
        busy = _wave(passed, 300, seed) + _wave(passed, 47, seed)
        return min(100.0, max(0.0, 45 + 35 * busy))
    # training pauses now and then to write a checkpoint
    pause = (passed + seed) % 613 < 18
    return 12.0 if pause else min(100.0, 95.5 + 3 * _wave(passed, 75, seed))


def _wave(passed: float, period: float, seed: int) -> float:
    return math.sin(2 * math.pi * (passed / period) + seed)
