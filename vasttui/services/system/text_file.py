"""Reads a text file whose path was typed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vasttui.errors import VastError
from vasttui.files import read_regular


def read_text(given: str, most: int, check: Callable[[Path], None] = lambda path: None) -> str:
    """The text of the file of at most `most` bytes at a path as it is typed; `check` may refuse
    the path. Blocks. Raises VastError."""
    try:
        path = Path(given).expanduser()
        check(path)
        return read_regular(path, most).decode()
    except OSError as error:
        reason = error.strerror or "It cannot be opened"
    except RuntimeError:
        reason = "There is no such user here"
    except UnicodeDecodeError:
        reason = "It is not UTF-8 text"
    except ValueError:
        reason = "No file has such a name"
    raise VastError(f"{given} cannot be read. {reason}.")
