"""Reads that guard an action: is it still the same instance, and did it change?"""

from __future__ import annotations

import asyncio
import json

from vasttui.errors import AuthRejected, VastError
from vasttui.services.actions.context import ActionContext
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.store.intent import Intent, JournalUnwritable

_YOUNG = 30.0
_RETRY = 2.0


def absence(fleet: Fleet, seen: FleetRow, *, renews: bool = False) -> str:
    """Why this instance is not in the snapshot; empty if it is. `renews`: its start date may be
    later."""
    row = fleet.row(seen.id)
    if row is None:
        return "it no longer exists"
    same = row.instance.same_contract(seen.instance)
    same = same or (renews and row.instance.renews(seen.instance))
    return "" if same else "another instance has its id now"


async def recheck(context: ActionContext, seen: FleetRow) -> str:
    """Read it: why it may not be what the user saw, empty if it is. If it cannot be read, a
    snapshot of the last 30 s is enough."""
    try:
        found = await context.api.instances.get(seen.id)
    except AuthRejected as error:
        return f"{error}"
    except VastError as error:
        fleet, now = context.fleet(), context.clock.monotonic()
        young = fleet.as_of is not None and now - fleet.as_of <= _YOUNG
        return "" if young else f"It could not be checked again: {error}"
    if found is None:
        return ""
    if not found.same_contract(seen.instance):
        return "Another instance has its id now."
    renamed = found.label != seen.instance.label
    return "Its label has changed: check it again." if renamed else ""


async def fresh_reading(context: ActionContext, patience: float) -> Fleet | VastError:
    """The first snapshot read from now on, or why there was none within `patience` s. An error
    returns after 2 s."""
    reading = asyncio.ensure_future(context.readings.fresh())
    timeout = asyncio.ensure_future(context.clock.sleep(patience))
    try:
        await asyncio.wait({reading, timeout}, return_when=asyncio.FIRST_COMPLETED)
        return reading.result() if reading.done() else VastError("no answer in time")
    except VastError as error:
        await context.clock.sleep(_RETRY)
        return error
    finally:
        reading.cancel()
        timeout.cancel()


async def is_being_rented(context: ActionContext, seen: FleetRow) -> bool:
    """Whether an unconfirmed rental can be found only by the label of this instance."""
    label = seen.instance.label or ""
    try:
        rows = await context.journal.unfinished() if label else []
    except JournalUnwritable:
        return False
    rents = [row for row in rows if row.kind == "rent" and not _names(row, seen.id)]
    nonces = [row.details.get("nonce", "") for row in rents]
    return any(nonce and nonce in label for nonce in nonces)


def _names(row: Intent, instance_id: int) -> bool:
    """Whether the row of a rental has the id of the instance."""
    try:
        return instance_id in json.loads(row.note)["ids"]
    except (ValueError, KeyError, TypeError):
        return False
