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


class StillListed(VastError):
    """A deletion that was accepted, but is not seen; `left` is what is said of the workers."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(
            f"{what} is still listed although the service accepted its deletion.", hint=hint
        )
        self.left = LeftWorkers()


async def delete(
    request: Callable[[], Awaitable[Outcome]],
    is_gone: Callable[[], Awaitable[bool]],
    what: str,
    clock: Clock,
) -> LeftWorkers:
    """Delete `what`; returns what the service says of its workers. Raises VastError, StillListed
    if it does not go."""

    async def send() -> Outcome:
        outcome = await request()
        if isinstance(outcome.data, LeftWorkers):
            unseen.left = outcome.data
        return outcome

    unseen = StillListed(what, "Its workers bill until they are gone: look again.")
    write = ConfirmedWrite(send, is_gone, unseen, readings=UNTIL_GONE, between=BETWEEN)
    await write.make(clock)
    return unseen.left
