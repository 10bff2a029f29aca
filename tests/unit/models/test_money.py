"""Prices worked by hand: what is on the wire, what it costs for a use, and how one gets there."""

from __future__ import annotations

from typing import Any

import pytest

from vasttui.models.decode import decode_rows
from vasttui.models.money import Cost, RentalType, Usage, cost, gpu_price, price_offer
from vasttui.models.offer import Offer

WIRE: dict[str, Any] = {
    "id": 1, "gpu_name": "RTX 4090", "num_gpus": 2, "dph_base": 0.40, "dph_total": 0.42,
    "storage_cost": 0.144, "min_bid": 0.15, "discounted_dph_total": 0.31,
    "storage_total_cost": 0.01, "inet_down_cost": 0.002, "inet_up_cost": 0.003, "dlperf": 190.0,
}  # fmt: skip
# A disk of 100 GB costs 0.144 * 100 / 720 = 14.4 / 720 = 0.02 $/h.
# Traffic costs 50 * 0.002 + 10 * 0.003 = 0.10 + 0.03 = 0.13 $, over 8 hours 0.01625 $/h.
USAGE = Usage(disk=100, down=50, up=10, hours=8)


def offer(**changes: Any) -> Offer:
    """The offer of a row as it comes over the wire."""
    decoded = decode_rows([{**WIRE, **changes}])
    assert len(decoded.offers) == 1
    return decoded.offers[0]


@pytest.mark.parametrize(
    ("rental", "gpu", "running", "total", "effective"),
    [
        # 0.40 + 0.02 = 0.42; 0.42 * 8 + 0.13 = 3.49; 3.49 / 8 = 0.43625
        ("on-demand", 0.40, 0.42, 3.49, 0.43625),
        # The least bid: 0.15 + 0.02 = 0.17; 0.17 * 8 + 0.13 = 1.49; 1.49 / 8 = 0.18625
        ("bid", 0.15, 0.17, 1.49, 0.18625),
        # 0.31 has a disk of 0.01 in it: 0.31 - 0.01 = 0.30; 0.32 * 8 + 0.13 = 2.69; / 8 = 0.33625
        ("reserved", 0.30, 0.32, 2.69, 0.33625),
    ],
)
def test_an_offer_for_a_use(
    rental: RentalType, gpu: float, running: float, total: float, effective: float
) -> None:
    found = cost(offer(), USAGE, rental)
    assert found.gpu == pytest.approx(gpu)
    assert found.disk == pytest.approx(0.02)
    assert found.traffic == pytest.approx(0.13)
    assert found.running == pytest.approx(running)
    assert found.total == pytest.approx(total)
    assert found.effective == pytest.approx(effective)
    row = price_offer(offer(), USAGE, rental)
    assert row.price == pytest.approx(running)
    assert row.eff == pytest.approx(effective)
    assert row.value == pytest.approx(190.0 / effective)


def test_it_is_on_demand_where_nothing_is_said() -> None:
    assert cost(offer(), USAGE) == cost(offer(), USAGE, "on-demand")


@pytest.mark.parametrize(
    ("changes", "rental", "gpu"),
    [
        ({"min_bid": None}, "bid", 0.40),  # nobody knows what wins, so it is as dear as can be
        ({"min_bid": 0.0}, "bid", 0.0),
        ({"min_bid": 0.55}, "bid", 0.55),
        ({"discounted_dph_total": None}, "reserved", 0.40),
        ({"storage_total_cost": None}, "reserved", 0.31),
        ({"discounted_dph_total": 0.005}, "reserved", 0.0),  # 0.005 - 0.01 is nothing, not less
        ({"min_bid": 0.15}, "on-demand", 0.40),
        ({"min_bid": 0.15, "discounted_dph_total": None}, "reserved", 0.40),
    ],
)
def test_the_gpu_alone(changes: dict[str, Any], rental: RentalType, gpu: float) -> None:
    assert gpu_price(offer(**changes), rental) == pytest.approx(gpu)


