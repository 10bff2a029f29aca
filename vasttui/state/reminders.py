"""Reminders about instances, set by the user."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from vasttui.state.json_file import JsonFile, OwnFile, Write
from vasttui.units import HOUR

_END_OF_TIME = 1e11


class Reminder(Struct, frozen=True):
    """A reminder about an instance at `at` (epoch seconds): `hours` after it was rented, or 0 if
    that time was chosen. It also comes `before` s earlier."""

    instance_id: int
    at: float
    hours: float
    before: float = 0.0


class Reminders(OwnFile):
    """The reminders set on this computer. With `path` None they last for this run only."""

    def __init__(self, path: Path | None, write: Write) -> None:
        self._file = JsonFile(path, write, "Your reminders")
        self._all = list(_reminders(self._file.load()))
        self._reported: set[tuple[Reminder, bool]] = set()

    @property
    def all(self) -> Sequence[Reminder]:
        """All of them, the next one first."""
        return sorted(self._all, key=lambda one: one.at)

    @property
    def waiting(self) -> Sequence[Reminder]:
        """Those that were not told yet at their time, the next one first."""
        return [one for one in self.all if (one, True) not in self._reported]

    def add(self, instance_id: int, now: float, hours: float) -> None:
        """Add a reminder in `hours` from `now` (epoch seconds), in the place of such a one."""
        self._all = [one for one in self._all if one.instance_id != instance_id or not one.hours]
        self._all.append(Reminder(instance_id, now + hours * HOUR, hours))
        self._save()

    def set(self, instance_id: int, at: float, before: float = 0.0) -> None:
        """Add a reminder at `at` (epoch seconds), which also comes `before` s earlier."""
        self.drop(instance_id, at)
        self._all.append(Reminder(instance_id, at, 0.0, before))
        self._save()

    def due(self, now: float) -> list[Reminder]:
        """The reminders that are due, until they are dropped."""
        return [one for one in self._all if one.at - one.before <= now]

    def news(self, now: float) -> list[Reminder]:
        """The due reminders that this method has not returned before, for this time."""
        found = [one for one in self.due(now) if (one, one.at <= now) not in self._reported]
        self._reported |= {(one, one.at <= now) for one in found}
        return found

    def drop(self, instance_id: int, at: float | None = None) -> None:
        """Delete the reminder about this instance at that time, or all about it."""
        left = [
            one for one in self._all
            if one.instance_id != instance_id or (at is not None and one.at != at)
        ]  # fmt: skip
        if len(left) != len(self._all):
            self._all = left
            self._save()

    def told(self, instance_id: int, now: float) -> None:
        """The user has seen what is due about this instance: it is deleted, or comes at its time
        only."""
        for one in self.due(now):
            if one.instance_id == instance_id:
                self.drop(instance_id, one.at)
                if one.at > now:
                    self.set(instance_id, one.at)

    def _save(self) -> None:
        document: dict[str, list[list[float]]] = {}
        for one in self._all:
            rows = document.setdefault(str(one.instance_id), [])
            rows.append([one.at, one.hours, one.before])
        self._file.save({**document})


def _reminders(document: dict[str, object]) -> Iterable[Reminder]:
    """Those in the file, which once had one `[at, hours]` for an instance."""
    for key, value in document.items():
        if not key.isdecimal() or len(key) > 18 or not isinstance(value, list):
            continue
        rows = value if value and isinstance(value[0], list) else [value]
        for row in rows:
            if not isinstance(row, list) or len(row) not in (2, 3):
                continue
            if all(type(number) in (float, int) and 0 <= number < _END_OF_TIME for number in row):
                yield Reminder(int(key), *map(float, row))
