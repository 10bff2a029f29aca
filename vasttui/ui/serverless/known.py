"""What is known here of the instances that workers are."""

from __future__ import annotations

from collections.abc import Mapping

from vasttui.models.instance import Instance
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.serverless.costs import Cost, cost_of
from vasttui.services.serverless.rows import WorkerRow


def instances_of(fleet: Fleet) -> Mapping[int, Instance]:
    """The instances of the account, by id."""
    return {row.id: row.instance for row in fleet.rows if not row.gone}


def cost(fleet: Fleet, workers: tuple[WorkerRow, ...] | None) -> Cost | None:
    """What these workers cost now; None if they are not known."""
    return None if workers is None else cost_of(workers, instances_of(fleet))