@pytest.mark.parametrize(
    ("usage", "changes", "traffic", "effective"),
    [
        (Usage(disk=100, hours=8), {}, 0.0, 0.42),
        # Without traffic in mind its price is of no matter.
        (Usage(disk=100, hours=8), {"inet_down_cost": None, "inet_up_cost": None}, 0.0, 0.42),
        # 50 * 0.002 = 0.1; 0.1 / 4 = 0.025
        (Usage(disk=100, down=50, hours=4), {"inet_up_cost": None}, 0.1, 0.445),
        # 10 * 0.003 = 0.03; 0.03 / 0.5 = 0.06
        (Usage(disk=100, up=10, hours=0.5), {"inet_down_cost": None}, 0.03, 0.48),
        (USAGE, {"inet_down_cost": None}, None, None),
        (USAGE, {"inet_up_cost": None}, None, None),
        # What is below zero cannot be meant: the price is unknown, nobody is paid for traffic.
        (USAGE, {"inet_down_cost": -0.002}, None, None),
        (USAGE, {"inet_up_cost": -0.003}, None, None),
        (USAGE, {"inet_down_cost": 0.0, "inet_up_cost": 0}, 0.0, 0.42),
        # 1000 * 0.002 = 2; 2 / 100 = 0.02
        (Usage(disk=100, down=1000, hours=100), {}, 2.0, 0.44),
        # No disk: 0.40 alone, and 0.13 / 8 = 0.01625.
        (Usage(disk=0, down=50, up=10, hours=8), {}, 0.13, 0.41625),
        # 250 GB: 0.144 * 250 / 720 = 0.05
        (Usage(disk=250, hours=8), {}, 0.0, 0.45),
    ],
)
def test_disk_and_traffic(
    usage: Usage, changes: dict[str, Any], traffic: float | None, effective: float | None
) -> None:
    found = cost(offer(**changes), usage)
    assert found.traffic == (None if traffic is None else pytest.approx(traffic))
    assert found.effective == (None if effective is None else pytest.approx(effective))
    assert (found.total is None) is (effective is None)
    row = price_offer(offer(**changes), usage, "on-demand")
    assert row.eff == found.effective
    assert (row.value is None) is (effective is None)


def test_the_use_in_mind_when_nobody_says_any() -> None:
    assert Usage() == Usage(disk=10.0, down=0.0, up=0.0, hours=8.0)


def test_what_costs_nothing_has_no_value_per_dollar() -> None:
    free = offer(dph_base=0, storage_cost=0)
    row = price_offer(free, Usage(), "on-demand")
    assert (row.price, row.eff, row.value) == (0.0, 0.0, None)
    assert price_offer(offer(dlperf=None), USAGE, "on-demand").value is None


def test_without_traffic_both_prices_are_one_number() -> None:
    row = price_offer(offer(), Usage(disk=100), "on-demand")
    assert row.eff is row.price == pytest.approx(0.42)


def test_a_cost_of_its_own() -> None:
    # 0.30 + 0.05 = 0.35 $/h; for 20 h 7.00 $, with 1.00 $ of traffic 8.00 $; 8 / 20 = 0.40 $/h
    one = Cost(gpu=0.30, disk=0.05, traffic=1.0, hours=20.0)
    assert one.running == pytest.approx(0.35)
    assert one.total == pytest.approx(8.00)
    assert one.effective == pytest.approx(0.40)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"geolocation": "Sweden, SE", "cpu_name": "AMD EPYC", "machine_id": 9, "host_id": 8},
            ["rtx 4090", "sweden, se", "amd epyc", "m:9", "h:8", "1"],
        ),
        ({}, ["rtx 4090", "", "", "", "", "1"]),
    ],
)
def test_the_words_a_search_looks_in(changes: dict[str, Any], words: list[str]) -> None:
    assert price_offer(offer(**changes), USAGE, "on-demand").text.split("\n") == words
