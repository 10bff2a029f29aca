"""Sums of charges, by whatever they are added up under."""

from __future__ import annotations

import pytest

from vasttui.models.billing import Charge, with_figures
from vasttui.models.charge_sums import (
    added,
    contract_key,
    day_key,
    gpu_key,
    grouped,
    kind_key,
    label_key,
    sum_of,
)


def charge(
    day: int = 5, source: str = "instance-7", total: int | None = 100, **more: object
) -> Charge:
    gpu = {"gpu": 90, "disk": 8, "down": 1, "up": 1}
    known = Charge(day, source, total, **{**gpu, **more})  # type: ignore[arg-type]
    return with_figures(known)


ROWS = (
    charge(6, texts="\n2.000 hours at $0.045/hour\n\n1.5 GB Downloaded\n0.5 GB Uploaded"),
    charge(6, "volume-3", 40, gpu=0, disk=40, down=0, up=0, label="data"),
    charge(6, "instance-8", 30, gpu=0, disk=30, down=0, up=0, label="train"),
    charge(5, "instance-8", 270, gpu=240, disk=30, label="train", endpoint_id=1),
    charge(5, texts="\n1.000 hours at $0.090/hour\n\n0.5 GB Downloaded\n0.0 GB Uploaded"),
)


def totals(key: object, rows: tuple[Charge, ...] = ROWS) -> dict[str, int | None]:
    return {one.key: one.total for one in grouped(rows, key)}  # type: ignore[arg-type]


def test_they_are_added_up_by_anything() -> None:
    assert totals(contract_key) == {
        "instance-7": 200, "volume-3": 40, "instance-8": 30, "endpoint-1": 270,
    }  # fmt: skip
    assert totals(day_key) == {"6": 170, "5": 370}
    assert totals(kind_key) == {"instance": 230, "volume": 40, "serverless": 270}
    assert totals(label_key) == {"": 200, "data": 40, "train": 300}
    assert totals(gpu_key({7: "RTX 4090"})) == {"RTX 4090": 200, "-": 40, "": 300}


def test_a_sum_has_its_parts_and_figures() -> None:
    [one] = grouped((ROWS[0], ROWS[4]), contract_key)
    assert (one.total, one.gpu, one.disk, one.traffic) == (200, 180, 16, 4)
    assert (one.hours, one.gb_down, one.gb_up) == (3.0, 2.0, 0.5)
    assert (one.days, one.contracts, one.by_day) == (2, 1, {5: 100, 6: 100})
    assert one.newest is ROWS[0]
    every = sum_of(ROWS)
    assert (every.total, every.days, every.contracts) == (540, 2, 3)
    assert every.dearest is not None
    assert every.dearest.key == "endpoint-1"
    assert every.hours is None  # $0.24 of GPU without words


def test_nothing_is_no_unknown() -> None:
    nothing = sum_of(())
    assert (nothing.total, nothing.days, nothing.by_day, nothing.hours) == (0, 0, {}, 0.0)
    assert nothing.dearest is None
    assert sum_of((charge(total=0),)).days == 0


def test_an_unknown_amount_makes_its_sums_unknown_and_no_others() -> None:
    bad = charge(6, "instance-9", None, gpu=None)
    rows = (*ROWS, bad)
    assert totals(contract_key, rows)["instance-9"] is None
    assert totals(contract_key, rows)["instance-7"] == 200
    every = sum_of(rows)
    assert (every.total, every.gpu, every.disk, every.dearest) == (None, None, 124, None)
    assert every.by_day == {5: 370, 6: None}
    assert added([1, 2]) == 3
    assert added([1, None]) is None


@pytest.mark.parametrize(
    ("changes", "mills"),
    [
        ({"gpu": 0, "disk": 30}, 30),
        ({"gpu": 0, "disk": 0}, 0),
        ({"source": "volume-3", "gpu": 0, "disk": 30}, 0),
        ({"disk": None}, None),
        ({"gpu": None}, None),
        ({"gpu": 9, "disk": 24}, None),
        ({"gpu": 9, "disk": 24, "texts": "\n6.0 hours\n24.000 hours at $0.001/hour"}, 18),
        ({"gpu": 9, "disk": 24, "texts": "\n24.1 hours\n24.0 hours"}, 0),
    ],
)
def test_what_the_disk_of_a_stopped_instance_cost(
    changes: dict[str, object], mills: int | None
) -> None:
    assert charge(**changes).waiting == mills  # type: ignore[arg-type]


def test_a_year_of_fifty_instances_is_added_up_at_once() -> None:
    rows = tuple(charge(day, f"instance-{number}") for day in range(365) for number in range(50))
    assert len(rows) == 18_250
    assert sum_of(rows).total == 1_825_000
    assert len(grouped(rows, contract_key)) == 50
