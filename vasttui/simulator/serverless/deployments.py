"""Deployments, which only the official SDK makes (client 1.9.1 `api/deployments.py`,
`data/deployment.py`; docs: "show deployments")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial

from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import Reply, error_reply, json_reply
from vasttui.simulator.serverless.book import Book, Deployment
from vasttui.simulator.serverless.endpoints import Endpoints, number_in


class Deployments:
    """The account's deployments: each may own an endpoint, which goes with it."""

    def __init__(self, book: Book, contracts: Contracts, endpoints: Endpoints) -> None:
        self.book, self._contracts, self._endpoints = book, contracts, endpoints

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        every, one = "/api/v0/deployments", "/api/v0/deployment/{id}"
        set_state = self._set_state
        return [
            Route("GET", every, "deployments", self._list, interval=3.0),
            Route("DELETE", every, "delete_deployment", self._delete_named, interval=3.0),
            Route("GET", one, "deployment", self._one, interval=3.0),
            Route("DELETE", one, "delete_deployment", self._delete, interval=3.0),
            Route("GET", f"{one}/versions", "deployment_versions", self._versions, interval=3.0),
            Route("POST", f"{one}/start", "start_deployment", partial(set_state, state="active"),
                  interval=2.0),
            Route("POST", f"{one}/stop", "stop_deployment", partial(set_state, state="stopped"),
                  interval=2.0),
        ]  # fmt: skip

    def _list(self, call: Call) -> Reply:
        rows = [_row(one) for one in self.book.deployments]
        return json_reply({"success": True, "deployments": rows})

    def _one(self, call: Call) -> Reply:
        one = self._found(call)
        if one is None:
            return _none()
        endpoint = self.book.endpoint(one.endpoint_id)
        count = sum(
            worker.endpoint_id == one.endpoint_id for worker in self._contracts.all(call.now)
            if endpoint is not None
        )  # fmt: skip
        state = {"endpoint_state": endpoint and endpoint.state, "worker_count": count}
        return json_reply({"success": True, "deployment": {**_row(one), **state}})

    def _versions(self, call: Call) -> Reply:
        one = self._found(call)
        if one is None:
            return _none()
        rows = [{"deployment_id": one.id, **asdict(version)} for version in one.versions]
        return json_reply({"success": True, "versions": rows})

    def _set_state(self, call: Call, *, state: str) -> Reply:
        one = self._found(call)
        endpoint = self.book.endpoint(one.endpoint_id) if one else None
        if one is None:
            return _none()
        if endpoint is None:
            return error_reply(400, "invalid_args", "Deployment has no endpoint.")
        endpoint.state, one.updated_at = state, call.now
        self.book.note(call.now, 0, endpoint.id, None, f"deployment {one.name}: {state}")
        return json_reply({"success": True, "endpoint_state": state})

    def _delete(self, call: Call) -> Reply:
        one = self._found(call)
        return _none() if one is None else self._remove(one, call.now)

    def _delete_named(self, call: Call) -> Reply:
        """By name; with a tag only that one, without it the one with the usual tag."""
        body = call.request.json_object()
        wanted = (body.get("name"), body.get("tag") or "default")
        for one in self.book.deployments:
            if (one.name, one.tag) == wanted:
                return self._remove(one, call.now)
        return _none()

    def _remove(self, one: Deployment, now: float) -> Reply:
        endpoint = self.book.endpoint(one.endpoint_id)
        self.book.deployments.remove(one)
        if endpoint is not None:
            self._endpoints.remove(endpoint, now)
        return json_reply({"success": True})

    def _found(self, call: Call) -> Deployment | None:
        number = number_in(call)
        return next((one for one in self.book.deployments if one.id == number), None)


def _row(one: Deployment) -> dict[str, object]:
    """As in the list: the latest version is the current one, the last healthy one is named."""
    latest = one.versions[-1]
    healthy = [version.id for version in one.versions if version.status == "healthy"]
    return {
        "id": one.id, "name": one.name, "tag": one.tag, "image": one.image,
        "endpoint_id": one.endpoint_id, "env": one.env, "file_hash": latest.file_hash,
        "s3_key": f"deployments/{one.id}/{latest.file_hash[:12]}.tar.gz",
        "search_params": one.search_params, "current_version_id": latest.id,
        "last_healthy_version_id": healthy[-1] if healthy else None, "storage": one.storage,
        "ttl": one.ttl, "last_client_heartbeat": one.heartbeat, "created_at": one.created_at,
        "updated_at": one.updated_at,
    }  # fmt: skip


def _none() -> Reply:
    return error_reply(404, "not_found", "Deployment not found")
