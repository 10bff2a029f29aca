"""Reads charges day by day, newest first, and keeps those of days that are long over.

An amount covers all days that are asked for, so a range is one request a day. Today's charges and
yesterday's still grow; what is older is read once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from vasttui.clock import Clock
from vasttui.errors import (
    AuthRejected,
    NetworkError,
    PermissionDenied,
    RateLimited,
    VastError,
)
from vasttui.models.billing import CLOSED_AFTER, DayCharges, day_of
from vasttui.services.billing.view import ChargesView
from vasttui.store.charge_days import ChargeDays, ChargesUnkept
from vasttui.units import DAY, HOUR

_CLOCKS_DIFFER = HOUR
_TOO_MANY = 3
"""Days without an answer until a reading gives up."""

_ALL_FAIL = (AuthRejected, PermissionDenied, RateLimited, NetworkError)
_ROUND = 300.0
"""Seconds after which today and yesterday are asked for again, even if older days still fail."""


class DayReadings(Protocol):
    """What is asked of the service."""

    async def day(self, day: int) -> DayCharges:
        """Everything charged on one UTC day (days since 1970-01-01). Raises VastError."""


class ChargeHistory:
    """The charges of one account, as far as they were read.

    `read` asks for what the range needs. While nobody looks (`on_screen`) it waits between two
    days.
    """

    def __init__(
        self, api: DayReadings, clock: Clock, publish: Callable[[ChargesView], None],
        *, kept: ChargeDays | None = None, account: Callable[[], str] = str,
    ) -> None:  # fmt: skip
        """`publish` gets every news. `kept` is the copy on this computer, `account` the name that
        it is kept by, empty while that is unknown."""
        self._api, self._clock, self._publish = api, clock, publish
        self._copy = _Copy(kept, account)
        self._known: dict[int, DayCharges] = {}
        self._kept: set[int] = set()
        self._looking = asyncio.Event()
        self._looking.set()
        self._asked_at = clock.now()
        self._round_since: float | None = None
        self.view = ChargesView(first=self._today, last=self._today, today=self._today)

    @property
    def on_screen(self) -> bool:
        """Whether somebody looks; otherwise nothing more is asked."""
        return self._looking.is_set()

    @on_screen.setter
    def on_screen(self, on_screen: bool) -> None:
        if on_screen:
            self._looking.set()
        else:
            self._looking.clear()

    def show(self, first: int, last: int) -> None:
        """From now on it is about these UTC days (days since 1970-01-01). What is known of them is
        shown at once; a reading under way goes on with them, otherwise the next one does."""
        self._round_since = None
        self._set(first=first, last=last, is_cancelled=False, failed={}, asked=0)

    def refresh(self) -> None:
        """The user asks: the next reading asks for all that is open, missing or a part."""
        self._asked_at, self._round_since = self._clock.now(), None
        self._set(is_cancelled=False)

    def cancel(self) -> None:
        """Ask for no more days than today and yesterday, until the range changes or the user asks
        again."""
        self._set(is_cancelled=True, failed={})

    def learn(self, gpus: Mapping[int, str]) -> None:
        """These contracts have these GPU models: charges do not name them, and an instance that is
        gone is not listed any more."""
        if self._copy.learn(gpus):
            self._set()

    async def read(self) -> tuple[DayCharges, ...]:
        """Read what the range needs; its days, newest first. Raises VastError if a day got no
        answer: what was read stays, and the next reading goes on with the rest."""
        now = self._clock.now()
        if self._round_since is None or not 0 <= now - self._round_since < _ROUND:
            self._round_since = now
            self._set(asked=0)
        await self._load()
        tried: set[int] = set()
        in_vain = 0
        while in_vain < _TOO_MANY and (wanted := await self._wanted(tried)):
            self._set(asking=wanted[0], to_ask=self.view.asked + len(wanted))
            tried.add(wanted[0])
            in_vain += not await self._ask(wanted[0])
        for error in self.view.failed.values():
            raise error
        self._round_since = None
        return tuple(self.view.days[day] for day in sorted(self.view.days, reverse=True))

    async def _wanted(self, tried: set[int]) -> list[int]:
        """The days to ask for once somebody looks, the newest first, those that failed last."""
        await self._looking.wait()
        days = [day for day in reversed(self.view.range) if self._needs(day, tried)]
        return sorted(days, key=lambda day: day in self.view.failed)

    async def _ask(self, day: int) -> bool:
        """Whether a day was read. Raises VastError if any other day would fail too."""
        try:
            charges = await self._api.day(day)
        except _ALL_FAIL:
            raise
        except VastError as error:
            self._set(failed={**self.view.failed, day: error})
            return False
        finally:
            self._set(asking=None)
        self._known[day] = charges
        self._kept.discard(day)
        failed = {one: error for one, error in self.view.failed.items() if one != day}
        self._set(asked=self.view.asked + 1, failed=failed)
        await self._copy.save(charges)
        self._set()
        return True

    def _needs(self, day: int, tried: set[int]) -> bool:
        """Whether the service is to be asked for a day of the range; once in a reading."""
        known = self._known.get(day)
        if day in tried:
            return False
        if day > self._today - CLOSED_AFTER:
            since = self._round_since or self._asked_at
            return known is None or not since <= known.read_at <= self._latest
        if self.view.is_cancelled:
            return False
        if known is None or not self._is_final(known):
            return True
        return not known.is_whole and known.read_at < self._asked_at

    def _is_final(self, charges: DayCharges) -> bool:
        """Whether it was read when nothing was added to that day any more; not if it was read with
        a clock that was ahead."""
        return (charges.day + CLOSED_AFTER) * DAY <= charges.read_at <= self._latest

    async def _load(self) -> None:
        for charges in await self._copy.load(self.view.range):
            if charges.day not in self._known:
                self._known[charges.day] = charges
                self._kept.add(charges.day)
        self._set()

    @property
    def _today(self) -> int:
        return day_of(self._clock.now())

    @property
    def _latest(self) -> float:
        return self._clock.now() + _CLOCKS_DIFFER

    def _set(self, **news: Any) -> None:
        view = replace(
            self.view, today=self._today, problem=self._copy.problem, gpus=self._copy.gpus, **news
        )
        days = {day: self._known[day] for day in view.range if day in self._known}
        self.view = replace(view, days=days, kept=len(self._kept & days.keys()))
        self._publish(self.view)


class _Copy:
    """The copy on this computer, used in threads. A file that cannot be used is no trouble: the
    service is asked instead."""

    def __init__(self, file: ChargeDays | None, account: Callable[[], str]) -> None:
        self._file, self._account = file, account
        self._looked_up: set[int] = set()
        self._unsaved: dict[int, str] = {}
        self.gpus: Mapping[int, str] = {}
        self.problem = ""

    def learn(self, gpus: Mapping[int, str]) -> bool:
        """Whether any of these GPU models is news."""
        news = {one: gpu for one, gpu in gpus.items() if self.gpus.get(one) != gpu}
        self._unsaved |= news
        self.gpus = {**self.gpus, **news}
        return bool(news)

    async def load(self, days: range) -> Sequence[DayCharges]:
        """The kept days of a range, once."""
        new = set(days) - self._looked_up
        account = self._account()
        if self._file is None or not account or not new:
            return ()
        try:
            found = await asyncio.to_thread(self._file.load, account, min(new), max(new))
            gpus = await asyncio.to_thread(self._file.gpus, account)
        except ChargesUnkept as error:
            self.problem = error.sentence
            return ()
        self._looked_up |= new
        self.gpus = {**gpus, **self.gpus}
        return found

    async def save(self, charges: DayCharges) -> None:
        """Keep a day, and the GPU models that are new."""
        account, gpus = self._account(), dict(self._unsaved)
        if self._file is None or not account:
            return
        try:
            await asyncio.to_thread(self._file.save, account, [charges])
            if gpus:
                await asyncio.to_thread(self._file.save_gpus, account, gpus)
        except ChargesUnkept as error:
            self.problem = error.sentence
            return
        self._unsaved = {one: gpu for one, gpu in self._unsaved.items() if gpus.get(one) != gpu}
        self.problem = ""
