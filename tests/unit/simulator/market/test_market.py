from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import pytest

from tests.support.simulator import demo_world, search
from vasttui.clock import VirtualClock
from vasttui.simulator.market.catalogue import GPU_NAMES, GPUS
from vasttui.simulator.world import World

HOUR = 3_600.0


def market(world: World) -> list[dict[str, Any]]:
    return search(world, {"order": [["id", "asc"]]})


def whole(**overrides: Any) -> World:
    return demo_world(**{"offers": 600, "search_cap": 20_000, **overrides})


def test_the_same_seed_and_time_make_the_same_market() -> None:
    assert market(whole()) == market(whole())


def test_another_seed_makes_another_market() -> None:
    assert market(whole(seed=1)) != market(whole(seed=2))


@pytest.mark.parametrize("size", [1, 7, 200, 601])
def test_there_are_as_many_offers_as_asked_for(size: int) -> None:
    assert len(market(whole(offers=size))) == size


def test_an_empty_market_is_empty() -> None:
    assert search(whole(offers=0), {"num_gpus": {"gte": 0}}) == []


def test_a_small_market_is_the_beginning_of_a_larger_one() -> None:
    small, large = market(whole(offers=50)), market(whole(offers=600))
    assert {row["machine_id"] for row in small} <= {row["machine_id"] for row in large}


def test_the_market_moves() -> None:
    clock = VirtualClock()
    world = whole(clock=clock)
    before = {row["bundle_id"]: row for row in market(world)}
    clock.advance(HOUR)
    after = {row["bundle_id"]: row for row in market(world)}
    assert before.keys() == after.keys()
    rented = [key for key in before if before[key]["rentable"] and not after[key]["rentable"]]
    returned = [key for key in before if not before[key]["rentable"] and after[key]["rentable"]]
    repriced = [key for key in before if before[key]["dph_base"] != after[key]["dph_base"]]
    assert len(rented) > 10
    assert len(returned) > 10
    assert len(repriced) > 10
    assert len(repriced) < len(before) / 2


def test_most_of_the_market_stands_still_for_a_minute() -> None:
    clock = VirtualClock()
    world = whole(clock=clock)
    before = market(world)
    clock.advance(60)
    after = market(world)
    same = sum(
        (old["id"], old["rentable"], old["dph_base"])
        == (new["id"], new["rentable"], new["dph_base"])
        for old, new in zip(before, after, strict=True)
    )
    assert 0.9 * len(before) < same


def test_what_the_market_is_depends_on_the_time_alone_not_on_who_looked_when() -> None:
    often, seldom = VirtualClock(), VirtualClock()
    busy, quiet = whole(clock=often), whole(clock=seldom)
    for _ in range(40):
        often.advance(HOUR)
        search(busy, {"limit": 1})
    seldom.advance(40 * HOUR)
    assert market(busy) == market(quiet)


def test_time_may_go_back() -> None:
    clock = VirtualClock()
    world = whole(clock=clock)
    first = market(world)
    clock.advance(30 * HOUR)
    assert market(world) != first
    clock.jump(-30 * HOUR)
    assert market(world) == first


def test_contracts_always_have_days_left() -> None:
    clock = VirtualClock()
    world = whole(clock=clock)
    for _ in range(5):
        for row in market(world):
            assert 0.49e6 < row["duration"] < 14e6
            assert row["duration"] == row["end_date"] - clock.now()
        clock.advance(40 * 24 * HOUR)


def test_machines_list_chunks_that_share_their_gpus() -> None:
    machines = defaultdict(list)
    for row in market(whole()):
        machines[row["machine_id"]].append(row)
    for rows in machines.values():
        assert len({row["host_id"] for row in rows}) == 1
        assert len({row["num_gpus"] for row in rows}) == len(rows)
        assert len({row["cpu_ram"] for row in rows}) == 1
        for row in rows:
            if row["cpu_cores"] is not None:
                assert row["cpu_cores_effective"] == row["cpu_cores"] * row["gpu_frac"]
        largest = max(rows, key=lambda row: row["num_gpus"])
        if largest["gpu_frac"] == 1:
            for row in rows:
                assert set(row["gpu_ids"]) <= set(largest["gpu_ids"])
    assert max(len(rows) for rows in machines.values()) >= 4
    assert {row["num_gpus"] for rows in machines.values() for row in rows} >= {1, 2, 4, 8}


