"""One payment ahead: sent once, then found in the credit and the deposit."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from itertools import chain, repeat

from vasttui.api.outcome import Fate, Outcome
from vasttui.clock import Clock
from vasttui.errors import CONFLICT, VastError
from vasttui.models.reserved import NO_DEPOSIT, Deposit, Prepaid
from vasttui.services.background import Spawn
from vasttui.services.reserving.order import Order, Verdict
from vasttui.services.reserving.payment import (
    EVERY,
    LOOKING,
    Payment,
    PayStep,
    discount,
    is_less,
    paid_words,
    refused_words,
    unclear_words,
)
from vasttui.services.reserving.terms import ReserveClient
from vasttui.store.intent import Intent, JournalUnwritable
from vasttui.store.journal import Journal
from vasttui.units import DAY

SETTLE = 300.0
"""Seconds after which a lost request will no longer arrive."""

_FIRST = 3.0
"""Seconds between the first looks: what the service asks for (docs: "show deposit")."""

_UNKNOWN, _ACCEPTED = "unknown", "accepted"

_GONE = (
    "The instance is gone, and its deposit with it: look at the invoices for what was paid and "
    "what came back."
)
_AS_BEFORE = "Credit and deposit are as before"


class PayRun:
    """One payment, whose row is in the journal. `pay` and `resume` end when it is over or they are
    cancelled."""

    def __init__(
        self, api: ReserveClient, journal: Journal, clock: Clock, intent: Intent, order: Order,
        publish: Callable[[Payment], None], *, spawn: Spawn, settle: float,
    ) -> None:  # fmt: skip
        self._api, self._journal, self._clock = api, journal, clock
        self._intent, self._order, self._publish = intent, order, publish
        self._spawn, self._settle = spawn, settle
        self._since = clock.monotonic()
        self._elapsed = 0.0
        self._prepaid: Prepaid | None = None
        self._refused = ""
        self._was_unclear = False
        self._trouble: VastError | None = None
        self.payment = Payment(
            instance_id=order.instance_id, name=order.name, dollars=order.dollars,
            step=PayStep.SENDING, sentence="", opened_at=intent.opened_at,
        )  # fmt: skip

    async def pay(self) -> None:
        """Send it and find out what became of it. Cancelling this does not cancel the request."""
        self._report(PayStep.SENDING, "Sending the payment, once.")
        self._since = self._clock.monotonic()
        await asyncio.shield(self._spawn(self._send()))
        await self._look()

    async def resume(self) -> None:
        """Find out what became of one that an earlier run of the program sent."""
        self._elapsed = max(0.0, self._clock.now() - self._intent.opened_at)
        if self._intent.state == _ACCEPTED:
            self._prepaid = _prepaid_in(self._intent.note)
        words = "vasttui ended before it was confirmed: reading credit and deposit."
        self._report(PayStep.LOOKING, f"{words} {LOOKING}", is_news=True)
        await self._look()

    async def _send(self) -> None:
        outcome = await self._api.deposits.pay(self._order.instance_id, self._order.dollars)
        if outcome.fate is Fate.OK:
            answered = outcome.data
            self._prepaid = answered if isinstance(answered, Prepaid) else Prepaid()
            note = json.dumps([self._prepaid.months, self._prepaid.rate])
            await self._save(_ACCEPTED, note)
            self._report(PayStep.LOOKING, f"{self._accepted()} Reading credit and deposit…")
        elif _is_final(outcome):
            step = PayStep.REFUSED if outcome.status is not None else PayStep.NOT_SENT
            await self._end(step, refused_words(outcome))
        else:
            await self._save(_UNKNOWN)
            what = "No answer came. "
            if outcome.fate is Fate.REJECTED and outcome.error is not None:
                self._refused = f"The service refused: «{outcome.error.sentence.rstrip('.')}». "
                self._settle, what = 0.0, self._refused  # an answer: it will not arrive later
            self._report(PayStep.LOOKING, f"{what}Reading credit and deposit to know…")

    def _accepted(self) -> str:
        prepaid = self._prepaid or Prepaid()
        return f"Accepted: {discount(prepaid.rate)} off."

    async def _look(self) -> None:
        pauses = chain(repeat(_FIRST, 3), repeat(EVERY))
        while not self.payment.is_over:
            await self._judge()
            if self.payment.is_over:
                return
            if self._clock.monotonic() - self._since > DAY:
                await self._end(
                    PayStep.UNKNOWN,
                    "It could not be told for a day whether it was paid: look at the invoices "
                    "before you pay again.",
                )
                return
            await self._clock.sleep(next(pauses))

    async def _judge(self) -> None:
        """Read deposit and credit, and say what they say."""
        deposit, credit = await self._deposit(), await self._credit()
        here = self._clock.monotonic() - self._since
        if deposit is None:
            why = "" if self._trouble is None else f" {self._trouble.sentence}"
            self._report(PayStep.LOOKING, unclear_words(self._order, None, credit) + why)
            return
        verdict = self._order.judge(deposit, credit, self._elapsed + here)
        if verdict is Verdict.PAID:
            await self._paid(deposit, credit)
        elif deposit == NO_DEPOSIT and await self._is_gone():
            await self._end(PayStep.UNKNOWN, _GONE)
        elif verdict is Verdict.UNCLEAR:
            words = unclear_words(self._order, deposit, credit)
            self._report(PayStep.LOOKING, words, is_news=not self._was_unclear)
            self._was_unclear = True
        elif self._prepaid is not None:
            text = f"{self._accepted()} Credit and deposit do not show it yet. {LOOKING}"
            self._report(PayStep.LOOKING, text)
        elif here < self._settle:
            self._report(PayStep.LOOKING, f"{_AS_BEFORE}, so far. {LOOKING}")
        else:
            await self._end(PayStep.ABSENT, f"{self._refused}{_AS_BEFORE}: it was not paid.")

    async def _paid(self, deposit: Deposit, credit: float | None) -> None:
        prepaid = self._prepaid
        words = paid_words(self._order, prepaid, deposit, credit)
        less = prepaid is not None and is_less(self._order, prepaid)
        await self._end(PayStep.PAID, words, less=less)

    async def _deposit(self) -> Deposit | None:
        try:
            return await self._api.deposits.get(self._order.instance_id)
        except VastError as error:
            self._trouble = error
            return None

    async def _credit(self) -> float | None:
        try:
            return (await self._api.account.current()).credit
        except VastError:
            return None

    async def _is_gone(self) -> bool:
        try:
            return await self._api.instances.get(self._order.instance_id) is None
        except VastError:
            return False

    async def _save(self, state: str, note: str = "") -> None:
        """Save the state of its row; the row alone is enough to find it again."""
        with suppress(JournalUnwritable):
            await self._journal.change(self._intent, state, note)

    async def _end(self, step: PayStep, sentence: str, *, less: bool = False) -> None:
        with suppress(JournalUnwritable):
            await self._journal.settle(self._intent, step.value)
        self._report(step, sentence, less=less, is_news=True)

    def _report(
        self, step: PayStep, sentence: str, *, less: bool = False, is_news: bool = False
    ) -> None:
        before = self.payment
        self.payment = replace(before, step=step, sentence=sentence, less=less, is_news=is_news)
        if self.payment != before:
            self._publish(self.payment)


def _is_final(outcome: Outcome) -> bool:
    """Whether it is certain that nothing was paid."""
    if outcome.fate in (Fate.NOT_SENT, Fate.THROTTLED):
        return True
    status = outcome.status or 0
    return outcome.fate is Fate.REJECTED and status >= 400 and status != CONFLICT


def _prepaid_in(note: str) -> Prepaid:
    try:
        months, rate = json.loads(note)
        return Prepaid(float(months), float(rate))
    except (ValueError, TypeError):
        return Prepaid()
