"""Charges as they are listed: names, what is there now, sums over all or a part."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.support.fleet_rows import fleet_row
from vasttui.lists.charge_grouping import Grouping
from vasttui.lists.charge_rows import FIELDS, ChargeRow, charge_rows, summary
from vasttui.models.bill import Bill
from vasttui.models.billing import Charge, DayCharges, with_figures
from vasttui.models.status import Phase
from vasttui.query.match import compile_query
from vasttui.query.parse import parse
from vasttui.services.billing.view import ChargesView
from vasttui.services.fleet.snapshot import Fleet
from vasttui.ui.billing.charge_columns import columns_of

TODAY = 20_718
NAMED, RUNS, GONE = "instance-7", "instance-8", "instance-9"
FLEET = Fleet(
    rows=(
        fleet_row(7, Phase.STOPPED, label="old-c", storage_total_cost=0.027,
                  bill=Bill(0.0, 0.027)),
        fleet_row(8, label=None, gpu_name="RTX 5090"),
    ),
    as_of=1.0,
)  # fmt: skip


def charge(day: int, source: str, amount: int | None = 1_000, **changes: object) -> Charge:
    parts: dict[str, object] = {"gpu": 900, "disk": 60, "down": 30, "up": 10}
    known = Charge(day, source, amount, **{**parts, **changes})  # type: ignore[arg-type]
    return with_figures(known)


def view(*charges: Charge, days: int = 3, lost: int = 0, **changes: object) -> ChargesView:
    """Charges of the days up to today; days without any are missing."""
    by_day = {one.day: [two for two in charges if two.day == one.day] for one in charges}
    known = {day: DayCharges(day, tuple(rows), lost) for day, rows in by_day.items()}
    return ChargesView(
        first=TODAY - days + 1, last=TODAY, today=TODAY, days=known, **changes,  # type: ignore[arg-type]
    )  # fmt: skip


def rows(found: ChargesView, grouping: Grouping = Grouping.CONTRACT) -> dict[str, ChargeRow]:
    return {row.sum.key: row for row in charge_rows(found, grouping, FLEET)}


def cells(row: ChargeRow) -> list[str]:
    """What the columns `Now` and `$/h now` show."""
    columns = {column.key: column for column in columns_of(Grouping.CONTRACT, TODAY)}
    return [columns[key].cell(row)[0] for key in ("now", "hourly")]


def test_a_contract_has_its_name_and_what_is_there_now() -> None:
    found = rows(view(
        charge(TODAY, NAMED, label="former name"), charge(TODAY, RUNS), charge(TODAY, GONE,
        label="sd-batch"), charge(TODAY, "instance-11"), charge(TODAY, "volume-99"),
        charge(TODAY, "instance-12", endpoint_id=4),
    ))  # fmt: skip
    assert [row.name for row in found.values()] == [
        "old-c", "instance 8", "sd-batch", "instance 11", "volume 99", "endpoint 4",
    ]  # fmt: skip
    assert (found[NAMED].state, found[RUNS].state) == ("stopped", "running")
    assert found[NAMED].monthly == pytest.approx(19.44)
    assert found[RUNS].hourly == pytest.approx(0.287)
    assert (found[GONE].gone, found[GONE].state, found[GONE].hourly) == (True, "gone", None)
    assert (found["endpoint-4"].gone, found["endpoint-4"].state) == (False, "")
    assert cells(found["endpoint-4"]) == ["see 4", "see 4"]
    workers = [fleet_row(id, endpoint_id=4, bill=Bill(0.4, 0.1)) for id in (12, 13)]
    charged = view(charge(TODAY, "instance-12", endpoint_id=4))
    fleet = Fleet(rows=(*workers, fleet_row(14, endpoint_id=5)), as_of=1.0)
    [row] = charge_rows(charged, Grouping.CONTRACT, fleet)
    assert cells(row) == ["2 workers", "1.000"]
    unpriced = replace(fleet, rows=(*workers, fleet_row(14, endpoint_id=4, bill=Bill(None, None))))
    [row] = charge_rows(charged, Grouping.CONTRACT, unpriced)
    assert cells(row) == ["3 workers", "?"]
    unread = charge_rows(view(charge(TODAY, GONE)), Grouping.CONTRACT, Fleet())
    assert [(row.gone, row.state) for row in unread] == [(False, "")]


def test_every_grouping_has_the_same_sum_and_its_own_names() -> None:
    found = view(
        charge(TODAY, NAMED, label="a"), charge(TODAY - 1, NAMED, label="a", gpu=0, amount=100),
        charge(TODAY, "volume-5", gpu=0, label=""), gpus={9: "RTX 4090"},
    )  # fmt: skip
    names = {}
    for grouping in Grouping:
        made = charge_rows(found, grouping, FLEET)
        names[grouping] = [row.name for row in made]
        if grouping is not Grouping.STOPPED:
            assert sum(row.sum.total or 0 for row in made) == 2_100
    assert names[Grouping.DAY] == ["Tue 22 Sep", "Mon 21 Sep"]
    assert names[Grouping.KIND] == ["instances", "volumes"]
    assert names[Grouping.GPU] == ["RTX 4090", "no GPU: volumes"]
    assert names[Grouping.LABEL] == ["a", "(no label)"]
    [stopped] = charge_rows(view(charge(TODAY, NAMED, gpu=0)), Grouping.STOPPED, FLEET)
    assert (stopped.name, stopped.waited) == ("old-c", 60)


def test_sums_over_a_part_are_said_to_be_that() -> None:
    whole = view(charge(TODAY, NAMED), charge(TODAY - 1, GONE, 2_340), days=2)
    made = charge_rows(whole, Grouping.CONTRACT, FLEET)
    assert summary(made, Grouping.CONTRACT, whole) == "2 contracts · $3.34 in 2 days"
    said = summary(made, Grouping.CONTRACT, whole, made[:1])
    assert said == "1 shown of 2 contracts · $1.00 of $3.34 in 2 days"
    part = view(charge(TODAY, NAMED), charge(TODAY - 1, GONE, 2_340), lost=1)
    made = charge_rows(part, Grouping.CONTRACT, FLEET)
    assert summary(made, Grouping.CONTRACT, part) == "2 contracts · $3.34+? in 2 of 3 days"
    unknown = view(charge(TODAY, NAMED, None), charge(TODAY, GONE), days=1)
    made = charge_rows(unknown, Grouping.DAY, FLEET)
    assert summary(made, Grouping.DAY, unknown) == "1 day · ? in 1 day"


def test_negative_and_huge_amounts_are_added_up_exactly() -> None:
    found = view(charge(TODAY, NAMED, -5_001), charge(TODAY, GONE, 9_000_000_000_001), days=1)
    made = charge_rows(found, Grouping.CONTRACT, FLEET)
    assert summary(made, Grouping.CONTRACT, found) == "2 contracts · $8,999,999,995.00 in 1 day"
    assert made[0].most == 9_000_000_000_001


@pytest.mark.parametrize(
    ("text", "left"),
    [("kind:instance", 3), ("gone", 1), ("-gone", 3), ("state:stopped", 1), ("total>1.5", 1),
     ("gpucost>0", 4), ("disk<0.1", 4), ("traffic>1", 0), ("month>10", 1), ("days=1", 4),
     ("gpu:5090", 1), ("old", 1), ("name:99", 1)],
)  # fmt: skip
def test_they_are_filtered(text: str, left: int) -> None:
    found = view(
        charge(TODAY, NAMED), charge(TODAY, RUNS, 2_000), charge(TODAY, GONE),
        charge(TODAY, "volume-99"),
    )  # fmt: skip
    parsed = parse(text, FIELDS)
    assert parsed.problems == ()
    keep = compile_query(parsed.query, 0.0, FIELDS)
    assert len(keep(charge_rows(found, Grouping.CONTRACT, FLEET))) == left


def test_the_ids_of_a_row_are_those_of_all_it_was_made_of() -> None:
    found = view(charge(TODAY, "instance-12", endpoint_id=4), charge(TODAY, "instance-13",
                 endpoint_id=4), charge(TODAY, "odd"))  # fmt: skip
    row = rows(found)["endpoint-4"]
    assert sorted(filter(None, row.ids)) == [4, 12, 13]
    assert rows(found)["odd"].name == "odd"
