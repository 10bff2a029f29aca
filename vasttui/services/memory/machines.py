"""What the user's computer remembers of machines: what the user said of them, how rentals went,
when they were seen.

The lists of starred and avoided machines have a copy in the preferences, because the first frame
shows them and nothing but small JSON files is read before it; once the memory is read, it is what
counts. Everything that is said is shown at once and written behind the screen's back.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import replace
from typing import Any

from vasttui.clock import Clock
from vasttui.models.machine_memory import NO_MARK, NOTE_CAP, MachineMark, MachinesKnown, OwnRental
from vasttui.services.background import Background
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.market.state import MarketState
from vasttui.services.memory.memory import Memory
from vasttui.services.memory.rentals import RentalLearner
from vasttui.store import machines as tables
from vasttui.store.memory_file import MemoryUnkept
from vasttui.text import clean
from vasttui.units import HOUR

Lists = tuple[frozenset[int], frozenset[int]]
"""The machines that are starred, and those that are avoided."""

_WHY_CAP = 100
_log = logging.getLogger(__name__)


class Machines:
    """The memory of machines. `known` is a new object whenever something changed."""

    def __init__(
        self, memory: Memory, clock: Clock, lists: Callable[[], Lists], at_start: Lists,
        changed: Callable[[Lists | None], None],
    ) -> None:  # fmt: skip
        """`lists` are those of the preferences now, `at_start` as they were before the user changed
        any; `changed` gets them as the memory has them, None where something else is news."""
        self._memory, self._clock = memory, clock
        self._lists, self._at_start, self._changed = lists, at_start, changed
        self._learner = RentalLearner()
        self._work = Background()
        self._turn = asyncio.Lock()
        self._unsaid: dict[int, dict[str, object]] = {}
        self._started = clock.now()
        self._written: dict[int, float] = {}
        self.known = MachinesKnown()

    async def load(self) -> None:
        """Read the memory, after the first frame; what is said meanwhile is kept."""
        now, lists = self._clock.now(), self._lists()
        for name, before, after in zip(("starred", "avoided"), self._at_start, lists, strict=True):
            for machine in before ^ after:  # said before there was a memory to say it to
                said = self._unsaid.setdefault(machine, {})
                said.setdefault(name, now if machine in after else None)

        def use(file: sqlite3.Connection) -> tables.Loaded:
            tables.take_over(file, *self._at_start, now)
            return tables.load(file)

        loaded = await self._do(use)
        if loaded is None:
            return
        self._learner.take(loaded.rentals)
        seen = {**loaded.seen, **{one: times for one, times in self.known.seen.items()
                                  if one not in loaded.seen}}  # fmt: skip
        old = any(first < self._started for first, _ in loaded.seen.values())
        self.known = MachinesKnown(
            seen=seen, loaded=True, new_from=self._started if old else None
        )  # fmt: skip
        self._took(loaded.marks)
        if self._unsaid:
            self._start(self._write_marks())

    # What the user says

    def star(self, machine: int, *, on: bool) -> None:
        """Star it, or no longer."""
        self._say(machine, {"starred": self._clock.now() if on else None})

    def avoid(self, machine: int, why: str = "") -> None:
        """Avoid it, for a reason that is known."""
        self._say(machine, {"avoided": self._clock.now(), "why": clean(why, _WHY_CAP)})

    def forgive(self, machine: int) -> None:
        """Avoid it no longer."""
        self._say(machine, {"avoided": None, "why": ""})

    def note(self, machine: int, text: str) -> None:
        """Keep a note about it; an empty one is none."""
        text = clean(text, NOTE_CAP)
        self._say(machine, {"note": text, "noted": self._clock.now() if text else None})

    def _say(self, machine: int, changes: dict[str, object]) -> None:
        self._unsaid.setdefault(machine, {}).update(changes)
        self._took(self.known.marks)
        self._start(self._write_marks())

    async def _write_marks(self) -> None:
        """Write what was said, and read what other windows have said."""
        saying = {machine: dict(said) for machine, said in self._unsaid.items()}

        def use(file: sqlite3.Connection) -> Mapping[int, MachineMark]:
            for machine, changes in saying.items():
                tables.set_mark(file, machine, changes)
            return tables.load_marks(file)

        marks = await self._do(use)
        if marks is None:
            return
        for machine, said in saying.items():
            left = self._unsaid.get(machine, {})
            for name, value in said.items():
                if name in left and left[name] == value:
                    del left[name]
            if not left:
                self._unsaid.pop(machine, None)
        self._took(marks)

    def look_again(self) -> None:
        """Read what other windows have said meanwhile."""
        if self.known.loaded:
            self._start(self._write_marks())

    def _took(self, marks: Mapping[int, MachineMark]) -> None:
        """Show these marks, with what is not written yet."""
        now: dict[int, MachineMark] = dict(marks)
        for machine, said in self._unsaid.items():
            now[machine] = replace(now.get(machine, NO_MARK), **said)  # type: ignore[arg-type]
        self._publish(marks=now)
        if self.known.loaded:
            starred = frozenset(one for one, mark in now.items() if mark.starred is not None)
            avoided = frozenset(one for one, mark in now.items() if mark.avoided is not None)
            self._changed((starred, avoided))

    # What happens

    def see_market(self, state: MarketState) -> None:
        """A search of the user's ended."""
        if state.busy or state.kept or state.as_of_wall is None:
            return
        now = state.as_of_wall
        there = {offer.machine_id for offer in state.rows if offer.machine_id is not None}
        due = [one for one in there if now - self._written.get(one, 0.0) >= HOUR]
        if due:
            self._written.update(dict.fromkeys(due, now))
            seen = self.known.seen
            self._publish(seen={**seen, **{one: (seen.get(one, (now, now))[0], now)
                                           for one in due}})  # fmt: skip
            self._start(self._keep(lambda file: tables.set_seen(file, due, now), bulky=True))

    def see_fleet(self, fleet: Fleet, owner: str, charged: Mapping[int, float]) -> None:
        """The owner's instances were read: learn how the rentals go, and what was `charged` for
        some in $."""
        if changed := self._learner.see(fleet, owner, charged):
            self._learnt(changed, owner)

    def rented(self, instance: int, owner: str, *, as_asked: bool) -> None:
        """A rental with this program came, as it was asked for or not."""
        if changed := self._learner.asked(instance, as_asked=as_asked):
            self._learnt([changed], owner)

    def _learnt(self, changed: Iterable[OwnRental], owner: str) -> None:
        rentals = list(changed)
        self._publish()
        self._changed(None)
        self._start(self._keep(lambda file: tables.set_rentals(file, rentals, owner)))

    def _publish(self, **news: Any) -> None:
        by_machine: dict[int, list[OwnRental]] = defaultdict(list)
        for rental in sorted(self._learner.known.values(), key=lambda one: one.rented or 0.0):
            by_machine[rental.machine].append(rental)
        self.known = replace(self.known, rentals=by_machine, **news)

    # The file

    async def _keep(
        self, use: Callable[[sqlite3.Connection], None], *, bulky: bool = False
    ) -> None:
        await self._do(use, bulky=bulky)

    async def _do(self, use: Callable[[sqlite3.Connection], Any], *, bulky: bool = False) -> Any:
        """What `use` returns; None if the file cannot be used, which the memory has said."""
        async with self._turn:
            try:
                return await self._memory.do(tables.TABLES, use, bulky=bulky)
            except MemoryUnkept as error:
                _log.warning("%s", error)
                return None

    def _start(self, job: Coroutine[Any, Any, None]) -> None:
        self._work.send(job)

    async def aclose(self) -> None:
        """Write what is left."""
        await self._work.aclose()
