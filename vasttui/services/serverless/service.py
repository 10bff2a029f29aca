"""Serverless of one account: what there is, changes to it, test requests."""

from __future__ import annotations

import random

from vasttui.clock import Clock
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


class Serverless:
    """Everything that a screen needs; `reader` keeps what was read."""

    def __init__(self, api: ServerlessClient, clock: Clock, rng: random.Random) -> None:
        self._api = api
        self.reader = ServerlessReader(api.endpoints, api.worker_groups, api.live, clock)
        self.endpoints = EndpointChanges(api.endpoints, clock, self.reader.expect)
        self.groups = GroupChanges(api.worker_groups, api.live, clock)
        self.deployments = DeploymentChanges(api.deployments, api.endpoints, clock)
        self.trials = Trials(api.live, api.workers, clock, rng)
        self.left = LeftBehind(clock)

    @property
    def address(self) -> str:
        """Where the router is."""
        return self._api.live.address

    async def listed_deployments(self) -> tuple[Deployment, ...]:
        """All deployments. Raises VastError."""
        return (await self._api.deployments.list()).deployments

    async def delete_endpoint(self, row: EndpointRow) -> LeftWorkers:
        """Delete an endpoint as it was shown; what it leaves is looked for. Raises VastError."""
        left = await self.endpoints.delete(row.endpoint)
        self.left.add(row.name, left, (one.id for one in row.workers or ()))
        self.reader.refresh()
        return left

    async def delete_group(self, row: GroupRow) -> LeftWorkers:
        """Delete a group as it was shown; what it leaves is looked for. Raises VastError."""
        left = await self.groups.delete(row.group)
        self.left.add(f"Group {row.id}", left, (one.id for one in row.workers or ()))
        self.reader.refresh()
        return left

    def log_of(self, what: Endpoint | WorkerGroup) -> ServerlessLogs:
        """The log of an endpoint or a group."""
        return ServerlessLogs(self._api.live, what.id, group=isinstance(what, WorkerGroup))
