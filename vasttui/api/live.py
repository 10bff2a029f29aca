"""The live side of serverless: router and autoscaler, at an address of their own (docs: "route",
"get endpoint workers"; client 1.9.1 `api/endpoints.py`, `serverless/client/endpoint.py`)."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from vasttui.api.engine import ResourceClient
from vasttui.api.log_text import shown_lines
from vasttui.api.operations import OPERATIONS, Operation
from vasttui.api.outcome import Outcome
from vasttui.errors import BrokenAnswer
from vasttui.models.decode_serverless import route_from, workers_from
from vasttui.models.secret import Secret
from vasttui.models.serverless import WorkerList
from vasttui.models.serverless_log import LEVELS, UNLEVELLED, ServerlessLog
from vasttui.text import MESSAGE_CAP, clean

REPLAY = 60
"""Seconds for which the router keeps the place of a request (client 1.9.1
`serverless/client/endpoint.py`)."""


class LiveClient(ResourceClient):
    """What works now. Reads raise `VastError`; changes are sent once and raise nothing."""

    @property
    def address(self) -> str:
        """Where it is."""
        return self._engine.transport.address

    async def endpoint_workers(self, endpoint_id: int) -> WorkerList:
        """The workers of an endpoint: `POST /get_endpoint_workers/`."""
        return await self._workers(OPERATIONS["endpoint_workers"], endpoint_id)

    async def group_workers(self, group_id: int) -> WorkerList:
        """The workers of a worker group: `POST /get_workergroup_workers/`."""
        return await self._workers(OPERATIONS["group_workers"], group_id)

    async def endpoint_log(self, endpoint_id: int, tail: int) -> ServerlessLog:
        """The last lines of an endpoint's log: `POST /get_endpoint_logs/`."""
        return await self._log(OPERATIONS["endpoint_logs"], endpoint_id, tail)

    async def group_log(self, group_id: int, tail: int) -> ServerlessLog:
        """The last lines of a worker group's log: `POST /get_autogroup_logs/`."""
        return await self._log(OPERATIONS["group_logs"], group_id, tail)

    async def update_workers(self, group_id: int, *, cancel: bool = False) -> Outcome:
        """Make the workers of a group anew from its template, one after the other, or `cancel`
        that: `POST /update_workers/`. The outcome's data is how many there are to do, None if the
        service does not say."""
        body: dict[str, object] = {"workergroup_id": group_id}
        if cancel:
            body["cancel_update"] = True
        outcome = await self._engine.write(OPERATIONS["update_workers"], body)
        answer = outcome.data if isinstance(outcome.data, dict) else {}
        number = answer.get("workers_to_update")
        return replace(outcome, data=number if type(number) is int and number >= 0 else None)

    async def route(self, endpoint: str, key: Secret, cost: float, index: int = 0) -> Outcome:
        """Ask where a request of `cost` units of load may go, in the name of the endpoint with its
        own key: `POST /route/`. `index` is the `request_idx` of the answer before; with it a
        request may be sent again. The outcome's data is a RouteAnswer."""
        body = {
            "endpoint": endpoint, "api_key": key.reveal(), "cost": cost, "request_idx": index,
            "replay_timeout": REPLAY,
        }  # fmt: skip
        outcome = await self._engine.write(
            OPERATIONS["route"], body, key=key, confirms=lambda data: route_from(data) is not None
        )
        return replace(outcome, data=route_from(outcome.data))

    async def _workers(self, operation: Operation, number: int) -> WorkerList:
        found = workers_from(await self._engine.read(operation, body={"id": number}))
        if found is None:
            raise BrokenAnswer("The answer contains no list of workers.")
        return found

    async def _log(self, operation: Operation, number: int, tail: int) -> ServerlessLog:
        document = await self._engine.read(operation, body={"id": number, "tail": tail})
        if isinstance(document, str):
            return ServerlessLog(said=clean(document, MESSAGE_CAP))
        answer = document if isinstance(document, dict) else {}
        texts = {UNLEVELLED: answer.get("logs"), **{name: answer.get(name) for name in LEVELS}}
        levels = {name: await _lines(text) for name, text in texts.items() if _is_text(text)}
        if not levels:
            return ServerlessLog(said=_said(answer))
        return ServerlessLog(levels)


def _is_text(value: object) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(line, str) for line in value)
    )


async def _lines(text: object) -> tuple[str, ...]:
    whole = "\n".join(text) if isinstance(text, list) else f"{text}"
    return await shown_lines(whole.encode("utf-8", "replace"), cut=False)


def _said(answer: Mapping[str, object]) -> str:
    """What the service says instead of a log. Raises BrokenAnswer if it says nothing."""
    for name in ("error", "error_msg", "msg"):
        value = answer.get(name)
        if isinstance(value, str) and value.strip():
            return clean(value, MESSAGE_CAP)
    raise BrokenAnswer("The answer contains no log.")
