"""The offers of this market on earlier days: its prices are a function of seed and time."""

from __future__ import annotations

from collections.abc import Iterator

from vasttui.models.offer import Offer
from vasttui.simulator.market.market import Ask, Market
from vasttui.simulator.market.offers import gpu_ram, min_bid, on_demand_price
from vasttui.units import DAY


def past_days(size: int, seed: int, now: float, days: int) -> Iterator[tuple[float, list[Offer]]]:
    """For each of so many days before `now`, the oldest first, its time (epoch seconds) and the
    verified offers that could be had. They have what prices are made of, and no more."""
    market = Market(size, seed)
    for back in range(days, 0, -1):
        at = now - back * DAY
        for _ in market.settle(at):
            pass
        asks = (market.ask(chunk) for chunk in market.chunks())
        yield at, [_offer(ask) for ask in asks if ask.rentable and _is_verified(ask)]


def _is_verified(ask: Ask) -> bool:
    return ask.chunk.machine.listing.verification == "verified"


def _offer(ask: Ask) -> Offer:
    machine, price = ask.chunk.machine, on_demand_price(ask)
    return Offer(
        id=ask.id, machine_id=machine.machine_id, gpu_name=machine.gpu.name if machine.gpu else "",
        gpu_ram=gpu_ram(ask.chunk), num_gpus=ask.chunk.size, dph_base=price, dph_total=price,
        min_bid=min_bid(ask), storage_cost=machine.listing.storage_cost,
        inet_down_cost=machine.network.down_cost, inet_up_cost=machine.network.up_cost,
    )  # fmt: skip
