"""The columns of charges, for each way to add them up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import structs

from vasttui.lists.charge_grouping import Grouping
from vasttui.lists.charge_rows import ChargeRow
from vasttui.lists.columns import Cell, Column
from vasttui.lists.day_range import date_of
from vasttui.models.billing import Charge, dollars
from vasttui.models.volume import Volume
from vasttui.ui.billing.plot import PATTERNS
from vasttui.words import UNKNOWN, amount, money, per_hour

_BAR, _DAY_BAR = 15, 42
_STATES = {"in use": ("●", "good"), "free": ("○", "dim"), "gone": ("·", "dim")}
_ELSEWHERE: Cell = ("see 4", "dim")
"""Of an endpoint none of whose workers is known: the screen of serverless may know."""

More = Column[ChargeRow]


def mills_cell(mills: int | None) -> Cell:
    """An amount: `256.30`, `-` where it is nothing."""
    if mills is None:
        return UNKNOWN, "warn"
    return (amount(dollars(mills)), "") if mills else ("-", "dim")


def _amount(
    key: str, title: str, about: str, rank: int, read: Callable[[ChargeRow], int | None]
) -> More:
    return Column(
        key, title, 8, lambda row: mills_cell(read(row)), about, rank, value=read, best_first=True
    )


def _amounts(total: int = 1) -> list[More]:
    return [
        _amount("gpu", "GPU", "for the GPU, $", 2, lambda row: row.sum.gpu),
        _amount("disk", "Disk", "for the disk, $", 3, lambda row: row.sum.disk),
        _amount("traffic", "Traffic", "for traffic both ways, $", 4, lambda row: row.sum.traffic),
        _amount("total", "Total", "all of it, $, as the service adds it up", total,
                lambda row: row.sum.total),
    ]  # fmt: skip


def _share(width: int, rank: int) -> More:
    return Column(
        "share", "Share", width, lambda row: (bar(row, width - 1), ""), "GPU █, disk ▒, traffic ░",
        rank, left=True, plain=lambda row: "",
    )  # fmt: skip


def bar(row: ChargeRow, width: int) -> str:
    """Its parts as a lying bar, the dearest row `width` cells long; what is less than half a cell
    is `▏`."""
    one = row.sum
    if not row.most or not one.total or one.total < 0:
        return ""
    unit, ends, done = row.most / width, 0, 0
    shown = ""
    for pattern, part in zip(PATTERNS, (one.gpu, one.disk, one.traffic), strict=True):
        done += max(0, part or 0)
        cells = int(done / unit + 0.5) - ends
        shown += pattern * cells
        ends += cells
    return shown[:width] or "▏"


def _name(title: str, about: str) -> More:
    return Column(
        "name", title, 18, lambda row: (row.name, ""), about, 0, left=True, most=30,
        value=lambda row: row.name.casefold(),
    )  # fmt: skip


def _count(key: str, title: str, about: str, rank: int, read: Callable[[ChargeRow], int]) -> More:
    return Column(
        key, title, 7, lambda row: (str(read(row)), "dim"), about, rank, value=read, best_first=True
    )


def _state(row: ChargeRow) -> Cell:
    held = row.held
    if held is not None and not isinstance(held, Volume):
        traits = held.phase.traits
        return f"{traits.glyph} {held.phase.value}", traits.tone
    if row.kind == "endpoint":
        return (row.state, "") if row.workers else _ELSEWHERE
    if not row.state:
        return ("-", "dim") if row.kind not in ("instance", "volume") else (UNKNOWN, "dim")
    glyph, style = _STATES.get(row.state, ("?", "warn"))
    return f"{glyph} {row.state}", style


def _hourly(row: ChargeRow) -> Cell:
    if row.kind == "endpoint" and not row.workers:
        return _ELSEWHERE
    if row.held is None and not row.workers:
        return ("-", "dim") if row.gone else (UNKNOWN if not row.known and row.kind in (
            "instance", "volume") else "-", "dim")  # fmt: skip
    return per_hour(row.hourly).removeprefix("$").removesuffix("/h"), ""


def _monthly(row: ChargeRow) -> Cell:
    if row.held is None:
        return "-", "dim"
    return money(row.monthly), ""


def _figure(value: float | None, form: str = ",.1f") -> Cell:
    return (UNKNOWN, "dim") if value is None else (format(value, form), "dim")


def _date(row: ChargeRow, pick: Callable[[Sequence[int]], int]) -> Cell:
    day = date_of(pick([one.day for one in row.sum.rows]))
    return f"{day.day} {day:%b}", "dim"


def _newest(row: ChargeRow) -> Charge:
    return row.sum.newest


def _contract() -> list[More]:
    return [
        _name("Contract", "instance, volume or endpoint"),
        Column("kind", "Kind", 8, lambda row: (row.kind, "dim"), "instance, volume, endpoint", 9,
               left=True, value=lambda row: row.kind),
        Column("now", "Now", 10, _state, "its state now", 5, left=True, most=12,
               value=lambda row: row.state),
        _count("days", "Days", "days that something was charged on", 10, lambda row: row.sum.days),
        *_amounts(),
        _share(_BAR, 7),
        Column("hourly", "$/h now", 7, _hourly, "what it is charged now, $/h", 8,
               value=lambda row: row.hourly, best_first=True),
        Column("month", "Disk/month", 10, _monthly, "what it costs if it only lies there, $ for "
               "720 h; -: gone, nothing bills", 6, value=lambda row: row.monthly, best_first=True),
        *_more(),
    ]  # fmt: skip


def _more() -> list[More]:
    """What is chosen with the column dialog."""
    return [
        Column("id", "Id", 9, lambda row: (str(_newest(row).id or "-"), "dim"), "its id", 40,
               value=lambda row: _newest(row).id),
        Column("machine", "Mach", 7, lambda row: (str(row.machine_id or "-"), "dim"),
               "machine id, while it is there", 41, value=lambda row: row.machine_id),
        Column("model", "GPU model", 12, lambda row: (row.gpu or "-", "dim"), "GPU model, where it "
               "was ever seen", 42, left=True, most=18, value=lambda row: row.gpu),
        Column("hours", "Hours", 7, lambda row: _figure(row.sum.hours), "hours of GPU", 43,
               value=lambda row: row.sum.hours, best_first=True),
        Column("down", "GB↓", 7, lambda row: _figure(row.sum.gb_down), "GB downloaded", 44,
               value=lambda row: row.sum.gb_down, best_first=True),
        Column("up", "GB↑", 7, lambda row: _figure(row.sum.gb_up), "GB uploaded", 45,
               value=lambda row: row.sum.gb_up, best_first=True),
        Column("first", "First", 6, lambda row: _date(row, min), "first day", 46,
               value=lambda row: min(one.day for one in row.sum.rows)),
        Column("last", "Last", 6, lambda row: _date(row, max), "last day", 47,
               value=lambda row: max(one.day for one in row.sum.rows), best_first=True),
        Column("template", "Template", 9, lambda row: (str(_newest(row).template_id or "-"), "dim"),
               "template id", 48, value=lambda row: _newest(row).template_id),
    ]  # fmt: skip


def _day(today: int) -> list[More]:
    def name(row: ChargeRow) -> Cell:
        return ("today" if int(row.sum.key) == today else row.name), ""

    return [
        Column("name", "Day", 11, name, "day, UTC", 0, left=True,
               value=lambda row: int(row.sum.key), best_first=True,
               plain=lambda row: date_of(int(row.sum.key)).isoformat()),
        *_amounts(),
        _share(_DAY_BAR, 6),
        _count("contracts", "Running", "contracts that something was charged for", 7,
               lambda row: row.sum.contracts),
        Column("dearest", "Dearest contract", 16, _dearest, "the contract that cost most", 8,
               left=True, most=24),
    ]  # fmt: skip


def _dearest(row: ChargeRow) -> Cell:
    found = row.sum.dearest
    return (UNKNOWN if found is None else found.name), "dim"


def _others(title: str, about: str) -> list[More]:
    return [
        _name(title, about),
        _count("contracts", "Contracts", "contracts that something was charged for", 6,
               lambda row: row.sum.contracts),
        _count("days", "Days", "days that something was charged on", 7, lambda row: row.sum.days),
        *_amounts(),
        _share(30, 5),
    ]  # fmt: skip


def _stopped() -> list[More]:
    contract = {column.key: column for column in _contract()}
    waited = _amount("waited", "Stopped", "for the disk, while nothing ran, $", 1,
                     lambda row: row.waited)  # fmt: skip
    kept = ("name", "now", "days", "disk", "total", "hourly", "month")
    on_days = {
        "days": ("Days", "days that it was stopped on, for a while at least"),
        "disk": ("Disk those days", "for the disk on those days, running too, $"),
        "total": ("All those days", "all of it on those days alone, $"),
    }
    for key, (title, about) in on_days.items():
        width = max(contract[key].width, len(title))
        contract[key] = structs.replace(contract[key], title=title, about=about, width=width)
    first, *others = (contract[key] for key in kept)
    return [first, waited, *others, *_more()]


def columns_of(grouping: Grouping, today: int) -> list[More]:
    """All columns for charges that are added up by this; `today` is days since 1970-01-01."""
    if grouping is Grouping.CONTRACT:
        return _contract()
    if grouping is Grouping.DAY:
        return _day(today)
    if grouping is Grouping.STOPPED:
        return _stopped()
    titles = {
        Grouping.KIND: ("Kind", "instances, volumes, serverless"),
        Grouping.GPU: ("GPU model", "GPU model, where it was ever seen"),
        Grouping.LABEL: ("Label", "label that was given to it"),
    }
    return _others(*titles[grouping])


MORE = frozenset(column.key for column in _more())
"""The columns that are not shown unless they are chosen."""
