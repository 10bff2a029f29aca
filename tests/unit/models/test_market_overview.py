from __future__ import annotations

import pytest
from msgspec.structs import astuple

from tests.support.offer_rows import row
from vasttui.models.market_overview import (
    Prices,
    figures,
    floor_of,
    price_band,
    prices_of,
    quantile,
    spot_price,
)
from vasttui.models.money import PricedOffer, Usage

NOTHING = Usage(disk=0.0, hours=1.0)


def offer(id: int, price: float, gpus: int = 1, machine: int | None = None,
          **more: object) -> PricedOffer:  # fmt: skip
    """An offer at that all-in price for all its GPUs."""
    machine = id if machine is None else machine
    return row(NOTHING, id=id, num_gpus=gpus, dph_base=price, machine_id=machine, **more)


def spot(row: PricedOffer) -> float | None:
    return spot_price(row.offer, NOTHING)


def test_the_figures_of_a_model_worked_out_by_hand() -> None:
    """Machine 1 offers 1, 2 and 4 of its GPUs, machine 2 all its 2, and one machine is not named:
    4 + 2 + 1 = 7 GPUs. Per GPU: 0.40, 0.30, 0.25, 0.20, 0.60."""
    rows = [
        offer(1, 0.40, 1, machine=1, geolocation="Sweden, SE", min_bid=0.10, reliability=0.99),
        offer(2, 0.60, 2, machine=1, geolocation="Sweden, SE", min_bid=0.30, reliability=0.99),
        offer(3, 1.00, 4, machine=1, geolocation="Sweden, SE", min_bid=None, reliability=0.98),
        offer(4, 0.40, 2, machine=2, geolocation="Texas, US", min_bid=0.16, reliability=0.95,
              hosting_type=1, dlperf=120.0, credit_discount_max=0.4, total_flops=400.0,
              gpu_arch="amd"),
        row(NOTHING, id=5, dph_base=0.60, machine_id=None, geolocation=None, min_bid=0.5,
            reliability=None, gpu_ram=49140),
    ]  # fmt: skip
    found = figures(rows, spot)
    assert (found.offers, found.gpus, found.machines, found.priced) == (5, 7, 3, 5)
    assert found.prices is not None
    assert astuple(found.prices) == pytest.approx((0.20, 0.25, 0.30, 0.40, 0.52))
    assert found.spot is not None
    assert (found.spot.low, found.spot.median) == pytest.approx((0.08, 0.125))
    assert found.value == pytest.approx(120.0 / 0.40)
    assert found.flops == pytest.approx(400.0 / 0.40)
    assert found.arch == "nvidia"
    assert found.reliability == pytest.approx((0.959, 0.99))
    assert found.countries == (("SE", 4), ("US", 2), ("", 1))
    assert (found.in_datacenter, found.discount) == (2, 0.4)
    assert found.cheapest is rows[3].offer
    assert found.whole
    assert found.knows_lowest


def test_what_is_not_known_is_not_counted_as_nothing() -> None:
    dear = Usage(disk=0.0, down=100.0, hours=1.0)
    unpriced = row(dear, id=1, inet_down_cost=None, gpu_ram=None, reliability=0.0, dlperf=None,
                   gpu_arch=None, min_bid=0.1)  # fmt: skip
    found = figures([unpriced], spot)
    assert (found.offers, found.gpus, found.priced) == (1, 1, 0)
    assert spot_price(unpriced.offer, dear) is None
    assert [found.prices, found.value, found.reliability] == [None] * 3
    none = figures([], spot)
    assert (none.offers, none.prices, none.countries, none.cheapest) == (0, None, (), None)


def test_of_a_part_nothing_is_claimed_that_the_rest_could_change() -> None:
    """64 of more: none of the others costs less than 0.30 per GPU, so that the median of all is at
    least 0.30, though that of the known ones is 0.35."""
    known = [0.20, 0.25, 0.35, 0.36, 0.40]
    assert prices_of(known, 0.30) == Prices(0.20, 0.25, 0.30, 0.30, 0.30)
    assert prices_of(known, None) == Prices(0.20, 0.20, 0.20, 0.20, 0.20)
    rows = [offer(number, price) for number, price in enumerate(known)]
    part = figures(rows, spot, floor=0.30, whole=False)
    assert part.knows_lowest
    assert figures(rows, spot, floor=0.20, whole=False).knows_lowest, "none is below it"
    assert not figures(rows, spot, floor=0.15, whole=False).knows_lowest
    assert not figures(rows, spot, floor=None, whole=False).knows_lowest


def test_the_price_below_which_a_search_by_price_per_memory_found_all() -> None:
    """0.0125 $/GB/h of at least 24 GB each is 0.30 per GPU."""
    rows = [
        row(id=1, vram_costperhour=0.01, gpu_ram=24576),
        row(id=2, vram_costperhour=0.0125, gpu_ram=49152),
        row(id=3, vram_costperhour=None),
    ]
    offers = [one.offer for one in rows]
    assert floor_of(offers, "on-demand") == pytest.approx(0.0125 * 24564 / 1024)
    assert floor_of(offers, "reserved") is None
    assert floor_of(offers[2:], "bid") is None


@pytest.mark.parametrize(("share", "value"), [(0, 1), (0.25, 2), (0.5, 3), (0.9, 4.6), (1, 5)])
def test_quantile(share: float, value: float) -> None:
    assert quantile([1.0, 2.0, 3.0, 4.0, 5.0], share) == pytest.approx(value)


@pytest.mark.parametrize(
    ("prices", "band"),
    [
        (Prices(0.5, 0.5, 1.0, 2.0, 2.0), "━━━━━━━━┃━━━━━━━━"),
        (Prices(0.6, 0.8, 1.0, 1.3, 1.6), "  ───━━━┃━━━──   "),
        (Prices(1.0, 1.0, 1.0, 1.0, 1.0), "        ┃        "),
        (Prices(0.1, 0.9, 1.0, 1.1, 9.0), "───────━┃━───────"),
        (Prices(0.0, 0.0, 0.0, 0.0, 0.0), "                 "),
        (Prices(0.24, 0.32, 0.4, 0.52, 0.64), "  ───━━━┃━━━──   "),
        (Prices(0.0, 3.0, 4.0, 4.4, 5.2), "─────━━━┃━──     "),
    ],
)
def test_band(prices: Prices, band: str) -> None:
    assert price_band(prices) == band


def test_the_upper_part_of_the_band_of_a_part_is_not_known() -> None:
    assert price_band(Prices(0.6, 0.8, 1.0, 1.0, 1.0), whole=False) == "  ───━━━┃›       "
