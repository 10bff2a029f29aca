"""Recent measurements of each instance, for sparklines."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from msgspec import Struct

from vasttui.services.fleet.snapshot import Fleet

KEPT = 120
"""Samples kept of each instance."""


class Sample(Struct, frozen=True):
    """Measurements of one reading, as in `Instance`."""

    gpu_util: float | None
    vmem_usage: float | None
    disk_usage: float | None


class History:
    """The last samples of every instance, oldest first."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._samples: dict[int, deque[Sample]] = {}
        self._number = 0

    def of(self, instance_id: int) -> Sequence[Sample]:
        """The samples of one instance."""
        return tuple(self._samples.get(instance_id, ()))

    def add(self, fleet: Fleet) -> None:
        """Add the samples of a reading, once; drop instances that are gone."""
        if fleet.number == self._number:
            return
        self._number = fleet.number
        seen: dict[int, deque[Sample]] = {}
        for row in fleet.rows:
            one = row.instance
            samples = self._samples.get(one.id) or deque(maxlen=self._kept)
            samples.append(Sample(one.gpu_util, one.vmem_usage, one.disk_used))
            seen[one.id] = samples
        self._samples = seen
