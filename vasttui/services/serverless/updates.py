"""Updates of workers that were asked for in this run of the program, and how far they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vasttui.clock import Clock
from vasttui.services.serverless.group_changes import UPDATING, UpdateProgress
from vasttui.services.serverless.rows import GroupRow
from vasttui.units import MINUTE

QUIET = 10.0 * MINUTE
"""Seconds without a worker under way, after which an update counts as over."""


@dataclass(slots=True)
class _Update:
    progress: UpdateProgress
    seen_at: float


class Updates:
    """Rolling updates, by the id of their group."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._running: dict[int, _Update] = {}

    def begin(self, group_id: int, total: int | None) -> None:
        """The service began to update this group; `total` workers, None if it does not say."""
        if total != 0:
            self._running[group_id] = _Update(UpdateProgress(total), self._clock.monotonic())

    def end(self, group_id: int) -> None:
        """It was cancelled."""
        self._running.pop(group_id, None)

    def goes_on(self, row: GroupRow) -> bool:
        """Whether an update of this group is under way, as far as is known."""
        seen = any(one.worker.state.words == UPDATING for one in row.workers or ())
        return seen or row.id in self._running

    def sentences(self, groups: Iterable[GroupRow]) -> list[str]:
        """How far each is, by the groups as they are now."""
        found = []
        for row in groups:
            update = self._running.get(row.id)
            if update is None or row.workers is None:
                continue
            workers = [one.worker for one in row.workers]
            update.progress.see(workers)
            now = self._clock.monotonic()
            if any(one.state.words == UPDATING for one in workers):
                update.seen_at = now
            if update.progress.is_over or now - update.seen_at >= QUIET:
                self.end(row.id)
            found.append(f"Group {row.id}: {update.progress.words}.")
        return found
