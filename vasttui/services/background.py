"""Tasks that outlive whoever waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

GRACE = 2.0
"""Seconds that requests under way get when the program ends."""

Spawn = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]
"""Starts a task that survives the cancellation of whoever waits for it."""


class Background:
    """Tasks until `aclose`: work, which may be cancelled, and requests, which should not be."""

    def __init__(self, grace: float = GRACE) -> None:
        self._grace = grace
        self._work: set[asyncio.Task[Any]] = set()
        self._requests: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start work; `aclose` cancels it."""
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)
        return task

    def send(self, request: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start a request; `aclose` gives it `grace` s to end."""
        task = asyncio.create_task(request)
        self._requests.add(task)
        task.add_done_callback(self._requests.discard)
        return task

    async def aclose(self) -> None:
        """Cancel all work, then the requests that do not end in time."""
        for task in tuple(self._work):
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        if self._requests:
            await asyncio.wait(self._requests, timeout=self._grace)
        for request in self._requests:
            request.cancel()
        await asyncio.gather(*self._requests, return_exceptions=True)
