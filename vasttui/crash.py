"""The report written when the program crashes."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
import traceback
from pathlib import Path

from vasttui import __version__
from vasttui.files import make_folder
from vasttui.logs import Redactor
from vasttui.text import clean


class CrashReport:
    """Writes one report, without local variables and secrets.

    It replaces an older one at `path`; None means a new temporary file, for a run that must not
    touch the user's directories.
    """

    def __init__(self, path: Path | None, redact: Redactor) -> None:
        self._path = path
        self._redact = redact

    def write(self, error: BaseException) -> str:
        """Write the report and return the sentence to print about it."""
        kind = type(error).__name__
        text = self._redact(self._text(error))
        try:
            place = self._save(text)
        except OSError as problem:
            return f"vasttui crashed ({kind}). The report could not be written: {problem.strerror}"
        return f"vasttui crashed ({kind}). Report: {place}"

    def _text(self, error: BaseException) -> str:
        head = [
            f"vasttui {__version__}, Python {platform.python_version()}, {sys.platform}",
            time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime()),
            "",
        ]
        lines = traceback.format_exception(error)
        return "\n".join([*head, *(_safe_line(line) for block in lines for line in _split(block))])

    def _save(self, text: str) -> Path:
        if self._path is None:
            file, name = tempfile.mkstemp(prefix="vasttui-crash-", suffix=".txt")
            place = Path(name)
        else:
            place = self._path
            make_folder(place.parent)
            place.unlink(missing_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            file = os.open(place, flags, 0o600)
        with os.fdopen(file, "w", encoding="utf-8", errors="replace") as report:
            report.write(text + "\n")
        return place


def _split(block: str) -> list[str]:
    return block.rstrip("\n").split("\n")


def _safe_line(line: str) -> str:
    """An exception may quote the service, so nothing in it may control the terminal."""
    indent = len(line) - len(line.lstrip(" "))
    return " " * indent + clean(line, cap=2000)
