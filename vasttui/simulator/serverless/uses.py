"""Requests that workers are busy with besides the load."""

from __future__ import annotations

_SECONDS = 10.0


class Uses:
    """Each keeps its worker busy for some seconds."""

    def __init__(self) -> None:
        self._uses: list[tuple[int, float, float]] = []

    def add(self, worker: int, cost: float, now: float) -> None:
        """A request that costs so many performance units."""
        self._uses = [use for use in self._uses if now - use[2] < _SECONDS]
        self._uses.append((worker, cost / _SECONDS, now))

    def of(self, worker: int, now: float) -> tuple[int, float]:
        """How many there are now, and the load that they make."""
        mine = [use[1] for use in self._uses if use[0] == worker and now - use[2] < _SECONDS]
        return len(mine), round(sum(mine), 1)
