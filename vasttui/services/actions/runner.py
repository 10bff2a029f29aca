"""Does things to instances: asks once, then looks whether it was done.

What became of a request is never guessed. Where nobody knows, the instances are read again; only
what asks for a state is asked a second time, and only when the reading shows that it is not so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any
from weakref import WeakValueDictionary

from vasttui.errors import VastError
from vasttui.services.actions.context import ActionContext as ActionContext
from vasttui.services.actions.kinds import (
    JOURNALED,
    Action,
    ActionState,
    Aspect,
    Step,
    written_action,
)
from vasttui.services.actions.run import ActionRun
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.store.intent import Intent

GRACE = 2.0
"""Seconds that requests on their way get at the end of the program."""

_RETRY = 5.0


class ActionRunner:
    """Runs actions and tells of every step of each instance."""

    def __init__(self, context: ActionContext, *, grace: float = GRACE) -> None:
        self._context = context
        self._grace = grace
        self._closed = False
        self._newest: dict[tuple[int, Aspect], ActionRun] = {}
        self._asked: dict[tuple[int, Aspect], ActionRun] = {}
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._running: dict[asyncio.Task[None], list[ActionRun]] = {}
        self._sending: set[asyncio.Task[None]] = set()

    @property
    def is_busy(self) -> bool:
        """Whether something is being done."""
        return bool(self._running)

    @property
    def unfinished(self) -> list[ActionState]:
        """What is being done, for those who want to leave."""
        turns = [turn for group in self._running.values() for turn in group]
        return [turn.state for turn in turns if not turn.state.is_over]

    async def run(self, action: Action, targets: Sequence[FleetRow]) -> list[ActionState]:
        """Do it to all of these, one after the other; how it ended for each.

        Cancelling this does not cancel what was begun. What is still waiting for its turn gives
        way to a newer action about the same aspect of the same instance.
        """
        turns = [self._turn(action, row) for row in targets]
        for turn in turns:
            self._newest[_key(turn)] = turn
            turn.tell(Step.WAITING, "waiting for its turn")
        task = asyncio.create_task(self._all(turns))
        self._running[task] = turns
        task.add_done_callback(self._finished)
        await asyncio.shield(task)
        return [turn.state for turn in turns]

    async def recover(self) -> list[ActionState]:
        """Look what became of actions that a window left behind when it ended. Sends nothing.

        Returns how it stands with each. Raises JournalUnwritable.
        """
        journal = self._context.journal
        if not any(intent.kind in JOURNALED for intent in await journal.unfinished()):
            return []
        fleet = await self._reading()
        states = []
        for intent in await journal.take_over(*JOURNALED):
            state = _left_behind(intent, fleet)
            await journal.settle(intent, state.step.value, "after the program ended")
            self._context.publish(state)
            states.append(state)
        return states

    async def aclose(self) -> None:
        """Send nothing more and stop looking. Requests on their way get a moment to end; what is
        then unconfirmed stays open in the journal."""
        self._closed = True
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._sending:
            await asyncio.wait(self._sending, timeout=self._grace)
        for sent in self._sending:
            sent.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)

    def _turn(self, action: Action, row: FleetRow) -> ActionRun:
        lock = self._locks.setdefault(row.id, asyncio.Lock())
        return ActionRun(
            self._context, action, row, lock, is_newest=self._is_newest, spawn=self._spawn
        )  # fmt: skip

    def _is_newest(self, turn: ActionRun) -> bool:
        """Whether nothing else was asked of its instance since."""
        return not self._closed and self._newest.get(_key(turn)) is turn

    def _spawn(self, sending: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(sending)
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)
        return task

    async def _all(self, turns: Sequence[ActionRun]) -> None:
        with self._context.readings.hurry():
            async with asyncio.TaskGroup() as looking:
                for turn in turns:
                    async with turn.lock:
                        await self._ask(turn)
                    looking.create_task(turn.confirm())

    async def _ask(self, turn: ActionRun) -> None:
        if self._is_newest(turn):
            before = self._asked.get(_key(turn))
            if before is not None:
                await before.give_way()
            self._asked[_key(turn)] = turn
        await turn.ask()

    def _finished(self, task: asyncio.Task[None]) -> None:
        for turn in self._running.pop(task):
            for table in (self._newest, self._asked):
                if table.get(_key(turn)) is turn:
                    del table[_key(turn)]

    async def _reading(self) -> Fleet:
        while True:
            try:
                return await self._context.readings.fresh()
            except VastError:
                await self._context.clock.sleep(_RETRY)


def _key(turn: ActionRun) -> tuple[int, Aspect]:
    return turn.row.id, turn.action.aspect


def _left_behind(intent: Intent, fleet: Fleet) -> ActionState:
    """How it stands with an action whose program ended before it was confirmed."""
    number = int(intent.target)
    row, action = fleet.row(number), written_action(intent.kind, intent.details)
    name = intent.target if row is None else row.instance.name
    if row is None and intent.kind == "destroy" and action is not None:
        step, sentence = Step.DONE, action.promise
    elif row is None:
        step, sentence = Step.GONE, "it is no longer there"
    elif row is not None and action is not None and action.achieved(None, row):
        step, sentence = Step.DONE, action.promise
    else:
        step = Step.UNKNOWN
        sentence = "unconfirmed as the program ended, and it does not show. It is not sent again"
    return ActionState(number, name, intent.kind, step, sentence, is_recovered=True)
