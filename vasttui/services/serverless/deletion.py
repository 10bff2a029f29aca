"""Deletes an endpoint, a worker group or a deployment, and looks until it is gone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from vasttui.api.outcome import Fate, Outcome
from vasttui.clock import Clock
from vasttui.errors import Unconfirmed, VastError
from vasttui.models.serverless import Deployment, Endpoint, LeftWorkers, WorkerGroup
from vasttui.services.confirmed_write import ConfirmedWrite
from vasttui.words import plural

Row = TypeVar("Row", Endpoint, WorkerGroup, Deployment)

BETWEEN = 5.0
"""Seconds between two readings."""

UNTIL_GONE = 10
"""Readings until something that was deleted is gone."""


def found_in(listed: Iterable[Row], number: int | None, bad: int) -> Row | None:
    """The one with this id, None if it is not there. Raises VastError if it may be among so many
    `bad` ones, which could not be read."""
    found = next((one for one in listed if one.id == number), None)
    if found is None and bad:
        raise VastError(f"It may be {plural(bad, 'row')} of the list that cannot be read.")
    return found


class StillListed(VastError):
    """A deletion that was accepted, but is not seen; `left` is what is said of the workers."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(
            f"{what} is still listed although the service accepted its deletion.", hint=hint
        )
        self.left = LeftWorkers()


class MaybeDeleted(Unconfirmed):
    """A deletion that may have been made: there was no answer, or the list could not be read."""

    def __init__(self, error: VastError, left: LeftWorkers, *, accepted: bool) -> None:
        """`left` is what is said of the workers; `accepted`: the service answered."""
        VastError.__init__(self, f"{error}", hint=error.hint)
        self.left, self.accepted = left, accepted


async def delete(
    request: Callable[[], Awaitable[Outcome]],
    is_gone: Callable[[], Awaitable[bool]],
    unseen: StillListed,
    clock: Clock,
    *,
    sends: int = 2,
) -> LeftWorkers:
    """Delete something; returns what the service says of its workers. Raises VastError, `unseen`
    if it does not go, MaybeDeleted if nobody can say whether it did."""
    fates: set[Fate] = set()

    async def send() -> Outcome:
        outcome = await request()
        fates.add(outcome.fate)
        if isinstance(outcome.data, LeftWorkers):
            unseen.left = outcome.data
        return outcome

    write = ConfirmedWrite(send, is_gone, unseen, sends=sends, readings=UNTIL_GONE, between=BETWEEN)
    try:
        await write.make(clock)
    except VastError as error:
        if error is unseen or not fates & {Fate.OK, Fate.UNKNOWN}:
            raise
        raise MaybeDeleted(error, unseen.left, accepted=Fate.OK in fates) from error
    return unseen.left
