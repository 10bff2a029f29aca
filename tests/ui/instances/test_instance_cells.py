"""Every cell of the instance table, worked by hand from what is on the wire."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from msgspec import structs
from rich.cells import cell_len

from tests.support.instance_rows import page
from vasttui.clock import VirtualClock
from vasttui.lists.columns import Cell
from vasttui.models.bill import Spent
from vasttui.models.charge import Charge
from vasttui.models.decode_instance import InstanceDecoder
from vasttui.models.instance import InstanceList
from vasttui.models.status import Phase
from vasttui.services.actions.state import ActionState, Step
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.services.fleet.store import Began, FleetStore
from vasttui.ui.format import spent_words
from vasttui.ui.instances.columns import InstanceCells, instances_resource

NOW = 1_800_000_000.0
MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
ID = 26712204

WIRE: dict[str, Any] = {
    "id": ID, "machine_id": 25991, "host_id": 81204, "label": "train-a vt-abcdefghij",
    "actual_status": "running", "cur_state": "running", "next_state": "running",
    "intended_status": "running", "status_msg": "success, running",
    "image_uuid": "vastai/pytorch:2.8.0", "image_runtype": "ssh_direc ssh_proxy",
    "public_ipaddr": "65.130.162.74", "ports": {"22/tcp": [{"HostPort": "33526"}]},
    "geolocation": "Sweden, SE", "reliability2": 0.9953,
    "start_date": NOW - 8 * HOUR - 4 * MINUTE, "end_date": NOW + 40 * DAY,
    "num_gpus": 2, "gpu_name": "RTX 3090", "gpu_ram": 24576, "gpu_totalram": 49152,
    "gpu_util": 97.4, "gpu_temp": 71.2, "vmem_usage": 40.6, "cuda_max_good": 12.8,
    "driver_version": "570.124.04", "cpu_util": 0.354, "mem_limit": 31.2,
    "mem_usage": 5.2, "disk_space": 60.0, "disk_usage": 38.2,
    "inet_up": 640.2, "inet_down": 812.6,
    "is_bid": False, "min_bid": 0.25, "dph_base": 0.274, "dph_total": 0.2873,
    "storage_cost": 0.16, "storage_total_cost": 0.0133,
}  # fmt: skip
HALTED = {"actual_status": "exited", "cur_state": "stopped", "next_state": "stopped",
          "intended_status": "stopped"}  # fmt: skip

# It runs: 0.274 + 0.0133 = 0.2873 $/h. Stopped, its disk alone is 0.0133 $/h.
CELLS: dict[str, Cell] = {
    "state": ("● running", "good"), "label": ("train-a", ""), "gpu": ("2× RTX 3090", ""),
    "util": ("97%", "good"), "vram": ("41/48G", ""), "temp": ("71", ""), "disk": ("38/60G", ""),
    "price": ("0.287", ""),
    "spent": ("≤$2.32+?", ""),  # 8 h 4 min = 8.0667 h; * 0.2873 = 2.3176
    "age": ("8h04m", ""), "ends": ("40d", ""),
    "type": ("on-demand", ""), "minbid": ("0.250", ""), "cc": ("SE", ""),
    "mach": ("25991", "dim"), "id": ("26712204", "dim"), "rel": ("99.5", ""),
    "cuda": ("12.8", ""), "driver": ("570.124.04", ""), "cpuutil": ("35%", ""),
    "ram": ("5/31G", ""),
    "down": ("813", ""), "up": ("640", ""), "image": ("vastai/pytorch:2.8.0", ""),
    "place": ("Sweden, SE", ""), "ip": ("65.130.162.74", "dim"), "msg": ("success, running", ""),
}  # fmt: skip
UNKNOWN: dict[str, Cell] = {
    "state": ("◌ creating", "warn"), "label": ("26712204", ""), "gpu": ("?", ""),
    "util": ("-", "dim"), "vram": ("-", "dim"), "temp": ("-", "dim"), "disk": ("?", "dim"),
    "price": ("?", "bad"), "spent": ("?", "dim"), "age": ("?", ""), "ends": ("?", ""),
    "cpuutil": ("-", "dim"), "ram": ("-", "dim"),
    "mach": ("?", "dim"), "id": ("26712204", "dim"), "ip": ("?", "dim"), "msg": ("", ""),
    **dict.fromkeys(
        ("type", "minbid", "cc", "rel", "cuda", "driver", "down", "up", "image",
         "place"),
        ("?", ""),
    ),
}  # fmt: skip


class Memory:
    """Since when an instance was in its state, as an earlier reading saw it."""

    def __init__(self, began: Mapping[int, Began]) -> None:
        self._began = dict(began)

    def load(self) -> dict[int, Began]:
        return self._began

    def save(self, began: Mapping[int, Began]) -> None:
        pass


async def row_of(
    wire: dict[str, Any],
    *,
    before: dict[str, Any] | None = None,
    began: Began | None = None,
    charged: tuple[float, float] | None = None,
) -> FleetRow:
    """The row of the table for a row of the wire; `charged` are $ and by when the service says so.

    `before` is the row of the reading before; `began` what an earlier run kept: the state it was
    in, since when, and if that is exact.
    """
    memory = None if began is None else Memory({ID: began})
    store = FleetStore(lambda fleet: None, VirtualClock(NOW), memory)
    if charged is not None:
        half = Charge(f"instance-{ID}", charged[0] / 2)
        store.charges_fetched([half, half, Charge("instance-7", 500.0)], charged[1])
    for one in (before, wire):
        if one is not None:
            answer = InstanceDecoder().page(page(one))
            assert isinstance(answer, dict)
            await store.fetched(InstanceList(answer["instances"].instances, 0, ()), 0.0)
    return store.fleet.rows[0]


def cells_of(row: FleetRow, cells: InstanceCells | None = None) -> dict[str, Cell]:
    """All cells of a row, by column."""
    resource = instances_resource(cells or InstanceCells(lambda: NOW))
    return {column.key: column.cell(row) for column in resource.columns}


def split(cells: dict[str, Cell]) -> tuple[dict[str, Cell], list[str], str]:
    """The cells but for the note, the numbers in the note, and its tone; its words may change."""
    text, tone = cells.pop("note")
    assert text
    return cells, figures((text, tone)), tone


def figures(cell: Cell) -> list[str]:
    """The numbers in a cell, with what says how exact they are."""
    return re.findall(r"[≥≤]?\$?\d[\d.,]*", cell[0])


async def test_every_cell_of_a_row_with_everything() -> None:
    assert split(cells_of(await row_of(WIRE))) == (CELLS, [], "")


async def test_every_cell_of_a_row_of_which_nothing_is_known() -> None:
    assert split(cells_of(await row_of({"id": ID}))) == (UNKNOWN, [], "warn")


async def test_what_each_column_is_ordered_by() -> None:
    row = await row_of(WIRE, charged=(2.31, NOW))
    columns = instances_resource(InstanceCells(lambda: NOW)).by_key
    values = {key: None if one.value is None else one.value(row) for key, one in columns.items()}
    rank = values.pop("state")
    assert values.pop("note") == rank
    assert values == {
        "label": "train-a", "gpu": "RTX 3090", "util": 97.4, "vram": 49152, "temp": 71.2,
        "disk": 60.0, "price": pytest.approx(0.2873), "spent": 2.31,
        "age": -WIRE["start_date"],  # the oldest began first
        "ends": NOW + 40 * DAY, "type": False, "minbid": 0.25, "cc": "SE", "mach": 25991,
        "id": ID, "rel": 0.9953, "cuda": 12.8, "driver": 570124004, "cpuutil": pytest.approx(35.4),
        "ram": 5.2, "down": 812.6, "up": 640.2, "image": "vastai/pytorch:2.8.0",
        "place": "Sweden, SE",
        "ip": "65.130.162.74", "msg": "success, running",
    }  # fmt: skip
    assert {key for key, one in columns.items() if one.best_first} == {
        "util", "vram", "temp", "disk", "price", "spent", "rel", "cuda", "cpuutil", "down", "up",
        "ram",
    }  # fmt: skip


def test_numbers_are_not_cut() -> None:
    columns = instances_resource(InstanceCells(lambda: NOW)).by_key
    for key, (text, _) in CELLS.items():
        assert cell_len(text) <= max(columns[key].width, columns[key].most)


async def test_privacy_hides_who_it_is_and_where() -> None:
    cells = InstanceCells(lambda: NOW, private=True)
    hidden = {key: ("•••", "dim") for key in ("mach", "id", "ip")}
    shown = {**CELLS, **hidden, "spent": ("•••", "dim")}
    assert split(cells_of(await row_of(WIRE), cells)) == (shown, [], "")
    nameless = split(cells_of(await row_of({"id": ID}), cells))
    assert nameless == ({**UNKNOWN, **hidden, "label": ("•••", "")}, [], "warn")


LATER = NOW - 6 * MINUTE
BOTH, DISK, NONE = ("0.287", ""), ("0.013", "dim"), ("0.000", "dim")


@pytest.mark.parametrize(
    ("phase", "words", "state", "price"),
    [
        (Phase.RUNNING, {}, ("● running", "good"), BOTH),
        (Phase.STOPPING, {"intended_status": "stopped"}, ("◐ stopping 6m", "warn"), BOTH),
        (Phase.STOPPED, HALTED, ("○ stopped 6m", "dim"), DISK),
        (Phase.FROZEN, {"actual_status": "frozen"}, ("● frozen 6m", "warn"), BOTH),
        (Phase.REBOOTING, {"actual_status": "rebooting"}, ("◐ rebooting 6m", "warn"), BOTH),
        (Phase.RECYCLING, {"actual_status": "recycling"}, ("◐ recycling 6m", "warn"), DISK),
        (Phase.LOADING, {"actual_status": "loading"}, ("◐ loading 6m", "warn"), DISK),
        (Phase.PROVISIONING, {"actual_status": None}, ("◌ creating 6m", "warn"), DISK),
        (Phase.SCHEDULING, {**HALTED, "intended_status": "running"},
         ("◐ scheduling 6m", "warn"), DISK),
        (Phase.OUTBID, {**HALTED, "intended_status": "running", "is_bid": True},
         ("✖ outbid 6m", "bad"), DISK),
        (Phase.EXITED, {"actual_status": "exited"}, ("✖ exited 6m", "bad"), DISK),
        (Phase.FAILED, {"actual_status": "loading", "status_msg": "Error: x"},
         ("✖ failed 6m", "bad"), DISK),
        (Phase.OFFLINE, {"actual_status": "offline"}, ("✖ offline 6m", "bad"), NONE),
        (Phase.NO_SIGNAL, {"actual_status": "unknown"}, ("✖ no signal 6m", "bad"), BOTH),
        (Phase.NO_SIGNAL, {**HALTED, "actual_status": "unknown"},
         ("✖ no signal 6m", "bad"), DISK),
        (Phase.UNREADABLE, {"actual_status": "?!"}, ("✖ unreadable", "bad"), BOTH),
    ],
)  # fmt: skip
async def test_state_and_price_of_each_phase(
    phase: Phase, words: dict[str, Any], state: Cell, price: Cell
) -> None:
    row = await row_of({**WIRE, **words}, began=(phase, LATER, True))
    assert row.phase is phase
    shown = cells_of(row)
    assert (shown["state"], shown["price"]) == (state, price)
    assert shown["note"][1] == ("" if phase is Phase.RUNNING else state[1])
    idle = phase is not Phase.RUNNING
    assert {shown[key][0] for key in ("util", "vram", "temp")} == (
        {"-"} if idle else {"97%", "41/48G", "71"}
    )


async def test_one_that_was_asked_to_start_is_billed_for_its_disk() -> None:
    # It says the same as one that ended by itself: only the reading before tells them apart.
    asked = {**WIRE, "actual_status": "exited"}
    row = await row_of(asked, before={**WIRE, **HALTED})
    shown = cells_of(row, InstanceCells(lambda: NOW + 6 * MINUTE))
    assert (shown["state"], shown["price"]) == (("◐ starting 6m", "warn"), DISK)
    assert shown["note"][1] == "warn"


@pytest.mark.parametrize(
    ("seconds", "exact", "words"),
    [
        (59, True, "○ stopped 59s"), (59, False, "○ stopped"), (60, False, "○ stopped 1m+"),
        (7_199, True, "○ stopped 1h"), (3 * DAY, False, "○ stopped 3d+"),
    ],
)  # fmt: skip
async def test_since_when(seconds: float, exact: bool, words: str) -> None:
    row = await row_of({**WIRE, **HALTED}, began=(Phase.STOPPED, NOW - seconds, exact))
    assert cells_of(row)["state"] == (words, "dim")


@pytest.mark.parametrize(
    ("changes", "price"),
    [
        ({"dph_base": None}, ("0.287", "")),  # (0.2873 - 0.0133) + 0.0133
        ({"dph_base": 1.5}, ("1.513", "")),
        ({"dph_base": 0.0}, ("0.013", "dim")),
        ({"dph_base": None, "dph_total": None}, ("?", "bad")),
        ({"storage_total_cost": None}, ("?", "bad")),
        ({"dph_base": -0.274, "dph_total": None}, ("?", "bad")),
        ({**HALTED, "storage_total_cost": 0.0042}, ("0.0042", "dim")),
        ({**HALTED, "storage_total_cost": -1}, ("?", "bad")),
    ],
)
async def test_what_is_billed_now(changes: dict[str, Any], price: Cell) -> None:
    assert cells_of(await row_of({**WIRE, **changes}))["price"] == price


@pytest.mark.parametrize(
    ("changes", "charged", "spent"),
    [
        # Charged until an hour ago, 0.2873 since: 2.31 + 0.2873 = 2.5973
        ({}, (2.31, NOW - HOUR), "$2.60"),
        # Stopped, half an hour of the disk: 2.31 + 0.00665
        (HALTED, (2.31, NOW - HOUR / 2), "$2.32"),
        ({}, (0.0, NOW - HOUR / 4), "$0.072"),  # 0.2873 / 4 = 0.0718
        ({}, (99.5, NOW - 2 * HOUR), "$100"),  # 99.5 + 0.5746 = 100.07
        ({}, (1234.4, NOW), "$1,234"),
        ({}, (99.99, NOW), "$99.99"),
        # The present price cannot be read: at most 2 + 0.2873 * 4 = 3.1492
        ({"storage_total_cost": None}, (2.0, NOW - 4 * HOUR), "≤$3.15+?"),
        # At most is no less: 2 + 0.2873 * 2 = 2.5746
        ({"storage_total_cost": None}, (2.0, NOW - 2 * HOUR), "≤$2.58+?"),
        # No charges are known: as if it had run for all of 12 h: 0.2873 * 12 = 3.4476
        ({"start_date": NOW - 12 * HOUR}, None, "≤$3.45+?"),
        ({**HALTED, "start_date": NOW - 12 * HOUR}, None, "≤$3.45+?"),
        ({"start_date": NOW - 1000 * HOUR}, None, "≤$288+?"),  # 287.3
        ({"start_date": NOW + HOUR}, None, "≤$0.00+?"),
        # Traffic is not in it, unless there is none to pay
        ({"start_date": NOW - 12 * HOUR, "inet_up_cost": 0, "inet_down_cost": 0}, None, "≤$3.45"),
        (
            {"start_date": NOW - 12 * HOUR, "inet_up_cost": 0.01, "inet_down_cost": 0},
            None,
            "≤$3.45+?",
        ),
        ({"dph_total": None, "dph_base": None}, (2.0, NOW), "?"),
        ({"start_date": None}, None, "?"),
    ],
)
async def test_what_was_spent(
    changes: dict[str, Any], charged: tuple[float, float] | None, spent: str
) -> None:
    row = await row_of({**WIRE, **changes}, charged=charged)
    assert cells_of(row)["spent"] == (spent, "dim" if spent == "?" else "")


def test_a_bound_in_words_says_that_traffic_is_not_in_it() -> None:
    spent = Spent(2.0, exact=False, at=NOW, rate=0.2873, traffic=True)
    later = NOW + 2 * HOUR
    assert spent_words(spent, later) == "at most $2.58 and traffic"
    assert spent_words(structs.replace(spent, traffic=False), later) == "at most $2.58"
    assert spent_words(structs.replace(spent, exact=True), later) == "$2.57"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"gpu_util": 49.4}, {"util": ("49%", "")}),
        ({"gpu_util": 50}, {"util": ("50%", "good")}),
        ({"gpu_util": None}, {"util": ("-", "dim")}),
        # Nine tenths of 40 GB are 36 GB.
        ({"gpu_totalram": 40960, "vmem_usage": 36.0}, {"vram": ("36/40G", "")}),
        ({"gpu_totalram": 40960, "vmem_usage": 36.1}, {"vram": ("36/40G", "warn")}),
        ({"gpu_totalram": None, "vmem_usage": 2}, {"vram": ("2/48G", "")}),  # 2 * 24576
        ({"gpu_totalram": 24564, "vmem_usage": 0.4}, {"vram": ("0/24G", "")}),
        ({"vmem_usage": None}, {"vram": ("-", "dim")}),
        ({"gpu_totalram": None, "gpu_ram": None}, {"vram": ("-", "dim")}),
        ({"gpu_temp": 79.4}, {"temp": ("79", "")}),
        ({"gpu_temp": 80}, {"temp": ("80", "warn")}),
        ({"gpu_temp": 89.4}, {"temp": ("89", "warn")}),
        ({"gpu_temp": 90}, {"temp": ("90", "bad")}),
        ({"gpu_temp": None}, {"temp": ("-", "dim")}),
        (
            {"gpu_util": 0.0, "gpu_temp": 0.0, "vmem_usage": 0.0},
            dict.fromkeys(("util", "temp", "vram"), ("-", "dim")),
        ),
        (
            {"gpu_util": 0.0, "gpu_temp": 34.0, "vmem_usage": 0.4},
            {"util": ("0%", ""), "temp": ("34", ""), "vram": ("0/48G", "")},
        ),
        ({"cpu_util": 88.0}, {"cpuutil": ("88%", "")}),
        ({"cpu_util": 0.0}, {"cpuutil": ("-", "dim")}),
        ({"mem_usage": 29.0}, {"ram": ("29/31G", "warn")}),
        ({"mem_usage": 0.0}, {"ram": ("-", "dim")}),
        ({"end_date": 0}, {"ends": ("?", "")}),
        ({"start_date": 0}, {"age": ("?", ""), "spent": ("?", "dim")}),
        # 0.96 GB of 40 GB are 2 %; as a fraction it is 96 %.
        ({"disk_space": 40, "disk_usage": 0.96, "disk_util": 0.96}, {"disk": ("?/40G", "warn")}),
        ({"disk_space": 10, "disk_usage": 0.05, "disk_util": 0.05}, {"disk": ("?/10G", "")}),
        # Nine tenths of 60 GB are 54 GB.
        ({"disk_usage": 54}, {"disk": ("54/60G", "")}),
        ({"disk_usage": 54.3}, {"disk": ("54/60G", "warn")}),
        ({"disk_usage": -1}, {"disk": ("-/60G", "")}),
        ({"disk_usage": -1, "disk_util": 0.95}, {"disk": ("57/60G", "warn")}),
        ({"disk_space": None}, {"disk": ("?", "dim")}),
        ({"start_date": NOW - 59}, {"age": ("59s", "")}),
        ({"start_date": NOW - 59 * MINUTE}, {"age": ("59m", "")}),
        ({"start_date": NOW - 25 * HOUR}, {"age": ("1d", "")}),
        ({"end_date": NOW + 3 * DAY}, {"ends": ("3d", "")}),
        ({"end_date": NOW + 3 * DAY - 1}, {"ends": ("2d", "warn")}),
        ({"end_date": NOW + 90 * MINUTE}, {"ends": ("1h", "warn")}),
        ({"end_date": NOW - 1}, {"ends": ("0s", "warn")}),
        ({"is_bid": True}, {"type": ("interruptible", "")}),
        ({"min_bid": 0.0042}, {"minbid": ("0.0042", "")}),
        # Less than that would lose: 0.2501 is not 0.250, and 0.00421 not 0.0042.
        ({"min_bid": 0.2501}, {"minbid": ("0.251", "")}),
        ({"min_bid": 0.00421}, {"minbid": ("0.0043", "")}),
        ({"min_bid": -1}, {"minbid": ("?", "")}),
        ({"reliability2": 0.99999}, {"rel": ("99.9", "")}),
        ({"reliability2": 1.0}, {"rel": ("100.0", "")}),
        ({"geolocation": "Norway"}, {"cc": ("?", ""), "place": ("Norway", "")}),
        ({"num_gpus": None}, {"gpu": ("RTX 3090", "")}),
        ({"gpu_name": None}, {"gpu": ("2× ?", "")}),
        ({"label": "vt-abcdefghij"}, {"label": ("26712204", "")}),
        ({"label": None}, {"label": ("26712204", "")}),
    ],
)
async def test_at_and_beside_the_bounds(changes: dict[str, Any], expected: dict[str, Cell]) -> None:
    shown = cells_of(await row_of({**WIRE, **changes}))
    assert {key: shown[key] for key in expected} == expected
    assert shown["price"] == CELLS["price"]


OUTBID = {**HALTED, "intended_status": "running", "is_bid": True}


@pytest.mark.parametrize(
    ("changes", "phase", "passed", "exact", "numbers"),
    [
        # 0.0133 * 24 = 0.3192 a day; for 60 hours 0.798
        (HALTED, Phase.STOPPED, DAY - 1, True, ["$0.32"]),
        (HALTED, Phase.STOPPED, 60 * HOUR, True, ["$0.80"]),
        (HALTED, Phase.STOPPED, 60 * HOUR, False, ["≥$0.80"]),
        ({**HALTED, "storage_total_cost": None}, Phase.STOPPED, DAY, True, []),
        ({**HALTED, "end_date": NOW + 2.9 * DAY}, Phase.STOPPED, HOUR, True, ["2"]),
        ({"end_date": NOW + 2.9 * DAY}, Phase.RUNNING, HOUR, True, ["2"]),
        ({"end_date": NOW + 23.9 * HOUR}, Phase.RUNNING, HOUR, True, ["23"]),
        ({"disk_usage": 55}, Phase.RUNNING, HOUR, True, ["92"]),  # 55 / 60 = 91.7 %
        ({"disk_usage": 54}, Phase.RUNNING, HOUR, True, []),
        (
            {"disk_space": 40, "disk_usage": 0.96, "disk_util": 0.96},
            Phase.RUNNING,
            HOUR,
            True,
            ["2", "96"],
        ),
        ({**OUTBID, "min_bid": 0.25}, Phase.OUTBID, HOUR, True, ["$0.250"]),
        ({**OUTBID, "min_bid": None}, Phase.OUTBID, HOUR, True, []),
    ],
)
async def test_figures_in_the_note(
    changes: dict[str, Any], phase: Phase, passed: float, exact: bool, numbers: list[str]
) -> None:
    row = await row_of({**WIRE, **changes}, began=(phase, NOW - passed, exact))
    assert row.phase is phase
    assert figures(cells_of(row)["note"]) == numbers


async def test_what_is_under_way_and_what_is_gone() -> None:
    row = await row_of(WIRE)
    state = ActionState(ID, "train-a", "stop", Step.SENDING, "asking")
    cells = InstanceCells(lambda: NOW, running_actions={ID: state})
    shown = cells_of(row, cells)
    assert shown["note"] == ("asking", "warn")
    assert split(shown) == ({**CELLS, "state": ("… stop", "warn")}, [], "warn")
    cells.running_actions = {7: state}
    assert split(cells_of(row, cells)) == (CELLS, [], "")
    cells.gone, cells.ended = row, row.ended(NOW)
    shown = cells_of(row, cells)
    assert shown["state"] == ("✖ gone", "bad")
    assert {shown[name] for name in ("util", "vram", "temp", "ram", "cpuutil")} == {("-", "dim")}
