"""Which environment variables were set from this computer, and when."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from vasttui.state.json_file import JsonFile, OwnFile, Write
from vasttui.text import clean

_END_OF_TIME = 1e11
_SOURCE = 60


class Note(Struct, frozen=True):
    """A variable was set `at` (epoch seconds), from the file `source`, empty if it was typed."""

    at: float
    source: str = ""


class VariableNotes(OwnFile):
    """Notes by account and name; never a value. With `path` None they last for this run only.
    Nothing is known until they are loaded."""

    def __init__(self, path: Path | None, write: Write) -> None:
        self._file = JsonFile(path, write, "The notes on your variables")
        self._all: dict[str, dict[str, Note]] = {}

    def load(self) -> None:
        """Read what earlier runs noted. Blocks."""
        for account, entries in self._file.load().items():
            if isinstance(entries, dict):
                read = {name: _note(value) for name, value in entries.items()}
                self._all[account] = {name: one for name, one in read.items() if one is not None}

    def of(self, account: int, name: str) -> Note | None:
        """What is known about a variable of this account."""
        return self._all.get(str(account), {}).get(name)

    def set(self, account: int, names: Iterable[str], note: Note) -> None:
        """These variables were set."""
        self._all.setdefault(str(account), {}).update(dict.fromkeys(names, note))
        self._save()

    def drop(self, account: int, name: str) -> None:
        """A variable was deleted."""
        if self._all.get(str(account), {}).pop(name, None) is not None:
            self._save()

    def _save(self) -> None:
        self._file.save(
            {
                account: {name: [note.at, note.source] for name, note in notes.items()}
                for account, notes in self._all.items()
            }
        )


def _note(value: object) -> Note | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    at, source = value
    if type(at) not in (float, int) or not 0 <= at < _END_OF_TIME or not isinstance(source, str):
        return None
    return Note(float(at), clean(source, _SOURCE))
