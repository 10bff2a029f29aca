"""Starts, stops and deletes deployments; each change is confirmed by reading."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from vasttui.api.outcome import Fate, Outcome
from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.models.serverless import Deployment
from vasttui.services.confirmed_write import ConfirmedWrite
from vasttui.services.serverless.change_rows import ChangeRows
from vasttui.services.serverless.client import DeploymentService, EndpointService
from vasttui.services.serverless.deletion import StillListed, delete, found_in


class DeploymentChanges:
    """Changes of deployments, each sent once."""

    def __init__(
        self, api: DeploymentService, endpoints: EndpointService, clock: Clock,
        rows: ChangeRows,
    ) -> None:  # fmt: skip
        self._api, self._endpoints, self._clock = api, endpoints, clock
        self._rows = rows

    async def start(self, shown: Deployment) -> None:
        """Start the endpoint of a deployment. Raises VastError."""
        what, target = f"Starting {shown.title}", f"deployment {shown.id}"
        async with self._rows.row(what, target, can_cost=True):
            await self._set(shown, "active", lambda: self._api.start(shown.id))

    async def stop(self, shown: Deployment) -> None:
        """Stop the endpoint of a deployment: its workers go inactive and bill their disk. Raises
        VastError."""
        what, target = f"Stopping {shown.title}", f"stop deployment {shown.id}"
        async with self._rows.row(what, target, can_cost=False):
            await self._set(shown, "stopped", lambda: self._api.stop(shown.id))

    async def delete(self, shown: Deployment) -> bool:
        """Delete a deployment, if it is the one that was shown, and look until it is gone; whether
        another one runs on its endpoint. Raises VastError, StillListed if it does not go."""
        now = await self._find(shown.id)
        if now is None:
            return False
        if (now.title, now.endpoint_id) != (shown.title, shown.endpoint_id):
            raise VastError(f"{shown.title} was changed elsewhere.", hint="Look at it again.")
        shared = False

        async def is_gone() -> bool:
            nonlocal shared
            listed = await self._api.list()
            others = [one for one in listed.deployments if one.id != shown.id]
            shared = any(one.endpoint_id == shown.endpoint_id for one in others)
            return found_in(listed.deployments, shown.id, listed.bad) is None

        unseen = StillListed(shown.title, "Its endpoint bills until it is gone: look again.")
        request = partial(self._api.delete, shown.id)
        what, target = f"Deleting {shown.title}", f"delete deployment {shown.id}"
        of = shown.endpoint_id, shown.title
        async with self._rows.row(what, target, can_cost=False, of=of):
            await delete(request, is_gone, unseen, self._clock, sends=1)
        return shared

    async def _set(
        self, shown: Deployment, state: str, request: Callable[[], Awaitable[Outcome]]
    ) -> None:
        is_answered = False

        async def send() -> Outcome:
            nonlocal is_answered
            outcome = await request()
            is_answered = outcome.fate is Fate.OK
            return outcome

        async def is_set() -> bool:
            found = await self._state(shown.id)
            return is_answered if found is None else found == state

        unseen = VastError(
            f"The service accepted it, but {shown.title} is not {state} yet.", hint="Look again."
        )
        await ConfirmedWrite(send, is_set, unseen, sends=1).make(self._clock)

    async def _state(self, number: int) -> str | None:
        """The state of its endpoint; None if no list tells."""
        found = await self._find(number)
        if found is None or found.endpoint_state:
            return None if found is None else (found.endpoint_state or "").lower()
        listed = (await self._endpoints.list()).endpoints
        return next((one.state for one in listed if one.id == found.endpoint_id), None)

    async def _find(self, number: int) -> Deployment | None:
        listed = await self._api.list()
        return found_in(listed.deployments, number, listed.bad)
