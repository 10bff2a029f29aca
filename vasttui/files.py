"""Opening files and making folders so that neither waits, grows without end, or shows too much."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
"""Without waiting: a pipe may have no writer."""


def read_regular(path: Path, most: int) -> bytes:
    """The bytes of a regular file of at most `most` bytes. Raises OSError, also for all else: a
    pipe may never end, nor may a device."""
    with os.fdopen(os.open(path, _OPEN), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "It is not a regular file")
        data = file.read(most + 1) or b""  # None if it would have to wait
    if len(data) > most:
        raise OSError(errno.EFBIG, f"It has more than {most} bytes")
    return data


def make_folder(path: Path) -> None:
    """Create a folder, and those above it, for their owner only, whatever the umask, unless they
    exist. Raises OSError."""
    if not path.parent.exists():
        make_folder(path.parent)
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        if not path.is_dir():
            raise
    else:
        path.chmod(0o700)
