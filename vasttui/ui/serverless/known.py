"""What is known here of the instances that workers are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vasttui.models.instance import Instance
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.serverless.costs import Cost, rowless_of, whole_cost
from vasttui.services.serverless.rows import EndpointRow, GroupRow


def instances_of(fleet: Fleet) -> Mapping[int, Instance]:
    """The instances of the account, by id."""
    return {row.id: row.instance for row in fleet.rows if not row.gone}


def cost(
    fleet: Fleet, rows: Iterable[EndpointRow], row: EndpointRow, group: GroupRow | None = None
) -> Cost | None:
    """What an endpoint, or a `group` of it, costs now; None if that is not known. `rows` are all
    endpoints."""
    instances = instances_of(fleet)
    return whole_cost(row, group, instances, rowless_of(rows, instances))


def cost_now(fleet: Fleet, rows: Iterable[EndpointRow], shown: EndpointRow) -> Cost | None:
    """What an endpoint that is `shown` costs now, with its workers as they were read last."""
    listed = list(rows)
    return cost(fleet, listed, next((one for one in listed if one.id == shown.id), shown))
