"""Vast.ai's own figures of a GPU model, which only accounts that host may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MarketFigures:
    """The newest ones of a GPU model (docs: "gpu metrics history"): prices per GPU of what can be
    had, in $/h, from the lowest tenth to the highest; how many GPUs can be had, and of how many.
    None: not told."""

    low: float | None
    median: float | None
    high: float | None
    available: int | None
    total: int | None


def figures_from(gpu: Mapping[str, object]) -> MarketFigures:
    """What an answer has of a GPU model. One host tool reads `avail_verified_gpus` where the
    documentation has `avail_verified`."""
    prices, supply = _part(gpu, "pricing"), _part(gpu, "supply_demand")
    counts = [
        _last(supply, name) if name in supply else _last(supply, f"{name}_gpus")
        for name in ("avail_verified", "avail_unverified")
    ]
    known = [count for count in counts if count is not None]
    total = _last(supply, "total")
    return MarketFigures(
        _last(prices, "avail_p10"), _last(prices, "avail_median"), _last(prices, "avail_p90"),
        round(sum(known)) if known else None, None if total is None else round(total),
    )  # fmt: skip


def _part(gpu: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = gpu.get(name)
    return part if isinstance(part, dict) else {}


def _last(part: Mapping[str, object], name: str) -> float | None:
    """The newest figure that there is of that name."""
    series = part.get(name)
    if not isinstance(series, list):
        return None
    known = (one for one in reversed(series) if isinstance(one, int | float))
    return next((float(one) for one in known if 0 <= one < 1e9), None)
