"""Requests to workers: the router names one, and it answers (client 1.9.1
`serverless/client/endpoint.py`, `serverless/server/lib/backend.py`)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from vasttui.simulator.account.accounts import presented_key
from vasttui.simulator.account.contract import Contract
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import BadRequest, Reply, Trouble, json_reply, whole_reply
from vasttui.simulator.serverless.book import Book, Endpoint
from vasttui.simulator.serverless.keys import Keys
from vasttui.simulator.serverless.live import live_route
from vasttui.simulator.serverless.scaling import Scaling
from vasttui.simulator.serverless.uses import Uses
from vasttui.simulator.serverless.workers import READY, capacity, status

WORKERS = "_workers"
_WAITS = 2
_LATENCY = 0.25
_KEPT = 500
_SIGNED = ("cost", "endpoint", "reqnum", "request_idx", "url")
_NEEDED: Mapping[str, str] = {
    "v1/completions": "prompt", "v1/chat/completions": "messages", "generate": "inputs",
    "generate/sync": "input",
}  # fmt: skip
"""What a worker serves, and the field that it cannot do without."""


@dataclass(slots=True)
class _Asked:
    """A request that waits for its worker; `answer` is what the router said last."""

    endpoint_id: int
    asked: int
    seen: float
    answer: dict[str, object] | None = None


class Requests:
    """The router, and all workers behind one address: their paths begin with their ids."""

    def __init__(self, book: Book, scaling: Scaling, keys: Keys, uses: Uses) -> None:
        self.book, self._scaling, self._keys, self._uses = book, scaling, keys, uses
        self._waiting: dict[int, _Asked] = {}

    def routes(self) -> Sequence[Route]:
        """The paths of this resource; a worker serves any of up to three parts."""
        paths = ("{a}", "{a}/{b}", "{a}/{b}/{c}")
        return [
            live_route("route", "route", self._route),
            *(live_route(f"{WORKERS}/{{id}}/{path}", "worker", self._work) for path in paths),
        ]

    def _route(self, call: Call) -> Reply:
        body = call.request.json_object()
        endpoint, cost = self.book.endpoint(body.get("endpoint")), body.get("cost")
        if not self._keys.open(call, endpoint):
            return self._keys.refusal()
        if endpoint is None or isinstance(cost, bool) or not isinstance(cost, int | float):
            return json_reply({"error": "Invalid endpoint or missing required parameters"}, 400)
        number, asked = self._find(body, endpoint, call.now)
        asked.asked, asked.seen = asked.asked + 1, call.now
        ready = self._least_busy(endpoint, call.now)
        about = hashlib.sha256(f"{number} {asked.asked}".encode()).hexdigest()[:12]
        if asked.answer is None and asked.asked > _WAITS and ready is not None:
            asked.answer = self._answer(call, endpoint, ready, number, float(cost))
        if asked.answer is not None:
            return json_reply({**asked.answer, "__request_id": about})
        waiting = {"endpoint": endpoint.name, "status": self._words(endpoint, call.now)}
        return json_reply({**waiting, "request_idx": number, "__request_id": about})

    def _find(
        self, body: Mapping[str, object], endpoint: Endpoint, now: float
    ) -> tuple[int, _Asked]:
        """The request that is asked about again, or a new one: it is forgotten after a while."""
        number, timeout = body.get("request_idx"), body.get("replay_timeout")
        lasts = timeout if isinstance(timeout, int | float) else 60.0
        if isinstance(number, int) and (known := self._waiting.get(number)) is not None:
            is_same = known.endpoint_id == endpoint.id
            if is_same and now - known.seen <= lasts:
                return number, known
        number = self.book.next_request
        self.book.next_request += 1
        self._waiting[number] = asked = _Asked(endpoint.id, 0, now)
        while len(self._waiting) > _KEPT:
            del self._waiting[next(iter(self._waiting))]
        return number, asked

    def _least_busy(self, endpoint: Endpoint, now: float) -> Contract | None:
        """A worker that can take a request; an endpoint that is not active refuses them."""
        if endpoint.state != "active":
            return None
        ready = [one for one in self._scaling.workers_of(endpoint.id, now) if status(one) == READY]
        return min(ready, key=lambda one: (self._uses.of(one.id, now), one.id), default=None)

    def _words(self, endpoint: Endpoint, now: float) -> str:
        """The workers by their states, as the router tells them."""
        if endpoint.state != "active":
            return f"endpoint is {endpoint.state}"
        words = [status(one) for one in self._scaling.workers_of(endpoint.id, now)]
        parts = [f"{words.count(word)} {word}" for word in sorted(set(words))]
        return ", ".join(parts) or "no workers"

    @staticmethod
    def _answer(
        call: Call, endpoint: Endpoint, worker: Contract, number: int, cost: float
    ) -> dict[str, object]:
        host = call.request.headers.get("host", "")
        url = f"http://{host if _is_here(host) else '127.0.0.1'}/{WORKERS}/{worker.id}"
        answer: dict[str, object] = {
            "endpoint": endpoint.name, "url": url, "cost": cost, "reqnum": number + 8,
            "request_idx": number,
        }  # fmt: skip
        return {**answer, "signature": _signature(answer, endpoint)}

    def _work(self, call: Call) -> Reply:
        """A worker's answer; one that is not ready does not answer at all."""
        number = call.params["id"]
        everyone = (
            (one, endpoint) for endpoint in self.book.endpoints
            for one in self._scaling.workers_of(endpoint.id, call.now)
        )  # fmt: skip
        worker, endpoint = next(
            ((one, owner) for one, owner in everyone if str(one.id) == number), (None, None)
        )
        if worker is None or endpoint is None or status(worker) != READY:
            return Reply(0, (), (), 0, Trouble("reset"))
        if self._is_foreign(call, endpoint):
            return whole_reply(401, (), b"")
        try:
            body = call.request.json_object()
        except BadRequest:
            return json_reply({"error": "invalid JSON"}, 422)
        path = call.request.path.strip("/").split("/", 2)[2]
        return self._serve(body, path, worker, endpoint, call.now)

    def _is_foreign(self, call: Call, endpoint: Endpoint) -> bool:
        """Whether it brings a key that is none of a worker's business: that is counted."""
        given = {presented_key(call.request), call.request.query.get("api_key")}
        if given <= {endpoint.api_key, None}:
            return False
        self.book.foreign_keys += 1
        return True

    def _serve(
        self, body: Mapping[str, object], path: str, worker: Contract, endpoint: Endpoint,
        now: float,
    ) -> Reply:  # fmt: skip
        auth, payload = body.get("auth_data"), body.get("payload")
        if not isinstance(auth, dict) or not isinstance(payload, dict):
            return _lacks([name for name in ("auth_data", "payload") if name not in body])
        if missing := [name for name in (*_SIGNED, "signature") if name not in auth]:
            return _lacks(missing)
        mine = auth["url"].endswith(f"/{worker.id}") if isinstance(auth["url"], str) else False
        if not mine or auth["signature"] != _signature(auth, endpoint):
            return whole_reply(401, (), b"")
        needed = _NEEDED.get(path)
        if needed is None:
            return json_reply({"error": "not found"}, 404)
        if needed not in payload:
            return _lacks([needed])
        cost, most = float(auth["cost"]), endpoint.limit("max_queue_time") or 30.0
        if self.book.rules.queue_full or cost / capacity(worker) > most:
            self.book.rules.queue_full = max(0, self.book.rules.queue_full - 1)
            return whole_reply(429, (), b"")
        self._uses.add(worker.id, cost, now)
        reply = json_reply(_said(path, payload, int(now)))
        return replace(reply, trouble=Trouble("stall", _LATENCY))


