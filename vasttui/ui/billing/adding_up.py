"""Charges added up, for the table and for the plot. A year of them takes longer than a frame, so it
is done in threads."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from vasttui.lists.charge_grouping import Grouping
from vasttui.lists.charge_rows import ChargeRow, by_day, charge_rows
from vasttui.lists.day_range import date_of
from vasttui.lists.resource import Fact
from vasttui.models.billing import Charge, dollars
from vasttui.models.charge_sums import sum_of
from vasttui.services.billing.view import ChargesView
from vasttui.services.fleet.snapshot import Fleet
from vasttui.ui.billing.charge_details import split
from vasttui.ui.billing.plot import NOT_READ, PlotDay

_MANY = 1_000
"""Charges whose figures are found here, not when they are drawn."""


@dataclass(frozen=True, slots=True)
class AddedUp:
    """What is known in a view by a grouping: its rows, with all their ids, the split of those of
    many charges, and the days of the plot."""

    view: ChargesView
    grouping: Grouping
    rows: Sequence[ChargeRow] = ()
    ids: Collection[int | None] = ()
    splits: Mapping[str, Sequence[Fact]] = field(default_factory=dict)
    days: Sequence[PlotDay] = ()


def add_up(view: ChargesView, grouping: Grouping, fleet: Fleet) -> AddedUp:
    """All of a view; `fleet` says what is there now."""
    rows = charge_rows(view, grouping, fleet)
    ids = frozenset(id for row in rows for id in row.ids)
    splits = {}
    for row in rows:
        _ = row.words  # this and what follows is found once, and not when it is drawn
        if len(row.sum.rows) > _MANY:
            _ = row.sum.days, row.sum.contracts
            splits[row.sum.key] = split(row, view.range)
    found = {day: known.rows for day, known in view.days.items()}
    return AddedUp(view, grouping, rows, ids, splits, _plot_days(view, grouping, found))


def plot_of(added: AddedUp, rows: Sequence[ChargeRow]) -> list[PlotDay]:
    """The days of the plot, of some of the rows alone."""
    return _plot_days(added.view, added.grouping, by_day(rows))


def _plot_days(
    view: ChargesView, grouping: Grouping, found: Mapping[int, Sequence[Charge]]
) -> list[PlotDay]:
    return [_plot_day(view, grouping, day, found.get(day, ())) for day in view.range]


def _plot_day(
    view: ChargesView, grouping: Grouping, day: int, charges: Sequence[Charge]
) -> PlotDay:
    if day not in view.days:
        return PlotDay(date_of(day), None, "?" if day in view.failed else NOT_READ)
    sums = sum_of(charges)
    gpu, disk, traffic, total = map(dollars, (sums.gpu, sums.disk, sums.traffic, sums.total))
    if grouping is Grouping.STOPPED:
        gpu = traffic = 0.0
        disk = total = dollars(sums.waited)
    if gpu is None or disk is None or traffic is None or total is None:
        return PlotDay(date_of(day), None, "?")
    return PlotDay(date_of(day), (gpu, disk, traffic), charged=total)
