"""Reads what is remembered of the models on the screen, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from textual.screen import Screen

from vasttui.models.model_history import ModelHistory
from vasttui.models.search import PricesFor
from vasttui.services.overview.past import Gpu, ModelPast, RememberedPrices
from vasttui.ui.context import context
from vasttui.ui.offers.past import LADDER

COLUMN_DAYS = 30
"""Days of the column."""


class ModelsPast:
    """The past of all models in the column, and of the one in the details for as many days as are
    chosen."""

    def __init__(
        self,
        screen: Screen[None],
        arrived: Callable[[], None],
        sized: Callable[[Mapping[str, int]], None],
    ) -> None:
        """`sized` gets the GB of VRAM of each model that was seen with no other."""
        self._screen, self._arrived, self._sized = screen, arrived, sized
        self._past = ModelPast(self._prices, context(screen).session.clock)
        self.days = COLUMN_DAYS
        self._wanted = PricesFor()
        self._due: list[tuple[Gpu, int]] = []
        self._reading = False

    def _prices(self) -> RememberedPrices | None:
        live = context(self._screen).live
        return None if live is None else live.prices

    def of(self, gpu: Gpu, wanted: PricesFor, days: int = COLUMN_DAYS) -> ModelHistory | None:
        """What was read of it for this; None if nothing was yet."""
        return self._past.of(gpu, wanted, days)

    def look(self, models: Sequence[Gpu], shown: Gpu | None, wanted: PricesFor) -> None:
        """Read what is not known of these, and of the one that is `shown` in the details."""
        both = [(shown, self.days)] if shown is not None else []
        both += [(gpu, COLUMN_DAYS) for gpu in models]
        self._wanted = wanted
        self._due = [one for one in both if self._past.is_due(one[0], wanted, one[1])]
        if self._due and not self._reading and self._prices() is not None:
            self._reading = True
            self._screen.run_worker(self._read(), group="past", description="")

    async def _read(self) -> None:
        try:
            self._sized(await self._past.only_sizes())
            while self._due:
                gpu, days = self._due.pop(0)
                await self._past.read(gpu, self._wanted, days)
        finally:
            self._reading = False
        self._arrived()

    def step(self, by: int) -> None:
        """A longer or a shorter time."""
        at = LADDER.index(self.days) + by
        self.days = LADDER[max(0, min(len(LADDER) - 1, at))]
