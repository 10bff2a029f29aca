"""A test request: through the router to a worker, and what came of it (docs: "route"; client 1.9.1
`serverless/client/client.py`)."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from statistics import median
from urllib.parse import urlsplit

from vasttui.api.outcome import Fate, Outcome
from vasttui.clock import Clock
from vasttui.errors import (
    AuthRejected,
    NetworkError,
    PermissionDenied,
    RateLimited,
    TlsError,
    VastError,
)
from vasttui.models.instance import Instance
from vasttui.models.route import RouteAnswer, WorkerAnswer
from vasttui.models.secret import Secret
from vasttui.models.serverless import Endpoint
from vasttui.services.serverless.client import LiveService, WorkerService
from vasttui.units import HOUR, MINUTE

LONGEST = 10 * MINUTE
"""Seconds that a worker is waited for, as waiting makes the endpoint start some."""

_PAGE = re.compile(r"\s*<(!doctype html|html)\b", re.IGNORECASE)
_FIRST_PAUSE, _MOST_PAUSE, _LEAST_PAUSE = 1.0, 5.0, 0.1
_TRIES = 3
_REFUSALS: Mapping[int, str] = {
    401: "The worker does not take the signature: ask again.",
    404: "The worker has no such path.",
    410: "The session that this request belongs to is over.",
    422: "The worker does not know these fields.",
    429: "The worker takes no more for now: its queue is full, or it is asked too often.",
    499: "The worker stopped: it was told that nobody waits for the answer any more.",
}


@dataclass(frozen=True, slots=True)
class TrialRequest:
    """What is to be sent: the path on the worker, the payload, and the `cost` in units of load that
    the service routes by (tokens for LLMs)."""

    path: str
    payload: Mapping[str, object] = field(hash=False)
    cost: float


@dataclass(frozen=True, slots=True)
class Trial:
    """A test request, under way or over. Times are seconds: until the router named a worker, and in
    all. `status` is what the router waits for, asked `asked` times. A `problem` is why there is no
    answer, or what is wrong with the one there is."""

    request: TrialRequest
    seconds: float = 0.0
    asked: int = 0
    status: str = ""
    route: RouteAnswer | None = None
    routed: float | None = None
    answer: WorkerAnswer | None = None
    problem: str = ""
    over: bool = False

    @property
    def is_good(self) -> bool:
        """Whether the worker did what was asked: a web page is no answer of a worker."""
        return self.answer is not None and 200 <= self.answer.status < 300 and not self.is_page

    @property
    def is_page(self) -> bool:
        """Whether the answer is a web page, such as that of a proxy or of a login."""
        lines = () if self.answer is None else self.answer.lines
        return bool(lines) and _PAGE.match(lines[0]) is not None


class Trials:
    """Sends test requests with the endpoint's own key, never the account's."""

    def __init__(
        self, live: LiveService, workers: WorkerService, clock: Clock, rng: random.Random
    ) -> None:
        self._live, self._workers, self._clock, self._rng = live, workers, clock, rng

    async def run(
        self,
        endpoint: Endpoint,
        request: TrialRequest,
        publish: Callable[[Trial], None] = lambda trial: None,
    ) -> Trial:
        """Send one, and return it when it is over; `publish` gets every step. Raises nothing but
        cancellation."""
        started = self._clock.monotonic()
        trial = Trial(request)

        def step(trial: Trial, **news: object) -> Trial:
            changed = replace(trial, seconds=self._clock.monotonic() - started, **news)  # type: ignore[arg-type]
            publish(changed)
            return changed

        if endpoint.api_key is None:
            return step(trial, over=True, problem="The service did not send this endpoint's key.")
        trial = await self._route(endpoint.name, endpoint.api_key, trial, step)
        if trial.route is None:
            return trial
        try:
            answer = await self._workers.call(
                trial.route, request.path, request.payload, endpoint.api_key
            )
        except VastError as error:
            return step(trial, over=True, problem=_unreached(error))
        return step(trial, over=True, answer=answer, problem=refusal_words(answer.status))

    async def _route(
        self, name: str, key: Secret, trial: Trial, step: Callable[..., Trial]
    ) -> Trial:
        """Ask until a worker is named; without a route it is over."""
        index, failed = 0, 0
        trial = step(trial)
        while True:
            outcome = await self._live.route(name, key, trial.request.cost, index)
            route = outcome.data
            if outcome.fate is Fate.OK and isinstance(route, RouteAnswer):
                failed, index = 0, route.request_idx or index
                trial = step(trial, asked=trial.asked + 1, status=route.status)
                if route.url:
                    return step(trial, route=route, routed=trial.seconds)
            else:
                failed += 1
                trial = step(trial, asked=trial.asked + 1)
                if failed >= _TRIES or not _passes(outcome):
                    return step(trial, over=True, problem=_not_routed(outcome))
            if trial.seconds >= LONGEST:
                said = f" It says: “{trial.status}”." if trial.status else ""
                return step(
                    trial, over=True, problem=f"No worker in {LONGEST // MINUTE} min.{said}"
                )
            await self._clock.sleep(self._pause(trial.asked))

    def _pause(self, asked: int) -> float:
        """Seconds until the router is asked again: 1, then at random, up to 5."""
        if asked <= 1:
            return _FIRST_PAUSE
        most = min(2.0 ** min(asked - 1, 8) + self._rng.random(), _MOST_PAUSE)
        return self._rng.uniform(_LEAST_PAUSE, most)


def payload_from(text: str) -> Mapping[str, object]:
    """The payload as it was typed. Raises VastError."""
    try:
        payload = json.loads(text)
        json.dumps(payload, allow_nan=False)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise VastError(f"That is not JSON{where}.") from None
    if not isinstance(payload, dict):
        raise VastError('A payload is an object: {"prompt": "Say hi."}')
    return payload


def refusal_words(status: int) -> str:
    """What an HTTP status of a worker means; empty if it did what was asked."""
    if 200 <= status < 300:
        return ""
    return _REFUSALS.get(status, f"The worker answered with HTTP {status}.")


def chosen_worker(url: str, instances: Iterable[Instance]) -> int | None:
    """The id of the worker at an address, by the addresses of the account's instances, or by the
    id at its end, as a simulator has it; None if none is known to be there."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    found = [
        one.id for one in instances
        if url.endswith(f"/{one.id}")
        or (one.public_ipaddr == host and any(each.outside == port for each in one.ports))
    ]  # fmt: skip
    return found[0] if len(found) == 1 else None


