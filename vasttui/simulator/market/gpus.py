"""The lists of GPU names (client 1.9.1 `cli/util.py`): public, no key needed."""

from __future__ import annotations

from collections.abc import Sequence

from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import Reply, json_reply
from vasttui.simulator.market.catalogue import GPU_NAMES, GPUS


class Gpus:
    """Every GPU the market knows, whether offered now or not."""

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        paths = (
            ("/api/v0/gpu_names/unique", "gpu_names", self._names),
            ("/api/v0/gpu_types", "gpu_types", self._types),
        )
        return [
            Route("GET", path, operation, handler, needs_key=False, bad_key_status=None)
            for path, operation, handler in paths
        ]

    def _names(self, call: Call) -> Reply:
        return json_reply({"gpu_names": list(GPU_NAMES)})

    def _types(self, call: Call) -> Reply:
        memory: dict[str, set[int]] = {}
        for gpu in GPUS:
            memory.setdefault(gpu.name, set()).add(gpu.ram)
        return json_reply(
            {
                "gpu_types": [
                    {
                        "canonical_name": name,
                        "gpu_ram_mb": next(iter(memory[name])) if len(memory[name]) == 1 else None,
                    }
                    for name in GPU_NAMES
                ]
            }
        )
