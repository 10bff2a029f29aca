"""Charges as they are listed: added up by contract, day, kind, GPU model or label, or only what
disks cost while nothing ran on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from vasttui.lists.charge_grouping import Grouping
from vasttui.lists.day_range import date_of
from vasttui.models.billing import Charge, dollars
from vasttui.models.charge_sums import (
    ChargeSum,
    added,
    contract_key,
    day_key,
    gpu_key,
    grouped,
    kind_key,
    label_key,
)
from vasttui.models.instance import Instance
from vasttui.models.volume import Volume
from vasttui.query.fields import Field, FieldSet
from vasttui.services.billing.view import ChargesView
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.units import HOURS_PER_MONTH
from vasttui.words import money, plural


@dataclass(frozen=True)
class ChargeRow:
    """Charges that belong together, and what is there now of a contract: its instance or volume,
    None if it is gone or no single one is meant. `known`: whether that list was read. `gpu` is its
    GPU model, `most` the largest total of all rows, for the bars; `workers` are the instances
    that are an endpoint's."""

    sum: ChargeSum
    name: str
    kind: str = ""
    held: FleetRow | Volume | None = None
    known: bool = False
    gpu: str = ""
    most: int = 0
    workers: tuple[FleetRow, ...] = ()

    @property
    def total(self) -> float | None:
        """All of it in $."""
        return dollars(self.sum.total)

    @property
    def waited(self) -> int | None:
        """What its disk cost while nothing ran, in mills; None if unknown."""
        return self.sum.waited

    @property
    def gone(self) -> bool:
        """Whether there is no such contract any more, as far as is known."""
        return self.known and self.held is None and self.kind in ("instance", "volume")

    @property
    def state(self) -> str:
        """Its state now in a word; empty if that is not known."""
        held = self.held
        if self.workers:
            return plural(len(self.workers), "worker")
        if held is None:
            return "gone" if self.gone else ""
        if isinstance(held, Volume):
            return {True: "in use", False: "free", None: "unknown"}[held.in_use]
        return held.phase.value

    @property
    def hourly(self) -> float | None:
        """What it is charged now, in $/h, an endpoint for its workers; None if nothing, or if it is
        not known."""
        held = self.held
        if self.workers:
            prices = [row.bill.hourly for row in self.workers]
            return None if None in prices else sum(price or 0.0 for price in prices)
        if isinstance(held, Volume):
            return held.storage_total_cost
        return None if held is None else held.bill.hourly

    @property
    def monthly(self) -> float | None:
        """What its disk costs in $ for a month of 720 h, running or not."""
        held = self.held
        if isinstance(held, Volume):
            return held.monthly
        cost = None if held is None else held.instance.storage_total_cost
        return None if cost is None else cost * HOURS_PER_MONTH

    @property
    def instance(self) -> Instance | None:
        """Its instance, while it is listed."""
        return self.held.instance if isinstance(self.held, FleetRow) else None

    @cached_property
    def ids(self) -> list[int | None]:
        """The ids of all that was charged for."""
        numbers = {source.rpartition("-")[2] for source in self.sum.sources}
        found = [int(one) for one in numbers if one.isascii() and one.isdecimal()]
        return [*found, *self.sum.endpoints]

    @property
    def machine_id(self) -> int | None:
        """The machine that it is on, while it is there."""
        held = self.held
        return held.instance.machine_id if isinstance(held, FleetRow) else (
            None if held is None else held.machine_id
        )  # fmt: skip

    @cached_property
    def words(self) -> str:
        """Everything that is shown of it, to be searched."""
        sources = {source.replace("-", " ", 1) for source in self.sum.sources}
        return "\n".join((self.name, self.kind, self.state, self.gpu, *sources)).lower()


def charge_rows(view: ChargesView, grouping: Grouping, fleet: Fleet) -> Sequence[ChargeRow]:
    """The rows of a view; `fleet` says what is there now."""
    gpus = {**view.gpus, **_gpus(fleet)}
    make = _MAKERS[grouping]
    rows = list(view.rows)
    if grouping is Grouping.STOPPED:
        rows = [row for row in rows if row.waiting != 0]
    sums = grouped(rows, _key(grouping, gpus))
    most = max((one.total or 0 for one in sums), default=0)
    named = _Names(fleet, gpus)
    return tuple(make(one, named, most) for one in sums)


def _key(grouping: Grouping, gpus: Mapping[int, str]) -> Callable[[Charge], str]:
    keys = {Grouping.DAY: day_key, Grouping.KIND: kind_key, Grouping.LABEL: label_key}
    return gpu_key(gpus) if grouping is Grouping.GPU else keys.get(grouping, contract_key)


def _gpus(fleet: Fleet) -> dict[int, str]:
    return {row.id: row.instance.gpu_name for row in fleet.rows if row.instance.gpu_name}


class _Names:
    """What there is now, by contract."""

    def __init__(self, fleet: Fleet, gpus: Mapping[int, str]) -> None:
        self.instances = {row.id: row for row in fleet.rows if not row.gone}
        self.volumes = {volume.id: volume for volume in fleet.volumes or ()}
        self.known = {"instance": fleet.as_of is not None, "volume": fleet.volumes is not None}
        self.gpus = gpus
        self.workers = defaultdict[int | None, list[FleetRow]](list)
        for row in self.instances.values():
            self.workers[row.instance.endpoint_id].append(row)


