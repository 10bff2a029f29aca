"""Serverless in the table of requests that change something (tests/support/writes.py)."""

from __future__ import annotations

from tests.support.write import Write
from vasttui.models.endpoint_settings import EndpointSettings, GroupSettings

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
    ),
    "endpoint": Write(
        operation="update_endpoint",
        send=lambda c: c.endpoints.update(123, ENDPOINT),
        refusals=((400, "invalid_args", "Endpointgroup not found for user"),),
    ),
    "endpoint-": Write(
        operation="delete_endpoint",
        send=lambda c: c.endpoints.delete(123),
        answers=(_DELETED, {"success": True}),
        refusals=((400, "invalid_args", "Routegroup not found for user"),),
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
    ),
    "group": Write(
        operation="update_group",
        send=lambda c: c.worker_groups.update(789, GROUP),
        refusals=(_NO_GROUP, (400, "invalid_args", "Missing endpoint ID")),
    ),
    "group-": Write(
        operation="delete_group",
        send=lambda c: c.worker_groups.delete(789),
        answers=(_DELETED, {"success": True}),
        refusals=((404, "no_such_workergroup", "No workergroup by that id is available."),),
    ),
    "workers": Write(
        operation="update_workers",
        send=lambda c: c.live.update_workers(789),
        answers=({"success": True, "workers_to_update": 5}, {"success": True, "cancelled": True}),
    ),
    "deployment start": Write(
        operation="start_deployment",
        send=lambda c: c.deployments.start(644),
        answers=({"success": True, "endpoint_state": "active"},),
        refusals=(_NO_DEPLOYMENT,),
    ),
    "deployment stop": Write(
        operation="stop_deployment",
        send=lambda c: c.deployments.stop(644),
        answers=({"success": True, "endpoint_state": "stopped"},),
        refusals=(_NO_DEPLOYMENT,),
    ),
    "deployment-": Write(
        operation="delete_deployment",
        send=lambda c: c.deployments.delete(644),
        refusals=(_NO_DEPLOYMENT,),
    ),
}
