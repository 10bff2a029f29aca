"""What only waits and costs: disks of instances that do not run, and volumes that none has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vasttui.lists.volume_rows import FREE, VolumeRow, rows_of
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.units import HOURS_PER_MONTH


@dataclass(frozen=True, slots=True)
class Waits:
    """An instance that does not run, or a volume that no instance has, with what it costs in
    $/month (None: unknown) and its size in GB."""

    held: FleetRow | VolumeRow

    @property
    def is_volume(self) -> bool:
        """Whether it is a volume."""
        return isinstance(self.held, VolumeRow)

    @property
    def id(self) -> int:
        """The id of the instance or volume."""
        held = self.held
        return held.volume.id if isinstance(held, VolumeRow) else held.id

    @property
    def name(self) -> str:
        """What it is called."""
        held = self.held
        return held.volume.name if isinstance(held, VolumeRow) else held.instance.name

    @property
    def size(self) -> float | None:
        """GB of disk."""
        held = self.held
        return held.volume.disk_space if isinstance(held, VolumeRow) else held.instance.disk_space

    @property
    def monthly(self) -> float | None:
        """What it costs in $/month while it lies there."""
        held = self.held
        price = held.price if isinstance(held, VolumeRow) else held.bill.disk
        return None if price is None else price * HOURS_PER_MONTH


def waiting(fleet: Fleet, now: float) -> Sequence[Waits]:
    """All of them that cost something, as far as is known; instances first, the dearest first.
    `now` is monotonic seconds."""
    found = [one for one in _all(fleet, now) if one.monthly != 0]
    return sorted(found, key=lambda one: (one.is_volume, -(one.monthly or 0.0)))


def _all(fleet: Fleet, now: float) -> Iterator[Waits]:
    for row in fleet.rows:
        traits = row.phase.traits
        if traits.halted and not traits.bills_gpu and not row.gone:
            yield Waits(row)
    for volume in rows_of(fleet.volumes or (), fleet, now):
        if volume.state == FREE:
            yield Waits(volume)


@dataclass(frozen=True, slots=True)
class Idle:
    """What waiting costs in all, in $/month; `unknown` ones have no readable price."""

    instances: int = 0
    volumes: int = 0
    on_instances: float = 0.0
    on_volumes: float = 0.0
    unknown: int = 0

    @property
    def monthly(self) -> float:
        """The known sum in $/month."""
        return self.on_instances + self.on_volumes


def idle_of(waits: Sequence[Waits]) -> Idle:
    """The sums of what waits."""
    volumes = [one for one in waits if one.is_volume]
    instances = [one for one in waits if not one.is_volume]
    return Idle(
        len(instances), len(volumes), sum(one.monthly or 0.0 for one in instances),
        sum(one.monthly or 0.0 for one in volumes),
        sum(one.monthly is None for one in waits),
    )  # fmt: skip