def _contract(one: ChargeSum, names: _Names, most: int) -> ChargeRow:
    word, _, number = one.key.partition("-")
    id = int(number) if number.isascii() and number.isdecimal() else 0
    held: FleetRow | Volume | None = None
    if word == "instance":
        held = names.instances.get(id)
    elif word == "volume":
        held = names.volumes.get(id)
    name = one.name
    if isinstance(held, FleetRow):
        name = held.instance.label or name
    elif held is not None:
        name = held.name
    workers = tuple(names.workers.get(id, ())) if word == "endpoint" else ()
    return ChargeRow(
        one, name, word, held, names.known.get(word, False), names.gpus.get(id, ""), most, workers
    )


def _day(one: ChargeSum, names: _Names, most: int) -> ChargeRow:
    return ChargeRow(one, f"{date_of(int(one.key)):%a %d %b}".replace(" 0", " "), most=most)


def _kind(one: ChargeSum, names: _Names, most: int) -> ChargeRow:
    return ChargeRow(
        one, f"{one.key}s" if one.key in ("instance", "volume") else one.key, most=most
    )


def _gpu(one: ChargeSum, names: _Names, most: int) -> ChargeRow:
    name = {"": "model not known", "-": "no GPU: volumes"}.get(one.key, one.key)
    return ChargeRow(one, name, gpu=one.key.strip("-"), most=most)


def _label(one: ChargeSum, names: _Names, most: int) -> ChargeRow:
    return ChargeRow(one, one.key or "(no label)", most=most)


_MAKERS: Mapping[Grouping, Callable[[ChargeSum, _Names, int], ChargeRow]] = {
    Grouping.CONTRACT: _contract, Grouping.STOPPED: _contract, Grouping.DAY: _day,
    Grouping.KIND: _kind, Grouping.GPU: _gpu, Grouping.LABEL: _label,
}  # fmt: skip


def summary(
    rows: Sequence[ChargeRow],
    grouping: Grouping,
    view: ChargesView,
    shown: Sequence[ChargeRow] | None = None,
) -> str:
    """`15 contracts · $654.70 in 30 days`; how much of them that is, where days are missing. Of a
    part that is `shown`: `4 shown of 15 contracts · $432.23 of $654.70 in 30 days`."""
    nouns = {Grouping.GPU: "GPU model", Grouping.STOPPED: "contract"}
    count = plural(len(rows), nouns.get(grouping, grouping.value))
    waits = grouping is Grouping.STOPPED

    def amount(rows: Sequence[ChargeRow]) -> str:
        return money(dollars(added(row.waited if waits else row.sum.total for row in rows)))

    words = f"{amount(rows)}{'+?' if view.lost else ''}{' while stopped' if waits else ''}"
    if shown is not None:
        count, words = f"{len(shown)} shown of {count}", f"{amount(shown)} of {words}"
    return f"{count} · {words} in {days_words(view)}"


def days_words(view: ChargesView) -> str:
    """`30 days`, `28 of 30 days`."""
    count, missing = len(view.range), len(view.missing)
    days = plural(count, "day")
    return f"{count - missing} of {days}" if missing else days


def by_day(rows: Iterable[ChargeRow]) -> Mapping[int, list[Charge]]:
    """The charges of these rows by day."""
    found = defaultdict[int, list[Charge]](list)
    for row in rows:
        for charge in row.sum.rows:
            found[charge.day].append(charge)
    return found


FIELDS = FieldSet(
    fields=(
        Field(name="name", kind="text", help="its name: label, day, GPU model", aliases=("label",),
              expr="r.name", example=":train", known=True),
        Field(name="kind", kind="text", help="instance, volume, endpoint", expr="r.kind",
              example=":volume", known=True),
        Field(name="state", kind="text", help="its state now", expr="r.state", example=":stopped",
              known=True),
        Field(name="gone", kind="bool", help="it is not there any more", expr="r.gone",
              example="=true", bare=True, known=True),
        Field(name="total", kind="number", help="all of it, $", aliases=("cost",),
              expr="r.total", example=">5"),
        Field(name="gpucost", kind="number", help="for the GPU, $",
              expr="(None if o.gpu is None else o.gpu / 1000)", example=">5"),
        Field(name="disk", kind="number", help="for the disk, $",
              expr="(None if o.disk is None else o.disk / 1000)", example=">5"),
        Field(name="traffic", kind="number", help="for traffic, $",
              expr="(None if o.traffic is None else o.traffic / 1000)", example=">1"),
        Field(name="month", kind="number", help="its disk, $/month", expr="r.monthly",
              example=">10"),
        Field(name="days", kind="number", help="days that something was charged on",
              expr="o.days", example=">7"),
        Field(name="gpu", kind="text", help="GPU model", expr="r.gpu", example=":4090",
              known=True),
        Field(name="text", kind="text", help="words anywhere", known=True, cost=2,
              expr="r.words", example=":llama"),
    ),
    record="r.sum", seen={"name": "r.name", "kind": "r.kind", "state": "r.state", "gpu": "r.gpu"},
    scope={}, price=lambda row: row.total or 0.0, example="total>5",
)  # fmt: skip
