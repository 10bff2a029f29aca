"""One action on one instance: looked at, written down, asked for, looked for."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable

from vasttui.api.outcome import Fate, Outcome
from vasttui.errors import (
    CONFLICT,
    AuthRejected,
    NotFound,
    RateLimited,
    ReadOnlyRefused,
    Rejected,
    TlsError,
    VastError,
)
from vasttui.services.actions.context import ActionContext
from vasttui.services.actions.kinds import Action, ActionState, Step
from vasttui.services.actions.recheck import absence, doubt_about, is_being_rented
from vasttui.services.background import Spawn
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.store.intent import Intent, IntentExists, JournalUnwritable

CHECK_FOR = 45.0
"""Seconds that a change may take to show in the readings."""

SENDS = 2
"""How often an action that asks for a state reaches the service at most."""

TRIES = 3
"""How often one is tried that does not reach the service."""

_LONGEST_THROTTLE = 60.0
_UNKNOWN_THROTTLE = 12.0
_FIRST_PAUSE, _PAUSE = 1.0, 2.0
_LAST_READING = 15.0
_NEWER = "something newer was asked of it"


class ActionRun:
    """An action on its way. `lock` is the instance's: one request for it at a time."""

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
        self.row = row
        self.action = action
        self.lock = lock
        self.state = ActionState(row.id, row.instance.name, action.what, Step.WAITING, "")
        self._context = context
        self._is_newest = is_newest
        self._spawn = spawn
        self._ending = asyncio.Lock()
        self._intent: Intent | None = None
        self._sends = 0
        self._fate = Fate.UNKNOWN
        self._doubt = False
        self._refusal = ""
        self._missing = False
        self._elsewhere = False
        self._due = 0.0
        self._remark = ""
        self._unread = ""

    def tell(self, step: Step, sentence: str) -> None:
        """Publish how far it is."""
        name = self.row.instance.name
        self.state = ActionState(self.row.id, name, self.action.what, step, sentence)
        self._context.publish(self.state)

    async def give_way(self) -> None:
        """End: what was asked for is not wanted any more."""
        asked = "it was asked for, but " if self._sends else "nothing was sent: "
        await self._end(Step.SKIPPED, f"{asked}{_NEWER}")

    # Asking

    async def ask(self) -> None:
        """Look at the instance once more, write it down, send it. The caller holds the lock."""
        if await self._is_wanted() and await self._write_down():
            await self._send_aside()
        self._due = self._context.clock.monotonic() + CHECK_FOR

    async def _is_wanted(self) -> bool:
        """Whether it still makes sense; where it does not, that is the end."""
        absent = absence(self._context.fleet(), self.row)
        doubt = "" if absent or not self._is_final else await doubt_about(self._context, self.row)
        if doubt:
            await self._end(Step.REFUSED, f"{doubt} Nothing was sent")
        elif absent:
            await self._end(Step.GONE, f"{absent}; nothing was sent")
        elif not self._is_newest(self):
            await self.give_way()
        elif self.action.aspect == "label" and await is_being_rented(self._context, self.row):
            await self._end(
                Step.REFUSED,
                "its rental is not confirmed yet and is known by its label: nothing was sent. "
                "Rename it afterwards",
            )
        return not self.state.is_over

    @property
    def _is_final(self) -> bool:
        """Whether what is asked for cannot be undone."""
        return self.action.aspect == "existence"

    async def _write_down(self) -> bool:
        """The row in the journal. Whether to go on and send."""
        action, context = self.action, self._context
        if action.journaled == "no":
            return True
        try:
            self._intent = await context.journal.open(
                action.what, str(self.row.id), action.details, now=context.clock.now()
            )
        except IntentExists as error:
            if not action.shared:
                await self._end(Step.REFUSED, f"{error} Nothing was sent from here.")
            else:
                self._elsewhere, self._refusal = True, str(error)
                self.tell(Step.CHECKING, f"{error} Checking whether it takes effect")
            return False
        except JournalUnwritable as error:
            if action.journaled == "always":
                await self._end(
                    Step.REFUSED,
                    f"{error.sentence} Nothing was sent: renting, starting and bidding are "
                    "off until then; viewing, stopping and destroying work.",
                )
                return False
            self._remark = "The journal is not writable: sent anyway. "
        return True

    async def _send_aside(self) -> None:
        """Send; whoever stops waiting for it does not stop it."""
        await asyncio.shield(self._spawn(self._send()))

    async def _send(self) -> None:
        """Ask, and ask again where it is certain that nothing was done."""
        self._refusal = ""
        outcome = await self._attempt()
        tries = 1
        while (pause := self._pause(outcome, tries)) is not None:
            if not await self._count_down(pause, outcome.fate):
                return
            outcome = await self._attempt()
            tries = TRIES if outcome.fate is not Fate.NOT_SENT else tries + 1
        self._due = self._context.clock.monotonic() + CHECK_FOR
        self._context.readings.wake()
        await self._learn(outcome)

    async def _attempt(self) -> Outcome:
        self.tell(Step.SENDING, f"{self._remark}asking the service")
        outcome = await self.action.send(self._context.api, self.row.id)
        if outcome.fate is not Fate.NOT_SENT:
            self._sends += 1
        return outcome

    def _pause(self, outcome: Outcome, tries: int) -> float | None:
        """Seconds until it is sent again without a look; None when it is not."""
        error = outcome.error
        if outcome.fate is Fate.THROTTLED and self._sends < SENDS:
            named = error.retry_after if isinstance(error, RateLimited) else None
            seconds = _UNKNOWN_THROTTLE if named is None else named
            return seconds if seconds <= _LONGEST_THROTTLE else None
        if outcome.fate is not Fate.NOT_SENT or isinstance(error, TlsError | ReadOnlyRefused):
            return None
        if not self.action.persists or tries >= TRIES:
            return None
        return self._context.rng.uniform(_FIRST_PAUSE, _FIRST_PAUSE * 2.0**tries)

    async def _count_down(self, seconds: float, fate: Fate) -> bool:
        """Wait for all to see. Whether it is still wanted afterwards."""
        why = "too many requests" if fate is Fate.THROTTLED else "the service was not reached"
        clock = self._context.clock
        due = clock.monotonic() + seconds
        while (left := due - clock.monotonic()) > 0:
            self.tell(Step.WAITING, f"{why}: sending again in {math.ceil(left)} s")
            await clock.sleep(min(1.0, left))
            if not await self._is_wanted():
                return False
        return True

    async def _learn(self, outcome: Outcome) -> None:
        """What the answer means; where it leaves no doubt, that is the end."""
        fate, error = outcome.fate, outcome.error
        words = error.sentence if error is not None else ""
        conflict = isinstance(error, Rejected) and error.status == CONFLICT
        about_it = self.action.aspect != "increase"
        self._doubt |= fate is Fate.UNKNOWN
        self._fate = fate
        if fate is Fate.OK:
            self.tell(Step.CHECKING, f"{self._remark}the service agreed; looking whether it shows")
        elif fate is Fate.UNKNOWN:
            self.tell(Step.CHECKING, f"{self._remark}{self._in_doubt()}")
        elif about_it and isinstance(error, NotFound):
            self._missing = True
            self.tell(Step.CHECKING, "the service does not find it; looking in the list")
        elif about_it and conflict:
            self._fate, self._refusal = Fate.UNKNOWN, words
            self.tell(Step.CHECKING, f"{words} Checking whether it took effect")
        elif fate in (Fate.NOT_SENT, Fate.THROTTLED) and self._doubt:
            self._fate = Fate.UNKNOWN
            self.tell(Step.CHECKING, f"{words} Checking whether the first request took effect")
        elif fate is Fate.NOT_SENT:
            await self._end(Step.REFUSED, f"not sent, nothing was changed: {words}")
        elif fate is Fate.THROTTLED:
            await self._end(Step.REFUSED, f"nothing was changed: {words} Try again later.")
        else:
            await self._end(Step.REFUSED, words)

    def _in_doubt(self) -> str:
        if self.action.absolute:
            return "no clear answer; checking whether it took effect"
        return "unconfirmed: watching its state. It is not sent again"

    # Confirming

    async def confirm(self) -> None:
        """Read until it shows, or until it is clear that it will not."""
        clock = self._context.clock
        while not self.state.is_over:
            late = clock.monotonic() >= self._due
            fleet = await self._reading()
            if fleet is not None:
                await self._judge(fleet)
            if late and clock.monotonic() >= self._due:
                await self._give_up()

    async def _reading(self) -> Fleet | None:
        """A reading that began after the answer; None when there was none in time.

        A computer that slept through the time gets one more reading.
        """
        clock = self._context.clock
        patience = max(_LAST_READING, self._due - clock.monotonic())
        reading = asyncio.ensure_future(self._context.readings.fresh())
        bell = asyncio.ensure_future(clock.sleep(patience))
        try:
            await asyncio.wait({reading, bell}, return_when=asyncio.FIRST_COMPLETED)
            if not reading.done():
                self._unread = "no answer in time"
                return None
            fleet = reading.result()
        except VastError as error:
            self._unread = f"{error}"
            if isinstance(error, AuthRejected):
                self._due = clock.monotonic()
            await clock.sleep(_PAUSE)
            return None
        finally:
            reading.cancel()
            bell.cancel()
        self._unread = ""
        return fleet

    async def _judge(self, fleet: Fleet) -> None:
        if self.state.is_over:
            return
        row, absent = fleet.row(self.row.id), absence(fleet, self.row)
        if absent and self._is_final:
            await self._end(Step.DONE, self.action.promise)
        elif absent or row is None:
            await self._end(Step.GONE, absent)
        elif self._missing:
            await self._end(Step.REFUSED, "the service says it does not exist, yet it lists it")
        elif self._is_done(row):
            await self._end(Step.DONE, self.action.promise)
        elif self._may_ask_again:
            await self._ask_again()
        elif self._refusal and self._sends:
            await self._end(Step.REFUSED, self._refusal)

    def _is_done(self, row: FleetRow) -> bool:
        """Whether it shows; what passes by unseen is done when the service agreed."""
        agreed = self._fate is Fate.OK and not self.action.absolute
        return agreed or self.action.achieved(self.row, row)

    @property
    def _may_ask_again(self) -> bool:
        """Whether it can be sent once more without doing more than was asked for.

        Not while another window does it: its user may have thought better of it since.
        """
        in_doubt = self._fate is Fate.UNKNOWN and not self._elsewhere
        return in_doubt and self.action.absolute and self._sends < SENDS

    async def _ask_again(self) -> None:
        """The second and last time, now that a reading shows that it is not so."""
        async with self.lock:
            if self.state.is_over or not await self._is_wanted():
                return
            await self._send_aside()

    async def _give_up(self) -> None:
        if self._refusal:
            text = f"{self._refusal} It does not show here yet; look again in a minute"
        elif self._fate is Fate.OK:
            text = "the service agreed, but it does not show yet; look again in a minute"
        elif self.action.absolute:
            text = f"not applied as far as one can see; {self.action.what} it once more to retry"
        else:
            text = "unconfirmed: it was not sent again. See how it is before you repeat it"
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
            self.tell(step, f"{self._remark}{sentence}")
