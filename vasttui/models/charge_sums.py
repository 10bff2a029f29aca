"""Adds up charges: by contract, day, kind, label or GPU model. In mills; one amount that cannot be
read makes its sums unknown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

from vasttui.models.billing import Charge

Key = Callable[[Charge], str]
"""What a charge is added up under."""

_amount, _gpu, _disk, _down, _up = map(attrgetter, ("amount", "gpu", "disk", "down", "up"))
_waiting, _source, _endpoint = map(attrgetter, ("waiting", "source", "endpoint_id"))


def added(amounts: Iterable[int | None]) -> int | None:
    """The sum; None if one of them is unknown. 18,000 take half a millisecond."""
    try:
        return sum(amounts)  # type: ignore[arg-type]
    except TypeError:
        return None


@dataclass(frozen=True)
class ChargeSum:
    """Charges that belong together, newest first, and their sums in mills. `total` is the sum of
    the service's amounts: those of the parts may differ from it by their rounding."""

    key: str
    rows: tuple[Charge, ...]
    total: int | None
    gpu: int | None
    disk: int | None
    traffic: int | None

    @property
    def name(self) -> str:
        """What the contract is called: its newest label, else what it is and its id."""
        own = (row.label for row in self.rows if row.label and row.source == self.key)
        return next(own, self.key.replace("-", " ", 1))

    @property
    def newest(self) -> Charge:
        """The charge of its newest day."""
        return self.rows[0]

    @cached_property
    def by_day(self) -> dict[int, int | None]:
        """The total of each day that something was charged on, oldest first."""
        found: dict[int, int | None] = {}
        for row in self.rows:
            before = found.get(row.day, 0)
            found[row.day] = None if before is None or row.amount is None else before + row.amount
        return dict(sorted(found.items()))

    @cached_property
    def days(self) -> int:
        """Days that something was charged on."""
        return len({row.day for row in self.rows if row.amount != 0})

    @cached_property
    def contracts(self) -> int:
        """Contracts that something was charged for."""
        return len({row.source for row in self.rows if row.amount != 0})

    @cached_property
    def sources(self) -> frozenset[str]:
        """All that was charged for, as the service names it."""
        return frozenset(map(_source, self.rows))

    @cached_property
    def endpoints(self) -> frozenset[int | None]:
        """The endpoints of its workers; None for what is no worker."""
        return frozenset(map(_endpoint, self.rows))

    @cached_property
    def waited(self) -> int | None:
        """What disks cost while nothing ran, in mills; None if unknown."""
        return added(map(_waiting, self.rows))

    @cached_property
    def hours(self) -> float | None:
        """Hours of GPU, as the service words them; None if one charge of them does not say."""
        return _figures((row.hours, row.gpu) for row in self.rows)

    @cached_property
    def gb_down(self) -> float | None:
        """GB downloaded, in the same way."""
        return _figures((row.gb_down, row.down) for row in self.rows)

    @cached_property
    def gb_up(self) -> float | None:
        """GB uploaded, in the same way."""
        return _figures((row.gb_up, row.up) for row in self.rows)

    @cached_property
    def dearest(self) -> ChargeSum | None:
        """The contract that cost most; None without charges, or if an amount is unknown."""
        if self.total is None:
            return None
        totals = Counter[str]()
        for row in self.rows:
            totals[contract_key(row)] += row.amount or 0
        most = max(totals, key=totals.__getitem__, default=None)
        if most is None:
            return None
        return sum_of((row for row in self.rows if contract_key(row) == most), most)


def sum_of(rows: Iterable[Charge], key: str = "") -> ChargeSum:
    """All of these charges together."""
    found = tuple(rows)
    return ChargeSum(
        key, found, added(map(_amount, found)), added(map(_gpu, found)), added(map(_disk, found)),
        added((added(map(_down, found)), added(map(_up, found)))),
    )  # fmt: skip


def grouped(rows: Iterable[Charge], key: Key) -> list[ChargeSum]:
    """The charges by key, in the order in which the keys first come."""
    every = tuple(rows)
    found = defaultdict[str, list[Charge]](list)
    for name, row in zip(map(key, every), every, strict=True):
        found[name].append(row)
    return [sum_of(group, name) for name, group in found.items()]


def contract_key(row: Charge) -> str:
    """The contract; for a worker its endpoint, which all its workers belong to."""
    return row.source if row.endpoint_id is None else f"endpoint-{row.endpoint_id}"


def day_key(row: Charge) -> str:
    """The day, in days since 1970-01-01."""
    return f"{row.day}"


def kind_key(row: Charge) -> str:
    """Instance, volume or serverless."""
    return row.kind


def label_key(row: Charge) -> str:
    """The label; empty without one."""
    return row.label


def gpu_key(gpus: Mapping[int, str]) -> Key:
    """The GPU model, from those known by contract id: empty where it is not known, `-` for what has
    none."""

    def key(row: Charge) -> str:
        number = row.id
        return "-" if row.kind == "volume" else gpus.get(number or 0, "")

    return key


def _figures(pairs: Iterable[tuple[float | None, int | None]]) -> float | None:
    """The sum of figures; one that is not said counts only if something was charged for it."""
    total = 0.0
    for figure, mills in pairs:
        if figure is None and mills != 0:
            return None
        total += figure or 0.0
    return total