def _said(path: str, payload: Mapping[str, object], now: int) -> dict[str, object]:
    """What the model says."""
    text, model = " Hi! How can I help you today?", str(payload.get("model", "Qwen/Qwen3-8B"))
    if path.startswith("generate"):
        return {"generated_text": text}
    chat = path.endswith("chat/completions")
    said = {"message": {"role": "assistant", "content": text}} if chat else {"text": text}
    return {
        "id": f"cmpl-{now}", "object": "chat.completion" if chat else "text_completion",
        "created": now, "model": model,
        "choices": [{"index": 0, **said, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 4, "completion_tokens": 9, "total_tokens": 13},
    }  # fmt: skip


def _signature(answer: Mapping[str, object], endpoint: Endpoint) -> str:
    """Over all that the answer says of the request."""
    signed = json.dumps({name: answer[name] for name in _SIGNED}, sort_keys=True)
    digest = hmac.new(f"signed {endpoint.api_key}".encode(), signed.encode(), hashlib.sha256)
    return base64.b64encode(digest.digest()).decode()


def _lacks(names: Sequence[str]) -> Reply:
    missing = dict.fromkeys(names, "missing parameter")
    return json_reply(missing or {"error": "invalid JSON"}, 422)


def _is_here(host: str) -> bool:
    """Whether a host, with or without a port, is this computer."""
    name = host.partition("]")[0][1:] if host.startswith("[") else host.partition(":")[0]
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
