"""Serverless of one account: what there is, changes to it, test requests."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable
from dataclasses import replace

from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.models.inbox import InboxItem
from vasttui.models.serverless import Deployment, Endpoint, LeftWorkers, WorkerGroup
from vasttui.services.serverless.client import ServerlessClient
from vasttui.services.serverless.deployment_changes import DeploymentChanges
from vasttui.services.serverless.endpoint_changes import EndpointChanges
from vasttui.services.serverless.group_changes import GroupChanges
from vasttui.services.serverless.left_behind import LeftBehind
from vasttui.services.serverless.logs import ServerlessLogs
from vasttui.services.serverless.reader import ServerlessReader
from vasttui.services.serverless.rows import EndpointRow, GroupRow
from vasttui.services.serverless.trial import Trials
from vasttui.services.serverless.trial_form import TypedTrial
from vasttui.services.serverless.updates import Updates
from vasttui.services.serverless.words import deletion_words


class Serverless:
    """Everything that a screen needs; `reader` keeps what was read."""

    def __init__(self, api: ServerlessClient, clock: Clock, rng: random.Random) -> None:
        self._api = api
        self.reader = ServerlessReader(api.endpoints, api.worker_groups, api.live, clock)
        self.endpoints = EndpointChanges(api.endpoints, clock, self.reader.expect)
        self.groups = GroupChanges(api.worker_groups, api.live, clock)
        self.deployments = DeploymentChanges(api.deployments, api.endpoints, clock)
        self.trials = Trials(api.live, api.workers, clock, rng)
        self.typed_trials: dict[int, TypedTrial] = {}
        """What was last typed for a test request, by the endpoint; kept for this run only."""
        self.left = LeftBehind(clock)
        self.updates = Updates(clock)

    @property
    def address(self) -> str:
        """Where the router is."""
        return self._api.live.address

    async def names(self) -> set[str | None]:
        """The names of all endpoints as they are listed now. Raises VastError."""
        return {one.endpoint_name for one in (await self._api.endpoints.list()).endpoints}

    async def as_is(self, row: EndpointRow) -> EndpointRow:
        """An endpoint and its groups as they are listed now, its workers as they were read last.
        Raises VastError, also if it is gone."""
        listed = (await self._api.endpoints.list()).endpoints
        endpoint = next((one for one in listed if one.id == row.id), None)
        if endpoint is None:
            raise VastError(f"{row.name} is gone.")
        workers = {group.id: group.workers for group in row.groups}
        groups = tuple(
            GroupRow(group=one, workers=workers.get(one.id), max_workers=endpoint.max_workers)
            for one in (await self._api.worker_groups.list()).groups
            if one.endpoint_id == row.id
        )
        return replace(row, endpoint=endpoint, groups=groups)

    async def delete_endpoint(self, row: EndpointRow, rowless: Iterable[int] = ()) -> LeftWorkers:
        """Delete an endpoint as it was shown; what it leaves is looked for, with its instances
        `rowless` that are not among its workers. Raises VastError."""
        left = await self.endpoints.delete(row.endpoint)
        self.left.add(row.name, left, [*(one.id for one in row.workers or ()), *rowless])
        self.reader.refresh()
        return left

    async def delete_group(self, row: GroupRow, rowless: Iterable[int] = ()) -> LeftWorkers:
        """Delete a group as it was shown; what it leaves is looked for. Raises VastError."""
        left = await self.groups.delete(row.group)
        workers = [*(one.id for one in row.workers or ()), *rowless]
        self.left.add(f"Group {row.id}", left, workers)
        self.reader.refresh()
        return left

    async def delete_deployment(self, shown: Deployment) -> None:
        """Delete a deployment as it was shown; what its endpoint leaves is looked for. Raises
        VastError."""
        workers = [
            one.id for row in self.reader.rows if row.id == shown.endpoint_id
            for one in row.workers or ()
        ]  # fmt: skip
        await self.deployments.delete(shown)
        self.left.add(shown.title, LeftWorkers(), workers)
        self.reader.refresh()

    def items(self, instances: Collection[int]) -> list[InboxItem]:
        """What needs the user: endpoints that the service deletes, and instances that stay of what
        was deleted, by the ids of those that are listed."""
        soon = [(row, deletion_words(row.endpoint)) for row in self.reader.rows]
        items = [
            InboxItem(f"endpoint_ends-{row.id}", "warn", words, name=row.name)
            for row, words in soon
            if words
        ]
        left = self.left.sentences(instances)
        return [*items, *(InboxItem(f"left-{one}", "urgent", one, name="left") for one in left)]

    def log_of(self, what: Endpoint | WorkerGroup) -> ServerlessLogs:
        """The log of an endpoint or a group."""
        return ServerlessLogs(self._api.live, what.id, group=isinstance(what, WorkerGroup))
