"""What only waits and costs, among the instances and volumes that are listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vasttui.models.forecast import Waiting, waiting
from vasttui.models.instance import Instance
from vasttui.models.volume import Volume
from vasttui.services.fleet.snapshot import Fleet
from vasttui.words import money


def waiting_in(fleet: Fleet) -> Waiting:
    """Instances that do not run and volumes on no instance, with what each costs."""
    instances = ((row.id, row.phase, row.bill) for row in fleet.rows if not row.gone)
    return waiting(instances, fleet.volumes or (), fleet.away)


def volumes_of(fleet: Fleet) -> Mapping[int, Volume]:
    """The volumes by id."""
    return {volume.id: volume for volume in fleet.volumes or ()}


def left_volumes(instance: Instance, volumes: Sequence[Volume]) -> list[str]:
    """What outlives an instance: its volumes, a clause each; `volumes` are those that were read."""
    found = []
    for volume in volumes:
        name = "" if volume.label is None else f"{volume.label} "
        price = "" if volume.monthly is None else f" {money(volume.monthly)}/month"
        found.append(f"volume {name}(V.{volume.id}) stays and bills{price}")
    read = {volume.id for volume in volumes}
    others = (one.name for one in instance.volume_info if one.id not in read)
    return found + [f"volume {name} stays, and keeps billing" for name in others]
