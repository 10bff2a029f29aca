"""The live side of serverless: workers, logs, rolling updates (docs: "get endpoint workers", "get
endpoint logs"; client 1.9.1 `api/endpoints.py`, `serverless/client/worker.py`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from vasttui.simulator.account.contract import Contract
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.http.routing import Call, Handler, Route
from vasttui.simulator.http.wire import Reply, json_reply
from vasttui.simulator.serverless.book import Book, Endpoint, Group, Rollout
from vasttui.simulator.serverless.keys import Keys
from vasttui.simulator.serverless.load import load_of
from vasttui.simulator.serverless.log_lines import log_text
from vasttui.simulator.serverless.scaling import Scaling
from vasttui.simulator.serverless.uses import Uses
from vasttui.simulator.serverless.workers import OFF, READY, capacity, status, total

_UNFINISHED = ("pending", "creating", "created")
_UNSEEN = ("rebooting", "update_rebooting")
_UNKNOWN = "authenticate_endpoint_apikey: invalid api_key or endpoint {id} not found"
_NOT_READY = "endpoint {id} has no workers that can be queried yet"


class Live:
    """Answers about what runs now; any of the account's keys will do, and the endpoint's own."""

    def __init__(
        self, book: Book, contracts: Contracts, scaling: Scaling, keys: Keys, uses: Uses
    ) -> None:
        self.book, self._contracts, self._scaling = book, contracts, scaling
        self._keys, self._uses = keys, uses

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        group_workers, logs = partial(self._workers, of_group=True), self._logs
        paths: tuple[tuple[str, str, Handler], ...] = (
            ("get_endpoint_workers", "endpoint_workers", self._workers),
            ("get_workergroup_workers", "group_workers", group_workers),
            ("get_autogroup_workers", "group_workers", group_workers),
            ("get_endpoint_logs", "endpoint_logs", logs),
            ("get_workergroup_logs", "group_logs", partial(logs, of_group=True)),
            ("get_autogroup_logs", "group_logs", partial(logs, of_group=True)),
            ("update_workers", "update_workers", self._update),
        )
        return [live_route(path, operation, handler) for path, operation, handler in paths]

    def _workers(self, call: Call, *, of_group: bool = False) -> Reply:
        endpoint, group, refused = self._asked(call, of_group=of_group)
        if endpoint is None:
            return refused
        if call.now < endpoint.created_at + self.book.rules.not_ready:
            return json_reply({"error_msg": _NOT_READY.format(id=endpoint.id)})
        rows = [
            row for row in self._rows(endpoint, call.now)
            if group is None or self._group_of(row["id"], call.now) == group.id
        ]  # fmt: skip
        return json_reply({"workers": rows} if self.book.rules.wrapped else rows)

    def _group_of(self, number: object, now: float) -> int | None:
        everything = [*self._contracts.all(now), *self._contracts.gone()]
        return next((one.workergroup_id for one in everything if one.id == number), None)

    def _rows(self, endpoint: Endpoint, now: float) -> list[dict[str, object]]:
        """Workers come later than their instances, and go later; one that reboots is not there."""
        late = self.book.rules.row_late
        workers = self._scaling.workers_of(endpoint.id, now)
        ready = [one for one in workers if status(one) == READY]
        share = load_of(endpoint, self._scaling.curve, now) / (total(ready) or 1.0)
        seen = [
            self._row(one, share if one in ready else 0.0, now) for one in workers
            if now >= one.start_date + late and status(one) not in _UNSEEN
        ]  # fmt: skip
        gone = [
            {"id": one.id, "status": "destroying"} for one in self._contracts.gone()
            if one.endpoint_id == endpoint.id and now < one.meter.until + late
        ]  # fmt: skip
        return [*seen, *gone]

    def _row(self, worker: Contract, share: float, now: float) -> dict[str, object]:
        word, perf = status(worker), capacity(worker)
        if word in _UNFINISHED:
            return {"id": worker.id, "status": word, "started_at": worker.start_date}
        requests, extra = self._uses.of(worker.id, now)
        load = round(min(1.0, share) * perf + extra, 1)
        measured = perf if word in (READY, OFF) and worker.run_since is not None else 0.0
        return {
            "id": worker.id,
            "status": word,
            "cur_load": load,
            "new_load": extra,
            "cur_load_rolling_avg": round(min(1.0, share) * perf * 0.96, 1),
            "cur_perf": perf if word == READY else 0.0,
            "perf": perf,
            "measured_perf": measured,
            "dlperf": round(perf / 1.7, 1),
            "reliability": round(worker.chunk.machine.listing.reliability, 6),
            "reqs_working": round(load / 45) + requests,
            "disk_usage": round(worker.disk_used(now), 1),
            "loaded_at": worker.run_since or 0.0,
            "started_at": worker.start_date,
        }

    def _logs(self, call: Call, *, of_group: bool = False) -> Reply:
        endpoint, group, refused = self._asked(call, of_group=of_group)
        if endpoint is None:
            return refused
        texts = log_text(
            self.book, endpoint, group, self._scaling.curve, call.now,
            tail=call.request.json_object().get("tail"),
        )  # fmt: skip
        return json_reply({"logs": texts["info1"]} if self.book.rules.wrapped else texts)

    def _update(self, call: Call) -> Reply:
        body = call.request.json_object()
        group = self.book.group(body.get("workergroup_id"))
        endpoint = self.book.endpoint(group.endpoint_id) if group else None
        if not self._keys.open(call, endpoint):
            return self._keys.refusal()
        if group is None or endpoint is None:
            return _failed(f"workergroup {body.get('workergroup_id')} not found")
        running = next((one for one in self.book.rollouts if one.group_id == group.id), None)
        if body.get("cancel_update"):
            return self._cancel(endpoint, group, running, call.now)
        if running is not None:
            return _failed(f"an update of workergroup {group.id} is in progress")
        workers = self._scaling.workers_of(endpoint.id, call.now)
        mine = [one.id for one in workers if one.workergroup_id == group.id]
        self.book.rollouts.append(Rollout(group.id, mine, len(mine)))
        return json_reply({"success": True, "workers_to_update": len(mine)})

    def _cancel(
        self, endpoint: Endpoint, group: Group, running: Rollout | None, now: float
    ) -> Reply:
        if running is None:
            return _failed(f"no update of workergroup {group.id} is in progress")
        self.book.rollouts.remove(running)
        self.book.note(now, 0, endpoint.id, group.id, "update cancelled")
        return json_reply({"success": True, "cancelled": True})

    def _asked(
        self, call: Call, *, of_group: bool
    ) -> tuple[Endpoint | None, Group | None, Reply]:  # fmt: skip
        """The endpoint and group that are asked about; without an endpoint, the refusal."""
        body = call.request.json_object()
        number = body.get("id", body.get("endpoint"))
        group = self.book.group(number) if of_group else None
        endpoint = self.book.endpoint(number if not of_group else group and group.endpoint_id)
        if not self._keys.open(call, endpoint):
            return None, None, self._keys.refusal()
        words = _UNKNOWN.format(id=number)
        return (
            endpoint,
            group,
            json_reply(words if self.book.rules.wrapped else {"error_msg": words}),
        )


def live_route(path: str, operation: str, handler: Callable[[Call], Reply]) -> Route:
    """A path of the live side, which looks at keys itself."""
    return Route("POST", f"/{path}", operation, handler, needs_key=False, bad_key_status=None)


def _failed(words: str) -> Reply:
    return json_reply({"success": False, "error_msg": words})
