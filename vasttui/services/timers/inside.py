"""A stop that waits inside a running instance: started, looked for and taken back over SSH."""

from __future__ import annotations

import re
import time

from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.models.connect import ssh_argv
from vasttui.models.self_stop import (
    ALIVE,
    KILLED,
    NO_CURL,
    NO_KEY,
    PID,
    ask_waiting,
    start_waiting,
)
from vasttui.models.ssh_address import SshAddress
from vasttui.services.ssh.errors import NEVER_IN, read_login
from vasttui.services.ssh.gpu_watch import QUIET_OPTIONS
from vasttui.services.system.programs import Run, run_program
from vasttui.services.timers.kept import KeptStop

_SECONDS = 40.0
_PID = re.compile(rf"^{PID} ([1-9]\d{{0,9}})\s*$", re.MULTILINE)


class InsideStops:
    """Talks to one instance at `address`, whose host keys are in `known_hosts`."""

    def __init__(
        self, address: SshAddress, known_hosts: str, clock: Clock, run: Run = run_program
    ) -> None:
        self._address, self._known_hosts = address, known_hosts
        self._clock, self._run = clock, run

    async def set(self, instance_id: int, at: float) -> KeptStop:
        """Let the instance stop itself at `at` (epoch seconds). Raises VastError."""
        answer = await self._ask(instance_id, start_waiting(at - self._clock.now()))
        found = _PID.search(answer)
        if found is not None:
            return KeptStop(instance_id, at, int(found[1]))
        if NO_KEY in answer:
            raise VastError(
                "It cannot be started from inside: the container has no key of its own."
            )
        if NO_CURL in answer:
            raise VastError("It cannot be started from inside: the image has no curl.")
        raise VastError("The login works, but the timer was not started from inside.")

    async def is_there(self, stop: KeptStop) -> bool:
        """Whether it still waits. Raises VastError if that cannot be seen."""
        return ALIVE in await self._ask(stop.instance_id, ask_waiting(stop.pid, end=False))

    async def take_back(self, stop: KeptStop) -> bool:
        """End it; False if it was not there any more. Raises VastError."""
        return KILLED in await self._ask(stop.instance_id, ask_waiting(stop.pid, end=True))

    async def _ask(self, instance_id: int, command: str) -> str:
        argv = ssh_argv(instance_id, self._address, self._known_hosts)
        try:
            done = await self._run([argv[0], *QUIET_OPTIONS, *argv[1:], command], _SECONDS)
        except TimeoutError:
            raise VastError(
                f"ssh did not end within {_SECONDS:.0f} s: it is not known whether it was done."
            ) from None
        if done.code == NEVER_IN:
            raise VastError(
                f"The SSH login does not work {self._address.way}: {read_login(done).sentence}"
            )
        return done.out


def inside_words(stop: KeptStop) -> str:
    """What is known of it after it was set."""
    clock = time.strftime("%H:%M", time.localtime(stop.at))
    return (
        f"Set inside: pid {stop.pid} sleeps until {clock}. vasttui cannot see it from here unless "
        "ssh works."
    )
