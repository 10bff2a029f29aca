"""Changes environment variables of the account, one or many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from vasttui.api.outcome import Fate, Outcome
from vasttui.clock import Clock
from vasttui.errors import Unconfirmed, VastError
from vasttui.models.variable import Planned, Variable
from vasttui.services.confirmed_write import ConfirmedWrite
from vasttui.words import plural


class VariableService(Protocol):
    """The list, and its changes, which are sent once and raise nothing."""

    @property
    def interval(self) -> float:
        """Seconds between two changes that are kept at present; 0 if there is no limit."""

    async def list(self) -> tuple[Variable, ...]:
        """All variables, without their values. Raises VastError."""

    async def add(self, name: str, value: str) -> Outcome:
        """Add one; a name that is there is refused."""

    async def change(self, name: str, value: str) -> Outcome:
        """Give one another value."""

    async def delete(self, name: str) -> Outcome:
        """Delete one."""


async def change_variable(api: VariableService, clock: Clock, name: str, value: str) -> None:
    """Give a variable another value. Only an answer confirms it, as values cannot be read. Raises
    VastError."""
    accepted = False

    async def send() -> Outcome:
        nonlocal accepted
        outcome = await api.change(name, value)
        accepted = accepted or outcome.fate is Fate.OK
        return outcome

    async def is_done() -> bool:
        return accepted and await _has(api, name)

    unseen = VastError(f"{name} was changed, but Vast.ai does not list it.")
    try:
        await ConfirmedWrite(send, is_done, unseen).make(clock)
    except Unconfirmed as error:
        raise VastError(
            f"It is not known whether {name} has the new value: {error.__cause__}",
            hint="Values cannot be read back; to set it once more does no harm.",
        ) from error


async def delete_variable(api: VariableService, clock: Clock, name: str) -> None:
    """Delete a variable and see that it is gone. Raises VastError."""

    async def is_gone() -> bool:
        return not await _has(api, name)

    unseen = VastError(f"Vast.ai still lists {name}.", hint="Check again in a minute.")
    await ConfirmedWrite(lambda: api.delete(name), is_gone, unseen).make(clock)


async def add_variable(api: VariableService, clock: Clock, name: str, value: str) -> None:
    """Add a variable and see that it is there. Raises VastError, also if somebody else added it."""
    sends, taken = 0, False

    async def send() -> Outcome:
        nonlocal sends, taken
        sends += 1
        outcome = await api.add(name, value)
        taken = sends == 1 and outcome.fate is Fate.REJECTED
        return outcome

    async def is_there() -> bool:
        return not taken and await _has(api, name)

    unseen = VastError(f"{name} was sent, but Vast.ai does not list it.")
    await ConfirmedWrite(send, is_there, unseen).make(clock)


async def _has(api: VariableService, name: str) -> bool:
    return any(one.name == name for one in await api.list())


def pace(interval: float) -> str:
    """How fast several are sent."""
    return f"one every {interval:g} s" if interval else "one after the other"


@dataclass(slots=True)
class Import:
    """Sends planned variables one after the other until one is refused; `run` goes on where it
    stopped. `sentence` says how far it is."""

    api: VariableService
    clock: Clock
    planned: Sequence[Planned]
    on_change: Callable[[], None] = lambda: None
    done: list[Planned] = field(default_factory=list)
    problem: str = ""
    running: bool = False
    stopping: bool = False
    _next: float = 0.0

    def __post_init__(self) -> None:
        self.planned = [one for one in self.planned if one.effect]

    @property
    def left(self) -> Sequence[Planned]:
        """What was not sent yet, or not confirmed."""
        return self.planned[len(self.done) :]

    @property
    def sentence(self) -> str:
        """How far it is."""
        if self.problem:
            head = f"Stopped at line {self.left[0].entry.line}" if self.left else "Sent"
            return f"{head}: {self.problem} {self.state}"
        if not self.left:
            return f"{self.state} Values cannot be read back; that the names are there was checked."
        if self.running:
            words = pace(self.api.interval) if len(self.left) > 1 else "the last one"
            return f"{len(self.done)} of {len(self.planned)} sent, {words} …"
        return self.state

    @property
    def state(self) -> str:
        """What is set and what is not."""
        if not self.left:
            return f"{plural(len(self.done), 'variable')} set."
        return f"{plural(len(self.done), 'is', 'are')} set, {len(self.left)} not."

    async def run(self) -> None:
        """Send what is left, and see at the end that all names are there."""
        self.problem, self.running, self.stopping = "", True, False
        try:
            while self.left and not self.stopping:
                self.on_change()
                await self._turn()
                if not self.stopping:
                    await self._send(self.left[0])
            await self._check()
        except VastError as error:
            self.problem = error.sentence
        finally:
            self.running = False
            self.on_change()

    async def _turn(self) -> None:
        """Keep one pace: adding and changing have limits of their own."""
        wait = self._next - self.clock.monotonic()
        if wait > 0:
            await self.clock.sleep(wait)
        self._next = self.clock.monotonic() + self.api.interval

    async def _send(self, one: Planned) -> None:
        send = self.api.change if one.effect == "change" else self.api.add
        outcome = await send(one.name, one.entry.value)
        if outcome.fate is Fate.UNKNOWN:
            raise VastError(f"it is not known whether it is set: {outcome.error}")
        outcome.unwrap()
        self.done.append(one)

    async def _check(self) -> None:
        if not self.done:
            return
        there = {one.name for one in await self.api.list()}
        missing = [one.name for one in self.done if one.name not in there]
        if missing:
            raise VastError(f"Vast.ai took {missing[0]} but does not list it.")
