"""A small JSON file, written atomically and never on the event loop."""

from __future__ import annotations

import json
import logging
import os
import queue
import threading
from collections.abc import Callable
from pathlib import Path

from vasttui.files import read_regular
from vasttui.services.system.private_file import write_private

Write = Callable[[Callable[[], None]], None]
"""Runs a write: the program in a thread, tests at once."""


_log = logging.getLogger(__name__)

_MOST = 8_000_000
"""Bytes of a document."""

_ASIDE = 5
"""Broken files that are kept of one document."""


class Writer:
    """One background thread that does the writes in order."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def __call__(self, job: Callable[[], None]) -> None:
        """Do this write after those before it."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
            self._thread.start()
        self._jobs.put(job)

    def finish(self, seconds: float = 2.0) -> None:
        """Wait until all pending writes are done, at most that long."""
        if self._thread is not None:
            done = threading.Event()
            self._jobs.put(done.set)
            done.wait(seconds)

    def _work(self) -> None:
        while True:
            self._jobs.get()()


class JsonFile:
    """Reads and writes one document. With `path` None nothing is saved.

    `what` is in it, as its user calls it (`Your views`); empty: nothing that its loss is told for.
    `problem` is a sentence about the last failure, empty if there is none. No failure raises: the
    program works without these files.
    """

    def __init__(self, path: Path | None, write: Write, what: str = "") -> None:
        self.problem = ""
        self._path, self._what = path, what
        self._write = write
        self._untold: list[str] = []

    def load(self) -> dict[str, object]:
        """The document, empty if there is no file. An unreadable file is renamed to `*.broken`,
        or to `*.broken-2` and so on where there is one: it may be its user's only copy."""
        if self._path is None:
            return {}
        try:
            document = json.loads(read_regular(self._path, _MOST))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError):
            self._set_aside(self._path)
            return {}
        if isinstance(document, dict):
            return document
        self._set_aside(self._path)
        return {}

    def save(self, document: dict[str, object]) -> None:
        """Write the document in the background."""
        path = self._path
        if path is not None:
            text = _text(document)
            self._write(lambda: self._replace(path, text))

    def change(self, changed: Callable[[dict[str, object]], dict[str, object]]) -> None:
        """Write, in the background, what this makes of the document as it is then: another window
        may have written it, too."""
        path = self._path
        if path is not None:
            self._write(lambda: self._replace(path, _text(changed(self.load()))))

    def lost(self) -> list[str]:
        """Sentences about what was lost, each once."""
        lost, self._untold = self._untold, []
        return lost

    def _set_aside(self, path: Path) -> None:
        words = f"{self._what or path.name} could not be read"
        try:
            broken = _free_name(path)
            os.replace(path, broken)
            kept = "they are" if self._what else "it is"
            self.problem = f"{words}; {kept} kept aside as {broken.name}."
        except OSError as error:
            self.problem = f"{words}, nor kept aside: {error.strerror}."
        _log.warning("%s (%s)", self.problem, path)
        if self._what:
            self._untold.append(self.problem)

    def _replace(self, path: Path, text: str) -> None:
        try:
            write_private(path, f"{text}\n".encode())
            self.problem = ""
        except OSError as error:
            self.problem = f"{path} could not be written: {error.strerror}."


def _free_name(path: Path) -> Path:
    """Where a broken file goes; where as many as are kept are there, in the place of the last."""
    names = (".broken", *(f".broken-{number}" for number in range(2, _ASIDE + 1)))
    places = [path.with_name(path.name + name) for name in names]
    return next((place for place in places if not place.exists()), places[-1])


class OwnFile:
    """What a `file` keeps for its user."""

    _file: JsonFile

    @property
    def problem(self) -> str:
        """A sentence about the last failure of the file, empty if there is none."""
        return self._file.problem

    def lost(self) -> list[str]:
        """Sentences about what was lost, each once."""
        return self._file.lost()


def _text(document: dict[str, object]) -> str:
    return json.dumps(document, indent=1, sort_keys=True)
