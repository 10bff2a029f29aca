"""Writes a file that only its owner can read, atomically."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_private(path: Path, data: bytes) -> None:
    """Replace the file's content. Raises OSError and then changes nothing. Missing directories are
    created for the owner only. A link is replaced, not followed."""
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
