"""Deletes an endpoint or a worker group, and looks until it is gone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from vasttui.api.outcome import Outcome
from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.models.serverless import LeftWorkers
from vasttui.services.confirmed_write import ConfirmedWrite

BETWEEN = 5.0
"""Seconds between two readings."""

UNTIL_GONE = 10
"""Readings until something that was deleted is gone."""


async def delete(
    request: Callable[[], Awaitable[Outcome]],
    is_gone: Callable[[], Awaitable[bool]],
    what: str,
    clock: Clock,
) -> LeftWorkers:
    """Delete `what`; returns what the service says of its workers. Raises VastError."""
    left = LeftWorkers()

    async def send() -> Outcome:
        nonlocal left
        outcome = await request()
        if isinstance(outcome.data, LeftWorkers):
            left = outcome.data
        return outcome

    unseen = VastError(
        f"{what} is still listed although the service accepted its deletion.",
        hint="Its workers bill until they are gone: look again.",
    )
    write = ConfirmedWrite(send, is_gone, unseen, readings=UNTIL_GONE, between=BETWEEN)
    await write.make(clock)
    return left
