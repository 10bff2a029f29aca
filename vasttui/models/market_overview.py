"""What the offers of one GPU model cost, and how many there are: the figures of the market.

All prices are all-in for the intended usage (`models.money`), divided by the GPUs of the offer.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct

from vasttui.models.money import PricedOffer, RentalType, Usage, cost
from vasttui.models.offer import Offer

R = TypeVar("R")

_BAND, _MIDDLE = 17, 8
_TENTH, _QUARTER = 0.1, 0.25


class Prices(Struct, frozen=True):
    """How prices spread, in $/h per GPU."""

    low: float
    quarter: float
    median: float
    three_quarters: float
    nine_tenths: float


class ModelFigures(Struct, frozen=True, kw_only=True):
    """The offers of one model.

    `gpus` counts each machine once, by its largest offer; `countries` has the GPUs so counted by
    country ("" where it is not known), the most first, `in_datacenter` those in a datacenter.
    `priced` offers have an all-in price. `value` and `flops`
    are the best DLPerf and TFLOPS per all-in $/h; `reliability` goes from the lowest tenth to the
    highest. `discount` is the most that paying ahead takes off, 0 to 1. `cheapest` is the offer
    with the lowest price per GPU.

    Not `whole`: the search ended at its cap, there are more, none of them below `floor` $/h per GPU
    (None: that is not known). What `prices` says beyond the lowest is then the least it can be, and
    `spot`, `value` and `flops` are those of the known ones.
    """

    offers: int = 0
    gpus: int = 0
    machines: int = 0
    priced: int = 0
    prices: Prices | None = None
    spot: Prices | None = None
    value: float | None = None
    flops: float | None = None
    arch: str = ""
    reliability: tuple[float, float] | None = None
    countries: tuple[tuple[str, int], ...] = ()
    in_datacenter: int = 0
    discount: float | None = None
    cheapest: Offer | None = None
    whole: bool = True
    floor: float | None = None

    @property
    def knows_lowest(self) -> bool:
        """Whether no other offer can be cheaper than the cheapest known one."""
        if self.whole or self.prices is None:
            return self.whole
        return self.floor is not None and self.prices.low <= self.floor


def figures(
    rows: Sequence[PricedOffer],
    spot: Callable[[PricedOffer], float | None],
    *,
    floor: float | None = None,
    whole: bool = True,
) -> ModelFigures:
    """The figures of these offers of one model; `spot` is what one costs at its minimum bid. Of a
    search that is not `whole`, no other offer has a price per GPU below `floor`, $/h; None if that
    is not known."""
    offers = [row.offer for row in rows]
    machines = _machines(offers)
    priced = [(row.eff / row.offer.num_gpus, row.offer) for row in rows if row.eff is not None]
    least = math.inf if whole else floor
    reliable = sorted(one.reliability for one in offers if one.reliability)
    arches = Counter(one.gpu_arch for one in offers if one.gpu_arch)
    return ModelFigures(
        offers=len(offers),
        gpus=sum(one.num_gpus for one in machines),
        machines=len(machines),
        priced=len(priced),
        prices=prices_of([price for price, _ in priced], least),
        spot=prices_of(
            (price for row in rows if (price := spot(row)) is not None),
            math.inf if whole else None,
        ),
        value=_best(row.value for row in rows),
        flops=_best(_flops(row) for row in rows),
        arch=arches.most_common(1)[0][0] if arches else "",
        reliability=(quantile(reliable, _TENTH), reliable[-1]) if reliable else None,
        countries=_countries(machines),
        in_datacenter=sum(one.num_gpus for one in machines if one.datacenter),
        discount=_best(one.credit_discount_max for one in offers),
        cheapest=min(priced, key=lambda pair: pair[0], default=(0.0, None))[1],
        whole=whole,
        floor=floor,
    )


def spot_price(offer: Offer, usage: Usage) -> float | None:
    """The all-in price per GPU at the minimum bid; None if there is none."""
    price = None if offer.min_bid is None else cost(offer, usage, "bid").effective
    return None if price is None else price / offer.num_gpus


def prices_of(prices: Iterable[float], least: float | None) -> Prices | None:
    """How these prices spread; None if there are none. Others may exist from `least` on: infinity
    if there are no others, None if that is not known, so that only the lowest can be told."""
    known = sorted(prices)
    if not known:
        return None
    low = known[0]

    def at(share: float) -> float:
        return low if least is None else max(low, min(quantile(known, share), least))

    return Prices(low, at(_QUARTER), at(0.5), at(1 - _QUARTER), at(1 - _TENTH))


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies, between two values in proportion; the
    values in ascending order."""
    at = share * (len(ordered) - 1)
    below = math.floor(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)


def floor_of(offers: Sequence[Offer], rental: RentalType) -> float | None:
    """The price of one GPU in $/h below which a search found all, if it was ordered by
    `vram_costperhour`, the GPU price per GB of VRAM; None if unknown. A reservation is discounted
    by each host as it likes, so that nothing follows from the listed price."""
    costs = [one.vram_costperhour for one in offers if one.vram_costperhour is not None]
    sizes = [one.gpu_ram for one in offers if one.gpu_ram]
    if rental == "reserved" or not costs or not sizes:
        return None
    return max(costs) * min(sizes) / 1024


def price_band(prices: Prices, *, whole: bool = True) -> str:
    """`──━━┃━━──  `: from half the median to twice, in 17 cells of equal ratio; the median stands
    in the middle, `━` from a quarter to three quarters, `─` from the lowest to nine tenths. What is
    above the median of a part is not known: `›`."""
    if prices.median <= 0:
        return " " * _BAND

    def cell(price: float) -> int:
        ratio = price / prices.median
        at = _MIDDLE + round(_MIDDLE * math.log2(ratio)) if ratio > 0 else 0
        return max(0, min(_BAND - 1, at))

    cells = [" "] * _BAND
    for first, last, sign in (
        (prices.low, prices.nine_tenths, "─"), (prices.quarter, prices.three_quarters, "━")
    ):  # fmt: skip
        for at in range(cell(first), cell(last) + 1):
            cells[at] = sign
    cells[_MIDDLE] = "┃"
    if not whole:
        cells[_MIDDLE + 1 :] = ["›", *" " * (_MIDDLE - 1)]
    return "".join(cells)


def group_by(rows: Iterable[R], key: Callable[[R], str]) -> Mapping[str, list[R]]:
    """The rows by a value that each has."""
    found = defaultdict[str, list[R]](list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _machines(offers: Sequence[Offer]) -> list[Offer]:
    """The largest offer of each machine: one machine offers 1, 2, 4 … of the same GPUs. An offer
    of a machine that is not named stands for itself."""
    largest: dict[int | str, Offer] = {}
    for one in offers:
        key = f"offer {one.id}" if one.machine_id is None else one.machine_id
        if key not in largest or one.num_gpus > largest[key].num_gpus:
            largest[key] = one
    return list(largest.values())


def _countries(machines: Iterable[Offer]) -> tuple[tuple[str, int], ...]:
    counted = Counter[str]()
    for one in machines:
        counted[one.country] += one.num_gpus
    return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def _flops(row: PricedOffer) -> float | None:
    flops = row.offer.total_flops
    return flops / row.eff if flops and row.eff else None


def _best(values: Iterable[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)
