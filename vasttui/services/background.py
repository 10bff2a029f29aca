"""Work that goes on when whoever waits for it stops waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

GRACE = 2.0
"""Seconds that requests on their way get at the end of the program."""

Spawn = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]
"""Starts what goes on when whoever waits for it is cancelled."""


class Background:
    """Tasks until `aclose`: work, which may end at any time, and requests, which should not."""

    def __init__(self, grace: float = GRACE) -> None:
        """`grace` is how long requests on their way may still take at the end, in seconds."""
        self._grace = grace
        self._work: set[asyncio.Task[Any]] = set()
        self._requests: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start work; the program's end cancels it."""
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)
        return task

    def send(self, request: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start a request; the program's end gives it a moment."""
        task = asyncio.create_task(request)
        self._requests.add(task)
        task.add_done_callback(self._requests.discard)
        return task

    async def aclose(self) -> None:
        """Cancel all work, then whatever request has not ended in time."""
        for task in tuple(self._work):
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        if self._requests:
            await asyncio.wait(self._requests, timeout=self._grace)
        for request in self._requests:
            request.cancel()
        await asyncio.gather(*self._requests, return_exceptions=True)
