"""What is looked at before something is done to an instance: whether it is still the same."""

from __future__ import annotations

import json

from vasttui.errors import AuthRejected, VastError
from vasttui.services.actions.context import ActionContext
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.store.intent import Intent, JournalUnwritable

_YOUNG = 30.0


def absence(fleet: Fleet, seen: FleetRow) -> str:
    """Why this contract is not among them; empty when it is."""
    row = fleet.row(seen.id)
    if row is None:
        return "it is no longer there"
    same = row.instance.same_contract(seen.instance)
    return "" if same else "another contract has its number now"


async def doubt_about(context: ActionContext, seen: FleetRow) -> str:
    """Why it may not be what the user saw; empty when it is the very same.

    Where it cannot be read just now, what was read a moment ago has to do.
    """
    try:
        found = await context.api.instance(seen.id)
    except AuthRejected as error:
        return f"{error}"
    except VastError as error:
        fleet, now = context.fleet(), context.clock.monotonic()
        young = fleet.as_of is not None and now - fleet.as_of <= _YOUNG
        return "" if young else f"It could not be looked at once more: {error}"
    if found is None:
        return ""
    if not found.same_contract(seen.instance):
        return "Another contract has its number now."
    renamed = found.label != seen.instance.label
    return "It has another label now: look at it again." if renamed else ""


async def is_being_rented(context: ActionContext, seen: FleetRow) -> bool:
    """Whether its label is the only trace of a request to rent it: no row names it yet."""
    label = seen.instance.label or ""
    try:
        rows = await context.journal.unfinished() if label else []
    except JournalUnwritable:
        return False
    rents = [row for row in rows if row.kind == "rent" and not _names(row, seen.id)]
    nonces = [row.details.get("nonce", "") for row in rents]
    return any(nonce and nonce in label for nonce in nonces)


def _names(row: Intent, instance_id: int) -> bool:
    """Whether the row of a rental names that instance."""
    try:
        return instance_id in json.loads(row.note)["ids"]
    except (ValueError, KeyError, TypeError):
        return False