def test_a_rented_gpu_takes_every_offer_with_it() -> None:
    rows = search(whole(), {"disable_bundling": True})
    taken = {
        gpu
        for row in rows
        if row["num_gpus"] == 1 and not row["rentable"]
        for gpu in row["gpu_ids"]
    }
    assert taken
    for row in rows:
        if taken & set(row["gpu_ids"]):
            assert not row["rentable"]


def test_a_bundle_shows_a_free_offer_as_long_as_there_is_one() -> None:
    world = whole()
    free = {
        row["bundle_id"] for row in search(world, {"disable_bundling": True}) if row["rentable"]
    }
    for row in market(world):
        assert row["rentable"] == (row["bundle_id"] in free)


def test_ids_are_unique_and_of_the_right_size() -> None:
    rows = search(whole(), {"disable_bundling": True})
    ids = [row["id"] for row in rows]
    volumes = [row["avail_vol_ask_id"] for row in rows if row["avail_vol_ask_id"]]
    assert len({*ids, *volumes}) == len(ids) + len(volumes)
    assert min(ids) > 44_000_000


def test_the_demo_shows_a_good_market() -> None:
    rows = market(whole())
    good = [row for row in rows if row["rentable"] and row["verification"] == "verified"]
    assert len(good) > 0.52 * len(rows)
    names = Counter(row["gpu_name"] for row in good)
    for common in ("RTX 4090", "RTX 5090", "RTX 3090"):
        assert names[common] >= 25
    for server in ("A100", "H100"):
        assert sum(count for name, count in names.items() if name.startswith(server)) >= 15


def test_a_large_market_is_mixed_as_the_real_one() -> None:
    rows = market(whole(offers=6_000))
    trust = Counter(row["verification"] for row in rows)
    assert 0.55 < trust["verified"] / len(rows) < 0.7
    assert 0.25 < trust["unverified"] / len(rows) < 0.4
    assert 0.03 < trust["deverified"] / len(rows) < 0.08
    hosting = Counter(row["hosting_type"] for row in rows)
    assert set(hosting) == {0, 1, None}
    assert 0.2 < hosting[1] / len(rows) < 0.4
    assert {row["gpu_name"] for row in rows} == set(GPU_NAMES)
    assert len(GPU_NAMES) >= 25
    nowhere = sum(row["geolocation"] is None for row in rows)
    assert 0 < nowhere < 0.03 * len(rows)
    places = {row["geolocation"] for row in rows}
    assert {"Hafnarfjarðarkaupstaður, IS", "Bács-Kiskun, HU", ", US", ", CN"} <= places
    assert any(row["public_ipaddr"] != row["public_ipaddr"].strip() for row in rows)
    assert any(row["cpu_name"] != row["cpu_name"].strip() for row in rows)
    assert any(row["external"] is True for row in rows)
    assert any(row["cpu_arch"] == "arm64" for row in rows)


def test_prices_stay_near_those_of_the_model() -> None:
    for row in market(whole()):
        models = [gpu for gpu in GPUS if gpu.name == row["gpu_name"] and gpu.ram == row["gpu_ram"]]
        per_gpu = row["dph_base"] / row["num_gpus"]
        assert any(gpu.low * 0.9 - 0.02 < per_gpu < gpu.high * 1.1 + 0.02 for gpu in models)


def test_building_and_moving_pause_often() -> None:
    clock = VirtualClock()
    world = whole(offers=5_000, clock=clock)
    assert sum(1 for _ in world.market.settle(world.clock.now())) > 20
    assert list(world.market.settle(world.clock.now())) == []
    clock.advance(7 * 24 * HOUR)
    assert len(list(world.market.settle(world.clock.now()))) > 4


def test_two_who_build_at_once_share_the_work() -> None:
    world, other = whole(), whole()
    first, second = world.market.settle(world.clock.now()), world.market.settle(world.clock.now())
    for _ in first:
        next(second, None)
    for _ in second:
        pass
    assert market(world) == market(other)
