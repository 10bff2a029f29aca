"""Vast.ai's own figures of GPU models: asked for while somebody looks, kept a while."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from vasttui.clock import Clock
from vasttui.errors import AuthRejected, PermissionDenied, VastError
from vasttui.models.market_figures import CurrentFigures, MarketFigures
from vasttui.units import MINUTE

KEPT = 5 * MINUTE


class FiguresService(Protocol):
    """What is asked of the client."""

    async def current(self) -> Mapping[str, CurrentFigures]:
        """The figures of now of every GPU model. Raises VastError."""

    async def of_gpu(self, gpu_name: str) -> MarketFigures | None:
        """The newest figures of a GPU model. Raises VastError."""


@dataclass(frozen=True, slots=True)
class Current:
    """The figures of now by GPU model, and when they were asked for in monotonic seconds; the
    `error` of the last try, if that failed."""

    gpus: Mapping[str, CurrentFigures]
    as_of: float
    error: VastError | None = None


class FiguresOfMarket:
    """The figures, by GPU model. A refusal holds for as long as the client, which has one key."""

    def __init__(self, service: FiguresService, clock: Clock, changed: Callable[[], None]) -> None:
        self._service, self._clock, self._changed = service, clock, changed
        self._known: dict[str, tuple[float, MarketFigures | VastError | None]] = {}
        self.current: Current | None = None
        """None before they were told, or if they could not be read."""
        self.is_denied = False
        self._asked = -math.inf

    @property
    def is_due(self) -> bool:
        """Whether the figures of now are to be asked for."""
        return not self.is_denied and self._clock.monotonic() - self._asked >= KEPT

    async def ask_current(self) -> None:
        """Ask for the figures of now if they are not known, or old. What was known stays."""
        if not self.is_due:
            return
        before, now = self.current, self._clock.monotonic()
        self._asked = now
        try:
            self.current = Current(await self._service.current(), now)
        except (AuthRejected, PermissionDenied):
            self.is_denied, self.current = True, None
        except VastError as error:
            self.current = Current(*((before.gpus, before.as_of) if before else ({}, now)), error)
        self._changed()

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
