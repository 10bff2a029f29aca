"""Worker groups (docs: "show workergroups"; client 1.9.1 `api/endpoints.py`), under both their
paths."""

from __future__ import annotations

from collections.abc import Sequence

from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import Reply, error_reply, json_reply
from vasttui.simulator.serverless.book import Book, Endpoint, Group, moment
from vasttui.simulator.serverless.endpoints import let_go, number_in
from vasttui.simulator.serverless.hiring import parsed

_PATHS = ("/api/v0/autojobs", "/api/v0/workergroups")
_NO_ENDPOINT = "Please assign your workergroup to a valid endpoint identifier"
_DEFAULT_SEARCH = "verified=true rentable=true rented=false"


class WorkerGroups:
    """The account's worker groups. `documented`: as the official description has it."""

    def __init__(self, book: Book, contracts: Contracts, *, documented: bool) -> None:
        self.book, self._contracts, self._documented = book, contracts, documented

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        return [
            route
            for path in _PATHS
            for route in (
                Route("GET", path, "workergroups", self._list, interval=2.0),
                Route("POST", path, "create_workergroup", self._create, interval=4.0),
                Route("PUT", f"{path}/{{id}}", "update_workergroup", self._update, interval=2.0),
                Route("DELETE", f"{path}/{{id}}", "delete_workergroup", self._delete, interval=3.0),
            )
        ]

    def _list(self, call: Call) -> Reply:
        rows = [self._row(group) for group in self.book.groups if group.listed_at <= call.now]
        if not rows and self._documented:
            return error_reply(400, "invalid_args", "No workergroups for user found")
        return json_reply({"success": True, "results": rows})

    def _row(self, group: Group) -> dict[str, object]:
        endpoint = self.book.endpoint(group.endpoint_id)
        made = moment(group.created_at, text=self._documented)
        row = group.row(endpoint.name if endpoint else "", made)
        if self._documented:
            del row["search_params"], row["cold_workers"]
        return row

    def _endpoint(self, call: Call) -> Endpoint | None:
        body = call.request.json_object()
        number, name = body.get("endpoint_id"), body.get("endpoint_name")
        return self.book.endpoint(name if number is None else number)

    def _create(self, call: Call) -> Reply:
        endpoint, body, book = self._endpoint(call), call.request.json_object(), self.book
        if endpoint is None:
            return error_reply(400, "invalid_args", _NO_ENDPOINT)
        if "search_params" not in body:
            body["search_params"] = _DEFAULT_SEARCH
        listed = call.now + book.rules.late
        made = Group(book.next_group, endpoint.id, call.now, listed, "", {})
        wrong = _fill(made, body)
        if wrong is not None:
            return wrong
        book.next_group += 9
        book.groups.append(made)
        book.note(call.now, 0, endpoint.id, made.id, f"workergroup {made.id} created")
        return json_reply({"success": True, "id": made.id})

    def _update(self, call: Call) -> Reply:
        endpoint, group = self._endpoint(call), self.book.group(number_in(call))
        if endpoint is None:
            return error_reply(400, "invalid_args", "Missing endpoint ID")
        if group is None:
            return error_reply(400, "invalid_args", "Workgroup not found for user")
        wrong = _fill(group, call.request.json_object())
        if wrong is not None:
            return wrong
        group.endpoint_id = endpoint.id
        self.book.note(call.now, 0, endpoint.id, group.id, f"workergroup {group.id} changed")
        return json_reply({"success": True})

    def _delete(self, call: Call) -> Reply:
        group = self.book.group(number_in(call))
        if group is None:
            words = "No workergroup by that id is available."
            body = {"success": False, "error": "no_such_workergroup", "msg": words}
            return json_reply({**body, "id": number_in(call)}, 404)
        workers = [one for one in self._contracts.all(call.now) if one.workergroup_id == group.id]
        answer = let_go(self.book, self._contracts, workers, "workergroup", call.now)
        self.book.forget([], [group.id])
        return json_reply(answer)


def _fill(group: Group, body: dict[str, object]) -> Reply | None:
    """Set what is given: the search always, even where it is left out; the rest unless it is null.
    Returns the refusal, if there is one."""
    ram, number = body.get("gpu_ram"), body.get("template_id")
    if ram is not None and (isinstance(ram, bool) or not isinstance(ram, int | float)):
        return error_reply(400, "invalid_args", "gpu_ram: Must be a positive number.")
    search, query = parsed(body.get("search_params"))
    group.search_params, group.search_query, group.looks_at = search, query, 0.0
    group.gpu_ram = group.gpu_ram if ram is None else float(ram)
    if isinstance(number, int):
        group.template_id = number
    for name in ("template_hash", "launch_args"):
        text = body.get(name)
        if isinstance(text, str):
            setattr(group, name, text)
    return None
