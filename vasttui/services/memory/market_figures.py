"""Vast.ai's own figures of GPU models: asked for while somebody looks, kept a while."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from vasttui.clock import Clock
from vasttui.errors import AuthRejected, PermissionDenied, VastError
from vasttui.models.market_figures import CurrentFigures, GpuPlaces, MarketFigures
from vasttui.units import HOUR, MINUTE

KEPT, PLACES_KEPT = 5 * MINUTE, 2 * HOUR
"""Seconds for which the service itself keeps them (docs: "gpu metrics")."""

Figures = TypeVar("Figures")


class FiguresService(Protocol):
    """What is asked of the client."""

    async def current(self) -> Mapping[str, CurrentFigures]:
        """The figures of now of every GPU model. Raises VastError."""

    async def places(self) -> Mapping[str, GpuPlaces]:
        """Where the GPUs of every model are. Raises VastError."""

    async def of_gpu(self, gpu_name: str) -> MarketFigures | None:
        """The newest figures of a GPU model. Raises VastError."""


@dataclass(frozen=True, slots=True)
class Told(Generic[Figures]):
    """Figures by GPU model, and when they were asked for in epoch seconds; the `error` of the last
    try, if that failed."""

    gpus: Mapping[str, Figures]
    as_of: float
    error: VastError | None = None


class FiguresOfMarket:
    """The figures, by GPU model. A refusal holds for as long as the client, which has one key."""

    def __init__(self, service: FiguresService, clock: Clock, changed: Callable[[], None]) -> None:
        self._service, self._clock, self._changed = service, clock, changed
        self._known: dict[str, tuple[float, MarketFigures | VastError | None]] = {}
        self.current: Told[CurrentFigures] | None = None
        """None before they were told, or if they may not be read."""
        self.places: Told[GpuPlaces] | None = None
        self.is_denied = False
        self._asked: dict[str, float] = {}

    @property
    def is_due(self) -> bool:
        """Whether the figures of now are to be asked for."""
        return self._is_due("current", KEPT)

    @property
    def places_are_due(self) -> bool:
        """Whether it is to be asked where the GPUs are."""
        return self._is_due("places", PLACES_KEPT)

    async def ask_current(self) -> None:
        """Ask for the figures of now if they are not known, or old. What was known stays."""
        if self.is_due:
            self.current = await self._ask_all("current", self._service.current, self.current)
            self._changed()

    async def ask_places(self) -> None:
        """Ask where the GPUs are if that is not known, or old. What was known stays."""
        if self.places_are_due:
            self.places = await self._ask_all("places", self._service.places, self.places)
            self._changed()

    def _is_due(self, what: str, kept: float) -> bool:
        asked = self._asked.get(what)
        return not self.is_denied and (asked is None or not 0 <= self._clock.now() - asked < kept)

    async def _ask_all(
        self, what: str, ask: Callable[[], Awaitable[Mapping[str, Figures]]],
        before: Told[Figures] | None,
    ) -> Told[Figures] | None:  # fmt: skip
        now = self._asked[what] = self._clock.now()
        try:
            return Told(await ask(), now)
        except (AuthRejected, PermissionDenied):
            self.is_denied = True
            return None
        except VastError as error:
            return Told({}, now, error) if before is None else replace(before, error=error)

    def of(self, gpu_name: str) -> MarketFigures | VastError | None:
        """What is known of a model: figures, why there are none, or None."""
        return self._known.get(gpu_name, (0.0, None))[1]

    async def ask(self, gpu_name: str) -> None:
        """Ask for what is not known, or is old."""
        now = self._clock.monotonic()
        asked, _ = self._known.get(gpu_name, (-KEPT, None))
        if self.is_denied or now - asked < KEPT:
            return
        found: MarketFigures | VastError | None
        try:
            found = await self._service.of_gpu(gpu_name)
        except (AuthRejected, PermissionDenied):
            self.is_denied, found = True, None
        except VastError as error:
            found = error
        self._known[gpu_name] = now, found
        self._changed()
