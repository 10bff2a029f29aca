"""What charges are made of, in words; and their cells."""

from __future__ import annotations

from vasttui.lists.charge_grouping import Grouping
from vasttui.lists.charge_rows import ChargeRow, charge_rows
from vasttui.models.billing import Charge, DayCharges, with_figures
from vasttui.services.billing.view import ChargesView
from vasttui.services.fleet.snapshot import Fleet
from vasttui.ui.billing.charge_columns import bar, columns_of, mills_cell
from vasttui.ui.billing.charge_details import daily, raw, split

TODAY = 20_718
TEXTS = (
    "Instance 7 Charges - 1 day\n{} hours at ${}/hour\n24.0 hours at $0.02/hour\n"
    "61.2 GB Downloaded\n940.5 GB Uploaded"
)


def charge(day: int, source: str = "instance-7", **changes: object) -> Charge:
    given: dict[str, object] = {
        "amount": 8_900, "gpu": 4_800, "disk": 480, "down": 120, "up": 3_500,
        "texts": TEXTS.format(16, 0.29),
    }  # fmt: skip
    known = Charge(day, source, **{**given, **changes})  # type: ignore[arg-type]
    return with_figures(known)


def rows(*charges: Charge, grouping: Grouping = Grouping.CONTRACT) -> list[ChargeRow]:
    days = {
        day: DayCharges(day, tuple(one for one in charges if one.day == day))
        for day in {one.day for one in charges}
    }
    view = ChargesView(first=TODAY - 2, last=TODAY, today=TODAY, days=days)
    return list(charge_rows(view, grouping, Fleet()))


def said(row: ChargeRow) -> dict[str, str]:
    facts = split(row, range(TODAY - 2, TODAY + 1))
    return {name: " ".join(text.split()) for name, text, _ in facts}


def test_the_split_names_hours_rates_and_traffic() -> None:
    [row] = rows(charge(TODAY), charge(TODAY - 1, texts=TEXTS.format(8, 0.45)))
    facts = said(row)
    assert facts["GPU"] == "24.0 h at $0.29 to $0.45/h $ 9.60 54 %"
    assert facts["Disk"] == "$0.48 of it while nothing ran $ 0.96 5 %"
    assert facts["Traffic"] == "122.4 GB ↓ $0.24 · 1,881.0 GB ↑ $7.00 $ 7.24 41 %"
    assert facts["By day"].endswith("most $8.90 on 22 Sep")
    assert "today is not complete" in facts["Lag"]


def test_the_amounts_of_the_parts_stand_below_each_other_however_long_their_words() -> None:
    [endpoint] = rows(*(
        charge(TODAY, f"instance-{at}", endpoint_id=4, workergroup_id=at % 2,
               texts=TEXTS.format("250.15", rate))
        for at, rate in ((1, 0.32), (2, 0.44))
    ))  # fmt: skip
    texts = [text for _, text, _ in split(endpoint, range(TODAY, TODAY + 1))[:3]]
    assert texts[0].startswith("2 groups, 500.3 h of workers at $0.32 to $0.44/h $")
    assert len({text.rindex("$") for text in texts}) == 1


def test_the_details_say_an_amount_as_its_column_does() -> None:
    [row] = rows(charge(TODAY, down=4, up=0, amount=20_004))
    assert said(row)["Traffic"] == "61.2 GB ↓ $0.004 · 940.5 GB ↑ $0.00 $ 0.004 <1 %"
    assert mills_cell(row.sum.traffic) == ("0.004", "")


def test_what_is_not_said_or_cannot_be_read_is_not_made_up() -> None:
    [row] = rows(charge(TODAY - 1, gpu=None, down=None, texts="odd"))
    facts = said(row)
    assert facts["GPU"] == "? $ ?"
    assert facts["Disk"].startswith("how long nothing ran is not said")
    assert facts["Traffic"] == "? GB ↓ ? · ? GB ↑ $3.50 $ ?"
    assert "Lag" not in facts
    [volume] = rows(charge(TODAY, "volume-5", gpu=0, down=0, up=0, texts=""))
    assert said(volume)["GPU"].startswith("nothing")
    assert said(volume)["Traffic"].startswith("none")
    groups = [charge(TODAY, f"instance-{one}", endpoint_id=4, workergroup_id=one) for one in (1, 2)]
    [endpoint] = rows(*groups)
    assert said(endpoint)["GPU"].startswith("2 groups, 32.0 h of workers at $0.29/h")
    for grouping in (Grouping.DAY, Grouping.GPU, Grouping.LABEL):
        [mixed] = rows(*groups, charge(TODAY, "instance-9"), grouping=grouping)
        assert said(mixed)["GPU"].startswith("48.0 h (workers 32.0 h) at $0.29/h")
    [beside] = rows(*groups, charge(TODAY, "instance-9", gpu=0), grouping=Grouping.DAY)
    assert "of workers" in said(beside)["GPU"]


def test_days_are_lines_and_a_single_day_is_a_line_for_each_contract() -> None:
    [row] = rows(charge(TODAY), charge(TODAY - 1, amount=100))
    assert [name for name, _, _ in daily(row)] == ["22 Sep", "21 Sep"]
    [day] = rows(
        charge(TODAY, label="cheap", amount=10), charge(TODAY, "instance-8", label="dear"),
        grouping=Grouping.DAY,
    )  # fmt: skip
    assert [name for name, _, _ in daily(day)] == ["dear", "cheap"]
    [first, _] = raw(row)
    assert first.text.startswith("instance-7 · Instance 7 Charges - 1 day · 16 hours at $0.29/hour")


def test_bars_are_as_long_as_their_share_and_little_is_not_nothing() -> None:
    dear, cheap = rows(charge(TODAY), charge(TODAY, "instance-8", amount=20, gpu=20, disk=0, down=0,
                                             up=0))  # fmt: skip
    assert bar(dear, 14) == "████████░░░░░░"
    assert bar(cheap, 14) == "▏"
    assert mills_cell(3) == ("0.003", "")
    assert mills_cell(0) == ("-", "dim")
    assert mills_cell(None) == ("?", "warn")
    assert mills_cell(-1_234_567) == ("-1,234.57", "")


def test_every_column_of_every_grouping_has_a_cell_and_a_value() -> None:
    for grouping in Grouping:
        for row in rows(charge(TODAY), charge(TODAY - 1, gpu=0), grouping=grouping):
            for column in columns_of(grouping, TODAY):
                text, _ = column.cell(row)
                assert isinstance(text, str)
                assert column.value is None or column.value(row) is not NotImplemented
    days = {column.key: column for column in columns_of(Grouping.DAY, TODAY)}
    [today] = rows(charge(TODAY, "instance-9", endpoint_id=4), grouping=Grouping.DAY)
    assert days["name"].cell(today)[0] == "today"
    assert days["dearest"].cell(today)[0] == "endpoint 4"


def test_per_stopped_disk_the_sums_are_said_to_be_of_those_days_alone() -> None:
    titles = {column.key: column.title for column in columns_of(Grouping.STOPPED, TODAY)}
    assert (titles["total"], titles["disk"]) == ("All those days", "Disk those days")
    contract = {column.key: column.title for column in columns_of(Grouping.CONTRACT, TODAY)}
    assert (contract["total"], contract["disk"]) == ("Total", "Disk")
    for column in columns_of(Grouping.STOPPED, TODAY):
        assert len(column.title) <= column.width
