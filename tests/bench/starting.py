"""From the start to the first offers, nothing kept, next to another way to them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.bench.probe import percentile, time_until
from tests.support.terminal import python, vasttui

_KEY = "0" * 64


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of some starts of each program; the first start of each is left out."""

    ours: list[float] = field(default_factory=list)
    other: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """How many times the other one's."""
        pairs = zip(self.ours[1:], self.other[1:], strict=True)
        return percentile([a / b for a, b in pairs], 0.5)


def milliseconds(seconds: list[float]) -> str:
    """The median, in words."""
    return f"{percentile(seconds[1:], 0.5) * 1000:.0f} ms"


def measure(
    address: str,
    runs: int,
    other: Callable[[], float] | None,
    environment: Mapping[str, str],
    until: Callable[..., float] = time_until,
) -> Times:
    """Start each program so often, in turns; `until` may be another of the probe's."""
    times, smallest = Times(), python("tests.bench.smallest")
    for _ in range(runs + 1):
        times.floor.append(until(smallest, "ready"))
        times.ours.append(seconds(address, environment, until))
        if other is not None:
            times.other.append(other())
    return times


def seconds(
    address: str, environment: Mapping[str, str], until: Callable[..., float] = time_until
) -> float:
    """One start of ours, until there are offers."""
    own = {"VAST_URL": address, "VAST_API_KEY": _KEY, **environment}
    return until(vasttui(), "▶ ", **own)


def official_seconds(official: str, address: str, clock: Callable[[], float]) -> float:
    """One search by the official client, on a clock: real time or that of processes that ended."""
    command = [official, "search", "offers", "--url", address, "--api-key", _KEY]
    start = clock()
    subprocess.run(command, check=True, capture_output=True)
    return clock() - start


def spent_by_children() -> float:
    """Seconds of the processor that programs spent which were started here and have ended."""
    spent = os.times()
    return spent.children_user + spent.children_system
