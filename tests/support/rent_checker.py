"""Every way a rental can go wrong, one after another, and its outcome.

A path is a list of choices: at each point where something may happen - a lost request, a failed
list, the end of the program - one of the options. All paths are tried, depth first, as long as
their faults and crashes stay within the budget.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.support.fake_actions import SameThread
from tests.support.fake_renting import AGREED, KEY, READ, REQUEST, Made, RentService, context_of
from tests.support.virtual_time import Computer, TrueTime
from vasttui.api.outcome import Fate, new_contract
from vasttui.errors import VastError
from vasttui.models.instance import Instance
from vasttui.models.rent import RentRequest
from vasttui.models.rent_body import label_with
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.renting.record import READY
from vasttui.services.renting.rental import RentState
from vasttui.services.renting.renter import Renter
from vasttui.store.journal import Journal

TICK = 2.0
SETTLE = 13.0
"""Seconds: more than four ticks late plus two ticks until it is listed."""

_BLIND = 30.0

_ENOUGH = 600.0
_ROWS = 200
"""Number of paths that share a file; a longer file takes longer to read."""


class Died(BaseException):
    """The program is killed here."""


class Paths:
    """All lists of choices, in order; with `rng` random ones, as long as needed."""

    def __init__(self, rng: random.Random | None = None) -> None:
        self._rng = rng
        self._taken: list[tuple[int, int]] = []
        self._at = 0

    def choose(self, count: int) -> int:
        """Choose one of that many options."""
        if self._rng is not None:
            return self._rng.randrange(count) if self._rng.random() < 0.25 else 0
        if self._at == len(self._taken):
            self._taken.append((0, count))
        chosen, known = self._taken[self._at]
        assert known == count, "the same choices led to another point"
        self._at += 1
        return chosen

    def next(self) -> bool:
        """Move to the next path, if there is one."""
        self._at = 0
        if self._rng is not None:
            return True
        while self._taken:
            chosen, count = self._taken.pop()
            if chosen + 1 < count:
                self._taken.append((chosen + 1, count))
                return True
        return False


@dataclass
class Budget:
    """What may still go wrong on this path; `log` is what did."""

    paths: Paths
    faults: int
    crashes: int
    log: list[str] = field(default_factory=list)
    died: bool = False

    def __call__(self, what: str, options: Sequence[str]) -> str:
        if what.startswith(("before", "after")):
            if self.crashes and self.paths.choose(2):
                self.crashes -= 1
                self.log.append(f"killed {what}")
                self.died = True
                raise Died
            return options[0]
        if not self.faults:
            return options[0]
        chosen = self.paths.choose(len(options))
        self.faults -= bool(chosen)
        self.log.append(f"{what}: {options[chosen]}")
        return options[chosen]


@dataclass
class Tally:
    """What was found on all paths."""

    traces: int = 0
    duplicates: int = 0
    unknown: int = 0
    keyless: int = 0
    most: int = 0
    unfinished: int = 0
    example: list[str] = field(default_factory=list)

    def add(self, log: list[str], contracts: int, unknown: int, keyless: int, ended: bool) -> None:
        """Add the result of a path."""
        self.traces += 1
        self.duplicates += contracts > 1
        self.unknown += unknown > 0
        self.keyless += keyless > 0
        self.unfinished += not ended
        self.most = max(self.most, contracts)
        if not self.example and (contracts > 1 or unknown or keyless or not ended):
            self.example = log

    def __str__(self) -> str:
        return (
            f"{self.traces:,} traces: {self.duplicates:,} with a duplicate (at most {self.most} "
            f"contracts), {self.unknown:,} with one unknown to the user, {self.keyless:,} without "
            f"key, {self.unfinished:,} without an end"
        )


class OpenService(RentService):
    """A service whose behavior is decided only when it matters: whether an ask can be used again,
    and by how many ticks its lists lag. So no two paths differ only in that."""

    def __init__(self, clock: Computer, budget: Budget, **how: Any) -> None:
        super().__init__(clock, budget, tick=TICK, seconds=0.0, fresh_after=TICK, **how)
        self.starts_after = 0.0
        self._paths = budget.paths
        self._log = budget.log
        self._lags: dict[int, list[int]] = {}
        self._reusable: bool | None = None
        self._blind_until: float | None = None

    def fleet(self) -> Fleet:
        """The current list, unless the poller fails to read it the first time."""
        if self._blind_until is None:
            fails = self.decide("poll", READ) == "fails"
            self._blind_until = self.clock.monotonic() + _BLIND if fails else 0.0
        blind = self.clock.monotonic() < self._blind_until
        return Fleet(number=self.readings) if blind else super().fleet()

    def make(self, wanted: RentRequest, label: str) -> Made | None:
        """Create a contract now, unless the ask turns out to be usable only once."""
        if self.made and self._reusable is None:
            self._reusable = self._paths.choose(2) == 1
            self._log.append(f"asks are {'reusable' if self._reusable else 'used once'}")
        self.single_use = self._reusable is False
        return super().make(wanted, label)

    def listed(self) -> list[Instance]:
        """Listed instances, as far as the lag has been decided."""
        return [self.instance_of(one) for one in self.made if self._is_listed(one)]

    def _is_listed(self, made: Made) -> bool:
        lags = self._lags.setdefault(made.id, [0, 1, 2])
        ticks = int((self.clock.monotonic() - made.at) / TICK + 0.01)
        over, still = [one for one in lags if one <= ticks], [one for one in lags if one > ticks]
        if over and still:
            lags = over if self._paths.choose(2) == 0 else still
            self._lags[made.id] = lags
            self._log.append(f"lists lag by {lags} ticks")
        return lags[0] <= ticks


class Checker:
    """Drives renters on one journal file, each path with an offer of its own.

    Call it inside the event loop: nothing here runs in a thread.
    """

    def __init__(self, path: Path, *, faults: int, crashes: int) -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(SameThread())
        loop.set_exception_handler(lambda loop, context: None)  # tasks that died: see `Died`
        self.path, self.faults, self.crashes = path, faults, crashes
        self.journal = Journal(path)
        self.clock = Computer(TrueTime())
        self.tally = Tally()
        self.ask = 0

    async def check(self, paths: Paths) -> None:
        """Check one path."""
        self.ask += 1
        if self.ask % _ROWS == 0:
            self.journal.finish()
            self.path = self.path.with_name(f"journal-{self.ask}")
            self.journal = Journal(self.path)
        budget = Budget(paths, self.faults, self.crashes)
        service = OpenService(self.clock, budget)
        user = User(budget, replace(REQUEST, ask=self.ask), self.clock)
        renter = self._renter(service, user)
        work: Coroutine[Any, Any, Any] = renter.rent(user.request, AGREED, [KEY])
        while True:
            ended = await user.watch(renter, work)
            if not budget.died:
                break
            budget.died = False
            self.journal.finish()
            await renter.aclose()
            self.journal = Journal(self.path)
            renter = self._renter(service, user)
            work = renter.recover()
        await renter.aclose()
        for intent in await self.journal.unfinished():
            ended = ended and intent.state == READY
            await self.journal.settle(intent, "checked")
        unknown = {one.id for one in service.made} - user.known_ids
        keyless = [one for one in service.made if KEY.blob not in one.keys]
        self.tally.add(budget.log, len(service.made), len(unknown), len(keyless), ended)

    def _renter(self, service: RentService, user: User) -> Renter:
        context = context_of(service, self.journal)
        nonce = f"n{self.ask:09}"
        return Renter(context, user.hear, settle=SETTLE, grace=0.0, nonce=lambda: nonce)


class User:
    """The renter: follows what happens, and may send again when the program allows it."""

    def __init__(self, budget: Budget, request: RentRequest, clock: Computer) -> None:
        self.request = request
        self._budget, self._clock = budget, clock
        self._last: RentState | None = None
        self._repeats = 1
        self._decisions: set[asyncio.Future[RentState]] = set()

    @property
    def known_ids(self) -> set[int]:
        """The instances they can see now."""
        last = self._last
        if last is None or last.instance_id is None:
            return set()
        return {last.instance_id, *last.duplicates}

    def hear(self, state: RentState) -> None:
        """Receive a published state."""
        self._last = state

    async def watch(self, renter: Renter, work: Coroutine[Any, Any, Any]) -> bool:
        """Until all is over or the program dies; returns whether it finished."""
        first = asyncio.ensure_future(work)
        until = self._clock.monotonic() + _ENOUGH
        while self._clock.monotonic() < until and not self._budget.died:
            await self._clock.sleep(TICK)
            if first.done() and not self._budget.died:
                first.result()
                if not renter.unfinished:
                    return True
            if self._last is not None and self._last.may_ask_again:
                await self._decide(renter, self._last)
        return False

    async def _decide(self, renter: Renter, state: RentState) -> None:
        """Give up or send again, after the rental was not found."""
        assert state.intent is not None
        decision: Coroutine[Any, Any, RentState] = renter.give_up(state.intent)
        if self._repeats and self._budget.paths.choose(2):
            self._repeats -= 1
            self._budget.log.append("the user sends it again")
            decision.close()
            decision = renter.again(state.intent, self.request)
        self._decisions.add(asyncio.ensure_future(decision))
        await self._clock.sleep(0)


Policy = Callable[[RentService, RentRequest], Coroutine[Any, Any, int | None]]
"""Rents somehow; returns the instance it believes to have, if any."""


async def three_tries(service: RentService, request: RentRequest) -> int | None:
    """As client 1.9.1 does (`api/client.py`): sends again whenever there was no answer."""
    for _ in range(3):
        outcome = await service.rent(request, "naive")
        if outcome.fate is not Fate.UNKNOWN:
            return new_contract(outcome)
    return None


async def list_then_retry(service: RentService, request: RentRequest) -> int | None:
    """Lists at once, and sends again if nothing is found."""
    return await _retry(service, request, 0.0)


async def wait_list_retry(service: RentService, request: RentRequest) -> int | None:
    """Lists when it must have arrived, and sends again if nothing is found."""
    return await _retry(service, request, SETTLE)


async def _retry(service: RentService, request: RentRequest, wait: float) -> int | None:
    for _ in range(3):
        outcome = await service.rent(request, "naive")
        if outcome.fate is not Fate.UNKNOWN:
            return new_contract(outcome)
        await service.clock.sleep(wait)
        try:
            found = (await service.labelled(label_with(request.label, "naive"))).instances
        except VastError:
            continue
        if found:
            return found[0].id
    return None


class NaiveChecker:
    """The same paths for programs without a journal: after a crash they know nothing."""

    def __init__(self, policy: Policy, *, faults: int, crashes: int) -> None:
        self.policy, self.faults, self.crashes = policy, faults, crashes
        self.clock = Computer(TrueTime())
        self.tally = Tally()

    async def check(self, paths: Paths) -> None:
        """Check one path."""
        budget = Budget(paths, self.faults, self.crashes)
        service = OpenService(self.clock, budget)
        try:
            known = await self.policy(service, REQUEST)
        except Died:
            known = None
        await self.clock.sleep(SETTLE)
        unknown = {one.id for one in service.made} - {known}
        self.tally.add(budget.log, len(service.made), len(unknown), 0, True)


async def check_all(checker: Checker | NaiveChecker) -> None:
    """Check every path."""
    paths, more = Paths(), True
    while more:
        await checker.check(paths)
        more = paths.next()


async def check_some(checker: Checker, rng: random.Random, number: int) -> None:
    """Check so many random paths."""
    for _ in range(number):
        await checker.check(Paths(rng))
