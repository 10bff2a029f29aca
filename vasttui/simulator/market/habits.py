"""How a machine treats its renters: the same each time, because it follows from the seed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from vasttui.simulator.market.machines import Machine

Habit = Literal["good", "slow", "stuck", "lost"]

LOST_AFTER = 1_500.0
"""Seconds that a machine which gets lost is there after the start."""

_SALT = 0x9D8A7C6B5E4F3D21
_SLOW, _STUCK, _LOST = 6, 8, 10  # per cent, each with those before it
_SLOW_FACTOR = 6.0
_REPORTS: dict[Habit, tuple[tuple[str, str], ...]] = {
    "slow": (("Slow", "image pull takes ages"), ("Slow", "slow pcie on gpu 3")),
    "stuck": (("Instance does not start", "stuck at loading for an hour"),
              ("Instance does not start", "docker pull never ends"), ("Other", "")),
    "lost": (("Offline", "went offline for 2 days"), ("Offline", "gone in the middle of a job")),
    "good": (("Other", "port 22 was closed once, fixed since"),),
}  # fmt: skip


def habit(machine: Machine) -> Habit:
    """What becomes of every rental of it."""
    at = _noise(machine) % 100
    if at < _SLOW:
        return "slow"
    return "stuck" if at < _STUCK else "lost" if at < _LOST else "good"


def pull_factor(machine: Machine) -> float:
    """How many times longer it takes to be ready than others."""
    return _SLOW_FACTOR if habit(machine) == "slow" else 1.0


def reports(machine: Machine) -> Iterator[tuple[str, str, float]]:
    """Problem, message, and how many days ago each was reported. One in nine good machines has
    some."""
    noise, kind = _noise(machine) // 100, habit(machine)
    if kind != "good" or noise % 9 == 0:
        for number, (problem, message) in enumerate(_REPORTS[kind]):
            yield problem, message, 11.0 + (noise >> 8 * number) % 90 + 40 * number


def benchmarks(machine: Machine) -> Iterator[tuple[str, float, float]]:
    """Image, value, and how many days ago each was measured; a third of the machines has none."""
    noise, gpu = _noise(machine) // 100, machine.gpu
    if gpu is None or noise % 3 == 0:
        return
    for number in range(noise % 11 + 1):
        image = ("vllm/vllm-openai", "vastai/comfy", "ghcr.io/huggingface/tgi")[number % 3]
        swing = ((noise >> 3 * number) % 21 - 10) / 100
        yield image, round(gpu.dlperf * (2.1 - number % 3 * 0.6) * (1 + swing), 1), 3.0 + 9 * number


def _noise(machine: Machine) -> int:
    return (machine.rhythm.salt ^ _SALT) * 0x9E3779B97F4A7C15 % (1 << 64) >> 7
