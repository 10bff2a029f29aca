"""The market's own figures (docs: "gpu metrics"; client 1.9.1 `api/metrics.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vasttui.api.engine import ResourceClient
from vasttui.api.operations import OPERATIONS, Operation
from vasttui.errors import BrokenAnswer, PermissionDenied
from vasttui.models.market_figures import (
    CurrentFigures,
    GpuPlaces,
    MarketFigures,
    current_from,
    figures_from,
    places_from,
)

_EVERY = {"verified": "all", "hosting_type": "all"}


class MetricsClient(ResourceClient):
    """Figures for accounts that host. Reads raise `VastError`. A renter is refused with 401; a host
    without machines gets `needs_machine`, which raises PermissionDenied."""

    async def current(self) -> Mapping[str, CurrentFigures]:
        """The figures of now of every GPU model, on machines of any size:
        `GET /metrics/gpu/current/`."""
        document = await self._read(OPERATIONS["gpu_current"], {**_EVERY, "num_gpus": "all"})
        gpus = document.get("gpus")
        if not isinstance(gpus, list):
            raise BrokenAnswer("The answer contains no figures.")
        return current_from(gpus)

    async def places(self) -> Mapping[str, GpuPlaces]:
        """Where the GPUs of every model are: `GET /metrics/gpu/locations/`."""
        document = await self._read(OPERATIONS["gpu_locations"], {})
        rows = document.get("locations")
        if not isinstance(rows, list):
            raise BrokenAnswer("The answer contains no places.")
        return places_from(rows)

    async def of_gpu(self, gpu_name: str) -> MarketFigures | None:
        """The newest figures of the history of a GPU model, None where there are none:
        `GET /metrics/gpu/history/`."""
        document = await self._read(OPERATIONS["gpu_history"], {"gpu_name": gpu_name, **_EVERY})
        gpus = document.get("gpus")
        found = gpus.get(gpu_name) if isinstance(gpus, dict) else None
        return figures_from(found) if isinstance(found, dict) else None

    async def _read(self, operation: Operation, query: Mapping[str, str]) -> Mapping[str, Any]:
        document = await self._engine.read(operation, query)
        if not isinstance(document, dict):
            raise BrokenAnswer("The answer contains no figures.")
        if document.get("needs_machine"):
            raise PermissionDenied("Only accounts that host machines may read this.", status=200)
        return document
