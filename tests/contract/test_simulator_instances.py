"""Checks the simulator's instances against the keys and types of 2026.

`instance_kinds_2026.json` combines docs: "show instances" with what client 1.9.1 reads.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.rented import called, one, rented
from tests.support.simulator import demo_world

KINDS: dict[str, str] = json.loads(
    (Path(__file__).parent / "data" / "instance_kinds_2026.json").read_text()
)
NULLABLE = {
    "actual_status", "status_msg", "label", "onstart", "geolocation", "country_code",
    "hosting_type", "external", "gpu_util", "gpu_temp", "vmem_usage", "mem_limit", "mem_usage",
    "cuda_max_good", "compute_cap", "cpu_cores", "cpu_cores_effective",
}  # fmt: skip

WORLD = demo_world(instances=400)
ROWS = rented(WORLD)


def kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def test_every_row_has_exactly_the_known_keys() -> None:
    assert len(ROWS) == 400
    for row in ROWS:
        assert set(row) == set(KINDS)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_values_are_of_the_known_kind(name: str) -> None:
    kinds = {kind(row[name]) for row in ROWS}
    allowed = {KINDS[name], "null"} if name in NULLABLE else {KINDS[name]}
    assert kinds <= allowed
    assert KINDS[name] in kinds


def test_a_single_read_is_the_same_without_volumes() -> None:
    row = called(WORLD, "train-a")
    single = one(WORLD, row["id"])
    assert single is not None
    assert single == {name: value for name, value in row.items() if name != "volume_info"}


@pytest.mark.parametrize("name", ["search", "instance"])
def test_cost_objects_have_the_documented_keys(name: str) -> None:
    wanted = {
        "gpuCostPerHour", "diskHour", "totalHour", "discountTotalHour", "discountedTotalPerHour",
    }  # fmt: skip
    for row in ROWS:
        assert set(row[name]) == wanted


def test_what_the_official_client_needs_is_always_there() -> None:
    for row in ROWS:
        assert isinstance(row["start_date"], float)
        assert all(len(pair) == 2 for pair in row["extra_env"])


def test_ports_are_only_there_while_it_runs() -> None:
    for row in ROWS:
        if row["actual_status"] != "running":
            assert row["ports"] == {}
    running = [row for row in ROWS if row["actual_status"] == "running"]
    assert any(row["ports"] for row in running)
    for row in running:
        for entries in row["ports"].values():
            assert entries[0]["HostIp"] == "0.0.0.0"
            assert all(entry["HostPort"].isdecimal() for entry in entries)
    seconds = {len(entries) for row in running for entries in row["ports"].values()}
    assert seconds == {1, 2}


def test_addresses_come_with_the_ending_of_the_recording() -> None:
    for row in ROWS:
        assert row["public_ipaddr"].endswith("\n")
        assert row["ssh_host"] == f"ssh{row['ssh_idx']}.vast.ai"
        assert row["ssh_port"] % 2 == 0


def test_prices_obey_the_formulas_with_the_real_disk() -> None:
    for row in ROWS:
        disk = row["storage_cost"] * row["disk_space"] / 720
        assert row["storage_total_cost"] == pytest.approx(disk)
        assert row["dph_total"] == pytest.approx(row["dph_base"] + disk)
        assert row["search"]["totalHour"] == pytest.approx(row["dph_total"])
        now = row["dph_total"] if row["actual_status"] == "running" else disk
        assert row["instance"]["totalHour"] == pytest.approx(now)
