"""Which of several windows does what only one may do."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from vasttui.files import make_folder


class WindowLock:
    """A lock of one file, held until the end of the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether this window holds it."""
        return self._file is not None

    def take(self) -> bool:
        """Hold it, if no other window does. Blocks for as long as the disk takes. Where no file can
        be locked, each window is on its own."""
        if self._file is not None:
            return True
        try:
            file = _open(self._path)
        except OSError:
            return True
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        except OSError:
            os.close(file)
            return True
        self._file = file
        return True


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Wait until no other window is in here, where files can be locked."""
    file = None
    with contextlib.suppress(OSError):
        file = _open(path)
        fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if file is not None:
            os.close(file)


def _open(path: Path) -> int:
    make_folder(path.parent)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
