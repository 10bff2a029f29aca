"""Rents offers: one request each, written down before it is sent, looked for until it is found."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any

from vasttui.errors import VastError
from vasttui.models.rent import Agreed, RentRequest
from vasttui.models.rent_body import NONCE_LETTERS
from vasttui.models.ssh_key import SshKey
from vasttui.services.actions.context import ActionContext
from vasttui.services.renting.flow import RentRun
from vasttui.services.renting.journal_entry import (
    KIND,
    Order,
    Progress,
    order_of,
    written_order,
    written_trace,
)
from vasttui.services.renting.record import READY, Publish, RentRecord
from vasttui.services.renting.rental import RentState, RentStep
from vasttui.store.intent import Intent, IntentExists, JournalUnwritable
from vasttui.text import clean

SETTLE = 300.0
"""Seconds after which a request that was lost on its way is taken not to arrive any more."""

GRACE = 2.0
"""Seconds that requests on their way get at the end of the program."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def new_nonce() -> str:
    """A word that no other rental has."""
    return "".join(secrets.choice(_LETTERS) for _ in range(NONCE_LETTERS))


class Renter:
    """Rents, and tells of every step through `publish`."""

    def __init__(
        self,
        context: ActionContext,
        publish: Publish,
        *,
        settle: float = SETTLE,
        grace: float = GRACE,
        nonce: Callable[[], str] = new_nonce,
    ) -> None:
        self._context, self._publish = context, publish
        self._settle, self._grace, self._nonce = settle, grace, nonce
        self._runs: dict[int, tuple[RentRun, asyncio.Task[None]]] = {}
        self._running: set[asyncio.Task[Any]] = set()
        self._sending: set[asyncio.Task[None]] = set()

    @property
    def unfinished(self) -> list[RentState]:
        """What is being rented, for those who want to leave."""
        states = [run.record.state for run, _ in self._runs.values()]
        return [state for state in states if not state.is_over]

    async def rent(self, request: RentRequest, agreed: Agreed, keys: Sequence[SshKey]) -> RentState:
        """Rent it, and put these keys on it; how it ended. Cancelling this stops nothing.

        The offer must have been looked at just before: it is not looked at again. It may take a
        day until it is clear that nothing came of it: `publish` tells how it goes.
        """
        return await asyncio.shield(self._start(self._rent(request, agreed, keys)))

    async def again(self, intent: int, request: RentRequest | None = None) -> RentState:
        """Send the same request once more, because the user wants it; how it ended.

        `request` is needed when another run of the program sent the first one: what may be secret
        in it was not kept. Raises VastError when it is too early or not the same request.
        """
        run, task = self._course(intent)
        wanted = _plain(request) if request is not None else run.request
        if not run.record.state.may_ask_again:
            raise VastError(
                "It is too early to rent it again: the first request may still arrive.",
                hint="Wait until the search for it has ended.",
            )
        if wanted is None or not run.record.order.is_same(wanted):
            raise VastError(
                "This is not the request that was sent before.",
                hint="Stop looking for that one, then rent anew.",
            )
        run.repeat(wanted)
        await asyncio.shield(task)
        return run.record.state

    async def give_up(self, intent: int) -> RentState:
        """End a countdown, or stop looking for what was not found. Raises VastError when the
        rental is at another point: what may exist is not forgotten."""
        run, task = self._course(intent)
        if run.record.state.step not in (RentStep.WAITING, RentStep.WATCHING):
            raise VastError(
                "This cannot be stopped: it may have been rented already.",
                hint="Wait until it was found or the search has ended.",
            )
        run.give_up()
        await asyncio.shield(task)
        return run.record.state

    async def dismiss(self, intent: int) -> None:
        """Wait no longer for the key of an instance that was rented; its rental is over."""
        found = self._runs.get(intent)
        if found is not None and found[0].record.state.is_over:
            await found[0].dismiss()

    async def recover(self) -> list[RentState]:
        """Go on with what another run of the program left behind; how it stands with each.

        Returns at once; the rest is published. Raises JournalUnwritable.
        """
        states = []
        for intent in await self._context.journal.take_over(KIND):
            try:
                order, progress = written_order(intent), written_trace(intent)
            except (KeyError, TypeError, ValueError):
                await self._context.journal.settle(intent, "unreadable")
                continue
            run = self._course_of(intent, order, progress)
            self._follow(run, run.resume(intent.state))
            if intent.state != READY:
                run.record.tell(*_recovered(run.record))
                states.append(run.record.state)
        return states

    async def aclose(self) -> None:
        """Stop looking. Requests on their way get a moment; what is open stays in the journal."""
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._sending:
            await asyncio.wait(self._sending, timeout=self._grace)
        for sent in self._sending:
            sent.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)

    async def _rent(
        self, request: RentRequest, agreed: Agreed, keys: Sequence[SshKey]
    ) -> RentState:
        request, now = _plain(request), self._context.clock.now()
        order = order_of(request, agreed, keys, self._nonce())
        try:
            intent = await self._context.journal.open(
                KIND, str(order.ask), order.details(), now=now
            )
        except IntentExists as error:
            mine = any(run.record.order.ask == order.ask for run, _ in self._runs.values())
            why = "This offer is being rented already." if mine else f"{error}"
            return self._not_sent(order, f"{why} Nothing was sent.")
        except JournalUnwritable as error:
            return self._not_sent(
                order,
                f"{error} {error.hint} Nothing was sent: renting, starting and bidding are off "
                "until then; viewing, stopping and destroying work.",
            )
        run = self._course_of(intent, order, Progress(now))
        await self._follow(run, run.run(request))
        return run.record.state

    def _course_of(self, intent: Intent, order: Order, progress: Progress) -> RentRun:
        record = RentRecord(self._context, self._publish, intent, order, progress)
        return RentRun(self._context, record, settle=self._settle, spawn=self._spawn)

    def _follow(self, run: RentRun, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Let a course run; it is known by its row until it is over."""
        number = run.record.intent.id
        task = self._start(work)
        self._runs[number] = run, task
        task.add_done_callback(lambda done: self._ended(number, done))
        return task

    def _ended(self, number: int, task: asyncio.Task[None]) -> None:
        run, _ = self._runs.pop(number)
        if not task.cancelled() and task.exception() is None and run.record.is_open:
            self._follow(run, run.watch())

    def _start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def _spawn(self, sending: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(sending)
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)
        return task

    def _course(self, intent: int) -> tuple[RentRun, asyncio.Task[None]]:
        found = self._runs.get(intent)
        if found is None:
            raise VastError("This rental is over.", hint="Rent anew.")
        return found

    def _not_sent(self, order: Order, sentence: str) -> RentState:
        state = RentState(
            intent=None, ask=order.ask, name=order.name, step=RentStep.NOT_SENT,
            sentence=sentence, opened_at=self._context.clock.now(),
        )  # fmt: skip
        self._publish(state)
        return state


def _plain(request: RentRequest) -> RentRequest:
    """With a label that comes back from the service as it went there."""
    return replace(request, label=clean(request.label))


def _recovered(record: RentRecord) -> tuple[RentStep, str]:
    """What to say about a rental that another run of the program left behind."""
    if record.progress.ids:
        return RentStep.ATTACHING, "Rented before vasttui ended: checking its state and its key"
    return RentStep.LOOKING, "The program ended before it was confirmed: looking for it"
