"""Pays ahead for instances: one request each, journaled before it is sent and looked for until it
is known what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.services.background import GRACE, Background
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.reserving.order import KIND, Order, order_from
from vasttui.services.reserving.payment import Payment, PayStep
from vasttui.services.reserving.run import SETTLE, PayRun
from vasttui.services.reserving.terms import ReserveClient, Terms, TermsChanged, read_terms
from vasttui.store.intent import Intent, IntentExists, JournalUnwritable
from vasttui.store.journal import Journal

_OFF = "Nothing was paid: paying ahead is off until then."


class Readings(Protocol):
    """The part of the poller that payments use."""

    def wake(self) -> None:
        """Read the instances soon."""


class Reserver:
    """The payments of this program, and those that an earlier run left open."""

    def __init__(
        self,
        api: ReserveClient,
        readings: Readings,
        journal: Journal,
        clock: Clock,
        publish: Callable[[Payment], None],
        fleet: Callable[[], Fleet],
        *,
        settle: float = SETTLE,
        grace: float = GRACE,
    ) -> None:
        """`publish` gets every step, `fleet` returns the newest snapshot; a lost request may take
        `settle` s to arrive."""
        self._api, self._readings, self._journal, self._clock = api, readings, journal, clock
        self._publish, self._fleet = publish, fleet
        self._settle = settle
        self._background = Background(grace)
        self._newest: dict[int, Payment] = {}
        self._foreign: set[int] = set()

    def of(self, instance_id: int) -> Payment | None:
        """The newest payment for an instance."""
        return self._newest.get(instance_id)

    @property
    def unfinished(self) -> list[Payment]:
        """Those of which it is not known yet whether they were made."""
        return [one for one in self._newest.values() if not one.is_over]

    async def terms(self, instance_id: int) -> Terms:
        """What a payment would be agreed to now. Raises VastError."""
        return await read_terms(self._api, instance_id, self._fleet(), self._clock)

    async def pay(self, shown: Terms, dollars: float) -> Payment:
        """Pay so much, once, if all is still as shown; returns how it ended. Cancelling this stops
        nothing. Raises TermsChanged, and VastError if the terms cannot be read again or a payment
        for it is open: then nothing was sent."""
        now = await self.terms(shown.instance.id)
        changes = shown.changes(now)
        if now.full is None:
            changes.append("Its price cannot be read.")
        if now.credit is not None and now.credit < dollars:
            changes.append("The credit is not enough.")
        if changes:
            raise TermsChanged(now, changes)
        order = Order.of(now, dollars)
        try:
            intent = await self._journal.open(
                KIND, str(order.instance_id), order.details, now=self._clock.now()
            )
        except IntentExists as error:
            raise VastError(f"{error} Nothing was paid from here.") from None
        except JournalUnwritable as error:
            raise VastError(f"{error.sentence} {_OFF}", hint=error.hint) from None
        run = self._run_of(intent, order)
        await asyncio.shield(self._background.start(run.pay()))
        return run.payment

    async def recover(self) -> None:
        """Take over the payments left by other runs of the program; sends nothing. Those of other
        accounts wait, which is said once. Raises JournalUnwritable."""
        for intent in await self._journal.left_behind(KIND):
            order, mine = order_from(intent.details), self._journal.owner().owns(intent.owner)
            if mine is None and order is not None:
                mine = self._fleet().row(order.instance_id) is not None
            if mine is False:
                self._tell_foreign(intent, order)
            elif await self._journal.claim(intent):
                await self._resume(intent, order)

    async def _resume(self, intent: Intent, order: Order | None) -> None:
        if order is not None:
            self._background.start(self._run_of(intent, order).resume())
            return
        await self._journal.settle(intent, "unreadable")
        self._arrived(_without_order(
            intent, PayStep.UNKNOWN,
            "Its row in the journal is damaged: perhaps it was paid. Look at the invoices.",
        ))  # fmt: skip

    def _tell_foreign(self, intent: Intent, order: Order | None) -> None:
        if intent.id in self._foreign:
            return
        self._foreign.add(intent.id)
        words = "Not confirmed yet, not under this account: vasttui looks with a key of the other."
        self._publish(_without_order(intent, PayStep.FOREIGN, words, order))

    async def aclose(self) -> None:
        """Stop, after a moment for requests; open payments stay in the journal."""
        await self._background.aclose()

    def _run_of(self, intent: Intent, order: Order) -> PayRun:
        return PayRun(
            self._api, self._journal, self._clock, intent, order, self._arrived,
            spawn=self._background.send, settle=self._settle,
        )  # fmt: skip

    def _arrived(self, payment: Payment) -> None:
        self._newest[payment.instance_id] = payment
        if payment.is_over:
            self._readings.wake()
        self._publish(payment)


def _without_order(
    intent: Intent, step: PayStep, words: str, order: Order | None = None
) -> Payment:
    target = f"{intent.target}"
    number = int(target) if target.isdecimal() else 0
    return Payment(
        instance_id=number, name=order.name if order else target,
        dollars=order.dollars if order else 0.0, step=step, sentence=words,
        opened_at=intent.opened_at, is_news=True,
    )  # fmt: skip
