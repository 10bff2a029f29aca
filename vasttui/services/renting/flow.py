"""The course of one rental: asked for once, understood, looked for, moved in."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Coroutine
from typing import Any

from vasttui.api.protocol import Fate, Outcome, new_contract
from vasttui.errors import RateLimited, Rejected, VastError
from vasttui.models.rent import RentRequest
from vasttui.services.actions.context import ActionContext
from vasttui.services.renting.journal_entry import Progress
from vasttui.services.renting.lookup import DAY, Search, pauses
from vasttui.services.renting.precheck import objection
from vasttui.services.renting.provisioning import Provisioning
from vasttui.services.renting.record import CREATED, READY, UNKNOWN, WAITING, RentRecord
from vasttui.services.renting.rental import RentStep
from vasttui.store.intent import JournalUnwritable

UNNAMED_THROTTLE = 16.5
"""Seconds to wait when the service does not say: 4.5 between two requests to rent and 12 as the
penalty for one too many (docs: "rate limits")."""

LONGEST_THROTTLE = 120.0

_GONE = frozenset({404, 409, 410})
_WATCH_EVERY = 5.0

_PATIENCE = "Do not rent again yet"

Spawn = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]
"""Starts what goes on when whoever waits for it is cancelled."""


class RentRun:
    """One rental. `run`, `resume` and `watch` go on until it is over or they are cancelled."""

    def __init__(
        self, context: ActionContext, record: RentRecord, *, settle: float, spawn: Spawn
    ) -> None:
        self.record = record
        self.request: RentRequest | None = None
        self._context, self._settle, self._spawn = context, settle, spawn
        self._search = Search(context.api, record.order)
        self._nudge = asyncio.Event()
        self._repeat: RentRequest | None = None
        self._throttle: float | None = None
        self._refused: Rejected | None = None
        self._waited = False
        self._provisioning = Provisioning(context, record, self._search, patience=settle)
        self._before: tuple[Progress, float] | None = None
        since = context.clock.now() - record.progress.sent_at
        self._sent = context.clock.monotonic() - max(0.0, since)

    async def run(self, request: RentRequest) -> None:
        """Send it, and see to it that it ends well. Its row is in the journal."""
        self.request = request
        await self._ask(request)
        if self._throttle is not None and await self._wait_out(self._throttle):
            await self._ask(request)
        if self._refused is not None:
            await self._make_sure(self._refused)
        await self._follow()

    async def resume(self, word: str) -> None:
        """Go on where another run of the program stopped, at that state of the row."""
        if word == READY:
            await self.watch()
            return
        if word == WAITING:
            self.record.tell(
                RentStep.LOOKING, "too many requests: making sure that it is not rented"
            )
            await self._look_until_known(
                RentStep.NOT_SENT, "the program ended while it waited: nothing was rented."
            )
        await self._follow()

    def repeat(self, request: RentRequest) -> None:
        """The user wants it sent once more. Only where `may_ask_again`."""
        self._repeat = request
        self._nudge.set()

    def give_up(self) -> None:
        """The user does not want it any more. Only while waiting or watching."""
        self._repeat = None
        self._nudge.set()

    # Asking

    async def _ask(self, request: RentRequest) -> None:
        """Send it; whoever stops waiting for that does not stop it."""
        self._throttle, self._refused = None, None
        self.record.tell(RentStep.SENDING, "asking the service, once")
        await asyncio.shield(self._spawn(self._send(request)))

    async def _send(self, request: RentRequest) -> None:
        self._sent = self._context.clock.monotonic()
        outcome = await self._context.api.rent(request, self.record.order.nonce)
        self._context.readings.wake()
        await self._learn(outcome)

    async def _learn(self, outcome: Outcome) -> None:
        """What the answer means."""
        record, error = self.record, outcome.error
        contract, words = new_contract(outcome), _words(error)
        if contract is not None:
            await self._adopt((contract,), words)
        elif record.progress.sends > 1 and outcome.fate is not Fate.UNKNOWN:
            if outcome.fate is Fate.NOT_SENT and self._before is not None:
                record.progress, self._sent = self._before
            await record.keep(UNKNOWN)
            record.tell(RentStep.LOOKING, f"{words} Looking for what the first request rented")
        elif outcome.fate is Fate.NOT_SENT:
            await record.end(RentStep.NOT_SENT, f"Not sent, nothing was rented: {words}")
        elif isinstance(error, RateLimited):
            await self._throttled(error)
        elif isinstance(error, Rejected):
            self._refused = error
            record.tell(RentStep.LOOKING, f"{words} Making sure that nothing was rented")
        else:
            await record.keep(UNKNOWN)
            record.tell(RentStep.LOOKING, f"No clear answer: looking for it. {_PATIENCE}")

    async def _throttled(self, error: RateLimited) -> None:
        wait = UNNAMED_THROTTLE if error.retry_after is None else error.retry_after
        if wait <= LONGEST_THROTTLE and not self._waited:
            self._throttle = wait
            await self.record.keep(WAITING)
        else:
            self._refused = error

    # Once more after too many requests

    async def _wait_out(self, seconds: float) -> bool:
        """Count down for all to see, then look at list and price. Whether to send it again."""
        record, clock = self.record, self._context.clock
        self._waited = True
        due = clock.monotonic() + seconds
        while (left := due - clock.monotonic()) > 0:
            record.tell(
                RentStep.WAITING, f"Too many requests: sending again in {math.ceil(left)} s"
            )
            if await self._nudged(min(1.0, left)):
                await record.end(RentStep.NOT_SENT, "You stopped it: nothing was rented.")
                return False
        record.tell(RentStep.SENDING, "looking at the price once more")
        found = await self._search.look()
        if found:
            await self._adopt(found)
        elif found is None:
            await record.keep(UNKNOWN)
            record.tell(RentStep.LOOKING, f"The instances could not be read. {_PATIENCE}")
        else:
            return await self._still_agreed() and await self._write_again()
        return False

    async def _still_agreed(self) -> bool:
        """Whether the offer is to be had as agreed; else that is the end."""
        assert self.request is not None
        found = await objection(self._context.api, self.request, self.record.order.agreed)
        if found is not None:
            await self.record.end(found.step, found.sentence, offer_gone=found.offer_gone)
        return found is None

    async def _write_again(self) -> bool:
        try:
            await self.record.keep_before_sending(Progress(self._context.clock.now()))
        except JournalUnwritable as error:
            await self.record.end(
                RentStep.NOT_SENT, f"{error} {error.hint} Nothing was sent: renting is off."
            )
            return False
        return True

    # Looking

    async def _make_sure(self, error: Rejected) -> None:
        """Look in the list once, whatever the refusal says; twice and more where the service said
        neither yes nor no."""
        words = _words(error)
        gone = error.code == "no_such_ask" or error.status in _GONE
        if error.status < 300:
            await self._look_until_known(RentStep.REFUSED, words, offer_gone=gone)
            return
        found = await self._search.look()
        if found:
            await self._adopt(found, words)
        else:
            await self.record.end(RentStep.REFUSED, words, offer_gone=gone)

    async def _look_until_known(self, step: RentStep, sentence: str, **changes: Any) -> None:
        """Look until the list can be read; it ends that way when there is nothing in it."""
        for pause in pauses():
            await self._context.clock.sleep(pause)
            found = await self._search.look()
            if found is not None:
                break
        if found:
            await self._adopt(found, sentence)
        else:
            await self.record.end(step, sentence, **changes)

    async def _follow(self) -> None:
        """See to it that it ends well, wherever it is."""
        while not self.record.state.is_over and not self.record.progress.ids:
            if await self._look():
                await self._watch_for_it()
        if not self.record.state.is_over:
            await self._provisioning.run()

    async def _look(self) -> bool:
        """Look until it is found, or until it did not come in time. Whether it did not come."""
        clock, record = self._context.clock, self.record
        for pause in pauses():
            left = self._sent + self._settle - clock.monotonic()
            await clock.sleep(min(pause, left) if left > 0 else pause)
            late = clock.monotonic() >= self._sent + self._settle
            found = await self._search.look()
            if found:
                await self._adopt(found)
                return False
            if late and found is not None:
                return True
            trouble = f" The last look failed: {self._search.trouble}" if found is None else ""
            record.tell(RentStep.LOOKING, f"Not found yet, looking for it.{trouble} {_PATIENCE}")
        raise AssertionError("the pauses have no end")

    async def _watch_for_it(self) -> None:
        """Look in every reading for a day, unless the user wants something else."""
        record, clock = self.record, self._context.clock
        minutes = math.ceil(self._settle / 60)
        record.tell(
            RentStep.WATCHING,
            f"Not found after {minutes} min: probably not rented. It is looked for in every "
            "reading for a day, and never sent again by itself",
        )
        while clock.monotonic() < self._sent + DAY:
            nudged = await self._nudged(_WATCH_EVERY)
            found = self._search.among(self._context.fleet())
            if found:
                await self._adopt(found)
                return
            if nudged:
                await self._fulfil()
                return
        await record.end(RentStep.ABSENT, "Not found for a day: it was not rented.")

    async def _fulfil(self) -> None:
        """What the user wants of a request that came to nothing as far as one can see."""
        record, request = self.record, self._repeat
        if request is None:
            await record.end(RentStep.ABSENT, "You stopped looking for it; it was not found.")
            return
        before = record.progress
        try:
            await record.keep_before_sending(Progress(self._context.clock.now(), before.sends + 1))
        except JournalUnwritable as error:
            record.tell(RentStep.LOOKING, f"{error} {error.hint} Nothing was sent.")
            return
        self._before = before, self._sent
        await self._ask(request)

    async def watch(self) -> None:
        """Go on after the end for as long as its row is open: until an instance without its key
        has one, and for a day for a second instance of what was sent twice."""
        record, clock = self.record, self._context.clock
        while record.is_open:
            second = set(self._search.among(self._context.fleet())) - set(record.progress.ids)
            if second or await self._provisioning.has_news():
                await self._provisioning.run()
            elif record.state.key_trouble is None and clock.monotonic() >= self._sent + DAY:
                await record.close(RentStep.DONE)
            else:
                await clock.sleep(_WATCH_EVERY)

    async def dismiss(self) -> None:
        """Do not wait for its key any more."""
        record = self.record
        record.forget_key()
        if record.progress.sends > 1:
            await record.keep(READY)
        else:
            await record.close(RentStep.DONE)

    async def _adopt(self, ids: tuple[int, ...], refusal: str = "") -> None:
        """It exists: from now on it is not forgotten."""
        record = self.record
        progress = record.progress.found(ids)
        await record.keep(
            CREATED, Progress(progress.sent_at, progress.sends, progress.ids, refusal)
        )
        record.name_instances()
        record.tell(RentStep.ATTACHING, f"{refusal} It is there: {ids[0]}".strip())

    async def _nudged(self, seconds: float) -> bool:
        """Wait that long, or until the user wants something else. Whether they do."""
        pause = asyncio.ensure_future(self._context.clock.sleep(seconds))
        nudge = asyncio.ensure_future(self._nudge.wait())
        try:
            await asyncio.wait({pause, nudge}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            pause.cancel()
            nudge.cancel()
        nudged = self._nudge.is_set()
        self._nudge.clear()
        return nudged


def _words(error: VastError | None) -> str:
    """What went wrong and what helps, as one text."""
    return "" if error is None else f"{error} {error.hint}".strip()
