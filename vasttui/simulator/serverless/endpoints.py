"""Endpoints (docs: "show endpoints"; client 1.9.1 `api/endpoints.py`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from vasttui.simulator.account.contract import Contract
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import Reply, error_reply, json_reply
from vasttui.simulator.serverless.book import DEFAULTS, STATES, Book, Endpoint, Limit, moment
from vasttui.simulator.serverless.workers import status

PATH = "/api/v0/endptjobs"
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,255}")
_WHOLE = ("cold_workers", "max_workers", "inactivity_timeout")
_LINGERS = 180.0


class Endpoints:
    """The account's endpoints. `documented`: as the official description has it."""

    def __init__(self, book: Book, contracts: Contracts, *, documented: bool) -> None:
        self.book, self._contracts, self._documented = book, contracts, documented

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        one = f"{PATH}/{{id}}"
        return [
            Route("GET", PATH, "endpoints", self._list, interval=3.0),
            Route("POST", PATH, "create_endpoint", self._create, interval=4.0),
            Route("GET", one, "endpoint", self._one, interval=3.0),
            Route("PUT", one, "update_endpoint", self._update, interval=2.0),
            Route("DELETE", one, "delete_endpoint", self._delete, interval=3.0),
        ]

    def _list(self, call: Call) -> Reply:
        rows = [
            self._row(one, call.now) for one in self.book.endpoints if one.listed_at <= call.now
        ]
        if not rows and self._documented:
            return error_reply(400, "invalid_args", "No endpoints for user found")
        return json_reply({"success": True, "results": rows})

    def _one(self, call: Call) -> Reply:
        endpoint = self.book.endpoint(number_in(call))
        if endpoint is None:
            return error_reply(404, "not_found", "Endpointgroup not found for user")
        return json_reply({"success": True, "result": self._row(endpoint, call.now)})

    def _row(self, endpoint: Endpoint, now: float) -> dict[str, object]:
        made = moment(endpoint.created_at, text=self._documented)
        return endpoint.row(made, unpaid=self._contracts.credit(now) <= 0)

    def _create(self, call: Call) -> Reply:
        body = call.request.json_object()
        if wrong := _wrong(body):
            return error_reply(400, "invalid_args", wrong)
        book = self.book
        limits = {name: _number(body.get(name), default) for name, default in DEFAULTS.items()}
        name = str(body.get("endpoint_name") or "default-endpoint")
        listed = call.now + book.rules.late
        made = Endpoint(book.next_endpoint, name, call.now, listed, limits, asked_at=call.now)
        book.next_endpoint += 13
        book.endpoints.append(made)
        book.note(call.now, 0, made.id, None, f"endpoint {made.name} created")
        return json_reply({"success": True, "result": made.id})

    def _update(self, call: Call) -> Reply:
        endpoint, body = self.book.endpoint(number_in(call)), call.request.json_object()
        if endpoint is None:
            return error_reply(400, "invalid_args", "Endpointgroup not found for user")
        if wrong := _wrong(body):
            return error_reply(400, "invalid_args", wrong)
        for name, default in DEFAULTS.items():
            if name in body:
                endpoint.limits[name] = _number(body[name], endpoint.limits[name])
            elif not self.book.rules.keeps:
                endpoint.limits[name] = default
        endpoint.name = str(body.get("endpoint_name") or endpoint.name)
        endpoint.state = str(body.get("endpoint_state") or endpoint.state)
        self.book.note(call.now, 0, endpoint.id, None, f"endpoint changed, {endpoint.state}")
        return json_reply({"success": True})

    def _delete(self, call: Call) -> Reply:
        endpoint = self.book.endpoint(number_in(call))
        if endpoint is None:
            return error_reply(400, "invalid_args", "Routegroup not found for user")
        return json_reply(self.remove(endpoint, call.now))

    def remove(self, endpoint: Endpoint, now: float) -> dict[str, object]:
        """Delete it with its groups and workers; returns the answer."""
        workers = [one for one in self._contracts.all(now) if one.endpoint_id == endpoint.id]
        answer = let_go(self.book, self._contracts, workers, "endpoint job", now)
        groups = self.book.groups_of(endpoint)
        self.book.forget([endpoint.id], [group.id for group in groups])
        return answer


def let_go(
    book: Book, contracts: Contracts, workers: Iterable[Contract], what: str, now: float
) -> dict[str, object]:
    """Destroy workers that are not needed any more; those that fail are gone some minutes later."""
    gone: list[int] = []
    failed: list[int] = []
    for worker in workers:
        if book.rules.fail_delete or worker.id in book.stubborn or status(worker) == "unavail":
            book.rules.fail_delete = max(0, book.rules.fail_delete - 1)
            book.removals[worker.id] = now + _LINGERS
            failed.append(worker.id)
        else:
            contracts.remove(worker.id, now)
            gone.append(worker.id)
    words = f"Deleted {what} and {len(gone)} worker{'' if len(gone) == 1 else 's'}"
    return {"success": True, "deleted_workers": gone, "failed_workers": failed, "msg": words}


def number_in(call: Call) -> int | None:
    """The id in the path; None if it is not a number."""
    text = call.params["id"]
    return int(text) if text.isdecimal() else None


def _wrong(body: Mapping[str, object]) -> str:
    """Why this cannot be set; empty if it can."""
    name, state = body.get("endpoint_name"), body.get("endpoint_state")
    if name is not None and (not isinstance(name, str) or not _NAME.fullmatch(name)):
        return "endpoint_name: Must be a valid endpoint name."
    if state is not None and state not in STATES:
        return "endpoint_state: Must be active, suspended or stopped."
    for field in DEFAULTS:
        value = body.get(field)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"{field}: Must be a positive number."
        if value < 0 and field != "inactivity_timeout":
            return f"{field}: Must be a positive number."
        if field in _WHOLE and value != int(value):
            return f"{field}: Must be a non-negative integer."
    return ""


def _number(value: object, otherwise: Limit) -> Limit:
    return value if isinstance(value, int | float) else otherwise
