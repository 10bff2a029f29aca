"""One rental from its request to its end: sent once, looked for, made ready, watched afterwards."""

from __future__ import annotations

import asyncio
import math

from vasttui.models.rent import RentRequest
from vasttui.services.background import Spawn
from vasttui.services.renting.context import RentContext
from vasttui.services.renting.lookup import LOOK_FOR, Search, pauses
from vasttui.services.renting.provisioning import Provisioning
from vasttui.services.renting.record import READY, WAITING, RentRecord
from vasttui.services.renting.rental import RentStep
from vasttui.services.renting.sending import PATIENCE, RentSender
from vasttui.services.waiting import waiting_on

_WATCH_EVERY = 5.0


class RentRun:
    """One rental. `run`, `resume` and `watch` go on until it is over or they are cancelled."""

    def __init__(
        self, context: RentContext, record: RentRecord, *, settle: float, spawn: Spawn
    ) -> None:
        """`settle` is how long a lost request may take to arrive, s."""
        self.record = record
        self._context, self._settle = context, settle
        self._nudge = asyncio.Event()
        self._repeat: RentRequest | None = None
        self._search = Search(context.api.instances, record.order)
        self._sender = RentSender(context, record, self._search, self._nudge, spawn)
        self._provisioning = Provisioning(context, record, self._search, patience=settle)

    @property
    def request(self) -> RentRequest | None:
        """What was sent; None when an earlier run of the program sent it."""
        return self._sender.request

    async def run(self, request: RentRequest) -> None:
        """Send it, and follow it to its end. Its row is in the journal."""
        await self._sender.send(request)
        await self._follow()

    async def resume(self, word: str) -> None:
        """Go on where an earlier run of the program stopped; `word` is the state of the row."""
        if word == READY:
            await self.watch()
            return
        if word == WAITING:
            self.record.tell(RentStep.LOOKING, "rate limited: checking that it was not rented")
            await self._sender.confirm_absence(
                RentStep.NOT_SENT, "vasttui ended while it waited: nothing was rented."
            )
        await self._follow()

    async def watch(self) -> None:
        """Go on after the end while its row is open: until an instance without its key has one,
        and for a day for a second instance of what was sent twice."""
        record, clock = self.record, self._context.clock
        while record.is_open:
            second = set(self._search.among(self._context.fleet())) - set(record.progress.ids)
            late = clock.monotonic() >= record.sent_at + LOOK_FOR
            if second or await self._provisioning.has_news():
                await self._provisioning.run()
            elif late and record.state.key_trouble is None:
                await record.close(RentStep.DONE)
            else:
                await clock.sleep(_WATCH_EVERY)

    # What the user decides

    def repeat(self, request: RentRequest) -> None:
        """Send it once more. Only where `may_ask_again`."""
        self._repeat = request
        self._nudge.set()

    def give_up(self) -> None:
        """End the countdown or the search. Only while waiting or watching."""
        self._repeat = None
        self._nudge.set()

    async def dismiss(self) -> None:
        """Stop waiting for a key on its instance. Only when it is over."""
        record = self.record
        record.forget_key()
        if record.progress.sends > 1:
            await record.save(READY)
        else:
            await record.close(RentStep.DONE)

    # Looking for it

    async def _follow(self) -> None:
        """Follow it to its end, wherever it is."""
        while not self.record.state.is_over and not self.record.progress.ids:
            if await self._look():
                await self._search_on()
        if not self.record.state.is_over:
            await self._provisioning.run()

    async def _look(self) -> bool:
        """Look until it is found or the settle time is over. Whether it was not found."""
        clock, record = self._context.clock, self.record
        for pause in pauses():
            left = record.sent_at + self._settle - clock.monotonic()
            await clock.sleep(min(pause, left) if left > 0 else pause)
            late = clock.monotonic() >= record.sent_at + self._settle
            found = await self._search.look()
            if found:
                await record.adopt(found)
                return False
            if late and found is not None:
                return True
            trouble = f" The last check failed: {self._search.trouble}" if found is None else ""
            record.tell(RentStep.LOOKING, f"Not found yet, still looking.{trouble} {PATIENCE}")
        raise AssertionError("the pauses have no end")

    async def _search_on(self) -> None:
        """Look in every reading for a day, unless the user decides otherwise."""
        record, clock, wait = self.record, self._context.clock, waiting_on(self._context.clock)
        minutes = math.ceil(self._settle / 60)
        record.tell(
            RentStep.WATCHING,
            f"Not found after {minutes} min: probably not rented. It is looked for in every "
            "reading for a day, and never retried automatically",
        )
        while clock.monotonic() < record.sent_at + LOOK_FOR:
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
        """Do what the user wants about a request that seems to have come to nothing."""
        if self._repeat is None:
            await self.record.end(RentStep.ABSENT, "You stopped looking for it; it was not found.")
        else:
            await self._sender.send_again(self._repeat)
