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
from vasttui.services.action_desk import Desk
from vasttui.services.renting.course import Course
from vasttui.services.renting.record import READY, Publish, Record
from vasttui.services.renting.rental import RentState, RentStep
from vasttui.services.renting.written import (
    KIND,
    Order,
    Trace,
    order_of,
    written_order,
    written_trace,
)
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
        desk: Desk,
        publish: Publish,
        *,
        settle: float = SETTLE,
        grace: float = GRACE,
        nonce: Callable[[], str] = new_nonce,
    ) -> None:
        self._desk, self._publish = desk, publish
        self._settle, self._grace, self._nonce = settle, grace, nonce
        self._courses: dict[int, tuple[Course, asyncio.Task[None]]] = {}
        self._running: set[asyncio.Task[Any]] = set()
        self._sending: set[asyncio.Task[None]] = set()

    @property
    def unfinished(self) -> list[RentState]:
        """What is being rented, for those who want to leave."""
        states = [course.record.state for course, _ in self._courses.values()]
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
        course, task = self._course(intent)
        wanted = _plain(request) if request is not None else course.request
        if not course.record.state.may_ask_again:
            raise VastError(
                "It is too early to rent it again: the first request may still arrive.",
                hint="Wait until the search for it has ended.",
            )
        if wanted is None or not course.record.order.is_same(wanted):
            raise VastError(
                "This is not the request that was sent before.",
                hint="Stop looking for that one, then rent anew.",
            )
        course.repeat(wanted)
        await asyncio.shield(task)
        return course.record.state

    async def give_up(self, intent: int) -> RentState:
        """End a countdown, or stop looking for what was not found. Raises VastError when the
        rental is at another point: what may exist is not forgotten."""
        course, task = self._course(intent)
        if course.record.state.step not in (RentStep.WAITING, RentStep.WATCHING):
            raise VastError(
                "This cannot be stopped: it may have been rented already.",
                hint="Wait until it was found or the search has ended.",
            )
        course.give_up()
        await asyncio.shield(task)
        return course.record.state

    async def recover(self) -> list[RentState]:
        """Go on with what another run of the program left behind; how it stands with each.

        Returns at once; the rest is published. Raises JournalUnwritable.
        """
        states = []
        for intent in await self._desk.journal.take_over(KIND):
            try:
                order, trace = written_order(intent), written_trace(intent)
            except (KeyError, TypeError, ValueError):
                await self._desk.journal.settle(intent, "unreadable")
                continue
            course = self._course_of(intent, order, trace)
            self._follow(course, course.resume(intent.state))
            if intent.state != READY:
                course.record.tell(*_recovered(course.record))
                states.append(course.record.state)
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
        request, now = _plain(request), self._desk.clock.now()
        order = order_of(request, agreed, keys, self._nonce())
        try:
            intent = await self._desk.journal.open(KIND, str(order.ask), order.details(), now=now)
        except IntentExists as error:
            mine = any(course.record.order.ask == order.ask for course, _ in self._courses.values())
            why = "This offer is being rented already." if mine else f"{error}"
            return self._not_sent(order, f"{why} Nothing was sent.")
        except JournalUnwritable as error:
            return self._not_sent(
                order,
                f"{error} {error.hint} Nothing was sent: renting, starting and bidding are off "
                "until then; viewing, stopping and destroying work.",
            )
        course = self._course_of(intent, order, Trace(now))
        await self._follow(course, course.run(request))
        return course.record.state

    def _course_of(self, intent: Intent, order: Order, trace: Trace) -> Course:
        record = Record(self._desk, self._publish, intent, order, trace, self._settle)
        return Course(self._desk, record, settle=self._settle, aside=self._aside)

    def _follow(self, course: Course, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Let a course run; it is known by its row until it is over."""
        number = course.record.intent.id
        task = self._start(work)
        self._courses[number] = course, task
        task.add_done_callback(lambda done: self._ended(number, done))
        return task

    def _ended(self, number: int, task: asyncio.Task[None]) -> None:
        course, _ = self._courses.pop(number)
        if not task.cancelled() and task.exception() is None and course.wants_watching:
            self._follow(course, course.watch())

    def _start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def _aside(self, sending: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(sending)
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)
        return task

    def _course(self, intent: int) -> tuple[Course, asyncio.Task[None]]:
        found = self._courses.get(intent)
        if found is None:
            raise VastError("This rental is over.", hint="Rent anew.")
        return found

    def _not_sent(self, order: Order, sentence: str) -> RentState:
        state = RentState(
            intent=None, ask=order.ask, name=order.name, label="", step=RentStep.NOT_SENT,
            sentence=sentence, opened_at=self._desk.clock.now(),
        )  # fmt: skip
        self._publish(state)
        return state


def _plain(request: RentRequest) -> RentRequest:
    """With a label that comes back from the service as it went there."""
    return replace(request, label=clean(request.label))


def _recovered(record: Record) -> tuple[RentStep, str]:
    """What to say about a rental that another run of the program left behind."""
    if record.trace.ids:
        return RentStep.ATTACHING, "The program ended before it was ready: going on with it"
    return RentStep.LOOKING, "The program ended before it was confirmed: looking for it"
