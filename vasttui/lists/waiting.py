"""What only waits and costs, among the instances and volumes that are listed."""

from __future__ import annotations

from collections.abc import Mapping

from vasttui.models.forecast import Waiting, waiting
from vasttui.models.volume import Volume
from vasttui.services.fleet.snapshot import Fleet


def waiting_in(fleet: Fleet) -> Waiting:
    """Instances that do not run and volumes on no instance, with what each costs."""
    instances = ((row.id, row.phase, row.bill) for row in fleet.rows if not row.gone)
    return waiting(instances, fleet.volumes or (), fleet.away)


def volumes_of(fleet: Fleet) -> Mapping[int, Volume]:
    """The volumes by id."""
    return {volume.id: volume for volume in fleet.volumes or ()}
