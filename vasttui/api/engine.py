"""Sends requests within rate limits, with retries and a circuit breaker."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping

from vasttui.api.answers import TooFrequent
from vasttui.api.breaker import Breaker
from vasttui.api.deadline import Deadline
from vasttui.api.limits import Limiter
from vasttui.api.operations import Operation
from vasttui.api.outcome import Fate, Outcome, outcome_of
from vasttui.api.policy import LONGEST_WAIT, TRIES, RetryBudget, may_repeat, pause
from vasttui.api.transport import Parse, Transport
from vasttui.clock import Clock
from vasttui.errors import (
    BrokenAnswer,
    RateLimited,
    ReadOnlyRefused,
    SearchQuotaExceeded,
    VastError,
)
from vasttui.models.decode_json import read_json
from vasttui.models.secret import Secret


def _says_success(data: object) -> bool:
    return isinstance(data, dict) and data.get("success") is True


class Engine:
    """Sends the requests of all resources."""

    def __init__(
        self,
        transport: Transport,
        clock: Clock,
        rng: random.Random,
        *,
        documented_limits: bool = True,
    ) -> None:
        self.transport, self.clock, self.rng = transport, clock, rng
        self.limiter = Limiter(clock, documented=documented_limits)
        self.breaker = Breaker(clock)
        self.budget = RetryBudget()

    def beside(self, transport: Transport) -> Engine:
        """An engine for another address of the service: it shares rates and retries, and has a
        breaker of its own."""
        other = Engine(transport, self.clock, self.rng)
        other.limiter, other.budget = self.limiter, self.budget
        return other

    async def read(
        self,
        operation: Operation,
        query: Mapping[str, str] | None = None,
        *,
        body: Mapping[str, object] | None = None,
        parse: Parse = read_json,
    ) -> object:
        """The parsed answer to a read. Raises `VastError` if all tries fail."""
        data = None if body is None else _json(self.transport.completed(operation, body))
        call = Call(self, operation)
        again = True
        while again:
            deadline = await call.turn()
            outcome = await self.transport.send(
                operation, deadline, query=query, body=data, parse=parse
            )
            again = await call.settle(outcome)
        return outcome.unwrap()

    async def write(
        self,
        operation: Operation,
        body: Mapping[str, object] | None = None,
        *,
        confirms: Callable[[object], bool] = _says_success,
        query: Mapping[str, str] | None = None,
        key: Secret | None = None,
    ) -> Outcome:
        """Request a change once, with another `key` than the account's if one is given; only an
        answer that `confirms` it counts. Nothing was sent if this is cancelled before its turn;
        cancelled later, the outcome is unknown."""
        call = Call(self, operation)
        try:
            deadline = await call.turn()
        except VastError as error:
            return outcome_of(error)
        data = _json(self.transport.completed(operation, body or {}))
        outcome = await self.transport.send(operation, deadline, query=query, body=data, key=key)
        call.learn(outcome)
        return _confirmed(outcome, confirms)


class ResourceClient:
    """One resource of the API; a subclass has a method for each request."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine


class Call:
    """The tries of one request: `turn` before each, `settle` after it. The deadline covers all
    tries and starts with the first, after the wait for its turn."""

    def __init__(self, engine: Engine, operation: Operation) -> None:
        self._engine, self._operation = engine, operation
        self._deadline: Deadline | None = None
        self._tries = 0

    async def turn(self) -> Deadline:
        """Return when the next try may be sent. Raises `VastError` if that would take long."""
        engine, operation = self._engine, self._operation
        if operation.reads:
            engine.breaker.enter()
        await engine.limiter.turn(operation)
        if self._deadline is None:
            self._deadline = Deadline(engine.clock, operation.deadline)
        self._tries += 1
        return self._deadline

    async def settle(self, outcome: Outcome, *, final: bool = False) -> bool:
        """Learn from a try; pause and return True if there is to be another. `final`: rows of this
        try are in use already, so it must not be repeated."""
        self.learn(outcome)
        if final or not self._may_retry(outcome):
            return False
        engine = self._engine
        seconds = pause(self._tries, outcome, engine.rng)
        if self._deadline is None or seconds >= self._deadline.left or not engine.budget.spend():
            return False
        await engine.clock.sleep(seconds)
        return True

    def _may_retry(self, outcome: Outcome) -> bool:
        engine, operation = self._engine, self._operation
        return (
            self._tries < TRIES
            and may_repeat(operation, outcome)
            and not engine.breaker.is_open
            and engine.limiter.wait(operation) <= LONGEST_WAIT
        )

    def learn(self, outcome: Outcome) -> None:
        """Report a try to breaker, limiter and budget."""
        engine, error = self._engine, outcome.error
        if isinstance(error, ReadOnlyRefused):
            return  # says nothing about the service
        if error is None or outcome.fate is Fate.REJECTED:
            engine.breaker.succeeded()
            engine.budget.succeeded()
        elif outcome.fate is not Fate.THROTTLED:
            engine.breaker.failed(error)
        elif isinstance(error, RateLimited) and not isinstance(error, SearchQuotaExceeded):
            interval = error.interval if isinstance(error, TooFrequent) else None
            engine.limiter.throttled(self._operation, wait=error.retry_after, interval=interval)


def _confirmed(outcome: Outcome, confirms: Callable[[object], bool]) -> Outcome:
    if outcome.fate is not Fate.OK or confirms(outcome.data):
        return outcome
    error = BrokenAnswer(
        "Vast.ai answered without confirming the change.",
        hint="Check whether it was done before you try again.",
    )
    return Outcome(Fate.UNKNOWN, outcome.data, error, outcome.status)


def _json(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, allow_nan=False).encode()
