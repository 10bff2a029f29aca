"""What the details say of an instance, and that nothing unknown is a figure."""

from __future__ import annotations

import re
from typing import Any

import pytest
from msgspec import structs

from tests.support.fleet_rows import NOW, fleet_row
from tests.support.stage import stage
from tests.ui.instances.test_instances import on
from vasttui.models.instance import AttachedVolume, PortMapping
from vasttui.models.measured import measured
from vasttui.models.price_increase import PriceIncrease
from vasttui.models.status import Phase
from vasttui.models.volume import Volume
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.ui.instances.detail import InstanceDetail
from vasttui.ui.lists.detail_pane import DetailPane

WIDE = 136


async def lines_of(
    row: FleetRow, *, fleet: Fleet | None = None, width: int = WIDE, tab: str = "Overview"
) -> dict[str, str]:
    """The lines of the details by their names."""
    async with stage(instances=0, started=False) as running:
        running.app.fleet = fleet or Fleet(rows=(row,), number=1)
        about = InstanceDetail(running.app).lines(tab, row, width)
        return {line.plain[:9].strip(): line.plain[9:].rstrip() for line in about}


async def test_what_was_not_measured_is_no_figure() -> None:
    row = fleet_row(gpu_util=0.0, gpu_temp=0.0, vmem_usage=0.0, cpu_util=0.0, mem_usage=0.0)
    busy = fleet_row(
        gpu_util=97.0, gpu_temp=71.0, vmem_usage=12.0, gpu_totalram=24576, cpu_util=0.12,
        mem_usage=5.24, mem_limit=30.5,
    )  # fmt: skip
    unmeasured = FleetRow(
        instance=measured(row.instance), phase=row.phase, since=NOW, exact=True, bill=row.bill
    )
    load = (await lines_of(unmeasured))["Load"]
    words = "GPU - · - VRAM - CPU - RAM - of ? GB disk 63 % (38 of 60 GB)"
    assert " ".join(load.split()) == words
    load = (await lines_of(busy))["Load"]
    words = "GPU 97 % · 71 °C VRAM 50 % CPU 12 % RAM 5.2 of 30 GB disk 63 % (38 of 60 GB)"
    assert " ".join(load.split()) == words


async def test_its_volumes_are_named_with_their_price_once_they_were_read() -> None:
    row = fleet_row(7, volume_info=(AttachedVolume(5),))
    mine = Volume(id=5, label="datasets", disk_space=300.0, storage_total_cost=48 / 720)
    fleet = Fleet(rows=(row,), number=1, volumes=(structs.replace(mine, id=6, label="other"), mine))
    said = (await lines_of(row, fleet=fleet))["Volume"]
    assert said == "datasets 300 GB, $0.067/h, billed apart"
    assert "Volume" not in await lines_of(row)
    listed = structs.replace(fleet, volumes=(structs.replace(mine, id=8, instances=(7,)),))
    assert "Volume" in await lines_of(fleet_row(7), fleet=listed)


async def test_pictures_give_way_to_figures() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        await running.poll()
        row = next(one for one in running.app.fleet.rows if one.phase is Phase.RUNNING)
        detail = InstanceDetail(running.app)
        bare = detail.load(row, 0)
        for width in (76, 96, 116, 136, 176):
            line = detail.load(row, width)
            assert line.cell_length <= max(width, bare.cell_length)
            has_picture = any(bar in line.plain for bar in "▁▂▃▄▅▆▇█")
            assert has_picture is (width > bare.cell_length + 4)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"disk_usage": 38.0}, "disk 63 % (38 of 60 GB)"),
        ({"disk_usage": 0.96, "disk_util": 0.96}, "disk 2 % or 96 % of 60 GB (its unit is uncert"),
        ({"disk_usage": None}, "disk 60 GB, usage unknown"),
        ({"disk_usage": None, "disk_space": None}, "disk ? GB, usage unknown"),
    ],
)
async def test_how_full_the_disk_is(changes: dict[str, Any], words: str) -> None:
    for phase in (Phase.RUNNING, Phase.STOPPED):
        assert words in (await lines_of(fleet_row(1, phase, **changes)))["Load"]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"is_bid": False}, "on-demand"),
        ({"is_bid": None}, "type unknown"),
        (
            {"is_bid": True, "dph_base": 0.2, "min_bid": 0.25},
            "interruptible, bid $0.200/h, minimum now $0.250/h",
        ),
        ({"is_bid": True}, "interruptible, bid $?/h, minimum now $?/h"),
        (
            {"is_bid": None, "credit_discount": 0.2},
            "reserved, 20 % off, what is left is unknown",
        ),
        (
            {"is_bid": False, "credit_discount": 0.2, "credit_balance": 126.74, "dph_total": 0.3},
            "reserved, 20 % off: $126.74 left, about 22d",
        ),
        (
            {"is_bid": False, "credit_discount_max": 0.4},
            "on-demand · $ reserves it: up to 40 % off",
        ),
    ],
)
async def test_of_the_contract_only_what_is_known(changes: dict[str, Any], kind: str) -> None:
    row = fleet_row(end_date=None, **changes)
    assert (await lines_of(row))["Contract"] == f"end unknown · {kind}"
    asked = PriceIncrease(
        pending_price_increase_id=1, contract_id=row.id, new_gpu_costpersec=0.3 / 3_600
    )
    fleet = Fleet(rows=(row,), number=1, increases=(asked,))
    said = (await lines_of(row, fleet=fleet))["Contract"]
    assert said == f"end unknown · {kind} · the host asks $0.300/h; ! answers it"


