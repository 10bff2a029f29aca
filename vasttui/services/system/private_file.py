"""Writes files that only their owner can read."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from vasttui.errors import VastError
from vasttui.files import make_folder


def write_private(path: Path, data: bytes) -> None:
    """Replace the file's content, atomically. Raises OSError and then changes nothing. Missing
    directories are created for the owner only. A link is replaced, not followed."""
    make_folder(path.parent)
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


async def save_lines(path: str | Path, lines: Sequence[str]) -> None:
    """Write lines to a new file, readable by its owner only: a log may hold secrets. Raises
    VastError if the file exists or cannot be written."""
    text = "".join(f"{line}\n" for line in lines)
    try:
        await asyncio.to_thread(_write, Path(path), text)
    except FileExistsError:
        raise VastError(f"{path} exists already. Choose another name.") from None
    except OSError as error:
        raise VastError(f"{path} cannot be written: {error.strerror}.") from None


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path.expanduser(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
