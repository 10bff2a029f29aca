"""What is remembered of each GPU model's prices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol

from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.models.model_history import ModelHistory
from vasttui.models.money import RentalType
from vasttui.models.past_price import DayPrices
from vasttui.models.search import PricesFor
from vasttui.units import DAY

Gpu = tuple[str, int | None]
"""A model and its VRAM in GB; None: the size that was seen most."""

_Asked = tuple[Gpu, int, PricesFor]
_Age = tuple[int, int]
"""The day, and how many searches were recorded."""


class RememberedPrices(Protocol):
    """The part of the price memory that the market needs."""

    async def of_gpu(
        self, gpu_name: str, vram: int | None, wanted: PricesFor, days: int
    ) -> Sequence[DayPrices]:
        """What was seen of a GPU model with so many GB, per GPU, in the last `days` days; None is
        the size that was seen most. Raises VastError."""

    async def only_sizes(self) -> Mapping[str, int]:
        """The GB of VRAM of each GPU model that was seen with no other. Raises VastError."""

    def recorded(self, gpu_name: str, rental: RentalType) -> int:
        """Grows whenever a search with offers of this model was recorded."""


class ModelPast:
    """The history of models, read from the memory while somebody looks."""

    def __init__(self, prices: Callable[[], RememberedPrices | None], clock: Clock) -> None:
        """`prices` is None before there is a client."""
        self._prices, self._clock = prices, clock
        self._known: dict[_Asked, tuple[_Age, ModelHistory]] = {}

    def of(self, gpu: Gpu, wanted: PricesFor, span: int) -> ModelHistory | None:
        """The last `span` days as they were read for this; None if they were not yet."""
        found = self._known.get((gpu, span, wanted))
        return None if found is None else found[1]

    def is_due(self, gpu: Gpu, wanted: PricesFor, span: int) -> bool:
        """Whether it is to be read for this, as it never was or is older than today or
        the last search. What was read stays until then."""
        found = self._known.get((gpu, span, wanted))
        return found is None or found[0] != self._age(gpu[0], wanted.rental)

    async def read(self, gpu: Gpu, wanted: PricesFor, span: int) -> None:
        """Read it for this."""
        age, prices = self._age(gpu[0], wanted.rental), self._prices()
        if prices is None:
            return
        days: Sequence[DayPrices] = ()
        with suppress(VastError):  # the memory tells what is wrong with it
            days = await prices.of_gpu(*gpu, wanted, span)
        history = ModelHistory(tuple(days), self._today, span)
        self._known[gpu, span, wanted] = age, history

    async def only_sizes(self) -> Mapping[str, int]:
        """The GB of VRAM of each model that was seen with no other."""
        prices = self._prices()
        with suppress(VastError):  # as above
            return {} if prices is None else await prices.only_sizes()
        return {}

    @property
    def _today(self) -> int:
        return int(self._clock.now() // DAY)

    def _age(self, model: str, rental: RentalType) -> _Age:
        prices = self._prices()
        return self._today, 0 if prices is None else prices.recorded(model, rental)
