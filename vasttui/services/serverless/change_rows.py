"""Rows in the journal of changes: without one nothing is sent that can raise the bill."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.services.serverless.asked import time_words
from vasttui.store.intent import Intent, IntentExists, JournalUnwritable
from vasttui.store.journal import Journal

_KIND = "serverless"
_OFF = (
    "Nothing was sent: what can raise the bill is off until then; stopping, suspending and "
    "deleting work."
)


class ChangeRows:
    """A row for each change of one account, open from before it is sent until its end."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal, self._clock = journal, clock
        self._unsettled: list[Intent] = []

    @asynccontextmanager
    async def row(
        self, what: str, target: str, *, can_cost: bool, of: tuple[int | None, str] | None = None
    ) -> AsyncIterator[None]:
        """Hold a row while `target` is changed; `what` is done to it in words, such as `Scaling
        llama-70b`. It is `of` an endpoint with this id, and this name. Where no row can be had,
        what `can_cost` may not be sent, and this raises VastError; all else goes on without one.
        What is cancelled stays open: the next start tells."""
        await self._settle_rest()
        details = {"what": what}
        if of is not None:
            details |= {"endpoint": f"{of[0]}", "name": of[1]}
        intent = await self._open(details, target, can_cost=can_cost)
        try:
            yield
        except asyncio.CancelledError:
            intent = None
            raise
        finally:
            if intent is not None:
                await self._settle(intent)

    async def _open(
        self, details: Mapping[str, str], target: str, *, can_cost: bool
    ) -> Intent | None:
        try:
            return await self._journal.open(_KIND, target, details, now=self._clock.now())
        except IntentExists as error:
            if can_cost:
                raise VastError(f"{error.sentence} Nothing was sent.") from None
        except JournalUnwritable as error:
            if can_cost:
                raise VastError(f"{error.sentence} {_OFF}", hint=error.hint) from None
        return None

    async def look(self) -> list[tuple[str, bool]]:
        """What runs of the program that ended may have sent, in sentences, none of them good news.
        Raises JournalUnwritable."""
        await self._settle_rest()
        said = []
        for intent in await self._journal.left_behind(_KIND):
            mine = self._journal.owner().owns(intent.owner) is not False
            if mine and await self._journal.claim(intent):
                await self._settle(intent)
                what = intent.details.get("what") or f"A change of {intent.target}"
                at = time_words(intent.opened_at, self._clock.now())
                words = f"{what} was begun {at}, and vasttui ended before it was seen"
                said.append((f"{words}: look whether it was done.", False))
        return said

    async def names(self) -> Mapping[str, str]:
        """The names of endpoints that were changed or deleted in any run, by their ids. Raises
        JournalUnwritable."""
        rows = await self._journal.details(_KIND)
        return {row["endpoint"]: row["name"] for row in rows if {"endpoint", "name"} <= {*row}}

    async def _settle(self, intent: Intent) -> None:
        try:
            await self._journal.settle(intent, "ended")
        except JournalUnwritable:
            self._unsettled.append(intent)

    async def _settle_rest(self) -> None:
        """Close the rows that could not be closed when their change ended."""
        rest, self._unsettled = self._unsettled, []
        for intent in rest:
            await self._settle(intent)
