"""Searches that wait where the service asks for it, as another run may have used up its rate."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable, Mapping

from vasttui.clock import Clock
from vasttui.errors import RateLimited, SearchQuotaExceeded
from vasttui.models.offer import OfferBatch
from vasttui.services.backoff import retry_in
from vasttui.services.market.walk import OfferSearch
from vasttui.ui.format import age

_PATIENCE = 120.0
"""Seconds of waiting in all: the rate is one per minute."""


class PatientSearch:
    """Searches of `api`; `tell` gets a line whenever one has to wait."""

    def __init__(
        self, api: OfferSearch, *, clock: Clock, rng: random.Random, tell: Callable[[str], None]
    ) -> None:
        self._api, self._clock, self._rng, self._tell = api, clock, rng, tell
        self._left = _PATIENCE

    async def search(self, body: Mapping[str, object]) -> AsyncIterator[OfferBatch]:
        """The offers that match `body`. Raises VastError, also for a wait that would be long."""
        shown, failures = False, 0
        while True:
            try:
                async for batch in self._api.search(body):
                    shown = True
                    yield batch
                return
            except RateLimited as error:
                failures += 1
                pause = retry_in(error, failures, self._rng, self._clock.now())
                endless = shown or isinstance(error, SearchQuotaExceeded)
                if endless or pause is None or pause > self._left:
                    raise
                self._left -= pause
                self._tell(f"vasttui: {error} The search goes on in {age(pause)}.")
            await self._clock.sleep(pause)
