"""Sends requests with patience: limits before, retries after, a breaker around."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from vasttui.api.breaker import Breaker
from vasttui.api.exchange import Exchange
from vasttui.api.limits import Limiter
from vasttui.api.operations import Operation
from vasttui.api.outcome import Fate, Outcome
from vasttui.api.policy import TRIES, RetryBudget, may_repeat, pause
from vasttui.api.transport import Answer, Transport, outcome_of
from vasttui.clock import Clock
from vasttui.errors import NetworkError, RateLimited, VastError

_REMEMBERED = 200
_BODY_SHOWN = 4_000


class Engine:
    """What all resources send their requests through."""

    def __init__(
        self,
        transport: Transport,
        clock: Clock,
        rng: random.Random,
        *,
        documented_limits: bool = True,
    ) -> None:
        self.exchanges: deque[Exchange] = deque(maxlen=_REMEMBERED)
        self._transport = transport
        self._clock = clock
        self._rng = rng
        self._limiter = Limiter(clock, documented=documented_limits)
        self._breaker = Breaker(clock)
        self._budget = RetryBudget()

    @property
    def has_key(self) -> bool:
        return self._transport.has_key

    def force(self) -> None:
        """The user wants an answer now: do not wait for the breaker."""
        self._breaker.force()

    async def read(
        self, operation: Operation, path: str, query: Mapping[str, str] | None = None
    ) -> object:
        """The parsed answer to a read, tried up to three times. Raises `VastError`."""
        outcome = Outcome(Fate.NOT_SENT)
        for tries in range(TRIES):
            await self._before(operation)
            started, size = self._clock.monotonic(), 0

            def count(bytes_: int) -> None:
                nonlocal size
                size = bytes_

            outcome = await self._transport.send(operation, path, query=query, counted=count)
            self._note(operation, path, b"", outcome, started, size)
            self._after(operation, outcome)
            if not await self._again(operation, outcome, tries):
                break
        return outcome.unwrap()

    @asynccontextmanager
    async def streaming(
        self, operation: Operation, path: str, body: bytes
    ) -> AsyncIterator[Answer]:
        """The head of a good answer, with the body still to be read. Raises `VastError`.

        Tries again up to three times until the head of an answer is there; what happens to the
        body later is told to the breaker but not repeated, because rows may have been used.
        """
        for tries in range(TRIES):
            await self._before(operation)
            started = self._clock.monotonic()
            opened = False
            try:
                async with self._transport.open(operation, path, body=body) as answer:
                    opened = True
                    counter = _Counter(answer)
                    yield Answer(answer.status, answer.content_type, counter.chunks())
                    outcome = Outcome(Fate.OK, status=answer.status)
                    size = counter.size
            except VastError as error:
                outcome, size = outcome_of(error), 0
            self._note(operation, path, body, outcome, started, size)
            self._after(operation, outcome)
            if opened or not await self._again(operation, outcome, tries):
                outcome.unwrap()
                return

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def _before(self, operation: Operation) -> None:
        """Wait for the limiter; an open breaker refuses at once."""
        closed_for = self._breaker.wait()
        if closed_for > 0:
            raise NetworkError(
                "The service did not answer several times in a row.",
                hint=f"Looking again in {closed_for:.0f} s; r looks now.",
            )
        await self._limiter.turn(operation)

    def _after(self, operation: Operation, outcome: Outcome) -> None:
        if outcome.fate in (Fate.OK, Fate.REJECTED):
            self._breaker.succeeded()
            self._budget.succeeded()
        elif outcome.fate is Fate.THROTTLED:
            error = outcome.error
            wait = error.retry_after if isinstance(error, RateLimited) else None
            self._limiter.throttled(operation, wait)
        else:
            self._breaker.failed()

    async def _again(self, operation: Operation, outcome: Outcome, tries: int) -> bool:
        """Whether to send once more, after the pause that goes with it."""
        if outcome.fate is Fate.OK or tries + 1 >= TRIES or not may_repeat(operation, outcome):
            return False
        seconds = pause(tries, outcome, self._rng)
        if seconds > operation.deadline or not self._budget.spend():
            return False
        await self._clock.sleep(seconds)
        return True

    def _note(
        self,
        operation: Operation,
        path: str,
        body: bytes,
        outcome: Outcome,
        started: float,
        size: int,
    ) -> None:
        self.exchanges.append(
            Exchange(
                at=self._clock.now(),
                operation=operation.name,
                method=operation.method,
                path=path,
                body=body[:_BODY_SHOWN].decode("utf-8", "replace"),
                status=outcome.status,
                seconds=self._clock.monotonic() - started,
                size=size,
                note="" if outcome.error is None else type(outcome.error).__name__,
            )
        )


class _Counter:
    """Counts the bytes of a body while it is read."""

    def __init__(self, answer: Answer) -> None:
        self.size = 0
        self._answer = answer

    async def chunks(self) -> AsyncIterator[bytes]:
        async for chunk in self._answer.chunks:
            self.size += len(chunk)
            yield chunk
