from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.support.simulator import demo_world, search
from vasttui.simulator.market.market import Ask
from vasttui.simulator.market.offers import RentalType, RowWriter, Terms, driver_number, wire


def recorded(
    *,
    mills: int,
    storage_cost: float,
    traffic: float = 0.0,
    ram: int = 32607,
    tflops: float = 107.58143999999999,
    dlperf: float = 141.77061797795068,
    bid_share: float = 0.75,
    discount_max: float = 0.4,
) -> Ask:
    """An offer of one GPU with the numbers of a recorded one."""
    world = demo_world()
    for _ in world.market.settle(world.clock.now()):
        pass
    ask = next(ask for ask in map(world.market.ask, world.market.chunks()) if ask.chunk.size == 1)
    machine = ask.chunk.machine
    assert machine.gpu is not None
    changed = replace(
        machine,
        gpu=replace(machine.gpu, ram=ram, tflops=tflops, dlperf=dlperf),
        hardware=replace(machine.hardware, dlperf=1.0),
        network=replace(machine.network, up_cost=traffic, down_cost=traffic),
        listing=replace(
            machine.listing,
            share=0.75,
            storage_cost=storage_cost,
            bid_share=bid_share,
            discount_max=discount_max,
            discount_rate=0.0,
        ),
    )
    return ask._replace(
        chunk=replace(ask.chunk, machine=changed), moment=replace(ask.moment, mills=mills)
    )


def terms(storage: float = 8, rental: RentalType = "on-demand") -> Terms:
    return Terms(rental, storage, 1_790_000_000.0)


def test_price_is_that_of_the_offer_recorded_in_september_2026() -> None:
    row = wire(recorded(mills=400, storage_cost=1 / 0.75, traffic=3 / 1024 / 0.75), terms(), 1)
    assert row["dph_base"] == 0.5333333333333333
    assert row["storage_total_cost"] == 0.014814814814814814
    assert row["dph_total"] == 0.5481481481481482
    assert row["dph_total_adj"] == 0.5559606481481482
    assert row["internet_up_cost_per_tb"] == 4.0
    assert row["min_bid"] == 0.4


def test_every_price_is_that_of_the_offer_recorded_in_2025() -> None:
    row = wire(recorded(mills=79, storage_cost=0.9333333333333335, traffic=0.001953125), terms(), 1)
    assert row["dph_base"] == 0.10533333333333333
    assert row["storage_total_cost"] == 0.010370370370370372
    assert row["dph_total"] == 0.11570370370370371
    assert row["dph_total_adj"] == 0.11960995370370371
    assert row["dlperf_per_dphtotal"] == 1225.290232203799
    assert row["flops_per_dphtotal"] == 929.8011779769524
    assert row["vram_costperhour"] == 0.003307919567373059
    assert row["internet_up_cost_per_tb"] == 2
    assert row["search"] == {
        "discountTotalHour": 0,
        "discountedTotalPerHour": 0.11570370370370371,
        "diskHour": 0.010370370370370372,
        "gpuCostPerHour": 0.10533333333333333,
        "totalHour": 0.11570370370370371,
    }
    assert row["instance"] == {
        "discountTotalHour": 0,
        "discountedTotalPerHour": 0.010370370370370372,
        "diskHour": 0.010370370370370372,
        "gpuCostPerHour": 0,
        "totalHour": 0.010370370370370372,
    }


def test_price_is_that_of_the_offer_recorded_with_5_gb() -> None:
    offer = recorded(
        mills=185, storage_cost=0.0013333333333333335, ram=24564, dlperf=106.63705612622635,
        tflops=82.968576,
    )  # fmt: skip
    row = wire(offer, terms(5), 1)
    assert row["dph_base"] == pytest.approx(0.24666666666666665, abs=1e-16)
    assert row["storage_total_cost"] == 9.25925925925926e-06
    assert row["dph_total"] == pytest.approx(0.2466759259259259, abs=1e-16)
    assert row["vram_costperhour"] == pytest.approx(0.010282798675568581, abs=1e-17)


def test_a_bid_costs_the_least_winning_bid_under_the_same_id() -> None:
    offer = recorded(mills=400, storage_cost=1 / 0.75, bid_share=0.51234)
    row, normal = wire(offer, terms(rental="bid"), 1), wire(offer, terms(), 1)
    assert row["is_bid"] is True
    assert normal["is_bid"] is False
    assert row["dph_base"] == row["min_bid"] == normal["min_bid"] == 0.273248
    assert row["dph_total"] == 0.273248 + 0.014814814814814814
    assert row["id"] == normal["id"]


def test_a_reservation_takes_the_whole_discount_off_the_gpu_price() -> None:
    row = wire(recorded(mills=300, storage_cost=0.9), terms(rental="reserved"), 1)
    assert row["discount_rate"] == row["credit_discount_max"] == 0.4
    assert row["discounted_hourly"] == pytest.approx(0.16)
    assert row["discounted_dph_total"] == pytest.approx(0.4 - 0.16 + 0.01)
    assert row["search"]["discountTotalHour"] == row["discounted_hourly"]  # type: ignore[index]


def test_all_offers_of_a_market_keep_the_formulas() -> None:
    for row in search(demo_world(search_cap=200), {"allocated_storage": 30.5}):
        assert row["storage_total_cost"] == row["storage_cost"] * 30.5 / 720
        assert row["dph_total"] == row["dph_base"] + row["storage_total_cost"]
        assert row["dph_total_adj"] == (
            row["dph_total"] + row["inet_up_cost"] + row["inet_down_cost"]
        )
        assert row["internet_up_cost_per_tb"] == row["inet_up_cost"] * 1024
        assert row["internet_down_cost_per_tb"] == row["inet_down_cost"] * 1024
        assert row["gpu_total_ram"] == row["gpu_ram"] * row["num_gpus"]
        assert row["vram_costperhour"] == row["dph_base"] / (row["gpu_total_ram"] / 1024)
        assert row["dlperf_per_dphtotal"] == row["dlperf"] / row["dph_total"]
        assert row["flops_per_dphtotal"] == row["total_flops"] / row["dph_total"]
        assert row["search"]["totalHour"] == row["dph_total"]
        assert row["instance"]["totalHour"] == row["storage_total_cost"]
        assert 0.44 <= row["min_bid"] / row["dph_base"] <= 1.0001
        assert row["id"] == row["ask_contract_id"]
        assert row["reliability2"] == row["reliability"]
        assert len(row["gpu_ids"]) == row["num_gpus"]


def test_prices_are_round_cents_of_the_host_before_the_service_takes_its_part() -> None:
    round_prices = 0
    rows = search(demo_world(search_cap=200))
    for row in rows:
        per_gpu = row["dph_base"] / row["num_gpus"]
        cents = [per_gpu * share * 100 for share in (0.75, 0.85)]
        round_prices += any(abs(value - round(value)) < 1e-6 for value in cents)
    assert round_prices > 0.85 * len(rows)


def test_what_is_kept_of_a_machine_writes_the_same_object() -> None:
    world = demo_world(offers=60)
    for _ in world.market.settle(world.clock.now()):
        pass
    writer, on = RowWriter(), Terms("bid", 12.5, world.clock.now())
    for place, chunk in enumerate(world.market.chunks(), 1):
        offer = world.market.ask(chunk)
        assert json.loads(writer.write(offer, on, place)) == wire(offer, on, place)


@pytest.mark.parametrize(
    ("version", "number"),
    [("570.124.04", 570124004), ("535.183.01", 535183001), ("535.86.05", 535086005)],
)
def test_driver_versions_become_numbers(version: str, number: int) -> None:
    assert driver_number(version) == number
