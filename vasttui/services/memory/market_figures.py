"""Vast.ai's own figures of GPU models: asked for while somebody looks, kept a while."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from vasttui.clock import Clock
from vasttui.errors import AuthRejected, PermissionDenied, VastError
from vasttui.models.market_figures import MarketFigures
from vasttui.units import MINUTE

KEPT = 5 * MINUTE


class FiguresService(Protocol):
    """What is asked of the client."""

    async def of_gpu(self, gpu_name: str) -> MarketFigures | None:
        """The newest figures of a GPU model. Raises VastError."""


class FiguresOfMarket:
    """The figures, by GPU model. A refusal holds for as long as the client, which has one key."""

    def __init__(self, service: FiguresService, clock: Clock, changed: Callable[[], None]) -> None:
        self._service, self._clock, self._changed = service, clock, changed
        self._known: dict[str, tuple[float, MarketFigures | VastError | None]] = {}
        self.is_denied = False

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
