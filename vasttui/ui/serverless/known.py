"""What is known here of the instances that workers are, and of what they are made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vasttui.models.instance import Instance
from vasttui.models.serverless import WorkerGroup
from vasttui.models.template import Template
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.serverless.costs import Cost, rowless_of, whole_cost
from vasttui.services.serverless.rows import EndpointRow, GroupRow
from vasttui.ui.context import AppContext


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
    return cost(fleet, listed, as_read(listed, shown))


def as_read(rows: Iterable[EndpointRow], shown: EndpointRow) -> EndpointRow:
    """An endpoint that is `shown` as it was read last."""
    return next((one for one in rows if one.id == shown.id), shown)


def template_of(app: AppContext, group: WorkerGroup) -> Template | None:
    """The template of a group; None if it has none, or it was not read yet."""
    number, live = group.template_id, app.live
    return None if live is None or number is None else live.templates.known.get(number)
