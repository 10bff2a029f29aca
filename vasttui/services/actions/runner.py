"""Runs actions on instances: each is sent once, then confirmed by a new reading.

Outcomes are never guessed: without a clear answer the instances are read, and only an `absolute`
action is sent a second time, if the reading shows no effect.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from weakref import WeakValueDictionary

from vasttui.errors import VastError
from vasttui.services.actions.context import ActionContext as ActionContext
from vasttui.services.actions.kinds import JOURNALED, Action, Aspect
from vasttui.services.actions.left_behind import foreign, outcome_of
from vasttui.services.actions.run import ActionRun
from vasttui.services.actions.state import ActionState, Step
from vasttui.services.background import GRACE, Background
from vasttui.services.fleet.snapshot import Fleet, FleetRow

_RETRY = 5.0


class ActionRunner:
    """Runs actions and publishes every step."""

    def __init__(self, context: ActionContext, *, grace: float = GRACE) -> None:
        self._context = context
        self._background = Background(grace)
        self._closed = False
        self._newest: dict[tuple[int, Aspect], ActionRun] = {}
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._running: dict[asyncio.Task[None], list[ActionRun]] = {}
        self._foreign: set[int] = set()

    @property
    def is_busy(self) -> bool:
        """Whether an action is running."""
        return bool(self._running)

    @property
    def unfinished(self) -> list[ActionState]:
        """The actions that have not ended."""
        runs = [run for group in self._running.values() for run in group]
        return [run.state for run in runs if not run.state.is_over]

    async def run(self, action: Action, targets: Sequence[FleetRow]) -> list[ActionState]:
        """Do it to all of these in turn; returns how each ended.

        Cancelling this does not cancel the action. A waiting one is replaced by a newer action on
        the same aspect of the same instance.
        """
        runs = [self._run_of(action, row) for row in targets]
        for run in runs:
            self._newest[_key(run)] = run
            run.report(Step.WAITING, "waiting for its turn")
        task = self._background.start(self._all(runs))
        self._running[task] = runs
        task.add_done_callback(self._finished)
        await asyncio.shield(task)
        return [run.state for run in runs]

    async def recover(self) -> list[ActionState]:
        """Check the actions left by other runs of the program; returns the state of each. Those of
        other accounts wait, which is said once. Sends nothing. Raises JournalUnwritable."""
        journal, states = self._context.journal, list[ActionState]()
        found = await journal.left_behind(*JOURNALED)
        owned = [(intent, journal.owner().owns(intent.owner)) for intent in found]
        for intent, mine in owned:
            if mine is False and intent.id not in self._foreign:
                self._foreign.add(intent.id)
                states.append(foreign(intent))
        ours = [(intent, mine) for intent, mine in owned if mine is not False]
        fleet = await self._reading() if ours else None
        for intent, mine in ours:
            if fleet is not None and await journal.claim(intent):
                state = outcome_of(intent, fleet, mine=mine)
                await journal.settle(intent, state.step.value, "after the program ended")
                states.append(state)
        for state in states:
            self._context.publish(state)
        return states

    async def aclose(self) -> None:
        """Stop, after a moment for requests; unconfirmed actions stay open in the journal."""
        self._closed = True
        await self._background.aclose()

    def _run_of(self, action: Action, row: FleetRow) -> ActionRun:
        lock = self._locks.setdefault(row.id, asyncio.Lock())
        return ActionRun(
            self._context, action, row, lock,
            is_newest=self._is_newest, spawn=self._background.send,
        )  # fmt: skip

    def _is_newest(self, run: ActionRun) -> bool:
        """Whether no newer action has replaced it."""
        return not self._closed and self._newest.get(_key(run)) is run

    async def _all(self, runs: Sequence[ActionRun]) -> None:
        with self._context.readings.hurry():
            for run in runs[1:]:
                await run.queue()
            async with asyncio.TaskGroup() as confirming:
                for run in runs:
                    async with run.lock:
                        await self._start(run)
                    confirming.create_task(run.confirm())

    async def _start(self, run: ActionRun) -> None:
        if self._is_newest(run):
            for older in [one for group in self._running.values() for one in group]:
                if older is not run and _key(older) == _key(run):
                    await older.supersede()
        await run.start()

    def _finished(self, task: asyncio.Task[None]) -> None:
        for run in self._running.pop(task):
            if self._newest.get(_key(run)) is run:
                del self._newest[_key(run)]

    async def _reading(self) -> Fleet:
        while True:
            try:
                return await self._context.readings.fresh()
            except VastError:
                await self._context.clock.sleep(_RETRY)


def _key(run: ActionRun) -> tuple[int, Aspect]:
    return run.row.id, run.action.aspect
