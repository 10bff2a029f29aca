"""Sends the request of a rental and interprets the answer."""

from __future__ import annotations

import asyncio
import math
from typing import Any

from vasttui.api.outcome import Fate, Outcome, new_contract
from vasttui.errors import CONFLICT, RateLimited, Rejected
from vasttui.models.rent import RentRequest
from vasttui.services.background import Spawn
from vasttui.services.renting.context import RentContext
from vasttui.services.renting.journal_entry import Progress
from vasttui.services.renting.lookup import Search, pauses
from vasttui.services.renting.precheck import check_offer
from vasttui.services.renting.record import UNKNOWN, WAITING, RentRecord
from vasttui.services.renting.rental import RentStep
from vasttui.services.waiting import waiting_on
from vasttui.store.intent import JournalUnwritable

UNNAMED_THROTTLE = 16.5
"""Seconds to wait if the service does not say: 4.5 between two rent requests plus a penalty of 12
(docs: "rate limits")."""

LONGEST_THROTTLE = 120.0

PATIENCE = "Do not rent again yet"

_GONE = frozenset({404, CONFLICT, 410})


class RentSender:
    """Sends the request of one rental once, and again only if the service did not process it (HTTP
    429) or the user asks."""

    def __init__(
        self,
        context: RentContext,
        record: RentRecord,
        search: Search,
        stop: asyncio.Event,
        spawn: Spawn,
    ) -> None:
        """`stop` cancels the countdown to the second request."""
        self.request: RentRequest | None = None
        self._context, self._record, self._search = context, record, search
        self._stop, self._spawn = stop, spawn
        self._throttle: float | None = None
        self._refused: Rejected | None = None
        self._waited = False
        self._before: tuple[Progress, float] | None = None

    async def send(self, request: RentRequest) -> None:
        """Send it, already journaled; wait out one rate limit; after a refusal, check that it was
        not rented. Unless it ended, it may have been rented."""
        self.request = request
        await self._attempt(request)
        if self._throttle is not None and await self._wait_out(request, self._throttle):
            await self._attempt(request)
        if self._refused is not None:
            await self._confirm_refusal(self._refused)

    async def send_again(self, request: RentRequest) -> None:
        """Journal it and send it once more, as the user asks."""
        record = self._record
        before = record.progress, record.sent_at
        progress = Progress.sent(self._context.clock.monotonic(), record.progress.sends + 1)
        try:
            await record.save_before_sending(progress)
        except JournalUnwritable as error:
            record.report(RentStep.LOOKING, f"{error.sentence} Nothing was sent.")
            return
        self._before = before
        await self._attempt(request)

    async def _attempt(self, request: RentRequest) -> None:
        """One request. Cancelling this does not cancel the request."""
        self._throttle, self._refused = None, None
        self._record.report(RentStep.SENDING, "sending the request, once")
        await asyncio.shield(self._spawn(self._send(request)))

    async def _send(self, request: RentRequest) -> None:
        self._record.sent_at = self._context.clock.monotonic()
        outcome = await self._context.api.instances.rent(request, self._record.order.nonce)
        self._context.readings.wake()
        await self._learn(outcome)

    async def _learn(self, outcome: Outcome) -> None:
        """Save what the answer means."""
        record, error = self._record, outcome.error
        contract, words = new_contract(outcome), error.sentence if error is not None else ""
        if contract is not None:
            await record.adopt((contract,), words)
        elif record.progress.sends > 1 and outcome.fate is not Fate.UNKNOWN:
            if outcome.fate is Fate.NOT_SENT and self._before is not None:
                record.progress, record.sent_at = self._before
            await record.save(UNKNOWN)
            record.report(RentStep.LOOKING, f"{words} Checking what the first request rented")
        elif outcome.fate is Fate.NOT_SENT:
            await record.end(RentStep.NOT_SENT, f"Not sent, nothing was rented: {words}")
        elif isinstance(error, RateLimited):
            await self._learn_limit(error)
        elif isinstance(error, Rejected):
            self._refused = error
            record.report(RentStep.LOOKING, f"{words} Checking that nothing was rented")
        else:
            await record.save(UNKNOWN)
            record.report(
                RentStep.LOOKING, f"No clear answer: checking whether it was rented. {PATIENCE}"
            )

    async def _learn_limit(self, error: RateLimited) -> None:
        wait = UNNAMED_THROTTLE if error.retry_after is None else error.retry_after
        if wait <= LONGEST_THROTTLE and not self._waited:
            self._throttle = wait
            await self._record.save(WAITING)
        else:
            self._refused = error

    async def _wait_out(self, request: RentRequest, seconds: float) -> bool:
        """Count down, then check instances and price. Whether to send it again."""
        record, clock = self._record, self._context.clock
        wait, due = waiting_on(clock), clock.monotonic() + seconds
        self._waited = True
        while (left := due - clock.monotonic()) > 0:
            record.report(
                RentStep.WAITING, f"Rate limited by Vast.ai: sending again in {math.ceil(left)} s"
            )
            await wait(self._stop, min(1.0, left))
            if self._stop.is_set():
                self._stop.clear()
                await record.end(RentStep.NOT_SENT, "Cancelled: nothing was rented.")
                return False
        record.report(RentStep.SENDING, "checking the price again")
        found = await self._search.find()
        if found:
            await record.adopt(found)
        elif found is None:
            await record.save(UNKNOWN)
            record.report(RentStep.LOOKING, f"The instances could not be read. {PATIENCE}")
        else:
            return await self._is_as_agreed(request) and await self._save_again()
        return False

    async def _is_as_agreed(self, request: RentRequest) -> bool:
        """Whether the offer is available as agreed; ends it if not."""
        record = self._record
        failed = await check_offer(self._context.api.offers, request, record.order.agreed)
        if failed is not None:
            await record.end(failed.step, failed.sentence, offer_gone=failed.offer_gone)
        return failed is None

    async def _save_again(self) -> bool:
        """Journal that it is sent again; ends it if that fails."""
        try:
            await self._record.save_before_sending(Progress.sent(self._context.clock.monotonic()))
        except JournalUnwritable as error:
            await self._record.end(
                RentStep.NOT_SENT, f"{error.sentence} Nothing was sent: renting is off."
            )
            return False
        return True

    async def _confirm_refusal(self, error: Rejected) -> None:
        """Check the instances once, or until they are readable if the HTTP status contradicts the
        refusal."""
        words = error.sentence
        gone = error.code == "no_such_ask" or error.status in _GONE
        if error.status < 300:
            await self.confirm_absence(RentStep.REFUSED, words, offer_gone=gone)
            return
        found = await self._search.find()
        if found:
            await self._record.adopt(found, words)
        else:
            await self._record.end(RentStep.REFUSED, words, offer_gone=gone)

    async def confirm_absence(self, step: RentStep, sentence: str, **changes: Any) -> None:
        """Check until the instances are readable; end with this step if it is not among them."""
        for pause in pauses():
            await self._context.clock.sleep(pause)
            found = await self._search.find()
            if found is not None:
                break
        if found:
            await self._record.adopt(found, sentence)
        else:
            await self._record.end(step, sentence, **changes)
