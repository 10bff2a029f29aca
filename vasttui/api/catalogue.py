"""What the market knows (client 1.9.1 `cli/util.py`)."""

from __future__ import annotations

from vasttui.api.engine import Engine
from vasttui.api.operations import OPERATIONS
from vasttui.errors import BrokenAnswer
from vasttui.text import clean


async def gpu_names(engine: Engine) -> tuple[str, ...]:
    """`GET /gpu_names/unique/`: every GPU name, sorted. Raises `VastError`."""
    document = await engine.read(OPERATIONS["gpu_names"])
    names = document.get("gpu_names") if isinstance(document, dict) else None
    if not isinstance(names, list):
        raise BrokenAnswer("The answer of the service holds no GPU names.")
    cleaned = {clean(name) for name in names if isinstance(name, str)}
    return tuple(sorted(cleaned - {""}))
