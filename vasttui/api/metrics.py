"""The market's own figures (docs: "gpu metrics history"; client 1.9.1 `api/metrics.py`)."""

from __future__ import annotations

from vasttui.api.engine import ResourceClient
from vasttui.api.operations import OPERATIONS
from vasttui.errors import BrokenAnswer, PermissionDenied
from vasttui.models.market_figures import MarketFigures, figures_from


class MetricsClient(ResourceClient):
    """Figures for accounts that host. Reads raise `VastError`."""

    async def of_gpu(self, gpu_name: str) -> MarketFigures | None:
        """The newest figures of a GPU model, None where there are none:
        `GET /metrics/gpu/history/`. A renter is refused with 401; a host without machines gets
        `needs_machine`, which raises PermissionDenied."""
        query = {"gpu_name": gpu_name, "verified": "all", "hosting_type": "all"}
        document = await self._engine.read(OPERATIONS["gpu_history"], query)
        if not isinstance(document, dict):
            raise BrokenAnswer("The answer contains no figures.")
        if document.get("needs_machine"):
            raise PermissionDenied("Only accounts that host machines may read this.", status=200)
        gpus = document.get("gpus")
        found = gpus.get(gpu_name) if isinstance(gpus, dict) else None
        return figures_from(found) if isinstance(found, dict) else None
