from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from msgspec.structs import replace

from tests.support.fleet_rows import DAY, NOW, fleet_row, unknown_row
from tests.support.lists import INSTANCE_LIST, sorted_fleet
from vasttui.models.bill import Bill, Spent
from vasttui.models.status import Phase
from vasttui.services.fleet.snapshot import FleetRow

COLUMNS = [
    "state", "label", "gpu", "util", "vram", "temp", "disk", "price", "spent",
    "age", "ends", "cc", "place", "mach", "id", "image", "type", "rel",
    "driver", "cuda", "ip",
]  # fmt: skip


def ids(rows: list[FleetRow]) -> list[int]:
    return [row.id for row in rows]


def test_what_needs_somebody_comes_first_then_the_label() -> None:
    rows = [
        fleet_row(1, Phase.STOPPED),
        fleet_row(2, label="b"),
        fleet_row(3, Phase.LOADING),
        fleet_row(4, Phase.OUTBID),
        fleet_row(5, label=None),
        fleet_row(6, Phase.FAILED),
        fleet_row(7, label="A"),
        fleet_row(8, Phase.OFFLINE),
        fleet_row(9, label=""),
    ]
    assert ids(sorted_fleet(rows, INSTANCE_LIST.sort)) == [6, 4, 8, 3, 7, 2, 5, 9, 1]


LOW = fleet_row(
    1, Phase.FAILED, since=NOW - 60, label="alpha", gpu_name="A100", num_gpus=1, gpu_util=1.0,
    gpu_totalram=1000, gpu_temp=30.0, disk_space=10.0, disk_usage=1.0, bill=Bill(0.1, 0.0),
    spent=Spent(0.5, exact=True), start_date=NOW - DAY, end_date=NOW + DAY, machine_id=5,
    host_id=5, geolocation="Berlin, DE", image_uuid="a/a", is_bid=False, reliability2=0.5,
    driver_version="535.86.05", cuda_max_good=11.8, public_ipaddr="1.1.1.1",
)  # fmt: skip
HIGH = fleet_row(
    2, Phase.STOPPED, since=NOW - 120, label="Beta", gpu_name="H100", num_gpus=8, gpu_util=99.0,
    gpu_totalram=9000, gpu_temp=80.0, disk_space=99.0, disk_usage=98.0, bill=Bill(1.1, 0.0),
    spent=Spent(9.5, exact=False), start_date=NOW - 9 * DAY, end_date=NOW + 9 * DAY, machine_id=50,
    host_id=50, geolocation="Sweden, SE", image_uuid="b/b", is_bid=True, reliability2=0.9,
    driver_version="1000.1.1", cuda_max_good=12.8, public_ipaddr="2.2.2.2",
)  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_has_an_order_either_way_with_unknown_last(column: str) -> None:
    unknown = unknown_row(3)
    rows = [unknown, HIGH, LOW]
    up = ids(sorted_fleet(rows, [(column, False)]))
    down = ids(sorted_fleet(rows, [(column, True)]))
    known = [id for id in up if id != 3]
    assert known == [1, 2]
    assert [id for id in down if id != 3] == [2, 1]
    if column not in {"state", "since", "id"}:
        assert (up[-1], down[-1]) == (3, 3)


def test_equal_rows_are_ordered_by_id_and_a_strange_name_orders_nothing() -> None:
    rows = [fleet_row(9), fleet_row(3), fleet_row(5)]
    assert ids(sorted_fleet(rows, [("label", True), ("nonsense", True)])) == [3, 5, 9]
    assert INSTANCE_LIST.reader("nonsense") is None


def test_busy_columns_open_with_their_large_values() -> None:
    assert INSTANCE_LIST.is_best_first("util")
    assert INSTANCE_LIST.is_best_first("spent")
    assert not INSTANCE_LIST.is_best_first("label")
    assert not INSTANCE_LIST.is_best_first("age")


def some_rows() -> st.SearchStrategy[list[FleetRow]]:
    maybe = st.sampled_from([None, 0.0, 1.0, 2.0])
    one = st.builds(
        lambda phase, label, util, cost: fleet_row(
            1,
            phase,
            label=label,
            gpu_util=util,
            spent=None if cost is None else Spent(cost, exact=True),
        ),
        st.sampled_from(Phase),
        st.sampled_from([None, "", "a", "B"]),
        maybe,
        maybe,
    )
    return st.lists(one, max_size=12).map(
        lambda rows: [
            structs.replace(row, instance=replace(row.instance, id=at))
            for at, row in enumerate(rows)
        ]
    )


@given(
    some_rows(),
    st.lists(
        st.tuples(st.sampled_from(["state", "label", "util", "spent"]), st.booleans()),
        min_size=1,
        max_size=3,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_is_total(
    rows: list[FleetRow], keys: list[tuple[str, bool]], chance: Random
) -> None:
    ordered = sorted_fleet(rows, keys)
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert ids(sorted_fleet(shuffled, keys)) == ids(ordered)
    for one, other in pairwise(ordered):
        for key, descending in keys:
            read = INSTANCE_LIST.reader(key)
            assert read is not None
            a, b = read(one), read(other)
            if a == b:
                continue
            assert b is None or (a is not None and (a > b if descending else a < b))
            break
        else:
            assert one.id < other.id


def test_spent_is_ordered_by_what_the_cell_shows() -> None:
    charged = fleet_row(1, spent=Spent(3.0, exact=True, at=NOW, rate=1.0))
    grown = fleet_row(2, spent=Spent(0.0, exact=False, at=NOW - 5 * 3600, rate=1.0))
    read = INSTANCE_LIST.by_key["spent"].cell
    assert [read(row)[0] for row in (charged, grown)] == ["$3.00", "≤$5.00"]
    assert ids(sorted_fleet([charged, grown], [("spent", True)])) == [2, 1]
