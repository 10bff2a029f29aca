"""The cells of the instance table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.fleet_rows import fleet_row
from vasttui.ui.instances.columns import InstanceCells, instances_resource
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
    row = replace(row, instance=replace(row.instance, start_date=NOW - seconds))
    assert InstanceCells(lambda: NOW).age(row) == (shown, "")


def test_an_unknown_start_is_an_unknown_age() -> None:
    row = fleet_row(1)
    row = replace(row, instance=replace(row.instance, start_date=None))
    assert InstanceCells(lambda: NOW).age(row) == (UNKNOWN, "")


def test_every_column_can_be_ordered_by() -> None:
    columns = instances_resource(InstanceCells(lambda: NOW)).columns
    assert [column.key for column in columns if column.value is None] == []
