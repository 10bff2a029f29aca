"""One action on one instance: checked, journaled, sent, and confirmed by a new reading."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from contextlib import suppress

from vasttui.api.outcome import Fate, Outcome
from vasttui.errors import AuthRejected, VastError
from vasttui.services.actions.answer import SENDS, TRIES, interpret, resend_pause
from vasttui.services.actions.context import JOURNAL_NEEDED, ActionContext
from vasttui.services.actions.kinds import Action
from vasttui.services.actions.left_behind import QUEUED
from vasttui.services.actions.recheck import absence, fresh_reading, is_being_rented, recheck
from vasttui.services.actions.state import ActionState, Step
from vasttui.services.background import Spawn
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.store.intent import SENT, Intent, IntentExists, JournalUnwritable

CHECK_FOR = 45.0
"""Seconds that a change may take to show."""

_LAST_READING = 15.0


class ActionRun:
    """One action on one instance, whose `lock` allows one request at a time."""

    def __init__(
        self,
        context: ActionContext,
        action: Action,
        row: FleetRow,
        lock: asyncio.Lock,
        *,
        is_newest: Callable[[ActionRun], bool],
        spawn: Spawn,
    ) -> None:
        self.row, self.action, self.lock = row, action, lock
        self._name = context.fleet().called(row)
        self.state = ActionState(row.id, self._name, action.what, Step.WAITING, "")
        self._context, self._is_newest, self._spawn = context, is_newest, spawn
        self._ending = asyncio.Lock()
        self._intent: Intent | None = None
        self._sends = 0
        self._fate = Fate.UNKNOWN
        self._in_doubt = False
        self._refusal = ""
        self._missing = False
        self._elsewhere = False
        self._due = 0.0
        self._remark = ""
        self._unread = ""

    def report(self, step: Step, sentence: str) -> None:
        """Publish a step."""
        undone = step is Step.REFUSED and self._is_undone
        self.state = ActionState(
            self.row.id, self._name, self.action.what, step, sentence, is_undone=undone
        )
        self._context.publish(self.state)

    @property
    def _is_undone(self) -> bool:
        """Whether certainly no request took effect or will, from here or from another window."""
        certain = not self._sends or self._fate is not Fate.UNKNOWN
        return certain and not self._in_doubt and not self._elsewhere

    async def supersede(self) -> None:
        """End it, as a newer action replaces it."""
        sent = "it was sent, but " if self._sends else "nothing was sent: "
        await self._end(Step.SKIPPED, f"{sent}a newer action replaced it")

    async def start(self) -> None:
        """Check the instance, journal the action, send it. The caller holds the lock."""
        if await self._is_wanted() and await self._journal():
            await self._send()
        self._due = self._context.clock.monotonic() + CHECK_FOR

    async def _is_wanted(self) -> bool:
        """Whether it is still to be sent; ends it if not."""
        absent = absence(self._context.fleet(), self.row)
        doubt = "" if absent or not self._is_final else await recheck(self._context, self.row)
        nothing = "nothing was done" if self._sends else "nothing was sent"
        if doubt and self._in_doubt:
            await self._end(Step.UNKNOWN, f"unconfirmed, and not sent again. {doubt}")
        elif doubt:
            await self._end(Step.REFUSED, f"{doubt} {nothing.capitalize()}")
        elif absent:
            tail = "not sent again" if self._in_doubt else nothing
            await self._end(Step.GONE, f"{absent}; {tail}")
        elif not self._is_newest(self):
            await self.supersede()
        elif self.action.aspect == "label" and await is_being_rented(self._context, self.row):
            await self._end(
                Step.REFUSED,
                "its rental is not confirmed yet and is found by its label: nothing was sent. "
                "Change the label later",
            )
        return not self.state.is_over

    @property
    def _is_final(self) -> bool:
        """Whether it cannot be undone."""
        return self.action.aspect == "existence"

    async def _journal(self) -> bool:
        """Open its journal row. Whether to send it."""
        action, context = self.action, self._context
        try:
            if self._intent is not None:
                await context.journal.change(self._intent, SENT)
                return True
            self._intent = await context.journal.open(
                action.what, str(self.row.id), action.details, now=context.clock.now()
            )
        except IntentExists as error:
            if action.persists:
                return True
            self._elsewhere = True
            if not action.shared:
                await self._end(Step.REFUSED, f"{error} Nothing was sent from here.")
            else:
                self._refusal = str(error)
                self.report(Step.CHECKING, f"{error} Checking whether it takes effect")
            return False
        except JournalUnwritable as error:
            if action.journaled == "always":
                await self._end(Step.REFUSED, f"{error.sentence} {JOURNAL_NEEDED}")
                return False
            self._remark = "The journal is not writable: sent anyway. "
        return True

    async def queue(self) -> None:
        """Open its row before its turn: what is cut off is not forgotten. If that fails, its turn
        opens it."""
        context, action = self._context, self.action
        async with self._ending:
            if self.state.is_over:
                return
            with suppress(IntentExists, JournalUnwritable):
                self._intent = await context.journal.open(
                    action.what, str(self.row.id), action.details, now=context.clock.now(),
                    state=QUEUED,
                )  # fmt: skip

    async def _send(self) -> None:
        """Send it. Cancelling this does not cancel the request."""
        await asyncio.shield(self._spawn(self._attempts()))

    async def _attempts(self) -> None:
        """Send it, and again while it is certain that nothing was done."""
        self._refusal = ""
        outcome, tries = await self._attempt(), 1
        rng = self._context.rng
        while (pause := resend_pause(outcome, self.action, self._sends, tries, rng)) is not None:
            if not await self._count_down(pause, outcome.fate):
                return
            outcome = await self._attempt()
            tries = TRIES if outcome.fate is not Fate.NOT_SENT else tries + 1
        self._due = self._context.clock.monotonic() + CHECK_FOR
        self._context.readings.wake()
        await self._learn(outcome)

    async def _attempt(self) -> Outcome:
        self.report(Step.SENDING, f"{self._remark}sending the request")
        outcome = await self.action.send(self._context.api, self.row.id)
        if outcome.fate is not Fate.NOT_SENT:
            self._sends += 1
        return outcome

    async def _count_down(self, seconds: float, fate: Fate) -> bool:
        """Wait, publishing each second. Whether it is still to be sent."""
        why = "rate limited by Vast.ai" if fate is Fate.THROTTLED else "Vast.ai was not reached"
        clock = self._context.clock
        due = clock.monotonic() + seconds
        while (left := due - clock.monotonic()) > 0:
            self.report(Step.WAITING, f"{why}: sending again in {math.ceil(left)} s")
            await clock.sleep(min(1.0, left))
            if not await self._is_wanted():
                return False
        return True

    async def _learn(self, outcome: Outcome) -> None:
        """Act on the answer; ends it if the answer is final."""
        self._in_doubt |= outcome.fate is Fate.UNKNOWN
        answer = interpret(outcome, self.action, doubted=self._in_doubt)
        self._fate, self._refusal, self._missing = answer.fate, answer.refusal, answer.missing
        if answer.step is Step.CHECKING:
            self.report(Step.CHECKING, f"{self._remark}{answer.sentence}")
        else:
            await self._end(answer.step, answer.sentence)

    async def confirm(self) -> None:
        """Read until it took effect or its time is up."""
        clock = self._context.clock
        while not self.state.is_over:
            late = clock.monotonic() >= self._due
            # After a sleep past the deadline there is one more reading.
            patience = max(_LAST_READING, self._due - clock.monotonic())
            found = await fresh_reading(self._context, patience)
            self._unread = f"{found}" if isinstance(found, VastError) else ""
            if isinstance(found, Fleet):
                await self._judge(found)
            elif isinstance(found, AuthRejected):
                self._due = clock.monotonic()
            if late and clock.monotonic() >= self._due:
                await self._end_unconfirmed()

    async def _judge(self, fleet: Fleet) -> None:
        if self.state.is_over:
            return
        renews = self.action.renews and self._sends > 0
        row, absent = fleet.row(self.row.id), absence(fleet, self.row, renews=renews)
        if absent and self._is_final:
            await self._end(Step.DONE, self.action.promise)
        elif absent or row is None:
            await self._end(Step.GONE, absent)
        elif self._missing:
            await self._end(Step.REFUSED, "Vast.ai says it does not exist but lists it")
        elif self._is_done(row):
            await self._end(Step.DONE, self.action.promise)
        elif self._may_resend:
            await self._resend()
        elif self._refusal and self._sends:
            await self._end(Step.REFUSED, self._refusal)

    def _is_done(self, row: FleetRow) -> bool:
        """Whether it took effect; if neither `absolute` nor `must_show`, being accepted is
        enough."""
        must_show = self.action.absolute or self.action.must_show
        accepted = self._fate is Fate.OK and not must_show
        return accepted or self.action.achieved(self.row, row)

    @property
    def _may_resend(self) -> bool:
        """Whether a second request is safe. Not if another window does it: its user may have
        decided otherwise since."""
        in_doubt = self._fate is Fate.UNKNOWN and not self._elsewhere
        return in_doubt and self.action.absolute and self._sends < SENDS

    async def _resend(self) -> None:
        """Send it a second and last time, as a reading shows no effect."""
        async with self.lock:
            if self.state.is_over or not await self._is_wanted():
                return
            await self._send()

    async def _end_unconfirmed(self) -> None:
        """End it unconfirmed."""
        if self._refusal:
            text = f"{self._refusal} It has not taken effect yet; check again in a minute"
        elif self._fate is Fate.OK and self.action.must_show:
            text = f"accepted, but not all of it is seen. {self.action.check}"
        elif self._fate is Fate.OK:
            text = "accepted, but it has not taken effect yet; check again in a minute"
        elif self.action.absolute:
            text = "does not seem to have taken effect; you may try again"
        else:
            text = f"unconfirmed, and not sent again. {self.action.check}"
        if self._unread:
            text = f"{text}. The instances could not be read: {self._unread}"
        await self._end(Step.UNKNOWN, text)

    async def _end(self, step: Step, sentence: str) -> None:
        async with self._ending:
            if self.state.is_over:
                return
            if self._intent is not None:
                try:
                    await self._context.journal.settle(self._intent, step.value)
                except JournalUnwritable:
                    self._remark = "The journal is not writable. "
            self.report(step, f"{self._remark}{sentence}")
