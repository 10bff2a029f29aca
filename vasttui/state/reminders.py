"""Remembers when the user wants to be told about an instance."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vasttui.state.json_file import JsonFile, Write
from vasttui.units import HOUR

_END_OF_TIME = 1e11


@dataclass(frozen=True, slots=True)
class Reminder:
    """Tell about an instance at `at` (epoch seconds), `hours` after it was rented."""

    instance_id: int
    at: float
    hours: float


class Reminders:
    """The reminders of this computer; `path` None keeps them for this run."""

    def __init__(self, path: Path | None, write: Write) -> None:
        self._file = JsonFile(path, write)
        read = map(_reminder, self._file.load().items())
        self._all = {one.instance_id: one for one in read if one is not None}
        self._told: set[int] = set()

    def add(self, instance_id: int, now: float, hours: float) -> None:
        """Tell about this instance in so many hours; `now` is epoch seconds."""
        self._all[instance_id] = Reminder(instance_id, now + hours * HOUR, hours)
        self._told.discard(instance_id)
        self._save()

    def due(self, now: float) -> list[Reminder]:
        """Those whose time has come, for as long as they are not dropped."""
        return [one for one in self._all.values() if one.at <= now]

    def news(self, now: float) -> list[Reminder]:
        """Those that came due and were not asked for here before."""
        found = [one for one in self.due(now) if one.instance_id not in self._told]
        self._told |= {one.instance_id for one in found}
        return found

    def drop(self, instance_id: int) -> None:
        """Say no more about it."""
        if self._all.pop(instance_id, None) is not None:
            self._save()

    def _save(self) -> None:
        self._file.save({str(one.instance_id): [one.at, one.hours] for one in self._all.values()})


def _reminder(entry: tuple[str, object]) -> Reminder | None:
    key, value = entry
    if not key.isdecimal() or len(key) > 18 or not isinstance(value, list) or len(value) != 2:
        return None
    at, hours = value
    if type(at) not in (float, int) or type(hours) not in (float, int):
        return None
    return Reminder(int(key), float(at), float(hours)) if 0 <= at < _END_OF_TIME else None
