"""Instances of endpoints and groups that were deleted: looked for until they are gone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from vasttui.clock import Clock
from vasttui.models.serverless import LeftWorkers
from vasttui.services.serverless.words import left_over
from vasttui.units import MINUTE

GRACE = float(MINUTE)
"""Seconds for which an instance may still be listed without being called left."""


@dataclass(slots=True)
class _Deleted:
    name: str
    failed: set[int]
    others: set[int]
    at: float


class LeftBehind:
    """What was deleted in this run of the program."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._deleted: list[_Deleted] = []

    def add(self, name: str, left: LeftWorkers, workers: Iterable[int]) -> None:
        """`name` was deleted: what the service says of its workers, and the ids of those it had."""
        failed = set(left.failed or ())
        self._deleted.append(_Deleted(name, failed, set(workers) - failed, self._clock.monotonic()))

    def sentences(self, listed: Collection[int]) -> list[str]:
        """What is still there, by the ids of the instances that are listed now."""
        found = []
        for one in self._deleted:
            one.failed &= set(listed)
            one.others &= set(listed)
            is_late = self._clock.monotonic() - one.at >= GRACE
            if ids := sorted(one.failed | (one.others if is_late else set())):
                found.append(left_over(one.name, ids))
        self._deleted = [one for one in self._deleted if one.failed | one.others]
        return found