@pytest.mark.parametrize(
    ("memory", "said"),
    [
        ({"cpu_ram": 515_072, "gpu_frac": 0.125}, ", 63 GB RAM"),
        ({"cpu_ram": 257_024, "gpu_frac": 1.0}, ", 251 GB RAM"),
        ({"cpu_ram": 128_714}, ", ? GB RAM"),
        ({"cpu_ram": 128_714, "mem_limit": 30.5}, ", 30 GB RAM"),
    ],
)
async def test_its_memory_is_its_part_of_the_machine_in_every_state(
    memory: dict[str, Any], said: str
) -> None:
    for phase in (Phase.RUNNING, Phase.LOADING, Phase.STOPPED, Phase.EXITED):
        assert said in (await lines_of(fleet_row(1, phase, **memory)))["Machine"]


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({"ports": (), "env_names": ("-p 8080:8080",)}, ["8080/tcp asked, not mapped"]),
        ({"ports": ()}, ["No port is mapped."]),
        ({"public_ipaddr": None},
         ["Ports are mapped, but the service sent no usable address."]),
        ({"ports": (PortMapping(22, "tcp", 40022),), "env_names": ("-p 53:53/udp", "-p 22:22")},
         ["65.130.162.74:40022 -> 22/tcp", "Y copies a URL", "53/udp asked, not mapped"]),
    ],
)  # fmt: skip
async def test_ports_that_are_mapped_and_that_are_not(
    changes: dict[str, Any], lines: list[str]
) -> None:
    async with stage(instances=0, started=False) as running:
        detail = InstanceDetail(running.app)
        said = [line.plain.strip() for line in detail.ports(fleet_row(1, **changes))]
        key = running.app.keymap.spelled("instances.ports")
        assert said == [line.replace("Y copies", f"{key} copies") for line in lines]
        stopped = detail.ports(fleet_row(1, Phase.STOPPED, **changes))
        assert [line.plain for line in stopped] == ["Ports are mapped only while it runs."]


@pytest.mark.parametrize(("phase", "said"), [(Phase.STOPPED, True), (Phase.OUTBID, False)])
async def test_no_price_is_promised_for_a_bid_that_lost(phase: Phase, said: bool) -> None:
    row = fleet_row(1, phase, is_bid=True, dph_base=0.174, dph_total=0.186, min_bid=0.25)
    cost = (await lines_of(row))["Cost"]
    assert ("running $0.186/h" in cost) is said
    assert "0.186" in cost or not said


async def test_sentences_take_the_blank_rows_of_the_table() -> None:
    async with stage(instances=4, size=(80, 24)) as running:
        await running.instances()
        count = "1 running, 1 loading, 1 stopped, 1 offline"
        assert running.text.splitlines()[1].endswith(f"  {count}")
        await running.press("slash")
        await running.pause()
        assert count not in running.text

        await running.press(*"eval-b", "enter")
        await running.until(lambda: "Machine" in running.text)
        for size in ((80, 24), (100, 30), (140, 40)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            words = " ".join(running.text.replace("│", " ").split())
            assert "until it is running, only the disk is billed." in words, size
            assert "eval-b" in running.text.splitlines()[4], size  # the table still has its rows
            pane = running.app.screen.query_one("#detail", DetailPane)
            assert pane.hidden == 0, size


async def test_a_full_table_keeps_its_rows_and_large_details_take_the_room_of_the_log() -> None:
    async with stage(instances=20, size=(80, 24)) as running:
        await running.instances()
        assert running.app.screen.query_one("#detail", DetailPane).outer_size.height == 6

        await running.instances()
        await running.press("z")
        await running.pause()
        panes, pane = (running.app.screen.query_one(f"#{name}") for name in ("panes", "detail"))
        assert pane.outer_size.height == panes.outer_size.height > 10


async def test_on_a_small_screen_the_advice_keeps_its_key() -> None:
    async with stage(instances=6, size=(80, 24)) as running:
        await running.instances()
        await on(running, "cheap-d")
        assert re.search(r"│ +D destroys it", running.text)
