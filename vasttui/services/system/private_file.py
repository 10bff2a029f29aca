"""Writes a file that its owner alone can read, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_private(path: Path, data: bytes) -> None:
    """Put `data` in the place of what the file held. Raises OSError and then changes nothing.

    Missing directories are made for the owner alone. A link in that place is replaced, not
    followed.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # mkstemp: O_EXCL, O_NOFOLLOW and mode 0600
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
