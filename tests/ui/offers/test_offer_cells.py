"""Every cell of the offer table, worked by hand from what is on the wire."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rich.cells import cell_len

from vasttui.lists.columns import Cell, fit_columns
from vasttui.models.decode import decode_offers
from vasttui.models.money import PricedOffer, RentalType, Usage, price_offer
from vasttui.ui.offers.columns import OfferCells, offers_resource

NOW = 1_800_000_000.0
HOUR, DAY = 3_600, 86_400
USAGE = Usage(disk=100, down=50, up=10, hours=8)

WIRE: dict[str, Any] = {
    "id": 30123456, "ask_contract_id": 30123456, "bundle_id": 871, "machine_id": 25991,
    "host_id": 81204, "cluster_id": 4, "resource_type": "gpu", "is_bid": False, "min_bid": 0.15,
    "rentable": True, "rented": False, "external": False, "verification": "verified",
    "vericode": 1, "hosting_type": 0,
    "gpu_name": "RTX 4090", "num_gpus": 2, "gpu_arch": "nvidia", "gpu_frac": 0.25,
    "gpu_ids": [3, 5], "gpu_ram": 24564, "gpu_total_ram": 49128, "gpu_lanes": 16,
    "gpu_mem_bw": 851.25, "gpu_max_power": 450.0, "gpu_max_temp": 90.0,
    "gpu_display_active": False, "bw_nvlink": 0.0, "compute_cap": 890, "cuda_max_good": 12.8,
    "driver_version": "570.124.04", "driver_vers": 570124004, "total_flops": 164.5,
    "dlperf": 189.5, "dlperf_per_dphtotal": 451.19047619, "flops_per_dphtotal": 391.6,
    "vram_costperhour": 0.00875,
    "cpu_name": "AMD EPYC 7642 48-Core Processor", "cpu_arch": "amd64", "cpu_cores": 96,
    "cpu_cores_effective": 24.0, "cpu_ghz": 2.3, "cpu_ram": 257792, "has_avx": 1,
    "mobo_name": "ROME2D32GM-2T", "os_version": "22.04", "pci_gen": 4.0, "pcie_bw": 24.34,
    "disk_name": "nvme", "disk_space": 420.4, "disk_bw": 3210.5, "vms_enabled": True,
    "is_vm_deverified": False,
    "inet_up": 640.2, "inet_down": 812.6, "inet_up_cost": 0.003, "inet_down_cost": 0.002,
    "direct_port_count": 250, "static_ip": True, "public_ipaddr": "65.130.162.74",
    "geolocation": "Sweden, SE", "geolocode": 11, "nw_disk_min_bw": 100.0,
    "nw_disk_avg_bw": 150.5, "nw_disk_max_bw": 200.0,
    "reliability": 0.9953, "reliability_mult": 0.97, "expected_reliability": 0.99,
    "start_date": NOW - 30 * DAY, "end_date": NOW + 41.5 * DAY, "duration": 41.5 * DAY,
    "score": 312.5,
    "dph_base": 0.40, "dph_total": 0.42, "storage_cost": 0.144, "storage_total_cost": 0.01,
    "dph_total_adj": 0.43, "discount_rate": 0.2, "credit_discount_max": 0.4,
    "discounted_hourly": 0.3, "discounted_dph_total": 0.31,
    "avail_vol_ask_id": 555, "avail_vol_size": 800.0, "avail_vol_dph": 0.0002,
    "rn": 3, "bundled_results": 2, "hostname": "gpu-1", "webpage": "gpu.example",
    "logo": "/logo.png", "sla_r_claim": 0.98, "sla_sigma_x": 0.25, "sla_broker_rate": 0.05,
    "time_remaining": "3 days", "time_remaining_isbid": "1 day",
}  # fmt: skip
LEAST = {name: WIRE[name] for name in (
    "id", "gpu_name", "num_gpus", "dph_base", "dph_total", "storage_cost",
)}  # fmt: skip

NAMED: dict[str, Cell] = {
    "gpu": ("RTX 4090", ""), "n": ("2", ""),
    "vram": ("24G", ""),  # 24,564 / 1024 = 23.99
    "cuda": ("12.8", ""),
    "price": ("0.420", ""),  # 0.40 + 100 * 0.144 / 720 = 0.40 + 0.02
    "eff": ("0.436", "good"),  # + (50 * 0.002 + 10 * 0.003) / 8 = + 0.13 / 8 = 0.43625
    "cheap": ("?", "dim"),
    "value": ("434", ""),  # 189.5 / 0.43625 = 434.4
    "vcpu": ("24", ""),
    "ram": ("63", ""),  # 257,792 * 0.25 / 1024 = 62.9
    "disk": ("420", ""), "down": ("813", ""), "up": ("640", ""),
    "rel": ("99.5", ""), "ends": ("41d", ""), "cc": ("SE", ""), "mach": ("25991", "dim"),
    "flags": ("", ""), "host": ("81204", "dim"), "dlperf": ("189.5", ""), "ports": ("250", ""),
    "pcie": ("24.3", ""), "driver": ("570.124.04", ""), "place": ("Sweden, SE", ""),
    "cpu": ("AMD EPYC 7642 48-Core Processor", ""), "id": ("30123456", "dim"),
    "ip": ("65.130.162.74", "dim"),
    "times": ("", ""), "failed": ("", "warn"), "ready": ("?", "dim"), "seen": ("?", "dim"),
}  # fmt: skip
RAW = {
    "dph_base": "0.4", "dph_total": "0.42", "storage_cost": "0.144", "duration": "3585600",
    "score": "312.5", "bundle_id": "871", "cluster_id": "4", "resource_type": "gpu",
    "is_bid": "False", "min_bid": "0.15", "rentable": "True", "rented": "False",
    "external": "False", "verification": "verified", "vericode": "1", "hosting_type": "0",
    "gpu_arch": "nvidia", "gpu_frac": "0.25", "gpu_ids": "3,5", "gpu_ram": "24564",
    "gpu_total_ram": "49128", "gpu_lanes": "16", "gpu_mem_bw": "851.25", "gpu_max_power": "450",
    "gpu_max_temp": "90", "gpu_display_active": "False", "bw_nvlink": "0", "compute_cap": "890",
    "driver_vers": "570124004", "total_flops": "164.5", "dlperf_per_dphtotal": "451.1904762",
    "flops_per_dphtotal": "391.6", "vram_costperhour": "0.00875", "cpu_arch": "amd64",
    "cpu_cores": "96", "cpu_ghz": "2.3", "cpu_ram": "257792", "has_avx": "1",
    "mobo_name": "ROME2D32GM-2T", "os_version": "22.04", "pci_gen": "4", "disk_name": "nvme",
    "disk_bw": "3210.5", "vms_enabled": "True", "is_vm_deverified": "False",
    "inet_up_cost": "0.003", "inet_down_cost": "0.002", "static_ip": "True", "geolocode": "11",
    "nw_disk_min_bw": "100", "nw_disk_avg_bw": "150.5", "nw_disk_max_bw": "200",
    "reliability_mult": "0.97", "expected_reliability": "0.99", "start_date": "1797408000",
    "end_date": "1803585600", "storage_total_cost": "0.01", "dph_total_adj": "0.43",
    "discount_rate": "0.2", "credit_discount_max": "0.4", "discounted_hourly": "0.3",
    "discounted_dph_total": "0.31", "avail_vol_ask_id": "555", "avail_vol_size": "800",
    "avail_vol_dph": "0.0002", "bundled_results": "2", "hostname": "gpu-1",
    "webpage": "gpu.example", "logo": "/logo.png", "sla_r_claim": "0.98", "sla_sigma_x": "0.25",
    "sla_broker_rate": "0.05", "time_remaining": "3 days", "time_remaining_isbid": "1 day",
}  # fmt: skip
UNKNOWN_NAMED: dict[str, Cell] = {
    "gpu": ("RTX 4090", ""), "n": ("2", ""), "price": ("0.420", ""), "id": ("30123456", "dim"),
    "cheap": ("?", "dim"),
    "eff": ("?", "dim"),  # what 50 GB of traffic cost is not known
    "ends": ("?", "dim"), "mach": ("?", "dim"), "host": ("?", "dim"), "ip": ("?", "dim"),
    "flags": ("", ""),
    "times": ("", ""), "failed": ("", "warn"), "ready": ("?", "dim"), "seen": ("?", "dim"),
    **dict.fromkeys(
        ("vram", "cuda", "value", "vcpu", "ram", "disk", "down", "up", "rel", "cc", "dlperf",
         "ports", "pcie", "driver", "place", "cpu"),
        ("?", ""),
    ),
}  # fmt: skip


def priced(wire: dict[str, Any], rental: RentalType, usage: Usage) -> PricedOffer:
    """The row of the table for a row of the wire."""
    (offer,) = decode_offers(json.dumps([wire]).encode()).offers
    return price_offer(offer, usage, rental)


def cells_of(
    wire: dict[str, Any],
    rental: RentalType = "on-demand",
    usage: Usage = USAGE,
    *,
    starred: int = 0,
    avoided: int = 0,
    private: bool = False,
) -> dict[str, Cell]:
    """All cells of that row, by column."""
    cells = OfferCells(lambda: NOW)
    cells.starred, cells.avoided = frozenset({starred}), frozenset({avoided})
    cells.private = private
    row = priced(wire, rental, usage)
    return {one.key: one.cell(row) for one in offers_resource(cells).columns}


def test_every_cell_of_a_row_with_everything() -> None:
    assert cells_of(WIRE) == {**NAMED, **{name: (text, "dim") for name, text in RAW.items()}}


def test_every_cell_of_a_row_of_which_next_to_nothing_is_known() -> None:
    known = ("dph_base", "dph_total", "storage_cost")
    raw = {name: (RAW[name] if name in known else "-", "dim") for name in RAW}
    assert cells_of(LEAST) == {**UNKNOWN_NAMED, **raw}


@pytest.mark.parametrize(("width", "others"), [
    (116, {"down"}), (126, {"mach"}), (136, {"mach", "host"}), (176, {"host", "driver"}),
])  # fmt: skip
@pytest.mark.parametrize("sign", ["✖1 lost ?2 rep dc", "★ ✖avoid ✖1 stuck dc ↑4%"])
def test_flags_push_out_no_machine_and_what_is_free_is_theirs(
    width: int, others: set[str], sign: str
) -> None:
    resource, key = offers_resource(OfferCells(lambda: NOW)), "flags"
    columns = [one for one in resource.columns if one.key in resource.shown]
    columns.sort(key=lambda one: resource.shown.index(one.key))
    fitted = fit_columns(columns, width, needed={key: len(sign)}).columns
    kept = {one.key: one.width for one in fitted}
    assert kept[key] >= (len("✖1 lost ?2 rep dc") if width == 176 else 12)
    assert {"gpu", "eff", "cheap", "rel", "ends", *others} <= kept.keys()
    short = fit_columns(columns, 116, needed={key: len("✖1 slow")}).columns
    assert {"up", "flags"} <= {one.key for one in short}


def test_zero_is_what_nobody_measured() -> None:
    names = (
        "gpu_ram", "cuda_max_good", "cpu_cores_effective", "cpu_ram", "inet_down", "inet_up",
        "reliability", "end_date", "dlperf", "pcie_bw",
    )  # fmt: skip
    shown = cells_of({**WIRE, **dict.fromkeys(names, 0)})
    unknown = ("vram", "cuda", "value", "vcpu", "ram", "down", "up", "rel", "ends", "dlperf",
               "pcie")  # fmt: skip
    assert {key: shown[key][0] for key in (*unknown, "flags")} == {
        **dict.fromkeys(unknown, "?"), "flags": "",
    }  # fmt: skip


def test_what_each_column_is_ordered_by() -> None:
    row = priced(WIRE, "on-demand", USAGE)
    columns = offers_resource(OfferCells(lambda: NOW)).by_key
    values = {key: None if one.value is None else one.value(row) for key, one in columns.items()}
    wire = {name: tuple(value) if isinstance(value, list) else value
            for name, value in WIRE.items()}  # fmt: skip
    assert {name: values[name] for name in RAW} == {name: wire[name] for name in RAW}
    assert {key: values[key] for key in NAMED} == {
        "gpu": "RTX 4090", "n": 2, "vram": 24564, "cuda": 12.8, "price": pytest.approx(0.42),
        "eff": pytest.approx(0.43625), "cheap": None, "value": pytest.approx(434.38, abs=0.01),
        "vcpu": 24.0,
        "ram": 64448.0, "disk": 420.4, "down": 812.6, "up": 640.2, "rel": 0.9953,
        "ends": NOW + 41.5 * DAY, "cc": "SE", "mach": 25991, "flags": 0, "host": 81204,
        "dlperf": 189.5, "ports": 250, "pcie": 24.34, "driver": 570124004,
        "place": "Sweden, SE", "cpu": "AMD EPYC 7642 48-Core Processor", "id": 30123456,
        "ip": "65.130.162.74", "times": 0, "failed": 0, "ready": None, "seen": None,
    }  # fmt: skip
    assert {key for key, one in columns.items() if one.best_first} == {
        "vram", "cuda", "value", "vcpu", "ram", "disk", "down", "up", "rel", "ends", "dlperf",
        "ports", "times", "total_flops", "flops_per_dphtotal", "dlperf_per_dphtotal", "gpu_mem_bw",
        "score",
    }  # fmt: skip


def test_numbers_are_not_cut() -> None:
    columns = offers_resource(OfferCells(lambda: NOW)).by_key
    long = [key for key, cell in NAMED.items() if cell_len(cell[0]) > columns[key].width]
    assert long == ["cpu"]


def test_privacy_hides_who_it_is_and_where() -> None:
    who = (
        "mach", "host", "id", "ip", "bundle_id", "gpu_ids", "avail_vol_ask_id", "hostname",
    )  # fmt: skip
    hidden = {key: ("•••", "dim") for key in who}
    shown = cells_of(WIRE, private=True)
    assert {key: cell for key, cell in shown.items() if cell != cells_of(WIRE)[key]} == hidden
    nothing = cells_of(LEAST, private=True)
    assert {key: nothing[key] for key in hidden} == hidden


@pytest.mark.parametrize(
    ("rental", "changes", "price", "eff", "value"),
    [
        # 0.15 + 0.02; + 0.01625 = 0.18625; 189.5 / 0.18625 = 1017.4
        ("bid", {}, "0.170", "0.186", "1017"),
        ("bid", {"min_bid": None}, "0.420", "0.436", "434"),
        # 0.31 - 0.01 + 0.02 = 0.32; + 0.01625 = 0.33625; 189.5 / 0.33625 = 563.6
        ("reserved", {}, "0.320", "0.336", "564"),
        # 0.31 + 0.02 = 0.33; 0.34625; 189.5 / 0.34625 = 547.3
        ("reserved", {"storage_total_cost": None}, "0.330", "0.346", "547"),
        ("reserved", {"discounted_dph_total": None}, "0.420", "0.436", "434"),
        # no less than the disk: 0.02; 0.03625; 189.5 / 0.03625 = 5227.6
        ("reserved", {"discounted_dph_total": 0.005}, "0.020", "0.036", "5228"),
        ("on-demand", {"inet_down_cost": 0, "inet_up_cost": 0}, "0.420", "0.420", "451"),
        ("on-demand", {"inet_down_cost": None}, "0.420", "?", "?"),
        ("on-demand", {"inet_up_cost": None}, "0.420", "?", "?"),
        ("on-demand", {"inet_down_cost": -0.5}, "0.420", "?", "?"),
        # 0.40 + 0.02 + (50 * 0.02 + 0.03) / 8 = 0.42 + 1.03 / 8 = 0.54875; 189.5 / it = 345.3
        ("on-demand", {"inet_down_cost": 0.02}, "0.420", "0.549", "345"),
        # 12 + 0.02; + 0.01625 = 12.03625; 15.7
        ("on-demand", {"dph_base": 12}, "12.020", "12.036", "16"),
        ("on-demand", {"dlperf": None}, "0.420", "0.436", "?"),
        ("on-demand", {"dlperf": 0.0}, "0.420", "0.436", "?"),
    ],
)
def test_prices(
    rental: RentalType, changes: dict[str, Any], price: str, eff: str, value: str
) -> None:
    shown = cells_of({**WIRE, **changes}, rental)
    assert shown["price"] == (price, "")
    assert shown["eff"] == (eff, "dim" if eff == "?" else "good")
    assert shown["value"] == (value, "")


@pytest.mark.parametrize(
    ("dollars", "text"),
    [
        (0, "0.000"), (0.0049, "0.0049"), (0.00994, "0.0099"), (0.01, "0.010"), (0.0996, "0.100"),
        (0.2746, "0.275"), (9.5, "9.500"),
    ],
)  # fmt: skip
def test_small_prices_keep_their_digits(dollars: float, text: str) -> None:
    shown = cells_of({**LEAST, "dph_base": dollars}, usage=Usage(disk=0))
    assert (shown["price"], shown["eff"]) == ((text, ""), (text, "good"))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"gpu_ram": 24576}, {"vram": ("24G", "")}),
        ({"gpu_ram": 16376}, {"vram": ("16G", "")}),  # 15.99
        ({"gpu_ram": 11019}, {"vram": ("11G", "")}),  # 10.76
        ({"gpu_ram": 81559}, {"vram": ("80G", "")}),  # 79.65
        ({"gpu_frac": 1.5}, {"ram": ("252", "")}),  # no more than there is: 257,792 / 1024 = 251.75
        ({"gpu_frac": 1}, {"ram": ("252", "")}),
        ({"gpu_frac": None}, {"ram": ("?", "")}),
        ({"inet_down": 200.0}, {"down": ("200", ""), "flags": ("", "")}),
        ({"inet_down": 199.9}, {"down": ("200", "warn"), "flags": ("!bw", "warn")}),
        ({"inet_up": 3.0}, {"up": ("3", ""), "flags": ("", "")}),
        ({"reliability": 0.98}, {"rel": ("98.0", "")}),
        ({"reliability": 0.9796}, {"rel": ("98.0", "warn")}),
        ({"reliability": 0.9}, {"rel": ("90.0", "warn")}),
        ({"reliability": 0.99899}, {"rel": ("99.9", "")}),
        ({"reliability": 0.99901}, {"rel": ("99.9", "")}),
        ({"reliability": 0.99949}, {"rel": ("99.9", "")}),
        ({"reliability": 0.9996}, {"rel": ("99.9", "")}),  # 99.96, which is not all
        ({"reliability": 0.999999}, {"rel": ("99.9", "")}),
        ({"reliability": 1}, {"rel": ("100.0", "")}),
        ({"end_date": NOW + 3 * DAY}, {"ends": ("3d", ""), "flags": ("", "")}),
        ({"end_date": NOW + 3 * DAY - 1}, {"ends": ("2d", "warn"), "flags": ("!end", "warn")}),
        ({"end_date": NOW + 5.9 * HOUR}, {"ends": ("5h", "warn"), "flags": ("!end", "warn")}),
        ({"end_date": NOW + 119}, {"ends": ("1m", "warn"), "flags": ("!end", "warn")}),
        ({"end_date": NOW + 59}, {"ends": ("59s", "warn"), "flags": ("!end", "warn")}),
        ({"end_date": NOW - 59}, {"ends": ("0s", "warn"), "flags": ("!end", "warn")}),
        ({"end_date": NOW + DAY}, {"ends": ("1d", "warn"), "flags": ("!end", "warn")}),
        ({"geolocation": "Norway"}, {"cc": ("?", ""), "place": ("Norway", "")}),
        ({"geolocation": ", US"}, {"cc": ("US", ""), "place": ("US", "")}),
        ({"hosting_type": 1}, {"flags": ("dc", "good")}),
        ({"hosting_type": None}, {"flags": ("", "")}),
        ({"verification": "unverified"}, {"flags": ("?ver", "warn")}),
        ({"verification": "deverified"}, {"flags": ("✖ver", "warn")}),
        ({"verification": None}, {"flags": ("", "")}),
        ({"cpu_cores_effective": 0.4}, {"vcpu": ("0", "")}),
        ({"dlperf": 9.96}, {"dlperf": ("10.0", "")}),
        ({"direct_port_count": 0}, {"ports": ("0", "")}),
    ],
)  # fmt: skip
def test_at_and_beside_the_bounds(changes: dict[str, Any], expected: dict[str, Cell]) -> None:
    shown = cells_of({**WIRE, **changes})
    assert {key: shown[key] for key in expected} == expected
    others = {"price", "cuda", "disk", "pcie"}
    assert {key: shown[key] for key in others} == {key: NAMED[key] for key in others}


@pytest.mark.parametrize(
    ("changes", "starred", "avoided", "flags"),
    [
        ({}, 25991, 0, ("★", "good")),
        ({"hosting_type": 1}, 25991, 0, ("★ dc", "good")),
        ({}, 0, 25991, ("✖avoid", "warn")),
        ({}, 7, 8, ("", "")),
        ({"hosting_type": 1, "inet_down": 10.0}, 0, 0, ("!bw dc", "warn")),
        (
            {"hosting_type": 1, "inet_down": 10.0, "end_date": NOW, "verification": "deverified"},
            25991, 25991, ("★ ✖avoid ✖ver !end !bw dc", "warn"),
        ),
    ],
)  # fmt: skip
def test_flags_in_their_order(
    changes: dict[str, Any], starred: int, avoided: int, flags: Cell
) -> None:
    assert cells_of({**WIRE, **changes}, starred=starred, avoided=avoided)["flags"] == flags
