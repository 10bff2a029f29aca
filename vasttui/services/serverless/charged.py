"""What endpoints were charged, by the days of charges that were read before: the service is not
asked for it."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from vasttui.clock import Clock
from vasttui.models.billing import CLOSED_AFTER, Charge, DayCharges, day_of, dollars
from vasttui.store.charge_days import ChargeDays, ChargesUnkept
from vasttui.units import DAY, MINUTE
from vasttui.words import money

DAYS = 14
"""Days that are added up, up to the last one that is complete."""

_AGAIN = float(MINUTE)


@dataclass(frozen=True, slots=True)
class Charged:
    """What an endpoint was charged on so many `days` of the `DAYS` until `last`, in mills; None if
    that cannot be read. `last` is in days since 1970-01-01."""

    mills: int | None
    days: int
    last: int


class EndpointCharges:
    """The days of one account."""

    def __init__(
        self, path: Path | None, account: Callable[[], str], clock: Clock,
        seen: Mapping[int, DayCharges],
    ) -> None:  # fmt: skip
        """`path` is the copy on this computer, `account` the name that days are kept by there,
        empty while that is not known; `seen` are those that were read in this run."""
        self._file = None if path is None else ChargeDays(path)
        self._account, self._clock = account, clock
        self._seen, self._added = seen, 0
        self._read_at: float | None = None
        self._mills: Mapping[int, int | None] = {}
        self._days = self._last = 0

    async def read(self) -> None:
        """Add them up, if more were read in this run, else at most once a minute."""
        now, account, seen = self._clock.monotonic(), self._account(), dict(self._seen)
        is_new = self._read_at is not None and now - self._read_at < _AGAIN
        if not account or (is_new and self._added == len(seen)):
            return
        self._read_at, self._added = now, len(seen)
        last = day_of(self._clock.now()) - CLOSED_AFTER
        try:
            found = await asyncio.to_thread(_sums, self._file, account, last, seen)
        except ChargesUnkept:
            found = {}, 0
        (self._mills, self._days), self._last = found, last

    def of(self, endpoint: int) -> Charged | None:
        """What an endpoint was charged; None if no day is known."""
        return Charged(self._mills.get(endpoint, 0), self._days, self._last) if self._days else None


def _sums(
    file: ChargeDays | None, account: str, last: int, seen: Mapping[int, DayCharges]
) -> tuple[Mapping[int, int | None], int]:
    """Mills by endpoint, and how many days they are of: those that were read whole, after they were
    over."""
    first = last - DAYS + 1
    kept = [] if file is None else file.load(account, first, last)
    known = {one.day: one for one in kept} | {
        number: one for number, one in seen.items() if first <= number <= last
    }
    days = [one for one in known.values() if _is_complete(one)]
    return _by_endpoint(row for day in days for row in day.rows), len(days)


def _is_complete(day: DayCharges) -> bool:
    return day.is_whole and day.read_at >= (day.day + CLOSED_AFTER) * DAY


def _by_endpoint(rows: Iterable[Charge]) -> Mapping[int, int | None]:
    found, unread = Counter[int](), set[int]()
    for row in rows:
        own = row.id if row.source.startswith("endpoint-") else None
        number = row.endpoint_id if own is None else own
        if number is not None and row.amount is None:
            unread.add(number)
        elif number is not None:
            found[number] += row.amount or 0
    return {**found, **dict.fromkeys(unread)}


def charged_words(found: Charged | None, made: float | None) -> str:
    """`14 days to 27 Nov: $171.72`, of fewer days where others are not kept here, of an endpoint
    that was `made` then (epoch seconds): no sum where those days were over before."""
    if found is None:
        return f"{DAYS} days: 5 Billing reads them"
    until = time.strftime("%d %b", time.gmtime(found.last * DAY)).removeprefix("0")
    if made is not None and made >= (found.last + 1) * DAY and found.mills == 0:
        return f"charges are known to {until}, before it was made"
    part = "" if found.days == DAYS else f"{found.days} of "
    cost = "not readable" if found.mills is None else money(dollars(found.mills))
    return f"{part}{DAYS} days to {until}: {cost}"
