"""The search of the market, which begins before anything else of a client works."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from vasttui.services.market.budget import SearchBudget
from vasttui.services.market.feed import MarketFeed
from vasttui.services.market.state import MarketState
from vasttui.services.market.walk import Market

if TYPE_CHECKING:
    from vasttui.models.offer import Offer
    from vasttui.query.wire import ServerQuery
    from vasttui.ui.client import Searcher
    from vasttui.ui.session import Session

_SOON = 0.1

Ended = Callable[["ServerQuery", Sequence["Offer"], bool], None]
"""Gets a search that ended, its offers, and whether these are all."""


class Searching:
    """The feed of the offers, and what every search shares."""

    def __init__(
        self,
        api: Searcher,
        session: Session,
        arrived: Callable[[MarketState], None],
        kept: MarketState,
    ) -> None:
        """`kept` is what an earlier run saw, which is shown already."""
        self.aclose = api.aclose
        self._arrived, self._kept = arrived, kept
        self._answered = asyncio.Event()
        self._unheard: list[tuple[ServerQuery, Sequence[Offer], bool]] = []
        self._hear: Ended | None = None
        clock = session.clock
        self.budget = SearchBudget(clock, per_minute=session.searches_per_minute)
        self.market = Market(api.offers, self.budget)
        """Every search of the market goes through this one, as they share a rate."""
        self.feed = MarketFeed(
            self.market, self._market_arrived, clock=clock, rng=session.rng,
            interval=session.refresh_seconds, max_pages=session.max_pages, on_force=api.force,
            ended=self._ended, kept=kept,
        )  # fmt: skip

    async def answered_soon(self) -> None:
        """Return with the first offers, or when they have far to come."""
        try:
            async with asyncio.timeout(_SOON):
                await self._answered.wait()
        except TimeoutError:
            return

    def hear(self, ended: Ended) -> None:
        """Tell of every search, those before included."""
        self._hear = ended
        for search in self._unheard:
            ended(*search)
        self._unheard.clear()

    def _ended(self, query: ServerQuery, offers: Sequence[Offer], whole: bool) -> None:
        if self._hear is None:
            self._unheard.append((query, offers, whole))
        else:
            self._hear(query, offers, whole)

    def _market_arrived(self, state: MarketState) -> None:
        self._arrived(state)
        if state.number and (not state.busy or state.rows is not self._kept.rows):
            self._answered.set()
