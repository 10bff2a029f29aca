"""Which process holds an open row, and whether that process is still alive."""

from __future__ import annotations

import os
from dataclasses import dataclass
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
        except (ProcessLookupError, OverflowError):
            return False
        except PermissionError:
            pass  # it exists and is another user's
        return not self.born or born(self.pid) in ("", self.born)


def this_process() -> Holder:
    """This process as a holder."""
    return Holder(os.getpid(), born(os.getpid()))


def born(pid: int) -> str:
    """The boot id and the process's start time as one word; empty where unavailable."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        boot = _BOOT_ID.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
    after_name = status.rpartition(")")[2].split()  # the name may contain spaces and brackets
    return f"{boot}/{after_name[19]}" if len(after_name) > 19 else ""
