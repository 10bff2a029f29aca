"""How much is asked of an endpoint: a pure function of its age and the time."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from vasttui.simulator.serverless.book import Endpoint
from vasttui.units import DAY, HOUR, MINUTE

_PEAK = 260.0
_QUIET, _GROWS = 2 * MINUTE, 5 * MINUTE


def _day(now: float) -> float:
    slow = math.sin(2 * math.pi * (now / DAY - 0.375))
    return 0.48 + 0.34 * slow + 0.08 * math.sin(now / 191) + 0.04 * math.sin(now / 47)


CURVES: Mapping[str, Callable[[float], float]] = {
    "day": _day,
    "steady": lambda now: 0.54,
    "bursts": lambda now: 1.0 if now % (45 * MINUTE) < 10 * MINUTE else 0.12,
    "growing": lambda now: now % HOUR / HOUR,
    "none": lambda now: 0.0,
}
"""The share of the peak that is asked at a time (epoch seconds)."""


def load_of(endpoint: Endpoint, curve: str, now: float) -> float:
    """Performance units per second. A new endpoint is not used for some minutes, one that is not
    active refuses everything."""
    if endpoint.state != "active":
        return 0.0
    known = (now - endpoint.created_at - _QUIET) / _GROWS
    return round(_PEAK * CURVES[curve](now) * min(1.0, max(0.0, known)), 1)
