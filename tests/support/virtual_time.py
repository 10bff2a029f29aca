"""Hours in a moment: an event loop that jumps to its next timer instead of waiting."""

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
"""Seconds each loop iteration takes; with none, short waits would never end."""


_LOOK = 16
"""How many turns may pass in which there is work, until it is looked whether anybody wrote."""

_REAL = 0.02
"""Real seconds for programs, each time before virtual ones pass."""


class _Selector(selectors.DefaultSelector):
    """There is no I/O, so any time spent waiting passes at once.

    Programs that were started live in real time: they are given some before time goes on.
    """

    def __init__(self) -> None:
        super().__init__()
        self.time = 0.0
        self._turns = 0
        self.programs: list[asyncio.SubprocessTransport] = []

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._turns += 1
        if timeout == 0 and self._turns % _LOOK:
            self.time += _TURN
            return []
        running = timeout != 0 and any(one.get_returncode() is None for one in self.programs)
        events = super().select(_REAL if running else 0)
        if timeout is None and not events and not running:
            raise AssertionError("everybody waits for something that will never happen")
        self.time += _TURN + (0.0 if events or timeout is None else timeout)
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.time

    def spend(self, seconds: float) -> None:
        """Let the work that is done now take so long."""
        self._virtual.time += seconds

    async def _make_subprocess_transport(self, *args: Any, **kwargs: Any) -> Any:
        made = await super()._make_subprocess_transport(*args, **kwargs)  # type: ignore[misc]
        self._virtual.programs.append(made)
        return made

    def close_programs(self) -> bool:
        """Kill the programs that still run; true when all of them are gone."""
        for program in self._virtual.programs:
            program.close()
        return all(program.get_returncode() is not None for program in self._virtual.programs)

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
    """The result of a coroutine in virtual time: sleeps and timeouts take no real time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)


def in_virtual_time(test: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """Make a test of a coroutine function."""

    @functools.wraps(test)
    def ran(*args: P.args, **kwargs: P.kwargs) -> T:
        return run(test(*args, **kwargs))

    return ran


class TrueTime:
    """Real elapsed time on a loop of this module, from its start."""

    def __init__(self) -> None:
        self.asleep = 0.0
        """Seconds the computer was suspended: its timers stood still."""

    def now(self) -> float:
        return _START + self.monotonic()

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time() + self.asleep

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Computer:
    """The clock of a computer that may suspend, and whose wall clock may be wrong.

    `counts_sleep` says whether its monotonic clock includes suspended time.
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
        """The wall-clock time that long after the start of the loop."""
        return _START + seconds + self._set_by

    def fall_asleep(self, seconds: float) -> None:
        """Suspend the computer that long, in the middle of whatever was going on."""
        self._true.asleep += seconds

    def set_wall(self, by: float) -> None:
        """Set the wall clock, as a time server or a user might."""
        self._set_by += by
