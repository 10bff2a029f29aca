"""What the service charged, day by day, and what a host earned. Money is in mills, 0.001 $: the
service rounds to that, so that sums of them are exact."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from msgspec import Struct

from vasttui.units import DAY

MILLS = 1_000
"""In one dollar."""

CLOSED_AFTER = 2
"""Days from the beginning of a day until its charges are taken as complete: they come minutes to
hours late."""

_MOST = 1e12
_NUMBER = r"([0-9][0-9,]*(?:\.[0-9]+)?)"
_LINE = r"[^\n]*\n"
_RATE = rf" *{_NUMBER} hours?(?: at \${_NUMBER}/h)?"
_GPU_HOURS, _DISK_HOURS = re.compile(_LINE + _RATE), re.compile(_LINE * 2 + _RATE)
_GB_DOWN, _GB_UP = (re.compile(rf"{_LINE * before} *{_NUMBER} GB\b") for before in (3, 4))


def mills_of(dollars: object) -> int | None:
    """An amount in $ as mills; None if it is not a number, or too large to be money."""
    if isinstance(dollars, bool) or not isinstance(dollars, int | float):
        return None
    if not -_MOST < dollars < _MOST or not math.isfinite(dollars):
        return None
    return round(dollars * MILLS)


def dollars(mills: int | None) -> float | None:
    """Mills in $, for the words of `vasttui.words`."""
    return None if mills is None else mills / MILLS


def day_of(seconds: float) -> int:
    """The UTC day of a time in epoch seconds, as days since 1970-01-01."""
    return math.floor(seconds / DAY)


class Charge(NamedTuple):
    """What one contract was charged on one UTC day, or in the days that were asked for (docs: "show
    charges"); a tuple, because a year of them is read at once.

    `day` is the (first) day, in days since 1970-01-01. `source` is as the service names it:
    `instance-<id>`, `volume-<id>`, `endpoint-<id>` or `workergroup-<id>`. `amount`, `gpu`, `disk`,
    `down` and `up` (traffic) are mills; None: it cannot be read, or was not sent. `amount` is the
    service's: its parts may differ from it by their rounding. `start` and `end` are its first and
    last charged day in epoch seconds, None if unknown. `texts` are the service's words, a line
    each: for the contract, GPU, disk, traffic down and up; the rest is from them (`with_figures`):
    `hours` of GPU, their `rate` in $/h, GB down and up, None if they do not say; and `waiting`, the
    mills of an instance's disk while its GPU was not charged, None if unknown.
    """

    day: int
    source: str
    amount: int | None
    label: str = ""
    template_id: int | None = None
    endpoint_id: int | None = None
    workergroup_id: int | None = None
    start: int | None = None
    end: int | None = None
    gpu: int | None = None
    disk: int | None = None
    down: int | None = None
    up: int | None = None
    texts: str = ""
    hours: float | None = None
    rate: float | None = None
    gb_down: float | None = None
    gb_up: float | None = None
    waiting: int | None = None

    @property
    def kind(self) -> str:
        """`instance`, `volume`, `serverless`: a worker of an endpoint, or the endpoint itself; what
        else the service may name is itself."""
        word = self.source.partition("-")[0]
        if word in ("endpoint", "workergroup"):
            return "serverless"
        return "serverless" if word == "instance" and self.endpoint_id is not None else word

    @property
    def id(self) -> int | None:
        """The id of the contract, endpoint or worker group; None if its name has none."""
        number = self.source.partition("-")[2]
        return int(number) if number.isascii() and number.isdecimal() else None

    @property
    def name(self) -> str:
        """The label; without one what it is and its id."""
        return self.label or self.source.replace("-", " ", 1)

    @property
    def words(self) -> tuple[str, str, str, str, str]:
        """The service's words for the contract, GPU, disk, traffic down and up; empty if none."""
        about, gpu, disk, down, up, *_ = (*self.texts.split("\n"), "", "", "", "", "")
        return about, gpu, disk, down, up

    @property
    def traffic(self) -> int | None:
        """Traffic both ways, in mills."""
        return None if self.down is None or self.up is None else self.down + self.up


def with_figures(charge: Charge) -> Charge:
    """The charge with the figures that its words name. This takes 20 µs, so it is done once, as it
    is read."""
    texts = charge.texts
    hours, rate = _first(_GPU_HOURS, texts), _first(_GPU_HOURS, texts, 2)
    disk_hours = _first(_DISK_HOURS, texts)
    return charge._replace(
        hours=hours, rate=rate, gb_down=_first(_GB_DOWN, texts), gb_up=_first(_GB_UP, texts),
        waiting=_waiting(charge, disk_hours, hours),
    )  # fmt: skip


def _waiting(charge: Charge, hours: float | None, ran: float | None) -> int | None:
    """What the disk cost while nothing ran: all of it if the GPU was not charged; otherwise a share
    of its hours."""
    if charge.disk == 0 or charge.kind == "volume":
        return 0
    if charge.disk is None or charge.gpu is None:
        return None
    if charge.gpu == 0:
        return charge.disk
    if not hours or ran is None:
        return None
    return round(charge.disk * max(0.0, hours - ran) / hours)


def _first(pattern: re.Pattern[str], text: str, group: int = 1) -> float | None:
    found = pattern.match(text)
    return None if found is None or not found[group] else float(found[group].replace(",", ""))


class DayCharges(Struct, frozen=True):
    """All charges of one UTC day, in days since 1970-01-01, as read at `read_at` (epoch seconds).

    `lost` is the number of rows that the answer had, or said it had, but that cannot be read.
    """

    day: int
    rows: tuple[Charge, ...]
    lost: int = 0
    read_at: float = 0.0

    @property
    def is_whole(self) -> bool:
        """Whether all of the answer was read; otherwise its sums are of a part."""
        return self.lost == 0


class Earned(Struct, frozen=True):
    """What machines earned, in mills; None: it cannot be read."""

    gpu: int | None
    disk: int | None
    down: int | None
    up: int | None

    @property
    def total(self) -> int | None:
        """All of it; None if a part is unknown."""
        parts = [one for one in (self.gpu, self.disk, self.down, self.up) if one is not None]
        return sum(parts) if len(parts) == 4 else None


class Earnings(Struct, frozen=True):
    """What a host earned in a range of days (docs: "show earnings"): by machine id, by day (days
    since 1970-01-01), and in all. `lost` rows cannot be read. `balance` and `fee`, the service's
    share, are of now, in mills."""

    machines: tuple[tuple[int, Earned], ...] = ()
    days: tuple[tuple[int, Earned], ...] = ()
    total: Earned = Earned(None, None, None, None)
    balance: int | None = None
    fee: int | None = None
    lost: int = 0
