"""The log file, without secrets."""

from __future__ import annotations

import logging
import os
import re
from pathlib import Path

_SHAPES = (
    r"(?P<before>Bearer\s+|Basic\s+|[?&]api_key=|[\"']?api_key[\"']?\s*[:=]\s*[\"']?)"
    r"[^\s\"'&,;]+"
    r"|hf_\w{8,}"
    r"|ssh-[\w-]+\s+AAAA\S+"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
)
_SHORTEST_SECRET = 8
MASK = "***"
"""Written in place of a secret."""


class Redactor:
    """Masks secrets in text: known ones, and anything that looks like one."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()

    def add(self, secret: str) -> None:
        """Mask this text from now on. Texts under 8 characters are not secrets and are ignored."""
        if len(secret.strip()) >= _SHORTEST_SECRET:
            self._secrets.add(secret.strip())

    def knows(self, text: str) -> bool:
        """Whether one of the known secrets is in the text."""
        return any(secret in text for secret in self._secrets)

    def __call__(self, text: str) -> str:
        """The text with its secrets masked."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, MASK)
        return re.sub(
            _SHAPES, lambda match: (match["before"] or "") + MASK, text,
            flags=re.IGNORECASE | re.DOTALL,
        )  # fmt: skip


class RedactingFormatter(logging.Formatter):
    """Formats a record, traceback included, with secrets masked."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The record as text, with secrets masked."""
        return self._redact(super().format(record))


class PrivateFileHandler(logging.Handler):
    """Appends to a file that only its owner can read; a full file is renamed to `*.1`.

    The file and its folder are created with the first line. A line that cannot be written is
    dropped, because a failing log must not disturb the screen.
    """

    def __init__(self, path: Path, most_bytes: int = 1_000_000) -> None:
        super().__init__()
        self._path = path
        self._most_bytes = most_bytes

    def emit(self, record: logging.LogRecord) -> None:
        """Append the record as a line."""
        line = self.format(record) + "\n"
        try:
            self._append(line.encode("utf-8", "replace"))
        except OSError:
            return

    def _append(self, line: bytes) -> None:
        try:
            file = self._opened()
        except FileNotFoundError:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = self._opened()
        try:
            os.write(file, line)
            size = os.fstat(file).st_size
        finally:
            os.close(file)
        if size > self._most_bytes:
            os.replace(self._path, self._path.with_name(self._path.name + ".1"))

    def _opened(self) -> int:
        # O_NONBLOCK: a pipe of that name would wait for a reader
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
        return os.open(self._path, flags | os.O_CLOEXEC, 0o600)


def set_up_logging(path: Path | None, redact: Redactor) -> None:
    """Send log records to the file at `path`, or nowhere if None; never to the terminal.

    The HTTP libraries log full URLs and headers below WARNING, so these levels are turned off.
    """
    handler: logging.Handler = logging.NullHandler()
    if path is not None:
        handler = PrivateFileHandler(path)
        handler.setFormatter(RedactingFormatter(redact))
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("vasttui").setLevel(logging.INFO)
    for noisy in ("httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    logging.raiseExceptions = False
