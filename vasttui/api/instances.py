"""Reading instances (docs: "show instances", "show instance"; client 1.9.1 `api/instances.py`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import aclosing

from vasttui.api.engine import Engine
from vasttui.api.operations import OPERATIONS
from vasttui.api.paging import pages
from vasttui.api.protocol import InstanceList
from vasttui.errors import BrokenAnswer, NotFound
from vasttui.models.decode_instance import DecodedInstances, InstanceDecoder, instance_from
from vasttui.models.instance import Instance
from vasttui.models.raw import masked

_PAGE = 25
_REASONS = 5
_QUERY = {
    "select_filters": "{}",
    "order_by": json.dumps([{"col": "id", "dir": "asc"}]),
    "limit": str(_PAGE),
}
_GONE = {"no_such_instance", "not_found"}


async def instances(engine: Engine, decoder: InstanceDecoder) -> InstanceList:
    """`GET /api/v1/instances/`, all pages; what did not change stays the same object.

    Raises `VastError` when any page fails or is no list.
    """
    listed = await _listed(engine, decoder, _QUERY)
    decoder.forget_all_but(listed.instances)
    return listed


async def instances_where(engine: Engine, filters: Mapping[str, object]) -> InstanceList:
    """The same for the instances that the service finds with these filters. Raises `VastError`."""
    return await _listed(
        engine, InstanceDecoder(), {**_QUERY, "select_filters": json.dumps(filters)}
    )


async def _listed(
    engine: Engine, decoder: InstanceDecoder, query: Mapping[str, str]
) -> InstanceList:
    found: dict[int, Instance] = {}
    bad = 0
    reasons: list[str] = []
    async with aclosing(pages(engine, OPERATIONS["list"], query, parse=decoder.page)) as answers:
        async for page in answers:
            rows = _rows(page)
            for instance in rows.instances:
                found.setdefault(instance.id, instance)
            bad += rows.bad
            reasons += rows.reasons
            _check_end(page, rows, len(found) + bad)
    return InstanceList(tuple(found.values()), bad, tuple(reasons[:_REASONS]))


def _rows(page: Mapping[str, object]) -> DecodedInstances:
    rows = page.get("instances")
    if not isinstance(rows, DecodedInstances):
        raise BrokenAnswer("The answer of the service holds no list of instances.")
    if not rows.instances and "deprecated" in str(page.get("msg")).lower():
        raise BrokenAnswer("The service no longer lists instances in this way.")
    return rows


def _check_end(page: Mapping[str, object], rows: DecodedInstances, so_far: int) -> None:
    """A page that does not say whether it is the last must look like it."""
    if "next_token" in page:
        return
    total = page.get("total_instances")
    most = total if isinstance(total, int) else so_far
    if so_far < most or len(rows.instances) + rows.bad >= _PAGE:
        raise BrokenAnswer("The list of instances is cut off.")


async def instance(engine: Engine, instance_id: int) -> Instance | None:
    """`GET /instances/{id}/`; None where there is no such instance. Raises `VastError`."""
    row = await _row(engine, instance_id)
    if row is None:
        return None
    found = instance_from(row)
    if found is None or found.id != instance_id:
        raise BrokenAnswer("The service answered with another instance than the one asked for.")
    return found


async def raw_instance(engine: Engine, instance_id: int) -> Mapping[str, object] | None:
    """The same, as it was sent: cleaned, and without secrets. Raises `VastError`."""
    row = await _row(engine, instance_id)
    return None if row is None else masked(row)


async def _row(engine: Engine, instance_id: int) -> dict[str, object] | None:
    operation = OPERATIONS["get"].at(id=instance_id)
    try:
        document = await engine.read(operation, {"owner": "me"})
    except NotFound as error:
        if error.code in _GONE:
            return None
        raise
    if isinstance(document, dict) and "instances" in document:
        row = document["instances"]
        if row is None or isinstance(row, dict):
            return row
    raise BrokenAnswer("The answer of the service holds no instance.")
