"""One rental: sent once, searched for, made ready, watched afterwards."""

from __future__ import annotations

import asyncio
import math

from vasttui.models.rent import RentRequest
from vasttui.services.background import Spawn
from vasttui.services.renting.context import RentContext
from vasttui.services.renting.lookup import SEARCH_FOR, Search, pauses
from vasttui.services.renting.provisioning import Provisioning
from vasttui.services.renting.record import READY, WAITING, RentRecord
from vasttui.services.renting.rental import RentStep
from vasttui.services.renting.sending import PATIENCE, RentSender
from vasttui.services.waiting import waiting_on

_WATCH_EVERY = 5.0


class RentRun:
    """One rental. `run`, `resume` and `watch` end when it is over or they are cancelled."""

    def __init__(
        self, context: RentContext, record: RentRecord, *, settle: float, spawn: Spawn
    ) -> None:
        """A lost request may take `settle` s to arrive."""
        self.record = record
        self._context, self._settle = context, settle
        self._nudge = asyncio.Event()
        self._repeat: RentRequest | None = None
        self._search = Search(context.api.instances, record.order)
        self._sender = RentSender(context, record, self._search, self._nudge, spawn)
        self._provisioning = Provisioning(context, record, self._search, patience=settle)

    @property
    def request(self) -> RentRequest | None:
        """What was sent; None if an earlier run of the program sent it."""
        return self._sender.request

    @property
    def _is_search_over(self) -> bool:
        return self._context.clock.monotonic() >= self.record.sent_at + SEARCH_FOR

    async def run(self, request: RentRequest) -> None:
        """Send it, with its row in the journal, and follow it to its end."""
        await self._sender.send(request)
        await self._follow()

    async def resume(self, word: str) -> None:
        """Resume after a restart of the program; `word` is the state of the row."""
        if word == READY:
            await self.watch()
            return
        if word == WAITING:
            self.record.report(RentStep.LOOKING, "rate limited: checking that it was not rented")
            await self._sender.confirm_absence(
                RentStep.NOT_SENT, "vasttui ended while it waited: nothing was rented."
            )
        await self._follow()

    async def watch(self) -> None:
        """After the end, while its row is open: wait until what is wrong is put right, and for a
        day for a second instance of a request sent twice."""
        record, clock = self.record, self._context.clock
        while record.is_open:
            second = set(self._search.among(self._context.fleet())) - set(record.progress.ids)
            late = self._is_search_over
            if second or await self._provisioning.has_news():
                await self._provisioning.run()
            elif late and not record.state.is_alarm:
                await record.close(RentStep.DONE)
            else:
                await clock.sleep(_WATCH_EVERY)

    def repeat(self, request: RentRequest) -> None:
        """Send it once more. Only if `may_ask_again`."""
        self._repeat = request
        self._nudge.set()

    def give_up(self) -> None:
        """End the countdown or the search. Only while waiting or watching."""
        self._repeat = None
        self._nudge.set()

    async def dismiss(self) -> None:
        """Forget what is wrong with it. Only when it is over."""
        record = self.record
        record.forget_alarm()
        if record.progress.sends > 1:
            await record.save(READY)
        else:
            await record.close(RentStep.DONE)

    async def _follow(self) -> None:
        """Follow it to its end from any step."""
        while not self.record.state.is_over and not self.record.progress.ids:
            if await self._search_until_settled():
                await self._watch_readings()
        if not self.record.state.is_over:
            await self._provisioning.run()

    async def _search_until_settled(self) -> bool:
        """Search until it is found or the settle time is over. Whether it was not found."""
        clock, record = self._context.clock, self.record
        for pause in pauses():
            left = record.sent_at + self._settle - clock.monotonic()
            await clock.sleep(min(pause, left) if left > 0 else pause)
            late = clock.monotonic() >= record.sent_at + self._settle
            found = await self._search.find()
            if found:
                await record.adopt(found)
                return False
            if late and found is not None:
                return True
            trouble = f" The last check failed: {self._search.trouble}" if found is None else ""
            record.report(RentStep.LOOKING, f"Not found yet, still looking.{trouble} {PATIENCE}")
        raise AssertionError("the pauses have no end")

    async def _watch_readings(self) -> None:
        """Check every reading for a day, unless the user decides otherwise."""
        record, wait = self.record, waiting_on(self._context.clock)
        minutes = math.ceil(self._settle / 60)
        record.report(
            RentStep.WATCHING,
            f"Not found after {minutes} min: probably not rented. vasttui keeps checking every "
            "reading for a day; it is never retried automatically",
        )
        while not self._is_search_over:
            await wait(self._nudge, _WATCH_EVERY)
            nudged = self._nudge.is_set()
            self._nudge.clear()
            found = self._search.among(self._context.fleet())
            if found:
                await record.adopt(found)
                return
            if nudged:
                await self._decide()
                return
        await record.end(RentStep.ABSENT, "Not found for a day: it was not rented.")

    async def _decide(self) -> None:
        """Do what the user wants about a request that was not found."""
        if self._repeat is None:
            await self.record.end(RentStep.ABSENT, "You stopped the search; it was not found.")
        else:
            await self._sender.send_again(self._repeat)
