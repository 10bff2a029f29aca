"""What instances cost right now, and for how long the money lasts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bill:
    """What one instance is charged at this moment, in $/h; None where that cannot be read."""

    gpu: float | None
    disk: float | None

    @property
    def hourly(self) -> float | None:
        """$/h in all."""
        return None if self.gpu is None or self.disk is None else self.gpu + self.disk


@dataclass(frozen=True, slots=True)
class Burn:
    """What all instances are charged together, in $/h.

    `running` is what instances that run cost with their disks, `stored` what the disks of the
    others cost, `unknown` how many instances have a price that cannot be read.
    """

    running: float = 0.0
    stored: float = 0.0
    unknown: int = 0

    @property
    def total(self) -> float:
        """$/h in all, as far as it is known."""
        return self.running + self.stored


@dataclass(frozen=True, slots=True)
class Spent:
    """What an instance has cost so far in $; `exact` when the service's charges say so, else at
    most so much (as if it had run all the time)."""

    amount: float
    exact: bool
