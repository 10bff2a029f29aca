"""Remembers how long instances have been in their states, so "stopped 11d" survives a restart."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from vasttui.models.status import Phase
from vasttui.state.json_file import JsonFile, Write

if TYPE_CHECKING:
    from vasttui.services.fleet.store import Began

_END_OF_TIME = 1e11
_MOST_DIGITS = 18
_BY_NAME = {**Phase.__members__, "LOST": Phase.NO_SIGNAL}
"""Phases by their name in the file; files of version 0.1 have LOST."""


class PhaseFile:
    """Implements `PhaseMemory` with a file; with `path` None nothing is saved."""

    def __init__(self, path: Path | None, write: Write) -> None:
        self._file = JsonFile(path, write)
        self._saved: Mapping[int, Began] | None = None

    def load(self) -> dict[int, Began]:
        """The saved phases by instance id; invalid entries are ignored. The file is read once."""
        if self._saved is not None:
            return dict(self._saved)
        found = {}
        for key, value in self._file.load().items():
            began = _began(value)
            if began is not None and key.isdecimal() and len(key) <= _MOST_DIGITS:
                found[int(key)] = began
        self._saved = found
        return dict(found)

    def save(self, began: Mapping[int, Began]) -> None:
        """Save these; nothing is written if nothing has changed."""
        if began != (self._saved or {}):
            self._saved = dict(began)
            self._file.save(
                {str(id): [phase.name, since, exact] for id, (phase, since, exact) in began.items()}
            )


def _began(value: object) -> Began | None:
    if not isinstance(value, list) or len(value) != 3:
        return None
    name, since, exact = value
    if not isinstance(name, str) or name not in _BY_NAME or not isinstance(exact, bool):
        return None
    if type(since) not in (float, int) or not 0 <= since < _END_OF_TIME:
        return None
    return _BY_NAME[name], float(since), exact
