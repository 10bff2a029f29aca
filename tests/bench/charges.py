"""A year of charges of 50 instances, 18,250 rows: how long they take from the disk to a frame."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from vasttui.lists.charge_grouping import Grouping
from vasttui.lists.charge_rows import ChargeRow, by_day, charge_rows
from vasttui.lists.day_range import date_of
from vasttui.models.billing import Charge, DayCharges, day_of, with_figures
from vasttui.services.billing.view import ChargesView
from vasttui.services.fleet.snapshot import Fleet
from vasttui.store.charge_days import ChargeDays
from vasttui.ui.billing.charge_columns import MORE, columns_of
from vasttui.ui.billing.plot import Legend, Plot, PlotDay
from vasttui.units import DAY

DAYS, INSTANCES = 365, 50
_IDS = range(54_000_000, 54_000_000 + INSTANCES)
_ACCOUNT = "bench 1"
_TEXTS = (
    "Instance 1 Charges - 1 day(s)\n{hours} hours at $0.267/hour\n24.0 hours at $0.020/hour\n"
    "1.5 GB Downloaded\n0.5 GB Uploaded"
)


def a_year(today: int, ids: Sequence[int] = _IDS) -> list[DayCharges]:
    """Charges of these instances on every day up to `today`, in days since 1970-01-01."""
    rng = random.Random(1)
    return [
        DayCharges(
            day, tuple(_charge(rng, day, number) for number in ids),
            read_at=(day + 3) * DAY,
        )
        for day in range(today - DAYS + 1, today + 1)
    ]  # fmt: skip


def _charge(rng: random.Random, day: int, number: int) -> Charge:
    gpu, disk, down, up = rng.randrange(9_000), rng.randrange(900), 3, 4
    charge = Charge(
        day, f"instance-{number}", gpu + disk + down + up, f"job-{number % 7}",
        gpu=gpu, disk=disk, down=down, up=up, texts=_TEXTS.format(hours=gpu / 375),
    )  # fmt: skip
    return with_figures(charge)


def seconds() -> tuple[float, float, float]:
    """Seconds of the processor to read a year from the disk, to add it up, and to draw it, the best
    of five."""
    today = day_of(1_790_000_000)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "charges.db"
        ChargeDays(file).save(_ACCOUNT, a_year(today))

        def load() -> list[DayCharges]:
            return ChargeDays(file).load(_ACCOUNT, today - DAYS + 1, today)

        days = {day.day: day for day in load()}
        view = ChargesView(first=today - DAYS + 1, last=today, today=today, days=days)
        rows = charge_rows(view, Grouping.CONTRACT, Fleet())
        return (
            _best(load),
            _best(lambda: charge_rows(view, Grouping.CONTRACT, Fleet())),
            _best(lambda: _draw(rows, view)),
        )


def _draw(rows: Sequence[ChargeRow], view: ChargesView) -> None:
    """Every cell of the rows in view, the plot and its figures."""
    for column in columns_of(Grouping.CONTRACT, view.today):
        if column.key not in MORE:
            for row in rows[:20]:
                column.cell(row)
    found = by_day(rows)
    days = [PlotDay(date_of(day), _parts(found[day])) for day in view.range]
    plot = Plot(days, date.max, 8, 97)
    plot.lines()
    Legend(plot).lines()


def _parts(charges: list[Charge]) -> tuple[float, float, float]:
    return (
        sum(one.gpu or 0 for one in charges) / 1000, sum(one.disk or 0 for one in charges) / 1000,
        sum(one.traffic or 0 for one in charges) / 1000,
    )  # fmt: skip


def _best(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(5):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)
