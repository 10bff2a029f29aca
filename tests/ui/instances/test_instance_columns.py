"""The cells of the instance table."""

from __future__ import annotations

import pytest
from msgspec import structs
from msgspec.structs import replace

from tests.support.fleet_rows import fleet_row
from vasttui.lists.columns import fit_columns
from vasttui.models.status import Phase
from vasttui.ui.instances.columns import InstanceCells, instances_resource
from vasttui.ui.lists.fitting import needed_widths
from vasttui.words import UNKNOWN

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-5, "0s"), (42, "42s"), (60, "1m"), (845, "14m"), (3_599, "59m"), (3_600, "1h00m"),
        (29_050, "8h04m"), (86_399, "23h59m"), (86_400, "1d"), (1_641_600, "19d"),
    ],
)  # fmt: skip
def test_the_age_does_not_tick_longer_than_a_minute(seconds: float, shown: str) -> None:
    row = fleet_row(1)
    row = structs.replace(row, instance=replace(row.instance, start_date=NOW - seconds))
    assert InstanceCells(lambda: NOW).age(row) == (shown, "")


def test_an_unknown_start_is_an_unknown_age() -> None:
    row = fleet_row(1)
    row = structs.replace(row, instance=replace(row.instance, start_date=None))
    assert InstanceCells(lambda: NOW).age(row) == (UNKNOWN, "")


def test_every_column_can_be_ordered_by() -> None:
    columns = instances_resource(InstanceCells(lambda: NOW)).columns
    assert [column.key for column in columns if column.value is None] == []


@pytest.mark.parametrize("width", [76, 96, 116, 136])
def test_state_and_gpu_are_whole_before_the_note_grows(width: int) -> None:
    cells = InstanceCells(lambda: NOW)
    columns = instances_resource(cells).columns[:12]
    row = fleet_row(1, Phase.SCHEDULING, since=NOW - 59 * 60, gpu_name="RTX 4070S Ti", num_gpus=1)
    row = structs.replace(row, exact=False)
    fat = structs.replace(fleet_row(2), instance=replace(
        row.instance, num_gpus=8, gpu_totalram=8 * 24576, vmem_usage=167.0))  # fmt: skip
    rows = [row, fat]
    fitted = fit_columns(columns, width, 0, needed_widths(columns, rows))
    shown = {column.key: column for column in fitted.columns}
    assert {"state", "gpu", "price", "note"} <= shown.keys()
    for key in {"state", "gpu", "price"} | ({"vram"} & shown.keys()):
        assert all(len(shown[key].cell(one)[0]) <= shown[key].width for one in rows), key
    assert shown["note"].width >= (22 if width > 76 else 16)
    assert "label" in shown
    assert ("vram" in shown) is (width >= 96)
    assert cells.first_columns()[0].cell(row)[0] == "◐ scheduling 59m+"
