"""Does things to instances: asks once, then looks whether it was done.

What became of a request is never guessed. Where nobody knows, the instances are read again; only
what asks for a state is asked a second time, and only when the reading shows that it is not so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from vasttui.api.protocol import Fate, Outcome, VastAPI
from vasttui.clock import Clock
from vasttui.errors import AuthRejected, NotFound, RateLimited, ReadOnlyRefused, VastError
from vasttui.services.actions import Action, ActionState, Step
from vasttui.services.fleet import Fleet, FleetRow
from vasttui.store.journal import Intent, IntentExists, Journal, JournalUnwritable

CHECK_FOR = 45.0
"""Seconds that a change may take to show in the readings."""

SENDS = 2
"""How often an action that asks for a state is sent at most."""

_LONGEST_THROTTLE = 60.0
_UNKNOWN_THROTTLE = 12.0
_PAUSE = 2.0


class Readings(Protocol):
    """What the poller does for actions."""

    async def fresh(self) -> Fleet:
        """The first whole snapshot whose reading starts after now. Raises its `VastError`."""

    def hurry(self) -> AbstractContextManager[None]:
        """Read often for as long as something is being done."""

    def wake(self) -> None:
        """Read soon."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What every action works with; `fleet` gives the newest snapshot."""

    api: VastAPI
    readings: Readings
    journal: Journal
    clock: Clock
    publish: Callable[[ActionState], None]
    fleet: Callable[[], Fleet]


