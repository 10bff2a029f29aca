"""What happened to each instance while the program ran."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from vasttui.models.status import Phase
from vasttui.services.fleet.snapshot import Fleet

_KEPT = 50


class Event(Struct, frozen=True):
    """An event at `at` (epoch seconds); `phase` is the new phase, if it changed."""

    at: float
    text: str
    phase: Phase | None = None


class Timeline:
    """The last events of every instance, oldest first."""

    def __init__(self) -> None:
        self._events: dict[int, list[Event]] = {}
        self._phases: Mapping[int, Phase] = {}
        self._number = 0

    def of(self, instance_id: int) -> Sequence[Event]:
        """The events of one instance."""
        return self._events.get(instance_id, ())

    def add(self, fleet: Fleet) -> None:
        """Record every change of phase since the last snapshot."""
        if fleet.number == self._number or fleet.as_of_wall is None:
            return
        first = self._number == 0
        self._number = fleet.number
        phases = {row.id: row.phase for row in fleet.rows}
        for row in fleet.rows:
            before = self._phases.get(row.id)
            if before is row.phase:
                continue
            if before is not None:
                text = f"{before.value} → {row.phase.value}"
            else:
                text = f"{row.phase.value} when first seen" if first else row.phase.value
            message = row.instance.status_msg or ""
            words = f"{text}  {message}" if message and row.phase is not Phase.RUNNING else text
            self._note(row.id, Event(fleet.as_of_wall, words, row.phase))
        self._phases = phases
        for gone in self._events.keys() - phases.keys():
            del self._events[gone]

    def note(self, instance_id: int, at: float, text: str) -> None:
        """Record what the user did at `at` (epoch seconds)."""
        self._note(instance_id, Event(at, text))

    def _note(self, instance_id: int, event: Event) -> None:
        events = self._events.setdefault(instance_id, [])
        events.append(event)
        del events[:-_KEPT]
