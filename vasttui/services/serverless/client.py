"""What serverless needs of the client. Reads raise VastError; changes are sent once and raise
nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from vasttui.api.outcome import Outcome
from vasttui.models.endpoint_settings import EndpointSettings, GroupSettings
from vasttui.models.route import RouteAnswer, WorkerAnswer
from vasttui.models.secret import Secret
from vasttui.models.serverless import (
    DeploymentList,
    DeploymentVersion,
    EndpointList,
    GroupList,
    WorkerList,
)
from vasttui.models.serverless_log import ServerlessLog


class EndpointService(Protocol):
    """Endpoints of the account."""

    async def list(self) -> EndpointList:
        """All of them. Raises VastError."""

    async def create(self, settings: EndpointSettings) -> Outcome:
        """Make one; the outcome's data is its id, None if that is not known."""

    async def update(self, endpoint_id: int, settings: EndpointSettings) -> Outcome:
        """Set one to these settings, all of them."""

    async def delete(self, endpoint_id: int) -> Outcome:
        """Delete one with its groups and workers; the outcome's data is a LeftWorkers."""


class GroupService(Protocol):
    """Worker groups of the account."""

    async def list(self) -> GroupList:
        """All of them. Raises VastError."""

    async def create(self, settings: GroupSettings) -> Outcome:
        """Make one; the outcome's data is its id, None if that is not known."""

    async def update(self, group_id: int, settings: GroupSettings) -> Outcome:
        """Set one to these settings, all of them."""

    async def delete(self, group_id: int) -> Outcome:
        """Delete one; the outcome's data is a LeftWorkers."""


class DeploymentService(Protocol):
    """Deployments of the account."""

    async def list(self) -> DeploymentList:
        """All of them. Raises VastError."""

    async def versions(self, deployment_id: int) -> tuple[DeploymentVersion, ...]:
        """The versions of one. Raises VastError."""

    async def start(self, deployment_id: int) -> Outcome:
        """Start its endpoint."""

    async def stop(self, deployment_id: int) -> Outcome:
        """Stop its endpoint."""

    async def delete(self, deployment_id: int) -> Outcome:
        """Delete one."""


class LiveService(Protocol):
    """Router and autoscaler."""

    @property
    def address(self) -> str:
        """Where they are."""

    async def endpoint_workers(self, endpoint_id: int) -> WorkerList:
        """The workers of an endpoint. Raises VastError."""

    async def group_workers(self, group_id: int) -> WorkerList:
        """The workers of a group. Raises VastError."""

    async def endpoint_log(self, endpoint_id: int, tail: int) -> ServerlessLog:
        """The last lines of an endpoint's log. Raises VastError."""

    async def group_log(self, group_id: int, tail: int) -> ServerlessLog:
        """The last lines of a group's log. Raises VastError."""

    async def update_workers(self, group_id: int, *, cancel: bool = False) -> Outcome:
        """Update the workers of a group, or cancel that; the outcome's data is their number."""

    async def route(self, endpoint: str, key: Secret, cost: float, index: int = 0) -> Outcome:
        """Ask where a request may go; the outcome's data is a RouteAnswer."""


class WorkerService(Protocol):
    """Workers themselves."""

    async def call(
        self, route: RouteAnswer, path: str, payload: Mapping[str, object], key: Secret
    ) -> WorkerAnswer:
        """Send a request to the worker of a route, once. Raises VastError."""


class ServerlessClient(Protocol):
    """Everything of serverless."""

    @property
    def endpoints(self) -> EndpointService:
        """Endpoints of the account."""

    @property
    def worker_groups(self) -> GroupService:
        """Worker groups of the account."""

    @property
    def deployments(self) -> DeploymentService:
        """Deployments of the account."""

    @property
    def live(self) -> LiveService:
        """Router and autoscaler."""

    @property
    def workers(self) -> WorkerService:
        """Workers themselves."""
