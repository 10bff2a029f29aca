"""Tries to log in, each way that answers, until one works."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vasttui.errors import VastError
from vasttui.files import make_folder
from vasttui.models.connect import ssh_argv
from vasttui.models.ssh_address import SshAddress
from vasttui.services.ssh.errors import Login, Trouble, read_login
from vasttui.services.ssh.host_keys import changed_words
from vasttui.services.system.programs import Run

LOGIN_SECONDS = 20.0
"""Seconds for a login; the connection alone has eight."""

_OPTIONS = (
    "-v", "-T",
    "-o", "BatchMode=yes",
    "-o", "ConnectTimeout=8",
    "-o", "ControlMaster=no", "-o", "ControlPath=none",  # a real login, not an old connection
    "-o", "ClearAllForwardings=yes", "-o", "PermitLocalCommand=no",
)  # fmt: skip

_GOT_FAR = (
    Trouble.CLOSED, Trouble.NOT_SPOKEN, Trouble.HOST_KEY_REFUSED, Trouble.HOST_KEY_CHANGED,
    Trouble.OPEN_PRIVATE_KEY, Trouble.TOO_MANY_KEYS, Trouble.KEY_REFUSED, Trouble.LOCKED,
    Trouble.NONE,
)  # fmt: skip
"""From the first to the last step of a login."""


@dataclass(frozen=True, slots=True)
class Try:
    """A login at an address."""

    address: SshAddress
    login: Login

    @property
    def distance(self) -> int:
        """How far it got."""
        trouble = self.login.trouble
        return _GOT_FAR.index(trouble) if trouble in _GOT_FAR else -1


async def try_logins(
    instance_id: int, addresses: Sequence[SshAddress], known_hosts: str, run: Run
) -> list[Try]:
    """One try for each address until one works. Raises VastError if ssh cannot be run."""
    await asyncio.to_thread(_make_folder, Path(known_hosts).parent)
    tries: list[Try] = []
    for address in addresses:
        argv = ssh_argv(instance_id, address, known_hosts)
        try:
            finished = await run([argv[0], *_OPTIONS, *argv[1:], "true"], LOGIN_SECONDS)
        except TimeoutError:
            login = Login(Trouble.TIMED_OUT, f"The login took over {LOGIN_SECONDS:.0f} s.")
        else:
            login = read_login(finished)
            if login.trouble is Trouble.HOST_KEY_CHANGED:
                words = await asyncio.to_thread(
                    changed_words, finished.err, Path(known_hosts), instance_id
                )
                login = Login(login.trouble, f"{login.sentence}{words}")
        tries.append(Try(address, login))
        if login.trouble is Trouble.NONE:
            break
    return tries


def told(tries: Sequence[Try]) -> str:
    """What came of each way, in sentences."""
    if tries[-1].login.trouble is Trouble.NONE:
        failed = "".join(f" {_way(one)}: {one.login.sentence}" for one in tries[:-1])
        return f"It works {tries[-1].address.way}.{failed}"
    if len({one.login.sentence for one in tries}) == 1:
        ways = " and ".join(one.address.way for one in tries)
        return f"Tried {ways}. {tries[0].login.sentence}"
    return " ".join(f"{_way(one)}: {one.login.sentence}" for one in tries)


def _way(one: Try) -> str:
    return one.address.way.capitalize()


def _make_folder(folder: Path) -> None:
    """Create the folder for host keys, as ssh does not."""
    try:
        make_folder(folder)
    except OSError as error:
        raise VastError(f"The host key folder cannot be created: {error.strerror}.") from None
