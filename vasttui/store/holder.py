"""Which process holds an open row, and whether that process is still alive."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

RELEASED = 0
"""The pid of a released row."""

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Holder:
    """A process. Because pids are reused, above all after a reboot, `born` identifies the boot and
    the process's start time (on Linux; empty elsewhere).
    """

    pid: int
    born: str

    @property
    def is_alive(self) -> bool:
        """Whether it is still running. True if in doubt: two windows must not act at once."""
        if self.pid == RELEASED:
            return False
        try:
            os.kill(self.pid, 0)
        except (ProcessLookupError, OverflowError, TypeError):
            return False
        except PermissionError:
            pass  # it exists and is another user's
        if _status(self.pid)[:1] in (["Z"], ["X"]):
            return False  # it ended, and its parent has not noticed
        return not self.born or born(self.pid) in ("", self.born)


def this_process() -> Holder:
    """This process as a holder."""
    return Holder(os.getpid(), born(os.getpid()))


@cache
def boot_id() -> str:
    """Identifies the time since the computer was started; empty where unavailable."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def born(pid: int) -> str:
    """The boot id and the process's start time as one word; empty where unavailable."""
    status, boot = _status(pid), boot_id()
    return f"{boot}/{status[19]}" if boot and len(status) > 19 else ""


def _status(pid: int) -> list[str]:
    """The state of a process and what follows in its `stat`; empty where unavailable."""
    try:
        line = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return line.rpartition(")")[2].split()  # the name may contain spaces and brackets
