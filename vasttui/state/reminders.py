"""Reminders about instances, set by the user."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vasttui.state.json_file import JsonFile, Write
from vasttui.units import HOUR

_END_OF_TIME = 1e11


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder about an instance at `at` (epoch seconds), `hours` after it was rented."""

    instance_id: int
    at: float
    hours: float


class Reminders:
    """The reminders set on this computer. With `path` None they last for this run only."""

    def __init__(self, path: Path | None, write: Write) -> None:
        self._file = JsonFile(path, write)
        read = map(_reminder, self._file.load().items())
        self._all = {reminder.instance_id: reminder for reminder in read if reminder is not None}
        self._reported: set[int] = set()

    def add(self, instance_id: int, now: float, hours: float) -> None:
        """Add a reminder in `hours` from `now` (epoch seconds)."""
        self._all[instance_id] = Reminder(instance_id, now + hours * HOUR, hours)
        self._reported.discard(instance_id)
        self._save()

    def due(self, now: float) -> list[Reminder]:
        """The reminders that are due, until they are dropped."""
        return [reminder for reminder in self._all.values() if reminder.at <= now]

    def news(self, now: float) -> list[Reminder]:
        """The due reminders that this method has not returned before."""
        found = [due for due in self.due(now) if due.instance_id not in self._reported]
        self._reported |= {due.instance_id for due in found}
        return found

    def drop(self, instance_id: int) -> None:
        """Delete the reminder about this instance, if there is one."""
        if self._all.pop(instance_id, None) is not None:
            self._save()

    def _save(self) -> None:
        self._file.save({str(r.instance_id): [r.at, r.hours] for r in self._all.values()})


def _reminder(entry: tuple[str, object]) -> Reminder | None:
    key, value = entry
    if not key.isdecimal() or len(key) > 18 or not isinstance(value, list) or len(value) != 2:
        return None
    at, hours = value
    if type(at) not in (float, int) or type(hours) not in (float, int):
        return None
    return Reminder(int(key), float(at), float(hours)) if 0 <= at < _END_OF_TIME else None
