"""What status messages of instances say about copies (docs: "copy", "cloud copy")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

Report = Literal["progress", "done", "failed", "words"]

_DONE = re.compile(r"\bdone receiving copy\b", re.IGNORECASE)
_FAILED = re.compile(r"rsync(?: error)?: ", re.IGNORECASE)
_PROGRESS = re.compile(r"\b(?:receiving|sending|copying)\b(?! build)", re.IGNORECASE)
_CLOUD_DONE = re.compile(r"\bcloud copy operation finished\b", re.IGNORECASE)
_CLOUD_PROGRESS = re.compile(r"\btransferred: ", re.IGNORECASE)
_CLOUD_FAILED = re.compile(
    r"(?:[0-9/]{10} [0-9:]{8} )?(?:(?:ERROR|CRITICAL) : |Fatal error: )"
    r"|(?:.{1,200}: )?Failed to (?:copy|sync|create file system)\b"
    r"|rclone\b.*\b(?:error|failed)\b|cloud copy (?:operation )?failed\b",
    re.IGNORECASE | re.DOTALL,
)
_CONTAINER = re.compile(
    r"success\b|[0-9a-f]{12}: |.*(?:\bdocker\b|\bdaemon\b|\bcontainer\b|\bmanifest\b|docker_build"
    r"|\boci runtime\b|\bpull access\b|\bunauthorized: )",
    re.IGNORECASE | re.DOTALL,
)
_FAILURE = re.compile(
    r"\berrors?\b|\bfail(?:ed|s|ure)?\b|\bdenied\b|\bexception\b|traceback|\bfatal\b|\baborted\b"
    r"|\bno such\b|\bcannot\b",
    re.IGNORECASE,
)
_SHARE = re.compile(r"(?<![0-9.])(100|[0-9]{1,2})(?:\.[0-9]+)? ?%")
_MISSING = re.compile(r'mkdir "(.+)" failed: No such file or directory')
_CAUSES: Sequence[tuple[str, str]] = (
    (r"\bNoSuchBucket\b|bucket does not exist", "There is no bucket of that name."),
    (r"\bAccessDenied\b|\bInvalidAccessKeyId\b|\bSignatureDoesNotMatch\b|\bInvalid_?grant\b"
     r"|\b40[13] (?:Forbidden|Unauthorized)\b", "The cloud refuses the keys of the connection."),
    (r"No space left on device", "No room is left on the disk that it is written to."),
)  # fmt: skip


def report_in(message: str, *, cloud: bool = False) -> Report | None:
    """What a status message says about a copy, or one between an instance and a `cloud`; None if
    it is about something else, or in words that are not known."""
    if cloud:
        if _CLOUD_DONE.search(message):
            return "done"
        if _CLOUD_FAILED.match(message):
            return "failed"
        return "progress" if _CLOUD_PROGRESS.search(message) else None
    if _DONE.search(message):
        return "done"
    if _FAILED.match(message):
        return "failed"
    return "progress" if _PROGRESS.search(message) else None


def words_in(message: str, *, cloud: bool = False) -> Report | None:
    """The same, once a copy is under way: of unknown words `failed` if they say so, else `words`;
    None for those of a container, or of the other kind of copy."""
    known = report_in(message, cloud=cloud)
    other = report_in(message, cloud=not cloud)
    if known is not None or other is not None or not message or _CONTAINER.match(message):
        return known
    return "failed" if cloud and _FAILURE.search(message) else "words"


def share_in(message: str) -> str:
    """The percentage in it, as `41 %`; empty if there is none."""
    found = _SHARE.findall(message)
    return f"{found[-1]} %" if found else ""


def failure_in(message: str) -> str:
    """Why a copy failed: a known cause with the words themselves, or these alone."""
    missing = _MISSING.search(message)
    if missing is not None:
        parent = missing[1].rstrip("/").rpartition("/")[0] or "/"
        return f"{parent} is not there: only the last folder of a path is made."
    known = (cause for pattern, cause in _CAUSES if re.search(pattern, message, re.IGNORECASE))
    return " ".join([*list(known)[:1], f"“{message}”"])
