"""The last rows of a list, kept in a file to be shown at the next start until they are read again.

Two lines of JSON: what the rows are, with a checksum, and the rows. A file that was changed, or
that another version wrote, counts as none: it holds nothing but a copy.
"""

from __future__ import annotations

import json
import logging
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct

from vasttui.files import read_regular
from vasttui.services.system.private_file import write_private
from vasttui.state.json_file import Write

_log = logging.getLogger(__name__)

_MOST = 16_000_000
"""Bytes of a file."""

_EVERY = 60.0
"""Seconds between two writes: the rows are read much more often."""


class Kept(Struct, frozen=True):
    """Rows of values, one for each of the `names` in their `head`."""

    head: dict[str, Any]
    rows: Sequence[Sequence[Any]]


class KeptRows:
    """The file at `path`; None keeps nothing. No failure raises: it is a copy. `names` is only
    called where something is kept."""

    def __init__(self, path: Path | None, write: Write, names: Callable[[], Sequence[str]]) -> None:
        self._path, self._write, self._names = path, write, names
        self._due = 0.0
        self._unsaved: Callable[[], Kept] | None = None

    def load(self) -> Kept | None:
        """What was kept, if this version kept it as it is there."""
        if self._path is None:
            return None
        try:
            data = read_regular(self._path, _MOST)
            first, _, second = data.partition(b"\n")
            head = json.loads(first)
            if head["names"] != list(self._names()) or head["sum"] != zlib.crc32(second):
                raise ValueError("changed, or of another version")
            return Kept(head, json.loads(second))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError, LookupError, TypeError) as error:
            _log.warning("%s is not used: %r", self._path, error)
            return None

    def see(self, make: Callable[[], Kept], now: float) -> None:
        """Keep what `make` returns, which is called in the background: now (monotonic seconds), or
        later if the last time was not long ago."""
        self._unsaved = make
        if now >= self._due:
            self._due = now + _EVERY
            self.save()

    def save(self) -> None:
        """Keep what was seen last."""
        path, make, self._unsaved = self._path, self._unsaved, None
        if path is not None and make is not None:
            self._write(lambda: self._replace(path, make()))

    def _replace(self, path: Path, kept: Kept) -> None:
        rows = b",".join(json.dumps(row, separators=(",", ":")).encode() for row in kept.rows)
        second = b"[" + rows + b"]"
        head = {**kept.head, "names": list(self._names()), "sum": zlib.crc32(second)}
        with suppress(OSError):
            write_private(path, json.dumps(head).encode() + b"\n" + second)
