from __future__ import annotations

from tests.support.simulator import ask, demo_world, search


def test_names_are_all_the_market_can_have() -> None:
    world = demo_world(offers=2_000, search_cap=2_000)
    names = ask(world, "GET", "/api/v0/gpu_names/unique/").json["gpu_names"]
    assert names == sorted(set(names))
    assert {row["gpu_name"] for row in search(world)} <= set(names)
    assert {"RTX 4090", "H100 SXM", "RTX 6000Ada", "RTX PRO 6000 WS"} <= set(names)


def test_types_know_the_memory_where_it_is_one() -> None:
    types = ask(demo_world(), "GET", "/api/v0/gpu_types").json["gpu_types"]
    memory = {kind["canonical_name"]: kind["gpu_ram_mb"] for kind in types}
    assert memory["RTX 5090"] == 32607
    assert memory["RTX 4090"] is None
