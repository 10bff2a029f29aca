"""Which process an open row belongs to, and whether that process still lives."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

NOBODY = 0
"""The pid of a row that was let go."""

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Holder:
    """A process. Numbers are given anew, after a restart of the computer above all, so `born`
    says which start of the computer and, within it, of the process is meant (Linux; else empty).
    """

    pid: int
    born: str

    @property
    def is_alive(self) -> bool:
        """Whether it still runs. In doubt it does: two windows must not do the same thing."""
        if self.pid == NOBODY:
            return False
        try:
            os.kill(self.pid, 0)
        except (ProcessLookupError, OverflowError):
            return False
        except PermissionError:
            pass  # it exists and is another user's
        return not self.born or born(self.pid) in ("", self.born)


def this_process() -> Holder:
    """The holder of what is opened here."""
    return Holder(os.getpid(), born(os.getpid()))


def born(pid: int) -> str:
    """The computer's start and the process's, as one word; empty where nobody says."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        boot = _BOOT_ID.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
    after_name = status.rpartition(")")[2].split()  # the name may hold blanks and brackets
    return f"{boot}/{after_name[19]}" if len(after_name) > 19 else ""
