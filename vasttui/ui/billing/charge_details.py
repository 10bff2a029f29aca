"""What charges are made of: the split in full, day by day, and as the service words it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from vasttui.lists.charge_rows import ChargeRow
from vasttui.lists.day_range import date_of
from vasttui.lists.resource import Fact
from vasttui.models.billing import Charge, dollars
from vasttui.models.charge_sums import ChargeSum, added, sum_of
from vasttui.ui.sparkline import sparkline
from vasttui.words import UNKNOWN, amount, money, plural, share

_SPARKS, _WORDS = 60, 47
_LISTED = 100
"""Charges that are listed one by one."""
LAG = "charges come minutes to hours late: today is not complete"


def split(row: ChargeRow, days: range) -> Sequence[Fact]:
    """GPU, disk and traffic with hours, rates and GB; the days as a line of bars."""
    one = row.sum
    parts = (
        ("GPU", gpu_words(row), one.gpu), ("Disk", _disk_words(row), one.disk),
        ("Traffic", _traffic_words(row), one.traffic),
    )  # fmt: skip
    room = max(_WORDS, *(len(words) for _, words, _ in parts))
    facts = [
        Fact(name, f"{words:<{room}} {_part(mills, one.total)}") for name, words, mills in parts
    ]
    facts.append(Fact("By day", _bars(row, days)))
    if days and days[-1] in one.by_day:
        now = "" if row.instance is None else ". What bills now is on screen 2"
        facts.append(Fact("Lag", f"{LAG}{now}", "dim"))
    return facts


def _part(mills: int | None, total: int | None) -> str:
    of_all = f" {share(mills, total)}" if mills is not None and total and total > 0 else ""
    return f"${amount(dollars(mills)):>9}{of_all}"


def gpu_words(row: ChargeRow) -> str:
    """`452.6 h at $0.29 to $0.45/h`; what is not said is not made up."""
    one = row.sum
    if not one.gpu:
        return "nothing" if one.gpu == 0 else UNKNOWN
    rates = sorted({rate for charge in one.rows if (rate := charge.rate)})
    words = _hours(one)
    if not rates:
        return words
    least, most = money(rates[0]), money(rates[-1])
    return f"{words} at {least}/h" if least == most else f"{words} at {least} to {most}/h"


def _hours(one: ChargeSum) -> str:
    """`2 groups, 32.0 h of workers`; beside other hours `32.0 h (workers 8.0 h)`."""
    if one.hours is None:
        return "hours are not said"
    ran = [charge for charge in one.rows if charge.gpu]
    workers = sum_of(charge for charge in ran if charge.kind == "serverless")
    words = f"{one.hours:,.1f} h"
    if not workers.rows:
        return words
    if len(workers.rows) < len(ran):
        return f"{words} (workers {workers.hours or 0.0:,.1f} h)"
    groups = {charge.workergroup_id for charge in workers.rows} - {None}
    grouped = f"{plural(len(groups), 'group')}, " if groups else ""
    return f"{grouped}{words} of workers"


def _disk_words(row: ChargeRow) -> str:
    waited = row.waited
    if not row.sum.disk:
        return "nothing" if row.sum.disk == 0 else UNKNOWN
    if row.kind == "volume":
        return "used or not, as long as it is there"
    if waited is None:
        return "how long nothing ran is not said"
    ran = "while it ran" if row.kind else ""
    return f"{money(dollars(waited))} of it while nothing ran" if waited else ran


def _traffic_words(row: ChargeRow) -> str:
    one = row.sum
    ways = (
        ("↓", one.gb_down, added(charge.down for charge in one.rows)),
        ("↑", one.gb_up, added(charge.up for charge in one.rows)),
    )
    parts = [
        f"{'?' if size is None else f'{size:,.1f}'} GB {arrow} {money(dollars(mills))}"
        for arrow, size, mills in ways
        if size or mills != 0
    ]
    return " · ".join(parts) or "none"


def _bars(row: ChargeRow, days: range) -> str:
    """The days of the range as bars: a blank where it cost nothing, or is not known."""
    found = row.sum.by_day
    known = {day: mills for day, mills in found.items() if mills}
    if not known:
        return "nothing"
    top = max(known.values())
    bars = sparkline([known.get(day) for day in days], min(_SPARKS, len(days)), top)
    most = max(known, key=lambda day: (known[day], day))
    return f"{bars}   most {money(dollars(known[most]))} on {_day(most)}"


def _day(day: int) -> str:
    date = date_of(day)
    return f"{date.day} {date:%b}"


def daily(row: ChargeRow) -> Sequence[Fact]:
    """A line for each day, the newest first; of a single day one for each charge, the dearest
    first."""
    charges = row.sum.rows
    if len(charges) > 1 and len(row.sum.by_day) == 1:
        dearest = sorted(charges, key=lambda charge: -(charge.amount or 0))
        return _some([Fact(one.name, _of_day([one])) for one in dearest[:_LISTED]], len(charges))
    days = defaultdict[int, list[Charge]](list)
    for charge in charges:
        days[charge.day].append(charge)
    return [Fact(_day(day), _of_day(found)) for day, found in sorted(days.items(), reverse=True)]


def _of_day(charges: Sequence[Charge]) -> str:
    total = money(dollars(added(one.amount for one in charges)))
    if len(charges) > 1:
        return f"{total:>9}   {plural(len(charges), 'charge')}"
    [one] = charges
    parts = (("GPU", one.gpu), ("disk", one.disk), ("traffic", one.traffic))
    said = [f"{name} {money(dollars(mills))}" for name, mills in parts if mills != 0]
    return f"{total:>9}   {' · '.join(said)}"


def raw(row: ChargeRow) -> Sequence[Fact]:
    """The newest charges as the service words them."""
    charges = sorted(row.sum.rows, key=lambda charge: -charge.day)
    found = [
        Fact(_day(charge.day), " · ".join((charge.source, *filter(None, charge.words))))
        for charge in charges[:_LISTED]
    ]
    return _some(found, len(charges))


def _some(facts: list[Fact], count: int) -> Sequence[Fact]:
    """The facts, and how many of the `count` charges have none."""
    more = count - len(facts)
    return [*facts, Fact("…", f"and {plural(more, 'charge')} more", "dim")] if more else facts