class ActionRunner:
    """Runs actions and tells of every step of each instance."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._newest: dict[int, Turn] = {}
        self._locks: dict[int, asyncio.Lock] = {}
        self._running: set[asyncio.Task[list[ActionState]]] = set()

    @property
    def is_busy(self) -> bool:
        """Whether something is being done."""
        return bool(self._running)

    async def run(self, action: Action, targets: Sequence[FleetRow]) -> list[ActionState]:
        """Do it to all of these, one after the other; how it ended for each.

        Cancelling this does not cancel what was begun.
        """
        turns = [Turn(self._desk, action, row, self._is_newest) for row in targets]
        for turn in turns:
            self._newest[turn.row.id] = turn
            turn.tell(Step.WAITING, "waiting for its turn")
        task = asyncio.create_task(self._all(turns))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def aclose(self) -> None:
        """Stop waiting for what was sent; the service goes on with it."""
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _is_newest(self, turn: Turn) -> bool:
        """Whether nothing else was asked of its instance since."""
        return self._newest.get(turn.row.id) is turn

    async def _all(self, turns: Sequence[Turn]) -> list[ActionState]:
        with self._desk.readings.hurry():
            for turn in turns:
                async with self._locks.setdefault(turn.row.id, asyncio.Lock()):
                    await turn.ask()
            return [await turn.confirm() for turn in turns]


class Turn:
    """One action on one instance."""

    def __init__(
        self, desk: Desk, action: Action, row: FleetRow, is_newest: Callable[[Turn], bool]
    ) -> None:
        self.row = row
        self.state = ActionState(row.id, row.instance.name, action.what, Step.WAITING, "")
        self._desk = desk
        self._action = action
        self._is_newest = is_newest
        self._intent: Intent | None = None
        self._sends = 0
        self._fate = Fate.NOT_SENT
        self._aside = ""

    def tell(self, step: Step, sentence: str) -> None:
        """Publish how far it is."""
        name, what = self.row.instance.name, self._action.what
        self.state = ActionState(self.row.id, name, what, step, sentence)
        self._desk.publish(self.state)

    # Asking

    async def ask(self) -> None:
        """Look at the instance once more, write it down, send it once."""
        if not self._is_newest(self):
            self.tell(Step.SKIPPED, "something else was asked of it since; nothing was sent")
            return
        if self._is_gone(self._desk.fleet()):
            self.tell(Step.GONE, "it is no longer there; nothing was sent")
            return
        if await self._write_down():
            await self._send()

    async def _write_down(self) -> bool:
        """The row in the journal. Whether to go on and send."""
        if self._action.journaled == "no":
            return True
        desk, target = self._desk, str(self.row.id)
        try:
            self._intent = await asyncio.to_thread(
                desk.journal.open, self._action.what, target, {}, state="sent",
                now=desk.clock.now(),
            )  # fmt: skip
        except IntentExists as error:
            if self._action.absolute and self._action.what == "start":
                self._fate = Fate.UNKNOWN
                self._sends = SENDS  # the other window sends; here it is only looked for
                self.tell(Step.CHECKING, "checking whether it took effect")
            else:
                self.tell(Step.REFUSED, str(error))
            return False
        except JournalUnwritable as error:
            if self._action.journaled == "always":
                self.tell(
                    Step.REFUSED, f"{error} Renting, starting and bidding are off until then."
                )
                return False
            self._aside = "The journal is not writable: sent anyway. "
        return True

    async def _send(self) -> None:
        self._sends += 1
        self.tell(Step.SENDING, f"{self._aside}asking the service")
        outcome = await self._action.send(self._desk.api, self.row.id)
        if outcome.fate is Fate.THROTTLED and await self._wait_for_turn(outcome):
            outcome = await self._action.send(self._desk.api, self.row.id)
        self._fate = outcome.fate
        self._desk.readings.wake()
        await self._learn(outcome)

    async def _wait_for_turn(self, outcome: Outcome) -> bool:
        """Sit out what the service asks for; whether it was short enough, and still wanted."""
        error = outcome.error
        seconds = error.retry_after if isinstance(error, RateLimited) else None
        seconds = _UNKNOWN_THROTTLE if seconds is None else seconds
        if seconds > _LONGEST_THROTTLE:
            return False
        self.tell(Step.WAITING, f"too many requests: sending again in {seconds:.0f} s")
        await self._desk.clock.sleep(seconds)
        return self._is_newest(self) and not self._is_gone(self._desk.fleet())

    async def _learn(self, outcome: Outcome) -> None:
        """What the answer means; where it leaves no doubt, that is the end."""
        error = outcome.error
        words = f"{error} {error.hint}".strip() if error is not None else ""
        if outcome.fate is Fate.OK:
            self.tell(Step.CHECKING, "the service agreed; looking whether it shows")
        elif outcome.fate is Fate.UNKNOWN:
            self.tell(Step.CHECKING, "no clear answer; checking whether it took effect")
        elif isinstance(error, NotFound):
            self.tell(Step.CHECKING, "the service does not find it; looking in the list")
        elif outcome.fate is Fate.NOT_SENT and not isinstance(error, ReadOnlyRefused):
            await self._end(Step.REFUSED, f"not sent, nothing was changed: {words}")
        else:
            await self._end(Step.REFUSED, words)
        if isinstance(error, NotFound):
            self._fate = Fate.REJECTED

    # Confirming

    async def confirm(self) -> ActionState:
        """Read until it shows, or until it is clear that it will not."""
        due = self._desk.clock.monotonic() + CHECK_FOR
        while not self.state.is_over:
            fleet = await self._reading(due)
            if fleet is None:
                await self._give_up()
            elif self._is_gone(fleet):
                await self._end(Step.GONE, "it is no longer there")
            else:
                await self._judge(fleet)
        return self.state

    async def _reading(self, due: float) -> Fleet | None:
        """A reading that began after the answer; None when the time is up."""
        clock = self._desk.clock
        while clock.monotonic() < due:
            try:
                return await self._desk.readings.fresh()
            except VastError as error:
                if isinstance(error, AuthRejected):
                    return None
                await clock.sleep(_PAUSE)
        return None

    async def _judge(self, fleet: Fleet) -> None:
        row = fleet.row(self.row.id)
        assert row is not None
        if self._fate is Fate.REJECTED:
            await self._end(Step.REFUSED, "the service says it does not exist, yet it lists it")
        elif not self._action.absolute and self._fate is Fate.UNKNOWN:
            await self._end(Step.UNKNOWN, "unconfirmed: watching its state. It is not sent again")
        elif self._action.achieved(row, fleet):
            await self._end(Step.DONE, self._action.promise)
        elif self._fate is Fate.UNKNOWN and self._sends < SENDS and self._is_newest(self):
            await self._send()
        elif self._fate is Fate.UNKNOWN and self._sends < SENDS:
            await self._end(Step.SKIPPED, "something else was asked of it since")
        elif self._fate is Fate.UNKNOWN:
            await self._give_up()

    async def _give_up(self) -> None:
        if self._fate is Fate.OK:
            text = "the service agreed, but it does not show yet"
        else:
            text = f"not applied as far as one can see; {self._action.what} it once more to retry"
        await self._end(Step.UNKNOWN, text)

    async def _end(self, step: Step, sentence: str) -> None:
        intent, self._intent = self._intent, None
        if intent is not None:
            try:
                await asyncio.to_thread(self._desk.journal.close, intent, step.value, "")
            except JournalUnwritable:
                self._aside = "The journal is not writable. "
        self.tell(step, f"{self._aside}{sentence}")

    def _is_gone(self, fleet: Fleet) -> bool:
        """Whether a whole reading lacks the very contract that was meant."""
        row = fleet.row(self.row.id)
        return row is None or not row.instance.same_contract(self.row.instance)
