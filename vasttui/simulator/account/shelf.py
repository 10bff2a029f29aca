"""The account's volumes over time: who has them, and what they cost (docs: "volumes")."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from vasttui.simulator.account.meter import Meter
from vasttui.simulator.market.machines import Chunk
from vasttui.units import HOURS_PER_MONTH

RELEASE = 30.0
"""Seconds that a volume stays in use after its instance is gone."""


@dataclass(slots=True)
class StoredVolume:
    """One volume of `size` GB, made from the offer `created_from`.

    `holder` is the contract that has it, or had it: until `freed_at` (None: it has it). Times are
    epoch seconds.
    """

    id: int
    chunk: Chunk
    size: float
    label: str
    start_date: float
    end_date: float
    created_from: int = 0
    holder: int | None = None
    freed_at: float | None = None
    meter: Meter = field(default_factory=Meter)

    @property
    def machine(self) -> int:
        """The id of its machine."""
        return self.chunk.machine.machine_id

    @property
    def hourly(self) -> float:
        """Its price in $/h."""
        return self.chunk.machine.listing.storage_cost * self.size / HOURS_PER_MONTH

    def is_held(self, now: float) -> bool:
        """Whether it counts as in use at that time."""
        return self.holder is not None and (self.freed_at is None or now < self.freed_at)


@dataclass(frozen=True, slots=True)
class Mount:
    """A volume that a contract has: its name, its `size` in GB, where it is mounted, since when,
    and the offer that it was made from."""

    id: int
    label: str
    size: float
    path: str
    since: float
    created_from: int = 0


class Shelf:
    """All volumes by id, and those that were deleted."""

    def __init__(self) -> None:
        self._known: dict[int, StoredVolume] = {}
        self._gone: list[StoredVolume] = []

    def all(self) -> list[StoredVolume]:
        """All volumes, by id."""
        return [self._known[number] for number in sorted(self._known)]

    def gone(self) -> list[StoredVolume]:
        """Deleted volumes, oldest first."""
        return list(self._gone)

    def get(self, number: int) -> StoredVolume | None:
        """One volume; None if there is none."""
        return self._known.get(number)

    def new_id(self) -> int:
        """An id greater than all before."""
        known = (*self._known, *(volume.id for volume in self._gone))
        return max(known, default=20_118_420) + 13

    def add(self, volume: StoredVolume) -> None:
        """Add a new volume."""
        self._known[volume.id] = volume

    def remove(self, number: int) -> None:
        """Delete a volume; what it cost stays charged."""
        volume = self._known.pop(number)
        volume.meter.close()
        self._gone.append(volume)

    def release(self, contract: int, now: float) -> None:
        """Its instance was destroyed: the volumes it had are free a little later."""
        for volume in self._known.values():
            if volume.holder == contract and volume.freed_at is None:
                volume.freed_at = now + RELEASE

    @property
    def used(self) -> dict[int, float]:
        """GB in volumes, by machine."""
        sums: dict[int, float] = {}
        for volume in self._known.values():
            sums[volume.machine] = sums.get(volume.machine, 0.0) + volume.size
        return sums

    @property
    def charged(self) -> float:
        """What all of them were charged so far, in $."""
        return sum(volume.meter.charged for volume in (*self._known.values(), *self._gone))

    @property
    def rate(self) -> float:
        """What they are charged at most, in $/h."""
        return sum(volume.hourly for volume in self._known.values())

    def settle(self, now: float, away: Collection[int]) -> None:
        """Charge up to that time; those on machines that are `away` are free."""
        for volume in self._known.values():
            price = 0.0 if volume.machine in away else volume.hourly
            volume.meter.charge(now, 0.0, price)

    def restore(self, known: Sequence[StoredVolume], gone: Sequence[StoredVolume]) -> None:
        """Restore saved state."""
        self._known = {volume.id: volume for volume in known}
        self._gone = list(gone)
