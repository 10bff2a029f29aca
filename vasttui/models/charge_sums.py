"""Adds up charges: by contract, day, kind, label or GPU model. In mills; one amount that cannot be
read makes its sums unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

from vasttui.models.billing import Charge

Key = Callable[[Charge], str]
"""What a charge is added up under."""

_amount, _gpu, _disk, _down, _up = map(attrgetter, ("amount", "gpu", "disk", "down", "up"))


def added(amounts: Iterable[int | None]) -> int | None:
    """The sum; None if one of them is unknown. 18,000 take half a millisecond."""
    try:
        return sum(amounts)  # type: ignore[arg-type]
    except TypeError:
        return None


@dataclass(frozen=True, slots=True)
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

    @property
    def by_day(self) -> dict[int, int | None]:
        """The total of each day that something was charged on, oldest first."""
        found: dict[int, int | None] = {}
        for row in self.rows:
            before = found.get(row.day, 0)
            found[row.day] = None if before is None or row.amount is None else before + row.amount
        return dict(sorted(found.items()))

    @property
    def days(self) -> int:
        """Days that something was charged on."""
        return len({row.day for row in self.rows if row.amount != 0})

    @property
    def contracts(self) -> int:
        """Contracts that something was charged for."""
        return len({row.source for row in self.rows if row.amount != 0})

    @property
    def hours(self) -> float | None:
        """Hours of GPU, as the service words them; None if one charge of them does not say."""
        return _figures((row.hours, row.gpu) for row in self.rows)

    @property
    def gb_down(self) -> float | None:
        """GB downloaded, in the same way."""
        return _figures((row.gb_down, row.down) for row in self.rows)

    @property
    def gb_up(self) -> float | None:
        """GB uploaded, in the same way."""
        return _figures((row.gb_up, row.up) for row in self.rows)

    @property
    def dearest(self) -> ChargeSum | None:
        """The contract that cost most; None without charges, or if an amount is unknown."""
        if self.total is None:
            return None
        return max(grouped(self.rows, contract_key), key=lambda one: one.total or 0, default=None)


def sum_of(rows: Iterable[Charge], key: str = "") -> ChargeSum:
    """All of these charges together."""
    found = tuple(rows)
    return ChargeSum(
        key, found, added(map(_amount, found)), added(map(_gpu, found)), added(map(_disk, found)),
        added((added(map(_down, found)), added(map(_up, found)))),
    )  # fmt: skip


def grouped(rows: Iterable[Charge], key: Key) -> list[ChargeSum]:
    """The charges by key, in the order in which the keys first come."""
    found: dict[str, list[Charge]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
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


@lru_cache(32_768)  # a year of charges: reading the hours of one takes 10 µs
def waiting_disk(row: Charge) -> int | None:
    """What the disk of an instance cost in mills while its GPU was not charged: the whole amount if
    it never was; otherwise a share by the hours that the service names. None if unknown."""
    if row.disk == 0 or row.kind == "volume":
        return 0
    if row.disk is None or row.gpu is None:
        return None
    if row.gpu == 0:
        return row.disk
    hours, ran = row.disk_hours, row.hours
    if not hours or ran is None:
        return None
    return round(row.disk * max(0.0, hours - ran) / hours)


def _figures(pairs: Iterable[tuple[float | None, int | None]]) -> float | None:
    """The sum of figures; one that is not said counts only if something was charged for it."""
    total = 0.0
    for figure, mills in pairs:
        if figure is None and mills != 0:
            return None
        total += figure or 0.0
    return total
