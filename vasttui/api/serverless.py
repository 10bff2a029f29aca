"""What the account has of serverless: endpoints, worker groups, deployments (docs: "show
endpoints", "show workergroups", "show deployments"; client 1.9.1 `api/endpoints.py`,
`api/deployments.py`)."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from vasttui.api.answers import rows_in
from vasttui.api.engine import ResourceClient
from vasttui.api.operations import OPERATIONS
from vasttui.api.outcome import Fate, Outcome
from vasttui.errors import Rejected
from vasttui.models.decode_serverless import (
    deployments_from,
    endpoints_from,
    groups_from,
    left_workers_from,
    versions_from,
)
from vasttui.models.endpoint_settings import EndpointSettings, GroupSettings
from vasttui.models.serverless import DeploymentList, DeploymentVersion, EndpointList, GroupList

_NOBODY_HAS = " for user found"
"""How the service says with HTTP 400 that there are none (docs: "show endpoints")."""


class EndpointsClient(ResourceClient):
    """Endpoints. Reads raise `VastError`; changes are sent once and raise nothing."""

    async def list(self) -> EndpointList:
        """All endpoints: `GET /endptjobs/` (docs: "show endpoints")."""
        try:
            document = await self._engine.read(OPERATIONS["endpoints"])
        except Rejected as error:
            if _says_none(error):
                return EndpointList()
            raise
        return endpoints_from(_rows(document, "results", "endpoints"))

    async def create(self, settings: EndpointSettings) -> Outcome:
        """Make an endpoint: `POST /endptjobs/` (docs: "create endpoint"). Each request makes one,
        also of a name that there is. The outcome's data is its id, None if that is not known."""
        outcome = await self._engine.write(OPERATIONS["create_endpoint"], settings.body)
        return replace(outcome, data=_made(outcome.data, "result"))

    async def update(self, endpoint_id: int, settings: EndpointSettings) -> Outcome:
        """Set an endpoint to these settings, all of them: `PUT /endptjobs/{id}/` (docs: "update
        endpoint")."""
        operation = OPERATIONS["update_endpoint"].at(id=endpoint_id)
        return await self._engine.write(operation, {**settings.body, "endptjob_id": endpoint_id})

    async def delete(self, endpoint_id: int) -> Outcome:
        """Delete an endpoint, its groups and workers: `DELETE /endptjobs/{id}/` (docs: "delete
        endpoint"). The outcome's data is a LeftWorkers."""
        operation = OPERATIONS["delete_endpoint"].at(id=endpoint_id)
        body = {"client_id": "me", "endptjob_id": endpoint_id}
        return _with_workers(await self._engine.write(operation, body))


class WorkerGroupsClient(ResourceClient):
    """Worker groups. Reads raise `VastError`; changes are sent once and raise nothing."""

    async def list(self) -> GroupList:
        """All worker groups: `GET /autojobs/` (docs: "show workergroups")."""
        try:
            document = await self._engine.read(OPERATIONS["worker_groups"])
        except Rejected as error:
            if _says_none(error):
                return GroupList()
            raise
        return groups_from(_rows(document, "results", "worker groups"))

    async def create(self, settings: GroupSettings) -> Outcome:
        """Make a group: `POST /autojobs/` (docs: "create workergroup"). The outcome's data is its
        id, None if that is not known."""
        outcome = await self._engine.write(OPERATIONS["create_group"], settings.body)
        return replace(outcome, data=_made(outcome.data, "id"))

    async def update(self, group_id: int, settings: GroupSettings) -> Outcome:
        """Set a group to these settings, all of them: `PUT /autojobs/{id}/` (docs: "update
        workergroup")."""
        operation = OPERATIONS["update_group"].at(id=group_id)
        return await self._engine.write(operation, {**settings.body, "autojob_id": group_id})

    async def delete(self, group_id: int) -> Outcome:
        """Delete a group: `DELETE /autojobs/{id}/` (docs: "delete workergroup"), which may leave
        workers behind. The outcome's data is a LeftWorkers."""
        operation = OPERATIONS["delete_group"].at(id=group_id)
        body = {"client_id": "me", "autojob_id": group_id}
        return _with_workers(await self._engine.write(operation, body))


class DeploymentsClient(ResourceClient):
    """Deployments. Reads raise `VastError`; changes are sent once and raise nothing."""

    async def list(self) -> DeploymentList:
        """All deployments: `GET /deployments/` (docs: "show deployments")."""
        document = await self._engine.read(OPERATIONS["deployments"])
        return deployments_from(_rows(document, "deployments", "deployments"))

    async def versions(self, deployment_id: int) -> tuple[DeploymentVersion, ...]:
        """The versions of one: `GET /deployment/{id}/versions/` (client 1.9.1
        `api/deployments.py`)."""
        operation = OPERATIONS["deployment_versions"].at(id=deployment_id)
        return versions_from(_rows(await self._engine.read(operation), "versions", "versions"))

    async def start(self, deployment_id: int) -> Outcome:
        """Start its endpoint: `POST /deployment/{id}/start/` (docs: "start deployment")."""
        return await self._engine.write(OPERATIONS["start_deployment"].at(id=deployment_id))

    async def stop(self, deployment_id: int) -> Outcome:
        """Stop its endpoint: `POST /deployment/{id}/stop/` (docs: "stop deployment")."""
        return await self._engine.write(OPERATIONS["stop_deployment"].at(id=deployment_id))

    async def delete(self, deployment_id: int) -> Outcome:
        """Delete one: `DELETE /deployment/{id}/` (client 1.9.1 `api/deployments.py`)."""
        return await self._engine.write(OPERATIONS["delete_deployment"].at(id=deployment_id))


def _rows(document: object, field: str, what: str) -> Sequence[object]:
    """The rows of an answer, which may be nothing else."""
    return document if isinstance(document, list) else rows_in(document, field, what)


def _says_none(error: Rejected) -> bool:
    words = f"{error}".lower()
    return words.startswith("no ") and _NOBODY_HAS in words


def _made(data: object, field: str) -> int | None:
    answer = data if isinstance(data, dict) else {}
    number = answer.get(field, answer.get("id", answer.get("result")))
    return number if type(number) is int and number > 0 else None


def _with_workers(outcome: Outcome) -> Outcome:
    if outcome.fate is not Fate.OK:
        return outcome
    return replace(outcome, data=left_workers_from(outcome.data))
