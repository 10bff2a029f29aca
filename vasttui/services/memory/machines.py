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
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from vasttui.clock import Clock
from vasttui.models.machine_memory import (
    NEVER,
    NO_MARK,
    NOTE_CAP,
    MachineMark,
    MachinesKnown,
    OwnRental,
)
from vasttui.models.offer import vram_gb
from vasttui.services.background import Background
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.market.state import MarketState
from vasttui.services.memory.memory import Memory
from vasttui.services.memory.rentals import RentalLearner
from vasttui.store import machines as tables
from vasttui.store.memory_file import MemoryUnkept
from vasttui.text import clean
from vasttui.units import HOUR

if TYPE_CHECKING:
    from vasttui.models.rent import Agreed

Lists = tuple[frozenset[int], frozenset[int]]
"""The machines that are starred, and those that are avoided."""

_WHY_CAP = 100
_LOOKED_FOR = 900.0
"""Seconds after a rental within which it is known whether an instance was listed."""

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
        mine = self.known.seen
        before = frozenset(one for one, (first, _) in loaded.seen.items()
                           if one not in mine or mine[one][0] != first)  # fmt: skip
        self.known = MachinesKnown(seen=seen, loaded=True, before=before)
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
            now[machine] = replace(now.get(machine, NO_MARK), **said)
        self._publish(marks=now)
        if self.known.loaded:
            self._changed(self.known.lists)

    # What happens

    def see_market(self, state: MarketState) -> None:
        """A search of the user's ended."""
        if state.busy or state.kept or state.as_of_wall is None:
            return
        now = state.as_of_wall
        there = {offer.machine_id for offer in state.rows if offer.machine_id is not None}
        written = self._written
        due = [one for one in there
               if one not in written or not 0 <= now - written[one] < HOUR]  # fmt: skip
        if due:
            self._written.update(dict.fromkeys(due, now))
            seen = self.known.seen
            firsts = ((one, seen[one][0]) for one in due if one in seen)
            again = {one: (first if first < now else now, now) for one, first in firsts}
            self._publish(seen={**seen, **dict.fromkeys(due, (now, now)), **again})
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

    def logged_in(self, instance: int, at: float) -> None:
        """A login to an instance worked, at that time (epoch seconds)."""
        if changed := self._learner.logged_in(instance, at):
            self._learnt([changed], self._learner.owners[instance])

    def gone(self, instances: Iterable[int], agreed: Agreed, rented: float, owner: str) -> None:
        """The service has none of these instances, which came of a rental (epoch seconds). What was
        never listed never came; it is not known where nobody looked all the time."""
        now, machine = self._clock.now(), agreed.machine
        watched = self.known.loaded and self._started <= rented <= now <= rented + _LOOKED_FOR
        if machine is None or not watched:
            return
        found = [
            OwnRental(
                instance=one, machine=machine, gpu=agreed.gpu_name, gpus=agreed.num_gpus,
                rented=rented, ended=now, seen=now, price=agreed.price, is_bid=agreed.is_bid,
                vram=None if agreed.gpu_ram is None else vram_gb(agreed.gpu_ram),
                trouble=NEVER, cause="accepted, but not listed", trouble_at=now,
            )
            for one in instances if one not in self._learner.known
        ]  # fmt: skip
        if found:
            self._learner.take({one.instance: (one, owner) for one in found})
            self._learnt(found, owner)

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
            known, owners, now = self.known, dict(self._learner.owners), self._clock.now()

            def work(file: sqlite3.Connection) -> Any:
                if known.loaded and not tables.has_lists(file):  # the one before was damaged
                    tables.restore(file, known, owners, now)
                return use(file)

            try:
                return await self._memory.do(tables.TABLES, work, bulky=bulky)
            except MemoryUnkept as error:
                _log.warning("%s", error)
                return None

    def _start(self, job: Coroutine[Any, Any, None]) -> None:
        self._work.send(job)

    async def aclose(self) -> None:
        """Write what is left."""
        await self._work.aclose()
