"""Hours in a moment: an event loop that does not wait for timers, but goes to when they are due."""

from __future__ import annotations

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar, TypeVarTuple, Unpack

P = ParamSpec("P")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_START = 1_790_000_000.0
_TURN = 1e-7
"""Seconds that every turn of the loop takes: without any, who waits for less never gets there."""


class _Selector(selectors.DefaultSelector):
    """Nobody ever sends anything, so whatever time there would be to wait passes at once."""

    def __init__(self) -> None:
        super().__init__()
        self.time = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(0)
        if timeout is None and not events:
            raise AssertionError("everybody waits for something that will never happen")
        self.time += _TURN + (0.0 if events or timeout is None else timeout)
        return events


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.time

    def run_in_executor(
        self, executor: Any, func: Callable[[Unpack[Ts]], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """Do at once what a thread would do: no time passes until it is done."""
        done = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - for whoever waits, as from a thread
            done.set_exception(error)
        return done


def run(work: Coroutine[Any, Any, T]) -> T:
    """What comes of it, in virtual time: `asyncio.sleep` and timeouts take none of ours."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(work)


def in_virtual_time(test: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """Make a test of a coroutine function."""

    @functools.wraps(test)
    def ran(*args: P.args, **kwargs: P.kwargs) -> T:
        return run(test(*args, **kwargs))

    return ran


class TrueTime:
    """The time that passes for everybody, on a loop of this module, from its start on."""

    def __init__(self) -> None:
        self.asleep = 0.0
        """Seconds that the computer slept: its timers stood still."""

    def now(self) -> float:
        return _START + self.monotonic()

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time() + self.asleep

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Computer:
    """The clock of a computer that may sleep, and whose wall clock may be wrong.

    `counts_sleep` says whether its monotonic clock goes on while it sleeps.
    """

    def __init__(self, true: TrueTime, *, counts_sleep: bool = True) -> None:
        self._true = true
        self._counts_sleep = counts_sleep
        self._set_by = 0.0

    def now(self) -> float:
        return self._true.now() + self._set_by

    def monotonic(self) -> float:
        true = self._true
        return true.monotonic() - (0.0 if self._counts_sleep else true.asleep)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def at(self, seconds: float) -> float:
        """What the wall clock says that long after the start of the loop."""
        return _START + seconds + self._set_by

    def fall_asleep(self, seconds: float) -> None:
        """Wake up that much later, in the middle of whatever was being done."""
        self._true.asleep += seconds

    def set_wall(self, by: float) -> None:
        """Set the wall clock, as a time server or a user does."""
        self._set_by += by
