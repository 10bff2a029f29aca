"""Our own measurements of each instance, for small pictures of how it went."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from vasttui.services.fleet.snapshot import Fleet

KEPT = 120
"""Samples of each instance."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What was measured at one reading, as in `Instance`."""

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
        """Take the samples of a whole reading, once; forget the instances that are gone."""
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
