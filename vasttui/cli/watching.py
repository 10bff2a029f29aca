"""Looks again and again, and reports what is new."""

from __future__ import annotations

import math
import random
from collections.abc import Awaitable, Callable

from vasttui.cli.exit_codes import COMMAND, DONE, TIMED_OUT
from vasttui.clock import Clock
from vasttui.errors import BrokenAnswer, NetworkError, RateLimited, VastError
from vasttui.models.money import PricedOffer
from vasttui.services.backoff import retry_in
from vasttui.services.watches.look import Look
from vasttui.ui.format import age
from vasttui.words import per_hour, plural

NO_OFFER_CAN = "no offer can match, as with a GPU that the market does not have"

_MOST_KNOWN = 10_000
"""Offers that are remembered as reported."""


class Watching:
    """`report` is called for each offer that is new, or cheaper than it was when it was reported;
    it returns whether all went well. `tell` gets a line about the watch itself."""

    def __init__(
        self,
        look: Callable[[], Awaitable[Look]],
        report: Callable[[PricedOffer], Awaitable[bool]],
        *,
        clock: Clock,
        rng: random.Random,
        tell: Callable[[str], None],
    ) -> None:
        self._look, self._report = look, report
        self._clock, self._rng, self._tell = clock, rng, tell
        self._known: dict[int, float | None] = {}
        self._failures, self._has_looked = 0, False
        self._told = ""

    async def until(self, seconds: float | None, *, every: float, once: bool) -> int:
        """Watch that long at most, or until the first report if `once`; the exit code. Raises
        VastError for what does not pass by itself, such as a refused key, and if the service never
        answered."""
        ends = math.inf if seconds is None else self._clock.monotonic() + seconds
        while True:
            failure: VastError | None = None
            try:
                found = await self._look()
            except VastError as error:
                pause, failure = self._pause_after(error), error
            else:
                self._answered(found)
                for row in filter(self._is_news, found.within):
                    went_well = await self._report(row)
                    if once:
                        return DONE if went_well else COMMAND
                pause = every
            left = ends - self._clock.monotonic()
            if left <= 0:
                if failure is not None and not self._has_looked:
                    raise failure
                return TIMED_OUT
            pause = min(pause, left)
            if failure is not None:
                self._say(f"{failure} Next try in {age(math.ceil(pause))}.")
            await self._clock.sleep(pause)

    def _is_news(self, row: PricedOffer) -> bool:
        before = self._known.get(row.offer.id)
        known = row.offer.id in self._known
        if known and (before is None or row.eff is None or row.eff >= before):
            return False
        self._known.pop(row.offer.id, None)
        self._known[row.offer.id] = row.eff
        while len(self._known) > _MOST_KNOWN:
            del self._known[next(iter(self._known))]
        return True

    def _answered(self, found: Look) -> None:
        self._failures, self._has_looked = 0, True
        words = plural(len(found.rows), "offer")
        if found.is_partial:
            words = f"the {len(found.rows):,} cheapest offers, more may exist"
        price = "" if found.lowest is None else f", from {per_hour(found.lowest)} all-in"
        nothing = NO_OFFER_CAN if found.impossible else "no offer matches the filter"
        self._say(f"looked at {words}{price}" if found.rows else nothing)

    def _pause_after(self, error: VastError) -> float:
        """Seconds until the next try. Raises the error if there is none."""
        self._failures += 1
        pause = retry_in(error, self._failures, self._rng, self._clock.now())
        if pause is None or not isinstance(error, NetworkError | BrokenAnswer | RateLimited):
            raise error
        return pause

    def _say(self, words: str) -> None:
        if words != self._told:
            self._told = words
            self._tell(f"vasttui: {words}")
