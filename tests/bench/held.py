"""How long each callback of the event loop of a running program holds it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar, TypeVarTuple, Unpack
from unittest.mock import patch

from tests.support.virtual_time import VirtualLoop

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Held:
    """Seconds of the processor for each callback of the loop, and all those in threads."""

    def __init__(self) -> None:
        self.callbacks: list[float] = []
        self.threads = 0.0
        self._taken = 0.0

    def take(self) -> tuple[float, float]:
        """The longest callback since the last time, and all of it with the threads."""
        callbacks, threads = self.callbacks, self.threads - self._taken
        self.callbacks, self._taken = [], self.threads
        return max(callbacks, default=0.0), sum(callbacks) + threads


class HeldLoop(VirtualLoop):
    """A loop in virtual time that measures itself while it is `watched`."""

    held = Held()

    def run_in_executor(
        self, executor: object, func: Callable[[Unpack[Ts]], T], *args: *Ts
    ) -> asyncio.Future[T]:
        start = time.process_time()
        try:
            return super().run_in_executor(executor, func, *args)
        finally:
            self.held.threads += time.process_time() - start


@contextmanager
def watched(held: Held) -> Iterator[None]:
    """Measure every callback."""
    run = asyncio.Handle._run  # noqa: SLF001

    def timed(handle: asyncio.Handle) -> None:
        start, threads = time.process_time(), held.threads
        run(handle)
        held.callbacks.append(time.process_time() - start - (held.threads - threads))

    with patch.object(asyncio.Handle, "_run", timed):
        yield
