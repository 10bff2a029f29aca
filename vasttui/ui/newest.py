"""Work that takes longer than a frame, done in a thread."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Newest:
    """Does one job after the other; of those that are asked for meanwhile only the last."""

    def __init__(self, start: Callable[[Coroutine[Any, Any, None]], object]) -> None:
        """`start` runs a coroutine in the background."""
        self._start = start
        self._next: Callable[[], Awaitable[None]] | None = None
        self._busy = False

    def ask(self, job: Callable[[], T], then: Callable[[T], None]) -> None:
        """Do the job in a thread, then `then` with its result, unless another was asked for."""

        async def do() -> None:
            found = await to_thread(job)
            if self._next is None:
                then(found)

        self._next = do
        if not self._busy:
            self._busy = True
            self._start(self._run())

    async def _run(self) -> None:
        try:
            while self._next is not None:
                do, self._next = self._next, None
                await do()
        finally:
            self._busy = False
