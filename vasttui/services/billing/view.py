"""What is known of the charges of a range of days, and how reading them goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from vasttui.errors import VastError
from vasttui.models.billing import Charge, DayCharges


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargesView:
    """The charges from the `first` to the `last` UTC day; `today` is the newest that there can be
    any of (all in days since 1970-01-01).

    `days` are those known, of this range; `kept` of them come from the copy on this computer and
    were not asked for since. `asked` of the `to_ask` days of this reading are done, `asking` is the
    day that is read now. `failed` days got no answer that can be read. `is_cancelled`: the user
    wants no more days than are there. `problem` says why the copy cannot be used. `gpus` has the
    GPU models of contracts, where they were ever seen.
    """

    first: int
    last: int
    today: int
    days: Mapping[int, DayCharges] = field(default_factory=dict)
    kept: int = 0
    asked: int = 0
    to_ask: int = 0
    asking: int | None = None
    failed: Mapping[int, VastError] = field(default_factory=dict)
    is_cancelled: bool = False
    problem: str = ""
    gpus: Mapping[int, str] = field(default_factory=dict)

    @property
    def range(self) -> range:
        """The days that there can be charges of: none of them is in the future."""
        return range(self.first, min(self.last, self.today) + 1)

    @property
    def missing(self) -> tuple[int, ...]:
        """The days of the range that are not known, newest first."""
        return tuple(day for day in reversed(self.range) if day not in self.days)

    @property
    def lost(self) -> int:
        """Rows of the known days that cannot be read."""
        return sum(day.lost for day in self.days.values())

    @property
    def is_part(self) -> bool:
        """Whether sums over it are sums over a part: a day or a row is missing."""
        return bool(self.missing or self.lost)

    @property
    def rows(self) -> Iterator[Charge]:
        """Every charge, newest day first."""
        for day in sorted(self.days, reverse=True):
            yield from self.days[day].rows

    @property
    def read_at(self) -> float | None:
        """When the newest day of the range was read, in epoch seconds: until then it is complete at
        most. None if it is not known."""
        newest = self.days.get(min(self.last, self.today))
        return None if newest is None else newest.read_at
