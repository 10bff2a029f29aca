"""Rents offers: one request each, journaled before it is sent and followed to its end."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from vasttui.errors import VastError
from vasttui.models.rent import Agreed, RentRequest
from vasttui.models.rent_body import NONCE_LETTERS
from vasttui.models.ssh_key import SshKey
from vasttui.services.actions.context import JOURNAL_NEEDED
from vasttui.services.background import GRACE, Background
from vasttui.services.renting.context import RentContext
from vasttui.services.renting.journal_entry import KIND, Order, Progress
from vasttui.services.renting.left_behind import foreign, resumed, unreadable
from vasttui.services.renting.precheck import check_offer
from vasttui.services.renting.record import READY, Publish, RentRecord
from vasttui.services.renting.rental import RentState, RentStep
from vasttui.services.renting.run import RentRun
from vasttui.store.intent import Intent, IntentExists, JournalUnwritable
from vasttui.text import clean

SETTLE = 300.0
"""Seconds after which a lost request will no longer arrive."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def new_nonce() -> str:
    """A random suffix for the label of one rental."""
    return "".join(secrets.choice(_LETTERS) for _ in range(NONCE_LETTERS))


class Renter:
    """Rents offers and publishes every step."""

    def __init__(
        self,
        context: RentContext,
        publish: Publish,
        *,
        settle: float = SETTLE,
        grace: float = GRACE,
        nonce: Callable[[], str] = new_nonce,
    ) -> None:
        self._context, self._publish = context, publish
        self._settle, self._nonce = settle, nonce
        self._background = Background(grace)
        self._runs: dict[int, tuple[RentRun, asyncio.Task[None]]] = {}
        self._foreign: dict[int, tuple[Intent, RentState]] = {}

    @property
    def unfinished(self) -> list[RentState]:
        """The rentals that have not ended."""
        states = [run.record.state for run, _ in self._runs.values()]
        return [state for state in states if not state.is_over]

    async def rent(self, request: RentRequest, agreed: Agreed, keys: Sequence[SshKey]) -> RentState:
        """Rent an offer, just checked by the caller, and attach these keys; returns how it ended.
        Cancelling this stops nothing. It may take a day to be sure that nothing was rented."""
        return await asyncio.shield(self._background.start(self._rent(request, agreed, keys)))

    async def again(self, intent: int, request: RentRequest | None = None) -> RentState:
        """Send the same request once more, as the user asks; returns how it ended.

        `request` is needed if an earlier run of the program sent it, as its secrets were not saved.
        Raises VastError if it is too early, not the same request, or the offer is not as agreed.
        """
        run, task = self._find(intent)
        wanted = _plain(request) if request is not None else run.request
        _refuse_early(run)
        if wanted is None or not run.record.order.is_same(wanted):
            raise VastError(
                "This is not the request that was sent first.",
                hint="Stop the search for that one, then rent again.",
            )
        failed = await check_offer(self._context.api.offers, wanted, run.record.order.agreed)
        if failed is not None and not failed.offer_gone:
            raise VastError(f"Not sent again: {failed.why}", hint="Stop the search, then rent.")
        _refuse_early(run)
        run.repeat(wanted)
        await asyncio.shield(task)
        return run.record.state

    async def give_up(self, intent: int) -> RentState:
        """End a countdown or the search for what was not found; returns how it ended. Raises
        VastError at other steps: what may exist is not forgotten."""
        run, task = self._find(intent)
        if run.record.state.step not in (RentStep.WAITING, RentStep.WATCHING):
            raise VastError(
                "This cannot be stopped: it may have been rented already.",
                hint="Wait until it is found or the search has ended.",
            )
        run.give_up()
        await asyncio.shield(task)
        return run.record.state

    async def dismiss(self, intent: int) -> None:
        """Stop watching what has ended: a missing key, a second instance, a difference."""
        found = self._runs.get(intent)
        if found is not None and found[0].record.state.is_over:
            await found[0].dismiss()
        elif intent in self._foreign:
            await self._dismiss_foreign(self._foreign[intent][0])

    async def _dismiss_foreign(self, intent: Intent) -> None:
        """Close the row of an account that is not known: no key would ever do so."""
        if self._context.journal.owner().owns(intent.owner) is None:
            with suppress(JournalUnwritable):
                await self._context.journal.settle(intent, "dismissed")

    async def recover(self) -> list[RentState]:
        """Continue the rentals left by other runs of the program, except those of other accounts;
        returns what is new of each at once. One of an unknown account counts as this one's once an
        instance of it is listed here. Raises JournalUnwritable."""
        states: list[RentState] = []
        journal, now = self._context.journal, self._context.clock.monotonic()
        for intent in await journal.left_behind(KIND):
            try:
                order, progress = Order.load(intent), Progress.load(intent, now)
            except (KeyError, TypeError, ValueError):
                if await journal.claim(intent):
                    await journal.settle(intent, "unreadable")
                    states.append(self._tell(unreadable(intent)))
                continue
            mine = journal.owner().owns(intent.owner)
            if mine is None:
                mine = self._is_listed(order, progress) or None
            if not mine:
                states += self._wait(intent, foreign(intent, order, progress, mine))
            elif await journal.claim(intent):
                self._foreign.pop(intent.id, None)
                states += self._resume(self._run_of(intent, order, progress))
        return states

    def _resume(self, run: RentRun) -> list[RentState]:
        word = run.record.intent.state
        self._follow(run, run.resume(word))
        if word == READY:
            return []
        run.record.report(*resumed(run.record))
        return [run.record.state]

    def _is_listed(self, order: Order, progress: Progress) -> bool:
        """Whether this account has an instance of the rental."""
        rows = (row.instance for row in self._context.fleet().rows)
        return any(one.id in progress.ids or order.made(one) for one in rows)

    def _wait(self, intent: Intent, state: RentState) -> list[RentState]:
        """Leave a rental to its account, and say so once."""
        if self._foreign.get(intent.id) == (intent, state):
            return []
        self._foreign[intent.id] = intent, state
        return [self._tell(state)]

    def _tell(self, state: RentState) -> RentState:
        self._publish(state)
        return state

    async def aclose(self) -> None:
        """Stop, after a moment for requests; open rentals stay in the journal."""
        await self._background.aclose()

    async def _rent(
        self, request: RentRequest, agreed: Agreed, keys: Sequence[SshKey]
    ) -> RentState:
        request, now = _plain(request), self._context.clock.now()
        order = Order.of(request, agreed, keys, self._nonce())
        try:
            intent = await self._context.journal.open(
                KIND, str(order.ask), order.details(), now=now
            )
        except IntentExists as error:
            mine = any(run.record.order.ask == order.ask for run, _ in self._runs.values())
            why = "This offer is being rented already." if mine else f"{error}"
            return self._not_sent(order, f"{why} Nothing was sent.")
        except JournalUnwritable as error:
            return self._not_sent(order, f"{error.sentence} {JOURNAL_NEEDED}")
        progress = Progress.sent(self._context.clock.monotonic())
        run = self._run_of(intent, order, progress)
        await self._follow(run, run.run(request))
        return run.record.state

    def _run_of(self, intent: Intent, order: Order, progress: Progress) -> RentRun:
        record = RentRecord(self._context, self._publish, intent, order, progress)
        return RentRun(self._context, record, settle=self._settle, spawn=self._background.send)

    def _follow(self, run: RentRun, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run it; it can be found by its row until its work is done."""
        number = run.record.intent.id
        task = self._background.start(work)
        self._runs[number] = run, task
        task.add_done_callback(lambda done: self._ended(number, done))
        return task

    def _ended(self, number: int, task: asyncio.Task[None]) -> None:
        run, _ = self._runs.pop(number)
        if not task.cancelled() and task.exception() is None and run.record.is_open:
            self._follow(run, run.watch())

    def _find(self, intent: int) -> tuple[RentRun, asyncio.Task[None]]:
        found = self._runs.get(intent)
        if found is None:
            raise VastError("This rental is over.", hint="Rent again.")
        return found

    def _not_sent(self, order: Order, sentence: str) -> RentState:
        state = RentState(
            intent=None, ask=order.ask, name=order.name, step=RentStep.NOT_SENT,
            sentence=sentence, opened_at=self._context.clock.now(),
        )  # fmt: skip
        return self._tell(state)


def _refuse_early(run: RentRun) -> None:
    if not run.record.state.may_ask_again:
        raise VastError(
            "Too early to send it again: the first request may still arrive.",
            hint="Wait until the search has ended.",
        )


def _plain(request: RentRequest) -> RentRequest:
    """The request with a clean label, which the service returns unchanged."""
    return replace(request, label=clean(request.label))
