"""Changing instances: each call asks once and tells what became of it.

(docs: "manage instance", "reboot instance", "recycle instance", "change bid", "destroy
instance"; client 1.9.1 `api/instances.py`)
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from vasttui.api.engine import Engine
from vasttui.api.operations import OPERATIONS
from vasttui.api.outcome import Fate, Outcome
from vasttui.errors import NotFound

_GONE = {"no_such_instance", "not_found"}


async def set_state(
    engine: Engine, instance_id: int, state: Literal["running", "stopped"]
) -> Outcome:
    """Start or stop it."""
    return await engine.write(OPERATIONS["manage"].at(id=instance_id), {"state": state})


async def set_label(engine: Engine, instance_id: int, label: str) -> Outcome:
    """Name it; an empty label takes the name away."""
    return await engine.write(OPERATIONS["manage"].at(id=instance_id), {"label": label})


async def reboot(engine: Engine, instance_id: int) -> Outcome:
    """Stop and start its container."""
    return await engine.write(OPERATIONS["reboot"].at(id=instance_id))


async def recycle(engine: Engine, instance_id: int) -> Outcome:
    """Make its container anew."""
    return await engine.write(OPERATIONS["recycle"].at(id=instance_id))


async def change_bid(engine: Engine, instance_id: int, price: float) -> Outcome:
    """Bid `price` $/h for all its GPUs."""
    body = {"client_id": "me", "price": price}
    return await engine.write(OPERATIONS["bid"].at(id=instance_id), body)


async def destroy(engine: Engine, instance_id: int) -> Outcome:
    """Delete it and its disk. That it is gone already counts as done."""
    outcome = await engine.write(OPERATIONS["destroy"].at(id=instance_id))
    if isinstance(outcome.error, NotFound) and outcome.error.code in _GONE:
        return replace(outcome, fate=Fate.OK, error=None)
    return outcome
