"""Vast.ai's own figures of a GPU model, which only accounts that host may read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from vasttui.text import clean

_AVAILABLE = ("avail_verified", "avail_unverified")
_MOST = 1e9


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


@dataclass(frozen=True, slots=True)
class CurrentFigures:
    """Those of now of a GPU model (docs: "show gpu metrics"; client 1.9.1 `api/metrics.py`): how
    many there are, of these to be had and, as 1.9.1 reads, `unavailable`; the documentation calls
    the counts those of machines, a sample those of GPUs. The use now and in 30 days in %; prices
    per GPU in $/h, of the lowest tenth, the middle, the highest tenth. None: not told."""

    total: int | None = None
    available: int | None = None
    unavailable: int | None = None
    usage: float | None = None
    usage_30d: float | None = None
    low: float | None = None
    median: float | None = None
    high: float | None = None


def current_from(gpus: Iterable[object]) -> dict[str, CurrentFigures]:
    """What an answer has of each GPU model. Where `available` is missing it is what verified and
    other machines have, by either name: see below."""
    found: dict[str, CurrentFigures] = {}
    for gpu in gpus:
        if not isinstance(gpu, dict) or not isinstance(name := gpu.get("gpu_name"), str):
            continue
        free = _number(gpu.get("available"))
        if free is None:
            free = _sum(_either(gpu, part, _number) for part in _AVAILABLE)
        found[clean(name)] = CurrentFigures(
            _whole(_number(gpu.get("total"))), _whole(free),
            _whole(_number(gpu.get("unavailable"))),
            *(_number(gpu.get(key)) for key in (
                "usage", "usage_30d", "price_p10", "price_median", "price_p90"
            )),
        )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class GpuPlaces:
    """Where the GPUs of a model are (docs: "gpu locations"; client 1.9.1 `api/metrics.py`): how
    many, rented or not; of these in a datacenter and rented; by country, most first."""

    gpus: int
    rented: int
    in_datacenter: int
    countries: tuple[tuple[str, int], ...]


def places_from(rows: Iterable[object]) -> dict[str, GpuPlaces]:
    """What an answer has of each GPU model. The documentation has `rented` where 1.9.1 reads the
    `state`."""
    by_gpu: dict[str, list[tuple[Mapping[str, object], int]]] = {}
    for row in rows:
        if isinstance(row, dict) and isinstance(name := row.get("gpu_name"), str):
            count = _whole(_number(row.get("num_gpus"))) or 0
            by_gpu.setdefault(clean(name), []).append((row, count))
    return {name: _places(found) for name, found in by_gpu.items()}


def _places(rows: Iterable[tuple[Mapping[str, object], int]]) -> GpuPlaces:
    countries = Counter[str]()
    gpus = rented = inside = 0
    for row, count in rows:
        code = row.get("country_code")
        countries[clean(code) if isinstance(code, str) else ""] += count
        gpus += count
        rented += count * (row.get("state") == "rented" or row.get("rented") is True)
        inside += count * (row.get("datacenter") is True)
    ordered = sorted(countries.items(), key=lambda pair: (-pair[1], pair[0]))
    return GpuPlaces(gpus, rented, inside, tuple(ordered))


def figures_from(gpu: Mapping[str, object]) -> MarketFigures:
    """What an answer has of a GPU model. One host tool reads `avail_verified_gpus` where the
    documentation has `avail_verified`."""
    prices, supply = _part(gpu, "pricing"), _part(gpu, "supply_demand")
    free = _sum(_either(supply, name, _last) for name in _AVAILABLE)
    return MarketFigures(
        _last(prices.get("avail_p10")), _last(prices.get("avail_median")),
        _last(prices.get("avail_p90")), _whole(free), _whole(_last(supply.get("total"))),
    )  # fmt: skip


def _part(gpu: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = gpu.get(name)
    return part if isinstance(part, dict) else {}


def _either(
    part: Mapping[str, object], name: str, read: Callable[[object], float | None]
) -> float | None:
    return read(part[name]) if name in part else read(part.get(f"{name}_gpus"))


def _sum(counts: Iterable[float | None]) -> float | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _last(series: object) -> float | None:
    """The newest figure of a series."""
    known = map(_number, reversed(series) if isinstance(series, list) else ())
    return next((one for one in known if one is not None), None)


def _number(value: object) -> float | None:
    """A figure that makes sense."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if 0 <= value < _MOST else None


def _whole(count: float | None) -> int | None:
    return None if count is None else round(count)
