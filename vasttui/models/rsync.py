"""rsync between this computer and an instance: its command, and what it prints (3.1 to 3.5)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vasttui.models.connect import bracketed, ssh_program
from vasttui.models.data_transfer import End, Progress
from vasttui.models.ssh_address import USER, SshAddress
from vasttui.models.transfer_checks import PATTERNS

_OPTIONS = (
    "-v", "-o", "BatchMode=yes", "-o", "ConnectTimeout=15",
    "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=3",
    "-o", "ControlMaster=no", "-o", "ClearAllForwardings=yes", "-o", "PermitLocalCommand=no",
)  # fmt: skip
_PROGRESS = re.compile(
    r"\s*(\d{1,18})\s+(\d{1,3})%\s+(\d{1,9}\.\d\d)([kMGT])B/s\s+(\d{1,9}):(\d\d):(\d\d)"
    r"(?:\s+\(xfr#(\d{1,18}), to-chk=(\d{1,18})/(\d{1,18})\))?\s*"
)
_PLAIN = re.compile(r"[\w@%+=:,./-]+")
_POWERS = {"k": 1, "M": 2, "G": 3, "T": 4}


def progress_in(line: str, before: Progress | None = None) -> Progress | None:
    """What a line of `--info=progress2` says; None for any other line. At the end of a file the
    time is the one spent, not the one left, so that what was said `before` is kept."""
    found = _PROGRESS.fullmatch(line)
    if found is None:
        return None
    sent, share = int(found[1]), min(100, int(found[2]))
    rate = float(found[3]) * 1024 ** _POWERS[found[4]]
    seconds = int(found[5]) * 3600 + int(found[6]) * 60 + int(found[7])
    if found[8] is None:
        left = seconds if rate else None
        files, checked, entries = (
            (None, None, None) if before is None else (before.files, before.checked, before.entries)
        )
        return Progress(sent, share, rate, left, files, checked, entries)
    entries = int(found[10])
    checked = max(0, entries - int(found[9]))
    left = None if before is None else before.left
    return Progress(sent, share, rate, left, int(found[8]), checked, entries)


COPY = ("--partial", "--info=progress2")
"""Copy, and keep what is half there, so that it goes on where it was."""

LIST = ("--dry-run", "--stats", "--out-format=%i %l %n")
"""Change nothing, and list what would be."""

COMPARE = (*LIST, "--size-only")
"""The same, for files of another size only."""

DELETE = "--delete"


def deletes(most: int) -> tuple[str, ...]:
    """Delete what the source does not have, so many at most."""
    return (DELETE, f"--max-delete={most}") if most else ()


def rsync_argv(
    instance_id: int,
    address: SshAddress,
    known_hosts: str,
    source: End,
    target: End,
    more: Sequence[str] = COPY,
) -> list[str]:
    """The command that copies between this computer and an instance. Owners stay those who copy.
    No shell reads the paths, here or there (`-s`)."""
    ssh = [*ssh_program(instance_id, address, known_hosts), *_OPTIONS]
    remote = f"{USER}@{bracketed(address.host)}:"
    from_there = source.kind != "here"
    return [
        "rsync", "-a", "--no-owner", "--no-group", "-s", *more,
        "--no-inc-recursive", "--no-human-readable", "--outbuf=L",
        "-e", " ".join(map(_quoted, ssh)), "--",
        f"{remote}{_literal(source.path)}" if from_there else source.path,
        target.path if from_there else f"{remote}{target.path}",
    ]  # fmt: skip


def _quoted(word: str) -> str:
    """As rsync, which is no shell, reads a word of `-e`."""
    return word if _PLAIN.fullmatch(word) else "'" + word.replace("'", "''") + "'"


def _literal(path: str) -> str:
    """A source there, in which rsync would read `*`, `?` and `[` as patterns."""
    return re.sub(r"([\\*?\[])", r"\\\1", path) if set(path) & set(PATTERNS) else path


_REASONS: Sequence[tuple[str, str]] = (
    (r"(?:unknown|unrecognized|invalid) option|unknown --info|not supported by this",
     "rsync here is too old: 3.1 or newer is needed."),
    (r"No space left on device", "No room is left on the disk that it is written to."),
    (r"rsync: (?:command )?not found|remote command not found",
     "rsync is not installed on {name}: `apt install rsync` there."),
    (r"the --max-delete limit stopped deletions",
     "More would have been deleted than was shown: nothing more than that was."),
    (r"Read-only file system", "It can only be read from there: the file system is read-only."),
)  # fmt: skip
_MISSING = re.compile(r'(?:change_dir|link_stat) "(.+)" failed: No such file or directory')
_PARENT = re.compile(r'mkdir "(.+)" failed: No such file or directory')


_DETAILS = re.compile(r"debug\d: |OpenSSH_|Authenticated to |Transferred: sent |Bytes per second: ")


def own_words(said: str) -> list[str]:
    """What rsync, and ssh below it, said; without the details that `ssh -v` gives."""
    return [line for line in said.splitlines() if line.strip() and not _DETAILS.match(line)]


def reason_in(said: str, name: str) -> str:
    """Why rsync failed, from what it said: a known cause, or its own first words. `name` is what
    the instance is called."""
    for pattern, reason in _REASONS:
        if re.search(pattern, said, re.IGNORECASE):
            return reason.format(name=name)
    if (parent := _PARENT.search(said)) is not None:
        folder = parent[1].rpartition("/")[0] or "/"
        return f"{folder} is not there: only the last folder of a path is made."
    if (missing := _MISSING.search(said)) is not None:
        return f"{missing[1]} is not there."
    lines = own_words(said)
    words = next((line for line in lines if line.startswith("rsync: ")), "".join(lines[:1]))
    return f"rsync says: {words}" if words else "rsync ended without a message."
