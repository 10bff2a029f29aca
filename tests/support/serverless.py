"""Serverless in the table of requests that change something (tests/support/writes.py)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tests.support.write import Change, Write
from vasttui.api.client import VastClient
from vasttui.clock import Clock
from vasttui.models.endpoint_settings import (
    EndpointSettings,
    GroupSettings,
    group_settings_of,
    settings_of,
)
from vasttui.models.serverless import Deployment, Endpoint, WorkerGroup
from vasttui.services.serverless.change_rows import ChangeRows
from vasttui.services.serverless.deployment_changes import DeploymentChanges
from vasttui.services.serverless.endpoint_changes import EndpointChanges
from vasttui.services.serverless.group_changes import GroupChanges
from vasttui.simulator.world import World
from vasttui.store.journal import Journal

USED, IDLE = "llama-70b", "whisper"
"""The endpoints of the demo account; the second takes any price."""


def endpoint_changes(client: VastClient, clock: Clock) -> EndpointChanges:
    """Changes endpoints."""
    journal = Journal(None)
    rows = ChangeRows(journal, clock)
    return EndpointChanges(client.endpoints, clock, journal, rows, lambda endpoint: None)


def group_changes(client: VastClient, clock: Clock) -> GroupChanges:
    """Changes worker groups."""
    journal = Journal(None)
    rows = ChangeRows(journal, clock)
    return GroupChanges(client.worker_groups, client.endpoints, client.live, clock, journal, rows)


async def endpoint_called(client: VastClient, name: str) -> Endpoint | None:
    """The endpoint with this name, None if there is none."""
    listed = (await client.endpoints.list()).endpoints
    return next((one for one in listed if one.endpoint_name == name), None)


async def groups_of(client: VastClient, name: str) -> list[WorkerGroup]:
    """The groups of the endpoint with this name."""
    endpoint = await endpoint_called(client, name)
    listed = (await client.worker_groups.list()).groups
    return [one for one in listed if endpoint is not None and one.endpoint_id == endpoint.id]


async def _there(client: VastClient, name: str) -> Endpoint:
    endpoint = await endpoint_called(client, name)
    assert endpoint is not None
    return endpoint


async def _make_endpoint(client: VastClient, clock: Clock) -> object:
    return await endpoint_changes(client, clock).create(EndpointSettings(endpoint_name="new"))


async def _has_endpoint(client: VastClient, world: World) -> bool:
    return await endpoint_called(client, "new") is not None


async def _scale(client: VastClient, clock: Clock) -> object:
    shown = await _there(client, USED)
    settings = settings_of(shown)
    assert settings is not None
    return await endpoint_changes(client, clock).change(shown, replace(settings, max_workers=3))


async def _is_scaled(client: VastClient, world: World) -> bool:
    return (await _there(client, USED)).max_workers == 3


async def _delete_endpoint(client: VastClient, clock: Clock) -> object:
    return await endpoint_changes(client, clock).delete(await _there(client, IDLE))


async def _lacks_endpoint(client: VastClient, world: World) -> bool:
    return await endpoint_called(client, IDLE) is None


async def _make_group(client: VastClient, clock: Clock) -> object:
    settings = GroupSettings(
        endpoint_id=(await _there(client, IDLE)).id, template_hash="a" * 32,
        search="gpu_ram>=24 dph_total<=0.3",
    )  # fmt: skip
    return await group_changes(client, clock).create(settings)


async def _has_group(client: VastClient, world: World) -> bool:
    return len(await groups_of(client, IDLE)) == 2


async def _limit_group(client: VastClient, clock: Clock) -> object:
    [shown] = await groups_of(client, IDLE)
    settings = group_settings_of(shown)
    assert settings is not None
    cheap = replace(settings, search="gpu_ram>=16 dph_total<=0.3")
    return await group_changes(client, clock).change(shown, cheap)


async def _is_limited(client: VastClient, world: World) -> bool:
    [group] = await groups_of(client, IDLE)
    return group.price_limit == 0.3


async def _delete_group(client: VastClient, clock: Clock) -> object:
    [shown] = await groups_of(client, IDLE)
    return await group_changes(client, clock).delete(shown)


async def _lacks_group(client: VastClient, world: World) -> bool:
    return not await groups_of(client, IDLE)


async def _deployment(client: VastClient) -> Deployment:
    return (await client.deployments.list()).deployments[0]


def deployment_changes(client: VastClient, clock: Clock) -> DeploymentChanges:
    """Changes deployments."""
    rows = ChangeRows(Journal(None), clock)
    return DeploymentChanges(client.deployments, client.endpoints, clock, rows)


async def _set_deployment(client: VastClient, clock: Clock, *, start: bool) -> None:
    changes, shown = deployment_changes(client, clock), await _deployment(client)
    await (changes.start(shown) if start else changes.stop(shown))


async def _state_of_deployment(client: VastClient) -> str:
    number = (await _deployment(client)).endpoint_id
    return next(one.state for one in (await client.endpoints.list()).endpoints if one.id == number)


async def _is_started(client: VastClient, world: World) -> bool:
    return await _state_of_deployment(client) == "active"


async def _is_stopped(client: VastClient, world: World) -> bool:
    return await _state_of_deployment(client) == "stopped"


async def _delete_deployment(client: VastClient, clock: Clock) -> None:
    await deployment_changes(client, clock).delete(await _deployment(client))


async def _lacks_deployment(client: VastClient, world: World) -> bool:
    return len((await client.deployments.list()).deployments) == 1


async def _update_workers(client: VastClient, clock: Clock) -> object:
    group = (await groups_of(client, USED))[0]
    return await group_changes(client, clock).update_workers(group.id)


async def _updates_workers(client: VastClient, world: World) -> bool:
    book = world.serverless.book
    return bool(book.rollouts) or any("updat" in one.text for one in book.events)


ENDPOINT = EndpointSettings(endpoint_name="llama-70b")
GROUP = GroupSettings(endpoint_id=123, template_hash="a" * 32, search="gpu_ram>=24")
_DELETED = {"success": True, "deleted_workers": [1001], "failed_workers": [], "msg": "Deleted"}
_NO_GROUP = (400, "invalid_args", "Workgroup not found for user")
_NO_DEPLOYMENT = (404, "not_found", "Deployment not found")

SERVERLESS = {
    "endpoint+": Write(
        operation="create_endpoint",
        send=lambda c: c.endpoints.create(ENDPOINT),
        answers=({"success": True, "result": 12345}, {"success": True}),
        refusals=((400, "invalid_args", "Must be a valid endpoint name."),),
        change=Change(route="create_endpoint", make=_make_endpoint, is_done=_has_endpoint, sends=1),
    ),
    "endpoint": Write(
        operation="update_endpoint",
        send=lambda c: c.endpoints.update(123, ENDPOINT),
        refusals=((400, "invalid_args", "Endpointgroup not found for user"),),
        change=Change(route="update_endpoint", make=_scale, is_done=_is_scaled),
    ),
    "endpoint-": Write(
        operation="delete_endpoint",
        send=lambda c: c.endpoints.delete(123),
        answers=(_DELETED, {"success": True}),
        refusals=((400, "invalid_args", "Routegroup not found for user"),),
        change=Change(route="delete_endpoint", make=_delete_endpoint, is_done=_lacks_endpoint),
    ),
    "group+": Write(
        operation="create_group",
        send=lambda c: c.worker_groups.create(GROUP),
        answers=({"success": True, "id": 789}, {"success": True, "result": 789}),
        refusals=(
            (
                400,
                "invalid_args",
                "Please assign your workergroup to a valid endpoint identifier",
            ),
        ),
        change=Change(route="create_workergroup", make=_make_group, is_done=_has_group, sends=1),
    ),
    "group": Write(
        operation="update_group",
        send=lambda c: c.worker_groups.update(789, GROUP),
        refusals=(_NO_GROUP, (400, "invalid_args", "Missing endpoint ID")),
        change=Change(route="update_workergroup", make=_limit_group, is_done=_is_limited),
    ),
    "group-": Write(
        operation="delete_group",
        send=lambda c: c.worker_groups.delete(789),
        answers=(_DELETED, {"success": True}),
        refusals=((404, "no_such_workergroup", "No workergroup by that id is available."),),
        change=Change(route="delete_workergroup", make=_delete_group, is_done=_lacks_group),
    ),
    "workers": Write(
        operation="update_workers",
        send=lambda c: c.live.update_workers(789),
        answers=({"success": True, "workers_to_update": 5}, {"success": True, "cancelled": True}),
        change=Change(
            route="update_workers", make=_update_workers, is_done=_updates_workers, sends=1
        ),
    ),
    "deployment start": Write(
        operation="start_deployment",
        send=lambda c: c.deployments.start(644),
        answers=({"success": True, "endpoint_state": "active"},),
        refusals=(_NO_DEPLOYMENT,),
        change=Change(
            route="start_deployment",
            make=partial(_set_deployment, start=True),
            is_done=_is_started,
            sends=1,
        ),
    ),
    "deployment stop": Write(
        operation="stop_deployment",
        send=lambda c: c.deployments.stop(644),
        answers=({"success": True, "endpoint_state": "stopped"},),
        refusals=(_NO_DEPLOYMENT,),
        change=Change(
            route="stop_deployment",
            make=partial(_set_deployment, start=False),
            is_done=_is_stopped,
            sends=1,
        ),
    ),
    "deployment-": Write(
        operation="delete_deployment",
        send=lambda c: c.deployments.delete(644),
        refusals=(_NO_DEPLOYMENT,),
        change=Change(
            route="delete_deployment", make=_delete_deployment, is_done=_lacks_deployment, sends=1
        ),
    ),
}
