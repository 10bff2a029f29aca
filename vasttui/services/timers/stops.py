"""Stops that wait inside instances: whether they came, and whether they can still come."""

from __future__ import annotations

from collections.abc import Callable

from vasttui.clock import Clock
from vasttui.models.inbox import InboxItem
from vasttui.models.status import Phase
from vasttui.services.fleet.alerts import Alert
from vasttui.services.fleet.snapshot import Fleet
from vasttui.services.timers.kept import KeptStop, TimerMemory
from vasttui.services.timers.verdict import LATE, day_clock, is_stopped, late_words
from vasttui.units import DAY

_RESTARTS = {Phase.REBOOTING, Phase.RECYCLING}


class StopWatch:
    """`see` is given every reading of the instances."""

    def __init__(self, memory: TimerMemory, clock: Clock) -> None:
        self._memory, self._clock = memory, clock
        self._fleet = Fleet()
        self._told: set[KeptStop] = set()

    def of(self, instance_id: int) -> KeptStop | None:
        """The stop that waits inside an instance, as far as this computer knows."""
        return next((one for one in self._memory.stops if one.instance_id == instance_id), None)

    def remember(self, stop: KeptStop) -> None:
        """Remember a stop that waits inside an instance."""
        others = (one for one in self._memory.stops if one.instance_id != stop.instance_id)
        self._memory.stops = (*others, stop)
        self._memory.save()

    def forget(self, instance_id: int) -> None:
        """Forget one, which was taken back or is over."""
        self._memory.stops = tuple(
            one for one in self._memory.stops if one.instance_id != instance_id
        )
        self._memory.save()

    def see(self, fleet: Fleet, is_gone: Callable[[int], bool]) -> list[Alert]:
        """What is news of them by this reading."""
        self._fleet, now = fleet, self._clock.now()
        found = []
        for stop in self._memory.stops:
            row = fleet.row(stop.instance_id)
            over = row is not None and is_stopped(row)
            if over or is_gone(stop.instance_id) or now > stop.at + DAY:
                self.forget(stop.instance_id)
            elif row is not None and row.phase in _RESTARTS and now < stop.at:
                self.forget(stop.instance_id)
                words = f"The stop at {day_clock(stop.at, now)} that waited inside is gone: "
                found.append(Alert("timer", fleet.called(row), f"{words}its container restarts."))
            elif row is not None and self._late(stop, now) and stop not in self._told:
                self._told.add(stop)
                found.append(Alert("timer", fleet.called(row), self._late(stop, now)))
        return found

    def items(self, now: float) -> list[InboxItem]:
        """Those that should have come; `now` is epoch seconds."""
        return [
            InboxItem(
                f"timer_late-inside-{stop.instance_id}", "urgent", words, stop.instance_id,
                since=stop.at,
            )
            for stop in self._memory.stops if (words := self._late(stop, now))
        ]  # fmt: skip

    def _late(self, stop: KeptStop, now: float) -> str:
        """That it should have come; empty if that is not known."""
        row, seen = self._fleet.row(stop.instance_id), self._fleet.as_of_wall
        if row is None or seen is None or seen < stop.at + LATE or is_stopped(row):
            return ""
        return late_words("stopped itself", stop.at, row, seen, now)
