"""Reads the GPUs of an instance over SSH, every 2 s, in one login."""

from __future__ import annotations

import shlex
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.models.connect import ssh_argv
from vasttui.models.gpu_reading import GPU_FIELDS, PROCESS_FIELDS, GpuReading, read_gpus
from vasttui.models.ssh_address import SshAddress
from vasttui.services.ssh.errors import NEVER_IN, Trouble, read_login
from vasttui.services.system.programs import Finished, follow_program

EVERY = 2
"""Seconds between two readings."""

KEPT = 300
"""Readings kept: ten minutes."""

QUIET_OPTIONS = (
    "-v", "-T",
    "-o", "BatchMode=yes",
    "-o", "ConnectTimeout=15",
    "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3",
    "-o", "ControlMaster=no",
    "-o", "ClearAllForwardings=yes", "-o", "PermitLocalCommand=no",
)  # fmt: skip
"""For a login that asks nothing and forwards nothing, and whose words can be read."""

_GPUS, _PROCESSES, _END = "@gpus", "@processes", "@end"
_CSV = "--format=csv,noheader,nounits 2>&1"
_REMOTE = "exec sh -c " + shlex.quote(
    f"while echo {_GPUS}; do nvidia-smi --query-gpu={GPU_FIELDS} {_CSV}; echo {_PROCESSES}; "
    f"nvidia-smi --query-compute-apps={PROCESS_FIELDS} {_CSV}; echo {_END} || exit; "
    f"sleep {EVERY}; done"
)
_MOST_LINES = 2_000


@dataclass(slots=True)
class GpuWatch:
    """The last readings, oldest first; `as_of` is when the last one came, in monotonic seconds.
    `over` says why there will be no more; it is empty while they come."""

    address: SshAddress
    readings: deque[GpuReading] = field(default_factory=lambda: deque(maxlen=KEPT))
    as_of: float | None = None
    over: str = ""

    async def run(
        self, instance_id: int, known_hosts: str, clock: Clock, changed: Callable[[], None]
    ) -> None:
        """Read until it is cancelled, which ends ssh and what runs there."""
        frame: list[str] = []

        def take(line: str) -> None:
            if line == _GPUS:
                frame.clear()
            frame.append(line)
            del frame[_MOST_LINES:]
            if line == _END and frame[0] == _GPUS and _PROCESSES in frame:
                middle = frame.index(_PROCESSES)
                self.readings.append(read_gpus(frame[1:middle], frame[middle + 1 : -1]))
                self.as_of = clock.monotonic()
                changed()

        argv = ssh_argv(instance_id, self.address, known_hosts)
        try:
            finished = await follow_program([argv[0], *QUIET_OPTIONS, *argv[1:], _REMOTE], take)
            self.over = self._why(finished)
        except VastError as error:
            self.over = error.sentence
        changed()

    def _why(self, finished: Finished) -> str:
        if finished.code != NEVER_IN:
            return f"The command there ended with code {finished.code}."
        if self.as_of is not None:
            return "The connection was lost."
        login = read_login(finished)
        if login.trouble is Trouble.LOCKED:
            return "The key needs its passphrase, which is not asked for here: ssh-add takes it."
        return f"ssh could not log in {self.address.way}: {login.sentence}"