def worker_time(answer: WorkerAnswer, price: float | None) -> float | None:
    """What the answer cost in $ of the worker's time, at its price in $/h; None if unknown. It is
    no bill: the worker would have been billed all the same."""
    return None if price is None else price * answer.seconds / HOUR


def summary(trials: Iterable[Trial]) -> str:
    """`10 requests: 9 answered, median 0.81 s, slowest 1.90 s`."""
    over = [trial for trial in trials if trial.over]
    good = sorted(trial.seconds for trial in over if trial.is_good)
    words = f"{len(over)} request{'' if len(over) == 1 else 's'}: {len(good)} answered"
    if not good:
        return words
    return f"{words}, median {median(good):.2f} s, slowest {good[-1]:.2f} s"


def _passes(outcome: Outcome) -> bool:
    """Whether asking again may help."""
    return outcome.fate in (Fate.UNKNOWN, Fate.THROTTLED)


def _not_routed(outcome: Outcome) -> str:
    error = outcome.error
    if isinstance(error, AuthRejected | PermissionDenied):
        return f"The service does not take this endpoint's key (HTTP {error.status})."
    if isinstance(error, RateLimited):
        return "Too many requests: the service wants a pause."
    why = "." if error is None else f": {error.sentence}"
    return f"The service named no worker{why}"


def _unreached(error: VastError) -> str:
    if isinstance(error, NetworkError) and not isinstance(error, TlsError):
        return f"The worker cannot be reached: {error.sentence}"
    return error.sentence
