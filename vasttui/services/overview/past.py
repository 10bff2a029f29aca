"""What is remembered of each GPU model's prices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.models.model_history import ModelHistory
from vasttui.models.money import RentalType, Usage
from vasttui.models.past_price import DayPrices
from vasttui.models.search import SearchOptions
from vasttui.units import DAY


class RememberedPrices(Protocol):
    """The part of the price memory that the market needs."""

    async def of_gpu(
        self, gpu_name: str, rental: RentalType, usage: Usage, days: int
    ) -> Sequence[DayPrices]:
        """What was seen of a GPU model per GPU in the last `days` days. Raises VastError."""


class ModelPast:
    """The history of models, read from the memory while somebody looks."""

    def __init__(self, prices: Callable[[], RememberedPrices | None], clock: Clock) -> None:
        """`prices` is None before there is a client."""
        self._prices, self._clock = prices, clock
        self._known: dict[tuple[str, int], tuple[object, ModelHistory]] = {}
        self._number = 0

    def of(self, model: str, span: int) -> ModelHistory | None:
        """The last `span` days as they were read; None if they were not yet."""
        found = self._known.get((model, span))
        return None if found is None else found[1]

    def forget(self) -> None:
        """Others are remembered: all is to be read again. What was read stays until then."""
        self._number += 1

    def is_due(self, model: str, choice: SearchOptions, span: int) -> bool:
        """Whether it is to be read for these switches."""
        found = self._known.get((model, span))
        return found is None or found[0] != self._question(choice)

    async def read(self, model: str, choice: SearchOptions, span: int) -> None:
        """Read it for these switches."""
        question, prices = self._question(choice), self._prices()
        if prices is None:
            return
        days: Sequence[DayPrices] = ()
        with suppress(VastError):  # the memory tells what is wrong with it
            days = await prices.of_gpu(model, choice.rental, choice.usage, span)
        self._known[model, span] = question, ModelHistory(tuple(days), self._today, span)

    @property
    def _today(self) -> int:
        return int(self._clock.now() // DAY)

    def _question(self, choice: SearchOptions) -> object:
        return choice.rental, choice.usage, self._today, self._number
