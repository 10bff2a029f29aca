"""Looks up what is remembered of the offer under the cursor."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.screen import Screen

from vasttui.errors import VastError
from vasttui.models.offer import Offer
from vasttui.models.price_book import kind_of
from vasttui.models.search import PricesFor
from vasttui.ui.context import context

if TYPE_CHECKING:
    from vasttui.models.past_price import PastPrices

_REST = 0.5
"""Seconds that the cursor rests before the service is asked."""

LADDER = (7, 30, 90, 365)
"""Days that the keys step through."""


class PastPricesOf:
    """The past of one offer at a time, kept until it is another or prices were recorded."""

    def __init__(self, screen: Screen[None], arrived: Callable[[], None]) -> None:
        self._screen, self._arrived = screen, arrived
        self._known: tuple[object, PastPrices | None] = (None, None)
        self._asked: object = None
        self.days = 30

    def of(self, offer: Offer, wanted: PricesFor) -> PastPrices | None:
        """What is remembered; None while it is looked up, and then `arrived` is called."""
        key = (offer.machine_id, kind_of(offer), wanted, self.days)
        known, past = self._known
        if key != self._asked:
            self._asked = key
            self._screen.run_worker(
                self._look(key, offer, wanted), group="past prices", exclusive=True, description=""
            )
        return past if key == known else None

    def forget(self) -> None:
        """Look it up again; until then it is shown as it was."""
        self._asked = None

    def step(self, by: int) -> None:
        """A longer or a shorter range."""
        at = LADDER.index(self.days) + by
        self.days = LADDER[max(0, min(len(LADDER) - 1, at))]
        self._arrived()

    async def _look(self, key: object, offer: Offer, wanted: PricesFor) -> None:
        live = context(self._screen).live
        if live is None:
            self._asked = None
            return
        try:
            past = await live.prices.of_offer(offer, wanted, self.days)
        except VastError:
            self._asked = None
            return
        self._known = key, past
        self._arrived()
        app = context(self._screen)
        if app.signed_in:
            await app.session.clock.sleep(_REST)
            await live.figures.ask(offer.gpu_name)
